"""`materials doctor` as a whole: a real archive, a Drive beside it, and one thing wrong at a time."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.migrations import MIGRATIONS
from materials_cli.catalogue.schema import APPLICATION_ID
from materials_cli.cli.doctor import _summary
from materials_cli.doctor.machine import python_support
from materials_cli.emulator import server
from materials_cli.emulator.server import RunningServer
from materials_cli.messages import decide_again, verbatim
from materials_cli.model import Failure
from materials_cli.store.mirror import Store
from support.command import run
from support.runs import run_of
from support.sample_drive import drive  # noqa: F401 - a fixture
from support.sign_in import (  # noqa: F401 - a fixture
    SignIn,
    google,
    sign_in,
)
from support.synced import sync_first

CATALOGUE = Path(".materials") / "catalogue.sqlite"


def examined(*words: str, status: int = 0) -> dict[str, dict[str, Any]]:
    """What each check found, by its name."""
    envelope = json.loads(run("doctor", "--json", *words, status=status).stdout)
    assert envelope["schema"] == "materials/doctor@1"
    return {found["check"]: found for found in envelope["items"]}


@pytest.fixture
def archive(drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    (tmp_path / "archive").mkdir()
    monkeypatch.chdir(tmp_path / "archive")
    sync_first(drive.world, tmp_path / "archive")
    return tmp_path / "archive"


def test_an_intact_archive_gives_one_line_per_check_and_a_verdict(archive: Path) -> None:
    *lines, verdict = run("doctor").stdout.splitlines()
    told = {line[9:25].strip() for line in lines if line.startswith("ok")}
    old = {"Python"} if python_support(sys.version_info[1], datetime.now(UTC).date()) else set()  # some day
    assert told | old >= {
        "Python", "SQLite", "LibreOffice", "Settings", "Disk", "One filesystem", "Names kept", "Lock", "Catalogue",
        "Last success", "Manifest", "Fixity", "Way in", "Link c", "Clock", "Names fit", "Space",
    }  # fmt: skip
    assert not [line for line in lines if line.startswith("trouble")]
    assert verdict.startswith(("No problems found (", "No problems, "))
    found = examined()
    assert "17 files, all up to date" in found["Link c"]["message"]
    assert "intact" in found["Fixity"]["message"]
    assert {check["verdict"] for name, check in found.items() if name not in {"Fonts", *old}} == {"ok"}


def test_a_plan_with_work_to_do_is_not_a_problem(archive: Path, drive: RunningServer) -> None:
    drive.world.add_file("new.bin", b"12345678" * 1_000_000, drive.world.root)
    found = examined()
    assert "a sync would make 1 change" in found["Link c"]["message"]
    assert "would download 8.0 MB" in found["Space"]["message"]


def test_outside_an_archive_the_machine_and_the_credential_are_checked(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = examined()
    assert found["Settings"]["verdict"] == "warning"
    assert "materials add" in found["Settings"]["hint"]
    assert found["Way in"]["verdict"] == "ok"
    assert "Catalogue" not in found


def test_offline_sends_no_request_and_imports_no_client(archive: Path, drive: RunningServer) -> None:
    drive.requests.clear()
    assert "Way in" not in examined("--offline")
    assert drive.requests == []
    command = [sys.executable, "-X", "importtime", "-m", "materials_cli", "doctor", "--offline"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "materials_cli.doctor.disk" in imported
    assert not {name for name in imported if name.startswith(("googleapiclient", "google.auth", "urllib3", "lxml"))}


def test_a_broken_configuration_hides_no_other_finding(archive: Path) -> None:
    (archive / "materials.toml").write_text("[collections.c]\nlink = 3\n")
    found = examined(status=3)
    assert found["Settings"]["code"] == "bad_settings"
    assert found["Fixity"]["verdict"] == found["Way in"]["verdict"] == "ok"
    shown = run("doctor", status=3).stdout
    assert "more materials help bad_settings" in shown
    assert shown.splitlines()[-1].startswith("1 problem ")


def test_an_unknown_collection_is_an_error(archive: Path) -> None:
    assert json.loads(run("doctor", "lost", "--json", status=2).stdout)["error"]["code"] == "unknown_collection"


def test_a_damaged_catalogue_is_found_and_the_link_is_checked_anyway(archive: Path) -> None:
    with (archive / CATALOGUE).open("r+b") as file:
        size = file.seek(0, 2)
        for page in range(2, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 200)
    found = examined(status=3)
    assert found["Catalogue"]["code"] == "bad_catalogue"
    assert "materials rebuild" in found["Catalogue"]["hint"]
    assert found["Disk"]["verdict"] == found["Way in"]["verdict"] == "ok"
    (archive / CATALOGUE).write_bytes(b"no database at all" * 1000)
    found = examined(status=3)
    assert [name for name, check in found.items() if check["code"]] == ["Catalogue"]
    assert [name for name, check in examined("--offline", "--fix", status=3).items() if check["code"]] == ["Catalogue"]
    assert found["Catalogue"]["code"] == "bad_catalogue"
    assert found["Link c"]["verdict"] == "ok"


def test_missing_and_damaged_files_are_found_and_restored(archive: Path) -> None:
    lost, rotten = archive / "c" / "Participants.xlsx", archive / "c" / "Concept note.pdf"
    lost.unlink()
    before = rotten.stat()
    content = rotten.read_bytes()
    rotten.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(rotten, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = examined("--offline", status=3)["Fixity"]
    assert found["message"] == "MISSING c/Participants.xlsx; DAMAGED c/Concept note.pdf"
    assert "--fix" in found["hint"]
    run("sync")
    assert lost.is_file()
    assert examined("--offline", status=3)["Fixity"]["message"] == "DAMAGED c/Concept note.pdf"
    for _ in range(2):
        found = examined("--offline", "--fix", status=3)["Fixity"]
        assert found["hint"].startswith("Damaged files were marked for the next sync.")
    run("sync")
    assert rotten.read_bytes() == content
    assert examined("--offline")["Fixity"]["verdict"] == "ok"
    assert len(list((archive / ".materials" / "aside").rglob("Concept note.pdf"))) == 1


def test_missing_bytes_of_a_withdrawn_item_need_a_backup(archive: Path, drive: RunningServer) -> None:
    drive.world.trash(next(n.id for n in drive.world.nodes.values() if n.name == "Participants.xlsx"))
    run("sync")
    next((archive / ".materials" / "versions").rglob("*/*")).unlink()
    assert "backup of .materials/versions/" in examined("--offline", status=3)["Fixity"]["hint"]


def test_the_manifest_is_rewritten_once(archive: Path) -> None:
    sums = (archive / "SHA256SUMS").read_bytes()
    (archive / "SHA256SUMS").write_text("")
    assert examined("--offline")["Manifest"]["verdict"] == "warning"
    assert examined("--offline", "--fix")["Manifest"]["mended"] is True
    assert (archive / "SHA256SUMS").read_bytes() == sums
    again = examined("--offline", "--fix")["Manifest"]
    assert (again["verdict"], again["mended"]) == ("ok", False)


def test_nothing_is_repaired_during_a_run(archive: Path) -> None:
    (archive / "SHA256SUMS").unlink()
    with Store(archive).lock():
        found = examined("--offline", "--fix")
    assert f"process {os.getpid()}" in found["Lock"]["message"]
    assert found["Manifest"]["hint"].startswith("It could not be fixed now: Another run is in progress")
    assert not (archive / "SHA256SUMS").exists()


def test_an_older_catalogue_is_read_as_it_is_and_a_newer_one_is_left_alone(archive: Path) -> None:
    (archive / CATALOGUE).unlink()
    with closing(sqlite3.connect(archive / CATALOGUE)) as connection, connection:
        connection.executescript(f"{MIGRATIONS[0]} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;")
    connection.close()
    assert examined("--offline")["Catalogue"]["verdict"] == "ok"
    with closing(sqlite3.connect(archive / CATALOGUE)) as connection, connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert examined("--offline", "--fix", status=3)["Catalogue"]["code"] == "newer_archive"


def test_a_missing_folder_is_created_or_reported(archive: Path) -> None:
    (archive / ".materials" / "incoming").rmdir()
    assert examined("--offline", "--fix")["Disk"]["mended"] is True
    (archive / ".materials" / "incoming").rmdir()
    (archive / ".materials" / "incoming").write_text("in the way")
    assert "could not be fixed" in examined("--offline", "--fix", status=3)["Disk"]["hint"]


def test_a_lock_that_cannot_be_taken_does_not_stop_the_other_checks(archive: Path) -> None:
    (archive / "SHA256SUMS").unlink()
    (archive / ".materials" / "lock").unlink()
    (archive / ".materials" / "lock").mkdir()
    found = examined("--offline", "--fix")
    assert found["Manifest"]["hint"].startswith("It could not be fixed now: The disk reported an error")
    assert found["Lock"]["message"] == "no other run is in progress"
    assert found["Fixity"]["verdict"] == "ok"


def test_incoming_on_another_disk_is_a_problem(archive: Path) -> None:
    other = Path("/dev/shm")  # noqa: S108 - a filesystem of its own on Linux
    if not other.is_dir() or other.stat().st_dev == archive.stat().st_dev:
        pytest.skip("there is no second filesystem here")
    (archive / ".materials" / "incoming").rmdir()
    (archive / ".materials" / "incoming").symlink_to(other)
    assert "different file systems" in examined("--offline", status=3)["One filesystem"]["message"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the settings of a user private by itself")
def test_a_key_that_others_can_read_is_made_private(archive: Path) -> None:
    key = archive.parent / "settings" / "materials" / "api-key"
    key.parent.mkdir(parents=True)
    key.write_text("AIza")
    key.chmod(0o644)
    assert examined("--offline")["Secrets"]["verdict"] == "warning"
    assert examined("--offline", "--fix")["Secrets"]["mended"] is True
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_private_folder_is_reported_and_the_next_link_is_checked(archive: Path, drive: RunningServer) -> None:
    with (archive / "materials.toml").open("a") as file:
        file.write('[collections.gone]\nlink = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAAAAA"\n')
    found = examined(status=3)
    assert found["Link gone"]["code"] == "link_not_found"
    assert found["Link c"]["verdict"] == "ok"
    assert found["Last success"]["message"] == "gone has never been synced."
    assert "Link gone" not in examined("c")


def test_a_dead_key_is_distinguished_from_a_private_folder(
    google: type[SignIn],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "the-key")
    run("add", os.environ["THE_FOLDER"], "--name", "c")
    assert examined()["Way in"]["message"] == "the API key in GOOGLE_API_KEY"
    monkeypatch.setenv("GOOGLE_API_KEY", "dead")
    found = examined(status=3)
    assert found["Way in"]["code"] == "bad_key"
    assert found["Link c"]["verdict"] == "ok"
    assert "is shared by link" in found["Link c"]["message"]


def test_a_sign_in_is_reported_with_its_account_and_expiry(
    google: type[SignIn],
    tmp_path: Path,
) -> None:
    kept = tmp_path / "settings" / "materials" / "login.json"
    kept.parent.mkdir(parents=True)
    now = datetime.now(UTC)
    for days, verdict in ((30, "ok"), (1, "warning")):
        ends = now + timedelta(days=days)
        told = {"type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "lasting"}
        kept.write_text(json.dumps({**told, "issued": now.isoformat(), "ends": ends.isoformat()}))
        kept.chmod(0o600)
        found = examined()["Way in"]
        assert found["verdict"] == verdict
        assert "Reader (sample)" in found["message"]
        assert f"{ends:%Y-%m-%d}" in found["message"]


def test_without_a_network_one_link_is_tried_and_the_disk_is_checked(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (archive / "materials.toml").open("a") as file:
        file.write('[collections.other]\nlink = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAAAAA"\n')
    monkeypatch.delenv("DRIVE_EMULATOR_HOST")
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    found = examined(status=3)
    assert found["Link c"]["code"] == "offline"
    assert found["Link other"]["message"].startswith("Not checked. ")
    assert "Clock" not in found
    assert found["Space"]["verdict"] == "ok"


@pytest.mark.parametrize(("seconds", "verdict"), [(-600, "trouble"), (120, "warning"), (5, "ok")])
def test_a_wrong_clock_is_measured(archive: Path, monkeypatch: pytest.MonkeyPatch, seconds: int, verdict: str) -> None:
    def told(_: object) -> str:
        return f"{datetime.now(UTC) - timedelta(seconds=seconds):%a, %d %b %Y %H:%M:%S} GMT"

    monkeypatch.setattr(server._Handler, "date_time_string", told)
    found = examined(status=3 if verdict == "trouble" else 0)["Clock"]
    assert found["verdict"] == verdict
    assert ("behind" if seconds < 0 else "ahead" if verdict == "warning" else "accurate") in found["message"]


@pytest.mark.parametrize(
    ("status", "hours_ago", "shown"),
    [
        (75, 1, "exited with status 75"),
        (3, 1, "failed in the last run"),
        (0, 24 * 9, "9 days ago"),
        (None, 1, "did not finish"),
    ],
)
def test_failed_and_old_runs_are_reported(archive: Path, status: int | None, hours_ago: int, shown: str) -> None:
    ended = datetime.now(UTC) - timedelta(hours=hours_ago)
    with Catalogue.open(archive / CATALOGUE, write=True) as catalogue:
        if status == 0:
            catalogue.connection.execute("DROP TRIGGER run_is_final")
            catalogue.connection.execute("UPDATE run SET ended = ?", (ended.isoformat(),))
        number = catalogue.begin_run("c", ended)
        if status is not None:
            catalogue.end_run(run_of(number, ended=ended, status=status))
    found = examined("--offline")["Last success"]
    assert found["verdict"] == "warning"
    assert shown in found["message"]
    assert found["hint"]


def test_what_ended_a_run_is_told_after_the_name_of_its_collection_once(archive: Path) -> None:
    failure = Failure("c", "offline", verbatim("There is no network."), ended_run=True)
    with Catalogue.open(archive / CATALOGUE, write=True) as catalogue:
        number = catalogue.begin_run("c", datetime.now(UTC))
        catalogue.end_run(run_of(number, ended=datetime.now(UTC), status=75, failures=(failure,)))
    told = "The last run of c exited with status 75: There is no network."
    assert examined("--offline")["Last success"]["message"] == told


@pytest.mark.parametrize(
    ("language", "troubles", "told"),
    [
        ("en", 1, "1 problem in 21 checks."),
        ("en", 2, "2 problems in 21 checks. Start with the first."),
        ("ru", 1, "Не всё в порядке: 1 неполадка; всего – 21 проверка."),
        ("ru", 21, "Не всё в порядке: 21 неполадка; всего – 21 проверка. Начните с первой неполадки."),
    ],
)
def test_only_several_problems_have_a_first(language: str, troubles: int, told: str) -> None:
    decide_again(language)
    try:
        assert _summary(["trouble"] * troubles + ["ok"] * (21 - troubles)) == told
    finally:
        decide_again()
