"""A month of nights without anybody looking: the true command, a true Drive, and a clock that is turned by the test."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from materials_cli.emulator.faults import Fault, download_quota, rate_limit
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.notify.alarm import FILE, Memory
from materials_cli.store.mirror import Store
from support.command import begin
from support.nights import START, night  # noqa: F401 - a fixture
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures


def test_thirty_days_speak_on_the_right_days_alone(
    night: Callable[[int], tuple[int, str, str]], drive: RunningServer, world: World
) -> None:
    file, popular = node(world, "0.txt"), node(world, "2.txt")

    def always(fault: Fault) -> Callable[[], None]:
        return lambda: drive.faults.add(fault)

    gone = Fault(operation="get", target=world.root, status=404, reason="notFound", times=None)
    slow = rate_limit("list", times=10_000)
    broken = Fault(operation="list", status=503, reason="backendError", times=None)
    script: dict[int, Callable[[], object]] = {
        2: lambda: world.add_file("new.txt", b"new words"),
        5: always(slow), 6: drive.faults.clear,
        8: always(broken), 11: drive.faults.clear,
        13: lambda: world.edit(file, b"other words"),
        15: always(gone), 17: drive.faults.clear,
        18: always(download_quota(popular)), 19: lambda: world.edit(popular, b"more popular"), 20: drive.faults.clear,
        22: lambda: world.change(world.add_file("forbidden.txt", b"x"), downloadable=False),
        26: lambda: world.trash(node(world, "1.txt")),
        28: lambda: world.touch(node(world, "4.txt")),
    }  # fmt: skip
    spoken, statuses = {}, {}
    for day in range(31):
        script.get(day, lambda: None)()
        statuses[day], printed, said = night(day)
        if printed or said:
            spoken[day] = printed + said
        assert "\x1b" not in printed + said
    assert statuses[5] == 75
    assert [statuses[day] for day in (8, 9, 10, 11)] == [75, 3, 3, 0]
    assert [statuses[day] for day in (15, 16, 17)] == [4, 4, 0]
    assert statuses[19] == 3
    assert "1 new" in spoken.pop(2)
    assert "error[google_trouble]" in spoken[9]
    assert "The last successful sync was 2 days ago" in spoken.pop(9)
    assert "internal error" in spoken.pop(10)
    assert "The problem is resolved" in spoken.pop(11)
    assert "1 replaced" in spoken.pop(13)
    assert "ask the owner" in spoken.pop(15)
    assert "error[link_not_found]" in spoken.pop(16)
    assert "The problem is resolved" in spoken.pop(17)
    assert "1 replaced" in spoken.pop(20)
    assert "forbidden.txt" in spoken.pop(22)
    assert "withdrawn" in spoken.pop(26)
    assert spoken == {}


def test_the_command_itself_is_silent_and_then_tells_what_is_new(drive: RunningServer, world: World, tmp_path: Path) -> None:
    def sync() -> "subprocess.CompletedProcess[str]":
        words = [sys.executable, "-m", "materials_cli", "sync", "--cron", "--log-file", str(tmp_path / "log" / "sync.jsonl")]
        environ = os.environ | {"FORCE_COLOR": "1", "MATERIALS_JITTER": "0"}
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, env=environ)

    done = sync()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    world.add_file("new.txt", b"new words")
    done = sync()
    assert (done.returncode, done.stderr) == (0, "")
    assert "new.txt" in done.stdout
    with Store(tmp_path).lock():
        done = sync()
    assert (done.returncode, done.stdout, done.stderr) == (75, "", "")
    lines = [json.loads(line) for line in (tmp_path / "log" / "sync.jsonl").read_text("utf-8").splitlines()]
    assert [line["path"] for line in lines if line["event"] == "add"] == ["c/new.txt"]
    assert [line["code"] for line in lines if line["event"] == "error"] == ["locked"]
    assert [line["status"] for line in lines if line["event"] == "ended"] == [0, 0, 75]


def test_a_guard_that_holds_withdrawals_back_is_told_once_by_night_too(
    night: Callable[[int], tuple[int, str, str]], world: World
) -> None:
    for number in range(4):
        world.trash(node(world, f"{number}.txt"))
    status, _, said = night(0)
    assert status == 3
    assert "4 of 8 items are no longer listed" in said
    assert night(1) == (3, "", "")


def test_a_list_that_was_not_complete_is_told_when_it_stays_so(
    night: Callable[[int], tuple[int, str, str]], drive: RunningServer, world: World
) -> None:
    drive.faults.add(Fault(operation="list", target=world.root, incomplete=True, times=None))
    assert [night(day)[1:] for day in (0, 1)] == [("", ""), ("", "")]
    assert "incomplete" in night(2)[2]


def test_prometheus_reads_the_numbers(night: Callable[[int], tuple[int, str, str]], world: World, tmp_path: Path) -> None:
    before = (tmp_path / "materials.toml").read_text("utf-8")
    (tmp_path / "materials.toml").write_text(f'metrics_file = "numbers.prom"\n{before}', "utf-8")
    world.add_file("new.txt", b"new words")
    night(0)
    families = text_string_to_metric_families((tmp_path / "numbers.prom").read_text("utf-8"))
    found = {family.name: family.samples[0] for family in families}
    assert found["materials_items"].value == 9
    assert found["materials_changed_items"].value == 1
    assert found["materials_last_run_exit_code"].value == 0
    assert abs(found["materials_last_success_timestamp_seconds"].value - time.time()) < 600
    assert found["materials_bytes"].labels == {"archive": tmp_path.name, "path": str(tmp_path)}
    assert found["materials_collection_items"].value == 9
    assert found["materials_collection_items"].labels == {"archive": tmp_path.name, "path": str(tmp_path), "collection": "c"}


def test_a_log_stays_small(tmp_path: Path) -> None:
    from materials_cli.cli.log import Log

    with Log(tmp_path / "log.jsonl") as log:
        for number in range(9000):
            log.note("add", path=f"{number} " + "x" * 1000 + "\n% \x1b[31m")
    files = sorted(tmp_path.iterdir())
    assert len(files) == 6
    assert all(file.stat().st_size <= 1_000_000 for file in files)
    assert json.loads((tmp_path / "log.jsonl").read_text("utf-8").splitlines()[-1])["path"].startswith("8999 ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_log_on_a_full_disk_ends_and_the_run_goes_on() -> None:
    from materials_cli.cli.log import Log

    with Log(Path("/dev/full")) as log:
        log.note("one")
        log.note("two")
    assert str(log.trouble) == "The log /dev/full cannot be written: No space left on device."


def test_the_schedule_is_tried_in_the_bare_environment_of_a_timer(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("new.txt", b"new words")
    told = run("schedule", "test")
    assert "No problems" in told
    assert (tmp_path / "c" / "new.txt").read_bytes() == b"new words"


def test_what_was_done_by_hand_keeps_a_passing_trouble_quiet(
    night: Callable[[int], tuple[int, str, str]], drive: RunningServer, tmp_path: Path
) -> None:
    today = (datetime.now(UTC) - START).days + 1
    long_ago = START + timedelta(days=today - 4)
    Store(tmp_path).write_state(FILE, Memory(since=long_ago, success=long_ago).to_json())
    drive.faults.add(Fault(operation="list", status=503, reason="backendError", times=None))
    assert night(today) == (75, "", "")
    status, _, said = night(today + 3)
    assert status == 3
    assert "The last successful sync was" in said


def test_what_a_run_did_before_it_was_cut_stands_in_the_log(
    night: Callable[[int], tuple[int, str, str]], drive: RunningServer, world: World, tmp_path: Path
) -> None:
    (tmp_path / "materials.toml").write_text('log_file = "log.jsonl"\n' + (tmp_path / "materials.toml").read_text("utf-8"))
    world.rename(node(world, "0.txt"), "renamed.txt")
    drive.faults.add(Fault(operation="media", status=403, reason="dailyLimitExceeded", times=None))
    world.add_file("new.txt", b"new")
    assert night(0)[0] == 75
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert [(line["event"], line["path"]) for line in lines if "path" in line] == [("move", "c/renamed.txt")]
    assert [line["code"] for line in lines if line["event"] == "error"] == ["rate_limited"]


def test_a_trouble_is_the_same_whatever_its_numbers_are(
    night: Callable[[int], tuple[int, str, str]], drive: RunningServer, world: World
) -> None:
    spoken = []
    for day in range(5):
        drive.faults.clear()
        drive.faults.add(
            Fault(operation="list", target=node(world, "Inner") if day % 2 else world.root, incomplete=True, times=None)
        )
        if day == 4:
            world.trash(node(world, "0.txt"))
        spoken += [day] if "was incomplete" in night(day)[2] else []
    assert spoken == [2]


def test_what_was_done_by_hand_is_not_logged_as_the_nights(
    night: Callable[[int], tuple[int, str, str]], drive: RunningServer, world: World, tmp_path: Path
) -> None:
    (tmp_path / "materials.toml").write_text('log_file = "log.jsonl"\n' + (tmp_path / "materials.toml").read_text("utf-8"))
    night(0)
    world.add_file("byhand.txt", b"new")
    run("sync")
    drive.faults.add(Fault(operation="list", status=503, reason="backendError", times=None))
    night(1)
    assert "byhand" not in (tmp_path / "log.jsonl").read_text("utf-8")


def test_a_manifest_that_cannot_be_written_hides_no_other_failure(
    night: Callable[[int], tuple[int, str, str]], drive: RunningServer, world: World, tmp_path: Path
) -> None:
    (tmp_path / "materials.toml").write_text('log_file = "log.jsonl"\n' + (tmp_path / "materials.toml").read_text("utf-8"))
    drive.faults.add(
        Fault(operation="media", target=world.add_file("new.txt", b"new"), status=403, reason="cannotDownloadFile")
    )
    (tmp_path / "manifest.csv").unlink()
    (tmp_path / "manifest.csv").mkdir()
    (tmp_path / ".materials" / "aside").touch()  # nothing can be moved aside
    status, _, _ = night(0)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert [line["path"] for line in lines if line["event"] == "failed"] == ["c/new.txt"]
    assert [line["status"] for line in lines if line["event"] == "error"] == [status]


def test_a_signal_is_reported_to_the_monitor_and_in_the_log(drive: RunningServer, world: World, tmp_path: Path) -> None:
    pings = list[str]()

    class Monitor(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            pings.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Monitor) as monitor:
        threading.Thread(target=monitor.serve_forever, args=(0.01,), daemon=True).start()
        settings = f'log_file = "log.jsonl"\nnotify.ping = "http://127.0.0.1:{monitor.server_port}/nightly"\n'
        (tmp_path / "materials.toml").write_text(settings + (tmp_path / "materials.toml").read_text("utf-8"))
        drive.latency = 2
        with begin("sync", "--cron", cwd=tmp_path) as process:
            deadline = time.monotonic() + 300
            while "/nightly/start" not in pings and time.monotonic() < deadline:
                time.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=300)
        monitor.shutdown()
    assert (process.returncode, pings) == (143, ["/nightly/start", "/nightly/0"])
    assert "error[terminated]" in errors
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["started", "error", "ended"], lines
    assert lines[1]["code"] == "terminated"
    assert lines[2]["status"] == 143
