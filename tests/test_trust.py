"""An archive that comes from somebody else runs nothing, writes nowhere else and reads no secret before it is confirmed."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from materials_cli.cli.app import app
from materials_cli.cli.unattended import sync_unattended
from materials_cli.config import FILE, load
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.personal import state_folder
from materials_cli.trust import claims, confirm, standing, vouch
from support.command import data
from support.small_drive import drive, rules, run, world  # noqa: F401 - fixtures
from support.terminal import seen, session

ROOT = 'format = 1\n[collections.c]\nlink = "https://drive.google.com/drive/folders/1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"\n'
MAIL = 'mail = {to = ["a@x.org"], from = "b@x.org", server = "127.0.0.1:9", user = "me", password_file = "../k"}'


@pytest.fixture(autouse=True)
def nothing_confirmed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    yield folder
    stored = folder / "materials" / "trust.json"
    assert os.name == "nt" or not stored.exists() or stored.stat().st_mode & 0o077 == 0


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outside")


def hostile(folder: Path, outside: Path, notify: str = "") -> None:
    """Settings as they may come with an archive, which was not begun here. The archive itself follows a small Drive."""
    (state_folder() / "trust.json").unlink(missing_ok=True)
    touch = json.dumps([sys.executable, "-c", f"open({str(outside / 'RAN')!r}, 'w')"])
    text = (folder / FILE).read_text("utf-8")
    above = f'metrics_file = "{outside}/m.prom"\nlog_file = "{outside}/log"\n'
    (folder / FILE).write_text(f"{above}{text}\n[notify]\ncommand = {touch}\n{notify}\n", "utf-8")


def names(folder: Path) -> list[str]:
    return [claim.name for claim in standing(load(folder)).open]


def test_what_came_with_an_archive_is_left_out_and_the_sync_runs(
    drive: RunningServer, world: World, tmp_path: Path, outside: Path
) -> None:
    (tmp_path.parent / "k").write_text("PRIVATE")
    hostile(tmp_path, outside, MAIL)
    world.add_file("new.txt", b"new")
    printed = run("sync", "--cron", status=3)
    assert "notify.command" in printed
    assert "materials trust" in printed
    assert (tmp_path / "c" / "new.txt").is_file()
    assert list(outside.iterdir()) == []
    assert "notify.command" not in run("sync", "--cron", status=3)


def test_it_is_used_once_it_is_confirmed_and_asked_again_when_it_changes(
    drive: RunningServer, world: World, tmp_path: Path, outside: Path
) -> None:
    hostile(tmp_path, outside)
    assert {row["setting"]: row["confirmed"] for row in data("trust")["items"]} == dict.fromkeys(names(tmp_path), False)
    run("trust", "--yes")
    assert all(row["confirmed"] for row in data("trust")["items"])
    world.add_file("new.txt", b"new")
    run("sync", "--cron")
    assert {path.name for path in outside.iterdir()} == {"RAN", "m.prom", "log"}
    text = (tmp_path / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(text.replace("m.prom", "other.prom"))
    assert names(tmp_path) == ["metrics_file"]
    run("sync", "--cron", status=3)
    assert not (outside / "other.prom").exists()
    run("trust", "--forget")
    assert len(names(tmp_path)) == 3


def test_it_is_told_once_a_day_on_every_channel_that_works(drive: RunningServer, tmp_path: Path, outside: Path) -> None:
    kept = tmp_path / "told.jsonl"
    keep = f"import sys; open({str(kept)!r}, 'a').write(sys.stdin.read() + chr(10))"
    rules(tmp_path, f"\n[notify]\ncommand = {json.dumps([sys.executable, '-c', keep])}\n")
    confirm(load(tmp_path))
    text = (tmp_path / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(f'metrics_file = "{outside}/m.prom"\n{text}')
    now = standing(load(tmp_path))
    start = datetime(2026, 3, 1, 3, tzinfo=UTC)
    for hours in (0, 6, 24):
        time = start + timedelta(hours=hours)
        config = now.config
        status = sync_unattended(config, config.collections, clock=lambda time=time: time, left_out=now.notice)  # type: ignore[misc]
        assert status == 3
    told = [json.loads(line)["text"] for line in kept.read_text().splitlines()]
    assert len(told) == 2
    assert all("metrics_file" in text for text in told)


@pytest.mark.parametrize(
    "words", ["notify", "schedule install --backend cron", "schedule install --print --backend cron",
              "schedule install --system", "trust"],
)  # fmt: skip
def test_who_cannot_be_asked_is_refused(tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    (tmp_path / FILE).write_text(ROOT)
    hostile(tmp_path, outside)
    monkeypatch.chdir(tmp_path)
    assert "unconfirmed_settings" in run(*words.split(), status=2)
    assert list(outside.iterdir()) == []


def test_a_person_is_asked_once_in_plain_words(tmp_path: Path, outside: Path) -> None:
    (tmp_path / FILE).write_text(ROOT)
    hostile(tmp_path, outside)
    refused = session("materials notify", folder=tmp_path, typed="n\n", status=2)
    assert "runs a program" in refused
    assert f"{outside}/m.prom" in refused.replace("\r\n", "")
    assert not (outside / "RAN").exists()
    assert "Confirmed" in session("materials notify", folder=tmp_path, typed="y\n")
    assert (outside / "RAN").exists()
    assert "computer?" not in seen("schedule", "install", "--print", "--backend", "cron", folder=tmp_path)


def test_a_printed_line_carries_the_confirmation_of_these_values_alone(
    drive: RunningServer, tmp_path: Path, outside: Path
) -> None:
    hostile(tmp_path, outside)
    run("trust", "--yes")
    printed = run("schedule", "install", "--print", "--backend", "cron")
    word = printed.partition("--trusted=")[2].split()[0]
    assert f"--trusted={word}" in run("schedule", "install", "--system")
    run("trust", "--forget")
    run("sync", "--cron", f"--trusted={word}")
    run("trust", "--forget")
    text = (tmp_path / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(text.replace("RAN", "OTHER"))
    run("sync", "--cron", f"--trusted={word}", status=3)


def test_a_timer_that_was_installed_before_confirms_once(tmp_path: Path, outside: Path) -> None:
    (tmp_path / FILE).write_text(ROOT)
    hostile(tmp_path, outside)
    config = load(tmp_path)
    assert standing(config, unattended=True).open
    now = standing(config, scheduled=lambda: True)
    assert not now.open
    assert now.new
    confirm(config)
    assert not standing(config).open
    (tmp_path / FILE).write_text((tmp_path / FILE).read_text("utf-8").replace("RAN", "OTHER"))
    assert [claim.name for claim in standing(load(tmp_path), scheduled=lambda: True).open] == ["notify.command"]


def test_whoever_began_the_archive_here_is_not_asked_by_its_first_scheduled_sync(
    drive: RunningServer, world: World, tmp_path: Path, outside: Path
) -> None:
    rules(tmp_path, f"\n[notify]\ncommand = {json.dumps(['touch', str(outside / 'RAN')])}\n")
    assert "unconfirmed_settings" in run("notify", status=2)
    world.add_file("new.txt", b"new")
    run("sync", "--cron")
    assert (outside / "RAN").exists()
    text = (tmp_path / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(text.replace("RAN", "OTHER"))
    assert "notify.command" in run("sync", "--cron", status=3)


def test_whoever_says_no_is_heard(drive: RunningServer, world: World, tmp_path: Path, outside: Path) -> None:
    rules(tmp_path, f"\n[notify]\ncommand = {json.dumps(['touch', str(outside / 'RAN')])}\n")
    session("materials trust", folder=tmp_path, typed="n\n", status=2)
    world.add_file("new.txt", b"new")
    run("sync", "--cron", status=3)
    assert not (outside / "RAN").exists()


@pytest.mark.skipif(os.name == "nt", reason="files have no owners as POSIX has them")
def test_a_file_of_another_user_is_never_believed(tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_text(ROOT)
    hostile(tmp_path, outside)
    os.chown(tmp_path / FILE, 4242, -1) if os.geteuid() == 0 else monkeypatch.setattr(os, "geteuid", lambda: 4242)
    config = load(tmp_path)
    confirm(config)
    now = standing(config, vouched=vouch(claims(config)), scheduled=lambda: True)
    assert len(now.open) == 3
    assert "belongs to" in str(now.notice)
    monkeypatch.chdir(tmp_path)
    assert "belongs to" in run("trust", "--yes", status=2)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root prints for another user")
def test_root_prints_the_units_of_the_archives_owner(tmp_path: Path, outside: Path) -> None:
    (tmp_path / FILE).write_text(ROOT)
    hostile(tmp_path, outside)
    os.chown(tmp_path / FILE, 4242, -1)
    os.chown(tmp_path, 4242, -1)
    printed = session("materials schedule install --system", folder=tmp_path, typed="y\n")
    assert "User=4242" in printed
    assert "--trusted=" in printed
    assert "belongs to" in session("materials notify", folder=tmp_path, status=2)
    assert "sudo -u 4242" in session("materials schedule install --backend cron", folder=tmp_path, status=2)


def test_a_script_in_the_archive_is_confirmed_with_its_content(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f'{ROOT}[notify]\ncommand = ["sh", "hook.sh"]\n')
    (tmp_path / "hook.sh").write_text("echo kind")
    confirm(load(tmp_path))
    assert names(tmp_path) == []
    (tmp_path / "hook.sh").write_text("rm -r /")
    assert names(tmp_path) == ["notify.command"]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ('log_file = "sync.jsonl"', False),
        ('log_file = "logs/sync.jsonl"', False),
        ('log_file = "../sync.jsonl"', True),
        ('log_file = "logs/../../sync.jsonl"', True),
        ('log_file = "~/.bashrc"', True),
        ('log_file = "link/sync.jsonl"', True),
        ('log_file = "materials.toml"', True),
        ('log_file = ".materials/catalogue.sqlite"', True),
        ('log_file = "manifest.schema.json"', True),
        ('log_file = "metadata/1.toml"', True),
        ('log_file = "Glossary.toml"', True),
        ('log_file = "C/deck.pptx"', True),
        ('metrics_file = "numbers.prom"', False),
        ('metrics_file = "/var/lib/numbers.prom"', True),
        ('notify.ping = "https://hc-ping.com/x"', False),
        ('notify.apprise = ["msteams://x?template=~/.ssh/id_rsa"]', True),
        ('notify.mail = {to = ["a@x.org"], from = "b@x.org", server = "x.org"}', False),
        ('notify.mail = {to = ["a@x.org"], from = "b@x.org", server = "x.org", user = "me"}', True),
    ],
)  # fmt: skip
def test_only_what_runs_writes_elsewhere_or_signs_in_is_asked(tmp_path: Path, outside: Path, line: str, *, asked: bool) -> None:
    (tmp_path / FILE).write_text(f"{line}\n{ROOT}")
    (tmp_path / "link").symlink_to(outside)
    assert bool(names(tmp_path)) is asked
    config = standing(load(tmp_path)).config
    kept = [config.log_file, config.metrics_file, config.notify.ping, *config.notify.apprise, config.notify.mail]
    assert any(kept) is not asked


def test_a_metrics_file_of_another_kind_is_never_written(drive: RunningServer, tmp_path: Path, outside: Path) -> None:
    (tmp_path / FILE).write_text(f'metrics_file = "{outside}/.profile"\n{(tmp_path / FILE).read_text("utf-8")}')
    confirm(load(tmp_path))
    assert "must end in .prom" in run("sync", "--cron", status=3)
    assert list(outside.iterdir()) == []


def test_the_doctor_names_what_is_not_confirmed(tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_text(ROOT)
    hostile(tmp_path, outside)
    monkeypatch.chdir(tmp_path)

    def found() -> dict[str, str]:
        envelope = json.loads(CliRunner().invoke(app, ["doctor", "--offline", "--json"]).stdout)
        return next(check for check in envelope["items"] if check["check"] == "Trust")

    assert (found()["verdict"], found()["hint"]) == ("warning", "materials trust")
    run("trust", "--yes")
    assert found()["verdict"] == "ok"


def test_what_is_remembered_may_be_damaged(tmp_path: Path, outside: Path, nothing_confirmed: Path) -> None:
    (tmp_path / FILE).write_text(ROOT)
    hostile(tmp_path, outside)
    for content in ("", "[]", '{"x": 1}', "\0"):
        (nothing_confirmed / "materials").mkdir(exist_ok=True)
        (nothing_confirmed / "materials" / "trust.json").write_text(content)
        assert len(names(tmp_path)) == 3
    confirm(load(tmp_path))
    assert names(tmp_path) == []
