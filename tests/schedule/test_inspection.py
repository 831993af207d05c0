"""`schedule status`, `schedule test` and `doctor` look at what is installed: does it exist, does it run, and when next."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from materials_cli.errors import MaterialsError
from materials_cli.schedule import cron, launchd, systemd, windows
from materials_cli.schedule.job import Job
from materials_cli.schedule.rhythm import Rhythm, alert_after_of, read_rhythm
from support.crontabs import crontab, lines  # noqa: F401 - a fixture
from support.small_drive import run

NIGHTLY = Rhythm((3,), (17,))
ODD = 'a 100 % "odd" $HOME it\'s архив'
RHYTHMS = [NIGHTLY, Rhythm((3,), (17,), (0, 3, 6)), Rhythm(tuple(range(24)), (4, 34)), Rhythm((2, 8, 14, 20), (5,), (6,))]


@pytest.fixture
def archive(crontab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive on a machine with cron alone, which runs."""
    (tmp_path / "materials.toml").write_text("format = 1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("materials_cli.schedule.systemd.available", lambda: False)
    (running,) = [Path(f"/proc/{os.getpid()}/comm").read_text().strip()]
    monkeypatch.setattr(cron, "_DAEMONS", {running})
    monkeypatch.setattr(cron, "_GENERATORS", [])
    return tmp_path


def edit(before: str, after: str) -> None:
    """Change the crontab as an upgrade of the system or a person would."""
    subprocess.run(["crontab", "-"], input=lines().replace(before, after), text=True, check=True)


def test_a_python_that_is_gone_is_told_everywhere(archive: Path) -> None:
    run("schedule", "install", "--daily", "03:17")
    assert "not there any more" not in run("schedule", "status")
    edit(sys.executable, "/gone/bin/python")
    assert "starts /gone/bin/python, which is not there any more" in run("schedule", "status")
    (row,) = json.loads(run("schedule", "status", "--json"))["items"]
    assert any("/gone/bin/python" in problem for problem in row["problems"])
    found = {f["check"]: f for f in json.loads(run("doctor", "--offline", "--json", status=3))["items"]}
    assert found["Schedule"]["verdict"] == "trouble"
    assert found["Schedule"]["hint"] == "materials schedule install"
    assert "not there any more" in run("schedule", "test", status=127)


def test_a_python_without_materials_is_told(archive: Path) -> None:
    run("schedule", "install", "--daily", "03:17")
    edit(sys.executable, "/bin/false")
    assert "materials does not run there: 1" in run("schedule", "status")


def test_a_cron_that_does_not_run_is_told(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("schedule", "install", "--daily", "03:17")
    assert "No cron is running" not in run("schedule", "status")
    monkeypatch.setattr(cron, "_DAEMONS", {"no such program"})
    printed = run("schedule", "status")
    assert "No cron is running on this machine" in printed
    assert "Next run" not in printed


def test_status_says_when_it_runs_next_and_why_then(archive: Path) -> None:
    run("schedule", "install", "--daily", "03:17")
    printed = run("schedule", "status")
    assert " 03:17" in printed.partition("Next run: ")[2].splitlines()[0]
    assert "becomes" not in printed
    for words in (("install", "--daily", "03:00"), ("status",)):
        assert "03:00 becomes 03:" in run("schedule", *words)
    (row,) = json.loads(run("schedule", "status", "--json"))["items"]
    assert row["next_run"].endswith("Z")


def test_the_test_runs_the_line_that_is_installed(archive: Path) -> None:
    run("schedule", "install", "--daily", "03:17")
    marker = archive / "it's 100 % run"
    edit(sys.executable, f"/usr/bin/touch {cron._quoted(str(marker))}; exit 0;")
    assert "Running what is installed in cron" in run("schedule", "test", status=3)
    assert marker.exists()


def test_weekly_brings_an_age_of_alarms_that_fits(archive: Path) -> None:
    printed = run("schedule", "install", "--weekly", "sun 03:17")
    assert "MATERIALS_ALERT_AFTER=252h" in lines()
    assert "when the last success is 10 days old" in printed
    assert "17 3 * * 0 " in lines()
    (archive / "materials.toml").write_text("notify.alert_after = '36h'\n")
    assert "alert_after in materials.toml is shorter" in run("schedule", "install", "--weekly", "sun 03:17")
    run("schedule", "install", "--daily", "03:17")
    assert "MATERIALS_ALERT_AFTER" not in lines()
    assert alert_after_of(read_rhythm(daily=None, weekly=None, every="6h", spread_by="")) is None


def test_with_nobody_to_hear_it_says_so(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cron, "_MAIL_PROGRAMS", str(archive))
    for words in (("install", "--daily", "03:17"), ("status",)):
        assert "Nobody hears of problems" in run("schedule", *words)
    found = {f["check"]: f for f in json.loads(run("doctor", "--offline", "--json"))["items"]}
    assert "Nobody hears of problems" in found["Notifications"]["message"]
    (archive / "sendmail").write_text("#!/bin/sh\n")
    (archive / "sendmail").chmod(0o755)
    assert "Nobody hears of problems" not in run("schedule", "status")
    subprocess.run(["crontab", "-"], input=f'MAILTO=""\n{lines()}', text=True, check=True)
    assert "Nobody hears of problems" in run("schedule", "status")
    (archive / "materials.toml").write_text("notify.ping = 'https://example.org/x'\n")
    assert "Nobody hears of problems" not in run("schedule", "status")


def test_a_refused_job_leaves_nothing_behind_and_takes_nothing_away(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("schedule", "install", "--daily", "03:17")
    before = lines()
    units = tmp_path / "config" / "systemd" / "user"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    systemctl = tmp_path / "programs" / "systemctl"
    systemctl.parent.mkdir(exist_ok=True)
    systemctl.write_text('#!/bin/sh\n[ "$2" != enable ]\n')
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{systemctl.parent}:{os.environ['PATH']}")
    assert "systemd refused the job" in run("schedule", "install", "--backend", "systemd", status=2)
    assert list(units.iterdir()) == []
    assert lines() == before
    (units / "other.timer").write_text("mine")
    job = Job(tmp_path, NIGHTLY)
    (units / f"{job.name}.timer").write_text("the one before")
    with pytest.raises(MaterialsError):
        systemd.install(job)
    assert {path.name: path.read_text() for path in units.iterdir()} == {
        "other.timer": "mine",
        f"{job.name}.timer": "the one before",
    }


def test_a_path_too_long_for_a_crontab_is_refused(archive: Path) -> None:
    with pytest.raises(MaterialsError, match="too long"):
        cron.install(Job(Path("/я" * 500), NIGHTLY))
    assert lines() == ""


@pytest.mark.parametrize("rhythm", RHYTHMS, ids=str)
def test_what_is_installed_is_read_as_it_was_written(rhythm: Rhythm) -> None:
    job = Job(Path("/srv") / ODD, rhythm, environment={"LANG": "C.UTF-8", "HTTPS_PROXY": "http://p%20x:1"})
    settings = [f"{name}={value}" for name, value in job.environment.items()]
    assert "%" not in cron.text(job)
    assert cron.command(cron.text(job)) == ["/usr/bin/env", *settings, *job.sync]
    assert cron.rhythm(cron.text(job)) == systemd.rhythm(systemd.text(job)) == rhythm
    assert systemd.command(systemd.text(job)) == launchd.command(launchd.text(job)) == job.sync
    assert windows.command(windows.text(job))[0] == job.interpreter
    assert systemd.environment_of(systemd.text(job)) == launchd.environment_of(launchd.text(job)) == job.environment


def test_a_unit_has_no_limit_of_time_and_hides_nothing_from_the_group(tmp_path: Path) -> None:
    text = systemd.text(Job(tmp_path, NIGHTLY))
    assert "TimeoutStartSec=infinity" in text
    assert "UMask" not in text


def test_a_timer_that_asks_an_emulator_is_told_wherever_it_is_shown(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = (("schedule",), ("schedule", "install", "--print"), ("schedule", "install", "--system"), ("schedule", "install"))
    assert not any("emulator" in run(*words) for words in asked)
    assert "emulator" not in run("schedule", "status")
    monkeypatch.setenv("DRIVE_EMULATOR_HOST", "127.0.0.1:9")
    run("schedule", "remove")
    for words in (*asked, ("schedule", "status")):
        told = run(*words)
        assert told.count("syncs from a Drive emulator, not from Google Drive") == 1, words
        assert "unset DRIVE_EMULATOR_HOST; materials schedule install" in told
