"""Who hears of an unattended run, and when: told is what was delivered, and nothing beside the mirroring stops it."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from materials_cli.catalogue.items import Catalogue
from materials_cli.dates import local_time
from materials_cli.emulator.faults import Fault, download_quota
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import verbatim
from materials_cli.store.mirror import Store
from support.command import begin
from support.nights import night  # noqa: F401 - a fixture
from support.recipients import Monitor, Post, monitor, post  # noqa: F401 - fixtures
from support.runs import run_of
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures

Night = Callable[[int], tuple[int, str, str]]
KEEP = [sys.executable, "-c", "import sys; open('told', 'a').write(sys.stdin.read() + chr(10))"]


def settings(folder: Path, text: str) -> None:
    """Put something above the first table of materials.toml."""
    path = folder / "materials.toml"
    path.write_text(f"{text}\n{path.read_text('utf-8')}", "utf-8")
    run("trust", "--yes")


def told(folder: Path) -> list[dict[str, object]]:
    """What a program of the user's was told since this was last asked."""
    path = folder / "told"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


def refuse(*_: object) -> None:
    raise MaterialsError(Code.DISK_REFUSED, verbatim("the disk said no"))


def mail_to(port: int, *recipients: str) -> str:
    server = f'server = "127.0.0.1:{port}", security = "none"'
    return f'notify.mail = {{to = {json.dumps(recipients)}, from = "m@example.org", {server}}}'


def subjects(post: Post) -> list[str]:
    """The subjects of the mails that came since this was last asked."""
    letters, post.letters = post.letters, []
    return [str(letter["subject"]).rpartition(": ")[2] for letter in letters]


def test_digest_alarm_and_recovery_arrive_although_the_server_puts_each_off(
    night: Night, drive: RunningServer, world: World, tmp_path: Path, post: tuple[Post, int]
) -> None:
    server, port = post
    settings(tmp_path, mail_to(port, "a@example.org"))
    world.add_file("new.txt", b"new")
    server.put_off = 1
    status, _, errors = night(0)
    assert (status, subjects(server)) == (0, [])
    assert "a@example.org (451 4.7.1 Greylisting in action" in errors
    night(1)
    assert subjects(server) == ["1 new"]
    drive.faults.add(Fault(operation="get", target=world.root, status=404, reason="notFound", times=None))
    server.put_off = 1
    night(2)
    assert subjects(server) == []
    night(3)
    assert subjects(server) == ["action needed", "action needed"]
    drive.faults.clear()
    server.put_off = 1
    night(4)
    assert subjects(server) == []
    night(5)
    assert subjects(server) == ["resolved"]
    assert night(6) == (0, "", "")
    assert subjects(server) == []
    assert not (tmp_path / ".materials" / "outbox.json").read_text("utf-8")


def test_a_refused_recipient_is_named_and_keeps_no_other_from_the_mail(
    night: Night, world: World, tmp_path: Path, post: tuple[Post, int]
) -> None:
    server, port = post
    settings(tmp_path, f"{mail_to(port, 'Gone <gone@example.org>', 'a@example.org')}\nnotify.command = {json.dumps(KEEP)}")
    server.answers["gone@example.org"] = "550 5.1.1 No such user"
    world.add_file("new.txt", b"new")
    status, _, errors = night(0)
    assert status == 0
    assert "gone@example.org (550 5.1.1 No such user)" in errors
    assert subjects(server) == ["1 new"]
    assert ["550" in str(message["text"]) for message in told(tmp_path)] == [False, True]
    printed = run("notify", status=3)
    assert "Not reached: gone@example.org" in printed
    assert json.loads(run("notify", "--json", status=3))["items"][0]["not_reached"] == ["gone@example.org"]
    server.letters.clear()
    del server.answers["gone@example.org"]
    assert "1 notification could not be delivered yet" in run("status")
    run("notify")
    test, waited = [(letter["to"], str(letter["subject"]).rpartition(": ")[2]) for letter in server.letters]
    assert test == ("Gone <gone@example.org>, a@example.org", "test message")
    assert waited == ("Gone <gone@example.org>", "1 new")
    assert "could not be delivered" not in run("status")


def test_a_monitor_hears_of_what_passes_as_a_success_with_a_note(
    night: Night, drive: RunningServer, world: World, tmp_path: Path, monitor: tuple[type[Monitor], str]
) -> None:
    settings(tmp_path, f'notify.ping = "{monitor[1]}"')

    def heard(day: int) -> str:
        monitor[0].asked.clear()
        night(day)
        return " ".join(path.rpartition("/")[2] for path, _ in monitor[0].asked)

    file = world.add_file("new.txt", b"new")
    drive.faults.add(download_quota(file))
    assert [heard(day) for day in range(4)] == ["start 0", "start 0", "start 3", "start 0"]
    drive.faults.clear()
    assert heard(4) == "start 0"
    drive.faults.add(Fault(operation="list", status=503, reason="backendError", times=None))
    assert [heard(day) for day in (5, 6, 7)] == ["start 0", "start 3", "start 3"]
    assert "error[google_trouble]" in monitor[0].asked[-1][1]
    drive.faults.clear()
    world.change(world.add_file("never.txt", b"x"), downloadable=False)
    assert [heard(day) for day in (8, 9, 10)] == ["start 3", "start 0", "start 0"]
    assert "never.txt" in monitor[0].asked[-1][1]


def test_trouble_beside_the_mirroring_stops_nothing_and_is_told_once_a_day(
    night: Night, world: World, tmp_path: Path, monitor: tuple[type[Monitor], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    broken = f'log_file = "file/sync.jsonl"\nmetrics_file = "file/m.prom"\nnotify.ping = "{monitor[1]}"'
    settings(tmp_path, f"{broken}\nnotify.command = {json.dumps(KEEP)}")
    monkeypatch.setattr("materials_cli.publication.write_feed", refuse)
    world.add_file("new.txt", b"new")
    for day in (0, 1):
        status, _, errors = night(day)
        assert status == 0
        for what in ("log", "metrics", "feed"):
            assert errors.count(f"The {what} ") == 1
            assert f"The {what} " in monitor[0].asked[-1][1]
        assert [sorted(message["troubles"]) for message in told(tmp_path)] == [["feed", "log", "metrics"]]  # type: ignore[call-overload]
    assert (tmp_path / "c" / "new.txt").exists()
    assert night(1) == (0, "", "")
    assert told(tmp_path) == []


def test_a_hook_that_fails_is_news_for_the_monitor_and_the_mail(
    night: Night, world: World, tmp_path: Path, post: tuple[Post, int], monitor: tuple[type[Monitor], str]
) -> None:
    failing = [sys.executable, "-c", "raise SystemExit(7)"]
    settings(
        tmp_path, f'{mail_to(post[1], "a@example.org")}\nnotify.ping = "{monitor[1]}"\nnotify.command = {json.dumps(failing)}'
    )
    world.add_file("new.txt", b"new")
    assert "exited with 7" in night(0)[2]
    assert subjects(post[0]) == ["1 new", "a notification was not delivered"]
    assert "exited with 7" in monitor[0].asked[-1][1]


def test_what_a_hook_leaves_running_does_not_hold_the_run(night: Night, world: World, tmp_path: Path) -> None:
    child = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(900)']).pid)"
    keep = f"{child}; import os; open('pid', 'w').write(str(os.getpid()))"
    settings(tmp_path, f"notify.command = {json.dumps([sys.executable, '-c', keep])}")
    world.add_file("new.txt", b"new")
    began = time.monotonic()
    assert night(0)[2] == ""
    assert time.monotonic() - began < 800
    os.killpg(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_broken_settings_are_told_through_the_last_known_channels(
    night: Night, tmp_path: Path, monitor: tuple[type[Monitor], str]
) -> None:
    settings(tmp_path, f'metrics_file = "m.prom"\nnotify.ping = "{monitor[1]}"\nnotify.command = {json.dumps(KEEP)}')
    night(0)
    monitor[0].asked.clear()
    path = tmp_path / "materials.toml"
    good = path.read_text("utf-8")
    path.write_text(good.replace("[collections.c]", "[collections.c"), "utf-8")
    assert "error[bad_settings]" in run("sync", "--cron", status=2)
    (message,) = told(tmp_path)
    assert "materials.toml, line" in str(message["text"])
    assert [path.rpartition("/")[2] for path, _ in monitor[0].asked] == ["2"]
    assert 'exit_code{archive="' in (tmp_path / "m.prom").read_text("utf-8")
    assert run("sync", "--cron", status=2) == ""
    assert told(tmp_path) == []
    path.write_text(good, "utf-8")
    assert "The problem is resolved" in run("sync", "--cron")
    assert "unknown_collection" in run("sync", "--cron", "d", status=2)
    assert len(told(tmp_path)) == 2
    path.write_text("", "utf-8")
    assert "No folder has been added" in run("sync", "--cron", status=2)
    assert len(told(tmp_path)) == 1
    path.unlink()
    assert "error[no_archive]" in run("--archive", str(tmp_path), "sync", "--cron", status=2)
    assert "no_archive" in str(told(tmp_path))


def a_day_later(memory: Path) -> None:
    """Let the runs that did not end have begun a day earlier."""
    kept = json.loads(memory.read_text())
    kept["unfinished"] = [str(datetime.fromisoformat(began) - timedelta(days=1)) for began in kept["unfinished"]]
    memory.write_text(json.dumps(kept))


def test_runs_that_are_killed_are_told_after_the_second(drive: RunningServer, tmp_path: Path) -> None:
    settings(tmp_path, f"notify.command = {json.dumps(KEEP)}")
    drive.latency = 5
    errors = []
    for _ in range(3):
        seen = len(drive.requests)
        with begin("sync", "--cron", cwd=tmp_path) as process:
            deadline = time.monotonic() + 300
            while len(drive.requests) == seen and time.monotonic() < deadline:
                time.sleep(0.02)
            process.kill()
            errors.append(process.communicate(timeout=300)[1])
        a_day_later(tmp_path / ".materials" / "alarm.json")
    assert errors[:2] == ["", ""]
    assert "The last 2 runs did not end" in errors[2]
    assert [message["unfinished"] for message in told(tmp_path)] == [2]


def test_a_success_in_the_future_is_not_believed_said_and_replaced(night: Night, tmp_path: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(days=3650)
    with Catalogue.open(Store(tmp_path).catalogue, write=True) as catalogue:
        catalogue.end_run(run_of(catalogue.begin_run("c", ahead), collection="c", ended=ahead))
    shown = run("status")
    assert "in the future" in shown
    assert json.loads(run("doctor", "--json", "--offline"))["verdict"] == "warning"
    assert f"dated {local_time(ahead)}, in the future" in night(0)[2]
    assert night(1) == (0, "", "")
    assert "in the future" not in run("status")
    with Catalogue.open(Store(tmp_path).catalogue) as catalogue:
        success = catalogue.last_success(["c"])
    assert success
    assert success < datetime.now(UTC)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_the_exporter_reads_the_metrics_of_each_collection_whatever_the_umask(
    night: Night, world: World, drive: RunningServer, tmp_path: Path
) -> None:
    settings(tmp_path, 'metrics_file = "m.prom"')
    other = world.add_folder("Other")
    run("add", other, "--name", "d")
    before = os.umask(0o077)
    try:
        night(0)
    finally:
        os.umask(before)
    assert (tmp_path / "m.prom").stat().st_mode & 0o777 == 0o644
    path = tmp_path / "materials.toml"
    path.write_text(path.read_text("utf-8").replace(other, "1NoSuchFolderNoSuchFolder"), "utf-8")
    night(1)

    def sample(name: str, **labels: str) -> float | None:
        families = text_string_to_metric_families((tmp_path / "m.prom").read_text("utf-8"))
        rows = [s for family in families for s in family.samples if s.name == name and labels.items() <= s.labels.items()]
        return rows[0].value if rows else None

    assert [sample("materials_collection_last_run_exit_code", collection=slug) for slug in "cd"] == [0, 4]
    ages = [sample("materials_collection_last_success_timestamp_seconds", collection=slug) or 0 for slug in "cd"]
    assert ages[0] > ages[1] == sample("materials_last_success_timestamp_seconds")
    Store(tmp_path).catalogue.write_bytes(b"damaged" * 1000)
    assert night(2)[0] == 5
    assert sample("materials_last_run_exit_code") == 5
    assert sample("materials_items") is None


def test_locked_says_since_when_and_by_what(night: Night, tmp_path: Path) -> None:
    with Store(tmp_path).lock():
        assert night(0) == (75, "", "")
        said = night(9)[2]
    assert f"process {os.getpid()} on" in said
    assert "since" in said
    assert Path(sys.argv[0]).stem.replace("__main__", "materials") in said


def test_an_alarm_that_cannot_be_kept_is_still_printed(
    night: Night, drive: RunningServer, world: World, tmp_path: Path
) -> None:
    outbox = tmp_path / ".materials" / "outbox.json"
    outbox.mkdir()
    settings(tmp_path, f"notify.command = {json.dumps([sys.executable, '-c', 'raise SystemExit(7)'])}")
    world.unshare(world.root)
    status, _, errors = night(0)
    assert status == 4
    assert "error[link_not_found]" in errors
    assert "exited with 7" in errors
