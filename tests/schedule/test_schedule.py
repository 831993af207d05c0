"""Timers: the files that each gets, verified with its own tools, without changes to other lines."""

import json
import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.errors import MaterialsError
from materials_cli.personal import cache_folder
from materials_cli.schedule import cron, launchd, systemd, windows
from materials_cli.schedule.job import Job, environment, missing_secrets
from materials_cli.schedule.rhythm import Rhythm, read_rhythm
from support.crontabs import crontab, lines  # noqa: F401 - a fixture
from support.small_drive import run

NIGHTLY = Rhythm((3,), (17,))
ODD = 'a 100 % "odd" $HOME it\'s архив'
RHYTHMS = [
    {"daily": "03:00"},
    {"daily": "23:59"},
    {"weekly": "mon 03:00"},
    {"weekly": "Mon,thu,SUN 4:30"},
    {"every": "6h"},
    {"every": "1h"},
    {"every": "15m"},
    {},
]


def rhythm(**asked: str) -> Rhythm:
    options = dict.fromkeys(("daily", "weekly", "every")) | asked
    return read_rhythm(daily=options["daily"], weekly=options["weekly"], every=options["every"], spread_by="host /archive")


@pytest.mark.parametrize("asked", RHYTHMS, ids=str)
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here to ask")
def test_systemd_calculates_the_same_next_runs(asked: dict[str, str]) -> None:
    made = rhythm(**asked)
    start = datetime(2026, 11, 24, 18, 41, 30)  # noqa: DTZ001 - the time on this machine's clock
    words = ["systemd-analyze", "calendar", "--iterations=9", f"--base-time={start}", made.calendar()]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC"})
    theirs = [line.rpartition(": ")[2].split()[1:3] for line in done.stdout.splitlines() if "elapse" in line or "Iter" in line]
    ours = [f"{time:%Y-%m-%d %H:%M:%S}".split() for time in islice(made.next_runs(start), 9)]
    assert ours == theirs


def fits(fields: str, time: datetime) -> bool:
    """Whether a crontab's five fields name this minute, as crontab(5) has it (Sunday is 0)."""
    minute, hour, _, _, weekday = (field.split(",") for field in fields.split())
    return (
        str(time.minute) in minute
        and (hour == ["*"] or str(time.hour) in hour)
        and (weekday == ["*"] or str(time.isoweekday() % 7) in weekday)
    )


@pytest.mark.parametrize("asked", RHYTHMS, ids=str)
def test_cron_runs_at_the_same_minutes(asked: dict[str, str]) -> None:
    made = rhythm(**asked)
    start = datetime(2026, 11, 24, 18, 41)  # noqa: DTZ001
    week = [start + timedelta(minutes=n) for n in range(1, 7 * 24 * 60)]
    runs = [time for time in week if fits(made.cron(), time)]
    assert runs == list(islice(made.next_runs(start), len(runs)))
    assert runs


def test_full_hours_are_spread_and_other_minutes_are_kept() -> None:
    assert rhythm(daily="03:00").minutes != (0,)
    assert rhythm(daily="03:20") == Rhythm((3,), (20,))
    many = {read_rhythm(daily=None, weekly=None, every=None, spread_by=str(n)) for n in range(200)}
    assert len({made.minutes for made in many}) > 40
    assert all(1 <= made.hours[0] <= 4 and made.minutes != (0,) for made in many)


@given(st.text(max_size=12))
def test_any_other_rhythm_is_refused(text: str) -> None:
    for name in ("daily", "weekly", "every"):
        refused = None
        try:
            made = rhythm(**{name: text})
        except MaterialsError as error:
            refused = error
        else:
            assert next(made.next_runs(datetime(2026, 1, 1))) > datetime(2026, 1, 1)  # noqa: DTZ001
        assert refused is None or (refused.code == "bad_usage" and refused.fix)


def test_two_rhythms_at_once_are_refused() -> None:
    with pytest.raises(MaterialsError, match="one of"):
        rhythm(daily="03:00", every="6h")


def test_other_lines_of_a_crontab_are_not_changed(crontab: Path, tmp_path: Path) -> None:
    others = "# mine\nMAILTO=me@example.org\n5 4 * * * backup --all\n\n# the end, without a new line"
    subprocess.run(["crontab", "-"], input=f"{others}\n", text=True, check=True)
    job, another = Job(tmp_path / ODD, NIGHTLY), Job(tmp_path / "another", NIGHTLY)
    cron.install(another)
    cron.install(job)
    once = lines()
    cron.install(job)
    assert lines() == once
    assert once.startswith(others)
    cron.install(Job(tmp_path / ODD, Rhythm((5,), (1,))))
    assert "17 3 * * *" in lines()
    assert lines().count(">>> materials") == 2
    assert cron.remove(job)
    assert cron.remove(another)
    assert not cron.remove(job)
    assert lines() == f"{others}\n"


def test_the_line_starts_the_command_whatever_the_name_of_the_archive(crontab: Path, tmp_path: Path) -> None:
    show = tmp_path / "show.py"
    show.write_text("import json, os, sys; print(json.dumps([sys.argv[4:], os.environ['LANG']]))")
    (tmp_path / "python").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(show))} "$@"\n')
    (tmp_path / "python").chmod(0o755)
    job = Job(tmp_path / ODD, NIGHTLY, str(tmp_path / "python"))
    cron.install(job)
    line = next(line for line in lines().splitlines() if line.startswith("17 3"))
    typed = line.split(maxsplit=5)[5].replace(r"\%", "%")
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SHELL": "/bin/sh"}
    done = subprocess.run(["/bin/sh", "-c", typed], env=bare, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[f"--archive={tmp_path / ODD}", "sync", "--cron"], "C.UTF-8"]


def test_an_archive_whose_name_would_break_the_line_is_refused(crontab: Path, tmp_path: Path) -> None:
    with pytest.raises(MaterialsError, match="line break"):
        cron.install(Job(tmp_path / "a\n* * * * * harm", NIGHTLY))
    assert lines() == ""


def test_a_block_without_an_end_is_refused(crontab: Path, tmp_path: Path) -> None:
    job = Job(tmp_path, NIGHTLY)
    cron.install(job)
    subprocess.run(["crontab", "-"], input="".join(lines().splitlines(keepends=True)[:-1]), text=True, check=True)
    with pytest.raises(MaterialsError, match="no end"):
        cron.install(job)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here to ask")
@pytest.mark.parametrize("user", [None, "daemon"])
def test_systemd_accepts_the_units_and_rates_their_sandbox_as_safe(tmp_path: Path, user: str | None) -> None:
    archive = tmp_path / ODD
    archive.mkdir()
    job = Job(archive, NIGHTLY, environment={"LANG": "C.UTF-8", "HTTPS_PROXY": "http://p%20x:1"}, writes=(tmp_path,))
    for name, text in systemd.units(job, user=user).items():
        (tmp_path / name).write_text(text, "utf-8")
    paths = [str(tmp_path / name) for name in systemd.units(job, user=user)]
    done = subprocess.run(
        ["systemd-analyze", "verify", *([] if user else ["--user"]), *paths], capture_output=True, text=True, check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    if user:
        words = ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(tmp_path / f"{job.name}.service")]
        subprocess.run(words, capture_output=True, check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="where the cache is depends on the platform")
@pytest.mark.parametrize("elsewhere", ["", "/data/cache"])
def test_a_system_wide_sync_may_write_where_its_user_keeps_the_index_for_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", elsewhere)
    job = Job(tmp_path, NIGHTLY, environment=environment(os.environ))
    service = systemd.units(job, user=tmp_path.owner())[f"{job.name}.service"]
    assert f'ReadWritePaths="{tmp_path}" "-{cache_folder()}"\n' in service
    assert f'ExecStartPre=-+"runuser" "-u" "{tmp_path.owner()}" "--" "mkdir" "-p" "{cache_folder()}"\n' in service


def test_a_system_wide_sync_of_a_user_without_a_home_writes_to_the_archive_alone(tmp_path: Path) -> None:
    job = Job(tmp_path, NIGHTLY)
    service = systemd.units(job, user="4294967294")[f"{job.name}.service"]
    assert f'ReadWritePaths="{tmp_path}"\n' in service
    assert "ExecStartPre" not in service


def test_macos_gets_an_entry_for_each_time(tmp_path: Path) -> None:
    content = plistlib.loads(launchd.text(Job(tmp_path / ODD, Rhythm((3, 15), (17,), (0, 6)))).encode())
    assert content["ProgramArguments"][-3:] == [f"--archive={tmp_path / ODD}", "sync", "--cron"]
    assert {"Weekday": 0, "Hour": 15, "Minute": 17} in content["StartCalendarInterval"]
    assert {"Weekday": 1, "Hour": 3, "Minute": 17} in content["StartCalendarInterval"]
    assert len(content["StartCalendarInterval"]) == 4


def test_windows_gets_a_task_that_starts_missed_runs_without_a_shell(tmp_path: Path) -> None:
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    odd = tmp_path / "a & calc.exe %PATH% ^ it's"
    odd.mkdir()
    (odd / "materials.toml").write_text("format = 1\n")
    environment = {"LANG": "C.UTF-8", "LANGUAGE": "ru", "HTTPS_PROXY": 'http://p:1/?"a b"'}
    text = windows.text(Job(odd, rhythm(every="6h"), environment=environment))
    task = ET.fromstring(text.partition("\n")[2])  # noqa: S314 - our own text
    assert task.findtext(".//t:StartWhenAvailable", namespaces=space) == "true"
    assert task.findtext(".//t:Interval", namespaces=space) == "PT360M"
    assert task.findtext(".//t:Command", namespaces=space) == sys.executable
    words = ["-P", "-m", "materials_cli", *(f"--env={name}={value}" for name, value in environment.items())]
    words += [f"--archive={odd}", "sync", "--cron"]
    assert task.findtext(".//t:Arguments", namespaces=space) == subprocess.list2cmdline(words)
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "ошибка" in done.stderr  # it is the archive that was meant, and the language


def test_a_job_has_the_variables_it_needs_and_no_secrets() -> None:
    environ = {
        "https_proxy": "http://proxy:3128",
        "HTTP_PROXY": "http://me:secret@proxy:3128",
        "GOOGLE_API_KEY": "secret",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "XDG_CACHE_HOME": "/data/cache",
        "PATH": "/bin",
    }
    assert environment(environ) == {
        "LANG": "C.UTF-8",
        "HTTPS_PROXY": "http://proxy:3128",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "XDG_CACHE_HOME": "/data/cache",
    }
    assert len(missing_secrets(environ)) == 2


@pytest.mark.parametrize("words", [("--print", "--backend", "cron"), ("--system",), ("--backend", "cron")])
def test_what_a_job_takes_over_from_the_terminal_is_named(
    words: tuple[str, ...],
    crontab: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "materials.toml").write_text("format = 1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    assert "SSL_CERT_FILE" not in run("schedule", "install", *words)
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/office.pem")
    told = " ".join(run("schedule", "install", *words).split())
    assert "SSL_CERT_FILE" in told.partition("Taken over from this terminal: ")[2].partition(". To leave one out")[0]


def test_a_job_uses_the_language_of_the_user_who_installs_it(speaking: Callable[..., None]) -> None:
    speaking(LANGUAGE="ru_RU:en")
    assert environment({}) == {"LANG": "C.UTF-8", "LANGUAGE": "ru"}


def test_jobs_of_two_archives_have_two_names() -> None:
    names = {Job(Path(folder), NIGHTLY).name for folder in ("/a/archive", "/b/archive", "/a/архив", "/")}
    assert len(names) == 4
    assert all(name.isascii() for name in names)


def test_the_commands_install_show_and_remove(crontab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "materials.toml").write_text("format = 1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("materials_cli.schedule.systemd.available", lambda: False)
    assert "No job is installed" in run("schedule")
    assert "17 3 * * *" not in lines()
    assert "materials_cli" in run("schedule", "install", "--daily", "03:17", "--print")
    assert "materials_cli" not in lines()
    printed = run("schedule", "install", "--daily", "03:17", "--backend", "cron")
    assert "Installed in cron: every day at 03:17" in printed
    assert "17 3 * * *" in lines()
    assert json.loads(run("schedule", "status", "--json"))["items"][0]["backend"] == "cron"
    assert "Removed from cron" in run("schedule", "remove")
    assert "materials_cli" not in lines()
    assert "not a supported timer" in run("schedule", "install", "--backend", "sundial", status=2)


def test_the_examples_in_config_are_what_is_installed() -> None:
    config = Path(__file__).parents[2] / "config"
    job = Job(Path("/srv/workshops"), NIGHTLY, "/opt/materials/bin/python")
    assert (config / "crontab").read_text("utf-8") == cron.text(job)
    units = systemd.units(job, user="archive")
    assert {name: (config / "systemd" / name).read_text("utf-8") for name in units} == units
