"""What people type wrongly when they begin, and what they are told: something that they can type instead."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.notify.notification import Notification
from materials_cli.notify.outbox import FILE as OUTBOX
from materials_cli.notify.outbox import Letter, to_json
from materials_cli.schedule.rhythm import read_rhythm
from materials_cli.store.mirror import Store
from support.command import data, run
from support.small_drive import drive, world  # noqa: F401 - fixtures
from support.terminal import typed_into

LINK = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAA"


def test_an_archive_that_is_not_there_is_told_apart_from_a_folder_that_is_none(tmp_path: Path) -> None:
    told = run("--archive", str(tmp_path / "nowhere"), "list", status=2).stderr
    assert "The folder does not exist." in told
    assert str(tmp_path / "nowhere") in told
    assert "The folder has no materials.toml." in run("--archive", str(tmp_path), "list", status=2).stderr
    (tmp_path / "materials.toml").touch()
    told = run("--archive", str(tmp_path / "materials.toml"), "list", status=2).stderr
    assert "This is not a folder." in told
    assert "Give the folder that contains materials.toml" in told


@pytest.mark.parametrize("words", ["sync", "plan", "verify", "status", "list", "export csv"])
def test_a_link_is_no_name_of_a_collection(drive: RunningServer, words: str) -> None:
    told = run(*words.split(), LINK, status=2).stderr
    assert "This is a link, not the name of a collection." in told
    assert "materials add LINK" in told


def test_the_link_of_a_collection_is_answered_with_its_name(drive: RunningServer) -> None:
    link = data("status")["items"][0]["link"]
    told = run("sync", f"{link}?usp=sharing", status=2).stderr
    assert "Type its name instead: c" in told
    assert "materials add" not in told


@pytest.mark.parametrize("words", ["export csv --to", "site --to", "site --single", "glossary --export", "triage --to"])
@pytest.mark.parametrize("place", ["c/of mine.csv", ".materials/of mine.csv", "metadata/of mine.csv"])
def test_nothing_is_written_among_the_files_of_the_archive(drive: RunningServer, words: str, place: str) -> None:
    run("sync")
    Path("metadata").mkdir(exist_ok=True)
    told = run(*words.split(), place, status=2).stderr
    assert "The archive keeps its own files there." in told
    assert f"Choose another place: {words.rsplit(maxsplit=1)[-1]} …" in told
    assert not Path(place).exists()


def test_an_export_does_not_go_into_the_mirror_that_was_named(drive: RunningServer) -> None:
    run("sync")
    before = set(Path("c").rglob("*"))
    assert "The archive keeps its own files there." in run("export", "csv", "--to", "c", status=2).stderr
    assert set(Path("c").rglob("*")) == before


@pytest.mark.parametrize("words", ["export csv --to", "site --to", "restore 1.txt --to", "import bag --to"])
@pytest.mark.parametrize("settings", ["", "format = 1 and more"])
def test_nothing_is_written_among_the_files_of_another_archive(
    drive: RunningServer, tmp_path: Path, words: str, settings: str
) -> None:
    run("sync")
    run("export", "bag", "--to", "bag")
    other = tmp_path.with_name(f"{tmp_path.name} other")
    run("import", "bag", "--to", str(other))
    place = other / ("c" if not settings else ".materials") / "mine"
    if settings:
        (other / "materials.toml").write_text(settings, "utf-8")
    told = run(*words.split(), str(place), status=2).stderr
    assert f"Another archive keeps its own files there: {other}" in " ".join(told.split())
    assert not place.exists()
    run(*words.split(), str(other / "mine"))


def test_an_archive_that_is_made_within_another_is_told_of(drive: RunningServer, tmp_path: Path) -> None:
    run("sync")
    run("export", "bag", "--to", "bag")
    told = " ".join(run("import", "bag", "--to", "again").output.split())
    assert f"It is inside the folder of another archive, {tmp_path}," in told
    outside = tmp_path.with_name(f"{tmp_path.name} outside")
    assert "another archive" not in run("import", "bag", "--to", str(outside)).output


@pytest.mark.parametrize(
    "words", ["agenda", "add --from", "edit --csv", "triage --csv", "glossary --import", "auth login --client"]
)
def test_a_pipe_and_a_device_are_no_files(drive: RunningServer, words: str) -> None:
    os.mkfifo("pipe")
    for name in ("pipe", os.devnull):
        assert "This is a pipe or a device, not a file." in run(*words.split(), name, status=2).stderr


def test_neither_is_a_pipe_a_key_to_sign_with(drive: RunningServer) -> None:
    run("sync")
    os.mkfifo("pipe")
    for name in ("pipe", os.devnull):
        assert "The key cannot be read." in run("export", "bag", "--to", "bag", "--sign", name, status=2).stderr


@pytest.mark.parametrize(("name", "better"), [("Семинар 2025", "seminar-2025"), ("Summer School", "summer-school")])
def test_a_name_that_cannot_be_is_answered_with_one_that_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, better: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("add", LINK, "--no-check", f"--name={name}", status=2).stderr
    assert f"For example: --name {better}" in told
    run("add", LINK, "--no-check", "--name", better)


def test_an_export_goes_into_the_folder_that_was_named(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "my stick").mkdir()
    for form in ("csv", "xlsx", "bag"):
        zipped = ["--zip"] if form == "bag" else []
        run("export", form, "c", "--to", "my stick", *zipped)
    assert {path.name for path in (tmp_path / "my stick").iterdir()} == {"c.csv", "c.xlsx", "c.zip"}
    told = run("export", "bag", "c", "--to", "my stick", status=2).stderr
    assert f"--to '{tmp_path}/my stick/c-bag'" in " ".join(told.split())


def test_help_takes_the_number_of_an_exit_status() -> None:
    assert run("help", "75").stdout == run("help", "exit-codes").stdout
    assert "no help topic" in run("help", "74", status=2).stderr


def test_options_that_do_not_go_together_are_told_one_by_one(drive: RunningServer) -> None:
    told = run("sync", "--log-file", "my log", status=2).stderr
    assert "--log-file requires --cron." in told
    assert "materials sync --cron --log-file 'my log'" in told
    assert "--json" not in told


def test_days_of_the_week_are_read_in_russian_and_a_wrong_one_is_named() -> None:
    def weekly(text: str) -> tuple[int, ...] | None:
        return read_rhythm(daily=None, weekly=text, every=None, spread_by="").weekdays

    assert weekly("пн,Четверг 03:10") == weekly("mon,thu 03:10")
    with pytest.raises(MaterialsError, match="“xyz” is not a day of the week"):
        weekly("mon,xyz 03:00")


def test_what_waits_for_a_former_recipient_is_no_news(drive: RunningServer, tmp_path: Path) -> None:
    settings, waits = tmp_path / "materials.toml", "1 notification could not be delivered"
    before = settings.read_text()
    letter = Letter("command", Notification("1 file failed", "a.pptx"), datetime.now(UTC))
    Store(tmp_path).write_state(OUTBOX, to_json([letter]))
    settings.write_text(before + '\n[notify]\nping = "http://127.0.0.1:9/x"\n')
    assert waits in run("status").stdout
    assert waits in run("doctor", status=None).stdout
    settings.write_text(before)
    assert waits not in run("status").stdout
    assert waits not in run("doctor", status=None).stdout


def test_a_folder_that_comes_again_with_a_key_leads_to_the_command_that_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("add", LINK, "--no-check", "--name", "c")
    again = run("add", f"{LINK}?usp=sharing&resourcekey=0-abcDEF_1", "--no-check", "--name", "d", status=2).stderr
    assert "without this resource key" in again
    assert f'materials collection link c "{LINK}?resourcekey=0-abcDEF_1"' in again
    assert "materials sync c" in run("add", LINK, "--no-check", "--name", "d", status=2).stderr


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_what_is_told_after_an_interrupted_question_begins_a_line(drive: RunningServer, tmp_path: Path, key: bytes) -> None:
    shown, status = typed_into(["collection", "remove", "c"], [("[y/N]", key)], folder=tmp_path)
    assert status == ExitStatus.INTERRUPTED
    assert "\nerror[interrupted]" in re.sub(r"\x1b\[[\d;]*m", "", shown)
