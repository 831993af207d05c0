"""Failures as they are told: at length with letters, as JSON, and for command lines that cannot be understood."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError, ProtocolError, ProxyError, ReadTimeoutError

from materials_cli.cli.app import app
from materials_cli.drive import wire
from materials_cli.drive.credentials import GOOGLE, Credential
from materials_cli.drive.wire import Wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import start
from materials_cli.errors import Code
from materials_cli.help.explanations import EXPLANATIONS
from materials_cli.help.letters import LANGUAGES, LETTERS
from materials_cli.messages import verbatim
from support.command import run


def told(*words: str, status: int) -> dict[str, Any]:
    """The error that a program gets: the only thing on standard output."""
    envelope = json.loads(run(*words, status=status).stdout)
    assert list(envelope) == ["error"]
    error: dict[str, Any] = envelope["error"]
    assert error["exit"] == status == Code[error["code"].upper()].status
    assert error["message"]
    assert error["hint"]
    return error


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_error_has_an_explanation() -> None:
    for code in Code:
        long = EXPLANATIONS[code]
        assert min(len(long.meaning), len(long.cause)) > 30, code
        assert long.steps, code
        assert not long.letter or long.letter in LETTERS, code


def test_every_letter_is_there_in_every_language_and_names_the_folder() -> None:
    assert {long.letter for long in EXPLANATIONS.values() if long.letter} | {"talks"} == set(LETTERS)  # of `materials agenda`
    for letter in LETTERS.values():
        assert letter.keys() == LANGUAGES.keys()
        for text in letter.values():
            assert text.count("LINK") == 1
            assert max(map(len, text.splitlines())) <= 128


def test_help_prints_the_letter_with_the_link_of_the_one_folder(here: Path) -> None:
    assert "LINK" in run("help", "link_not_shared").stdout
    link = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAAA"
    (here / "materials.toml").write_text(f'[collections.a]\nlink = "{link}"\n')
    shown = run("help", "link_not_shared").stdout
    assert shown.count(f"\n{link}\n") == len(LANGUAGES)
    assert "LINK" not in shown
    (here / "materials.toml").write_text("nonsense")
    assert "LINK" in run("help", "link_not_shared").stdout


def test_help_is_laid_out_in_paragraphs() -> None:
    assert "\n\nWhat to do\n1. " in run("help", "bad_key").stdout
    assert "\n\n[collections.NAME]\n\n" in run("help", "settings").stdout


def test_an_error_has_one_layout(here: Path) -> None:
    lines = run("status", status=2).stderr.splitlines()
    assert lines[0].startswith("error[no_archive]: ")
    assert [line.split()[0] for line in lines[1:]] == ["where", "why", "fix", "more"]
    assert lines[-1].endswith("materials help no_archive")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "--json"), "no_archive"),
        (("--archive", "/none", "list", "--json"), "no_archive"),
        (("show", "--json", "x"), "no_archive"),
        (("lost", "--json"), "bad_usage"),
        (("list", "--json", "--kind", "poem"), "bad_usage"),
        (("list", "--json", "--since", "someday"), "bad_usage"),
        (("--nonsense", "list", "--json"), "bad_usage"),
        (("show", "--json"), "bad_usage"),
    ],
)
def test_a_program_gets_every_error_as_json(here: Path, words: tuple[str, ...], code: str) -> None:
    assert told(*words, status=2)["code"] == code


def test_a_sync_goes_on_past_a_closed_folder_and_tells_a_program_of_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with start(sample_world()) as drive:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        ids = ("1AAAAAAAAAAAAAAAAAAAAAAAAAAA", drive.world.root)
        links = (f"https://drive.google.com/drive/folders/{folder}" for folder in ids)
        text = "".join(f'[collections.{slug}]\nlink = "{link}"\n' for slug, link in zip(("closed", "open"), links, strict=True))
        (here / "materials.toml").write_text(text)
        envelope = json.loads(run("sync", "--json", status=4).stdout)
        assert [item["collection"] for item in envelope["items"]] == ["open"]
        assert [(error["code"], error["exit"]) for error in envelope["errors"]] == [("link_not_found", 4)]
        assert told("sync", "closed", "--json", status=4)["where"].endswith(f"/drive/folders/{ids[0]}")
        drive.faults.add(Fault(status=429, reason="rateLimitExceeded", times=None))
        monkeypatch.setattr(wire, "_TRIES", 1)
        assert told("sync", "open", "--json", status=75)["code"] == "rate_limited"


@pytest.mark.parametrize(
    ("words", "code", "shown", "unlike"),
    [
        (("--archive", "/none", "list"), "no_archive", "There is no archive at this place", "folder above"),
        (("add", "--from", "/none.toml"), "bad_settings", "Check its name", "Correct the line"),
        (("auth", "login", "--client", "/none"), "bad_account_file", "OAuth client", "GOOGLE_APPLICATION"),
    ],
)
def test_why_and_fix_are_of_this_very_case(here: Path, words: tuple[str, ...], code: str, shown: str, unlike: str) -> None:
    result = CliRunner().invoke(app, list(words))
    assert f"error[{code}]" in result.stderr
    assert shown in result.stderr
    assert unlike not in result.stderr
    assert "[Errno" not in result.stderr


def test_a_broken_network_is_told_in_words() -> None:
    connection, pool = HTTPConnection("nowhere.invalid"), HTTPConnectionPool("nowhere.invalid")
    with Wire(Credential(GOOGLE, verbatim("nobody"))) as wired:
        for error, shown in (
            (NameResolutionError("nowhere.invalid", connection, socket.gaierror()), "resolved"),
            (NewConnectionError(connection, "refused"), "could not be reached"),
            (ReadTimeoutError(pool, "/", "slow"), "in time"),
            (ProtocolError("cut"), "interrupted"),
            (ProxyError("no", OSError()), "proxy"),
        ):
            assert shown in str(wired.broken(error).error.what)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_file_that_is_none_needs_a_person(
    here: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content:
        (here / "office.pem").write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(here / "office.pem"))
    link = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert "error[bad_certificates]" in run("add", link, status=2).stderr


def test_words_behind_two_hyphens_are_no_wish_for_json(here: Path) -> None:
    assert "error[no_archive]" in run("search", "--", "--json", status=2).stderr


@pytest.mark.parametrize(
    ("topic", "shown", "fix"),
    [
        ("exitcodes", "Did you mean “exit-codes”?", "materials help exit-codes"),
        ("link_not_shred", "Did you mean “link_not_shared”?", "materials help link_not_shared"),
        ("поиск", "Did you mean “search”?", "materials help search"),
        ("meanng", "“meaning” is a key of the settings.", "materials help settings"),
        ("xyzzy", "There is no help topic “xyzzy”.", "materials help"),
    ],
)
def test_a_mistyped_help_topic_is_told_what_it_may_be(topic: str, shown: str, fix: str) -> None:
    told = run("help", topic, status=2).stderr
    assert shown in told
    assert f" {fix}\n" in told


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("snyc",), "Did you mean “sync”?"),
        (("SEARCH",), "Did you mean “search”?"),
        (("поиск",), "Did you mean “search”?"),
        (("Синхронизироать",), "Did you mean “sync”?"),
        (("검색",), "Did you mean “search”?"),
        (("ыуфкср",), "Did you mean “search”?"),
        (("дшые",), "Did you mean “list”?"),
        (("auth", "ыефегы"), "Did you mean “status”?"),
        (("слон",), "No such command: “слон”.\n"),
        (("sync", "--jsn"), "--json"),
        (("list", "--sort", "poem"), "must be one of “path”"),
        (("open",), "ITEM"),
    ],
)
def test_a_wrong_command_line_is_told_like_every_failure(words: tuple[str, ...], shown: str) -> None:
    result = run(*words, status=2)
    assert result.stderr.startswith("error[bad_usage]: ")
    assert shown in result.stderr
    assert "Value error" not in result.stderr
    assert "--help`" in result.stderr


def test_a_group_without_a_command_shows_its_help() -> None:
    assert "set-key" in CliRunner().invoke(app, ["auth"]).output


def test_an_empty_answer_to_a_question_is_no_bug(here: Path) -> None:
    assert "error[bad_key]" in run("auth", "set-key", status=4, stdin="").stderr


def test_a_disk_that_refuses_is_told_in_words(here: Path) -> None:
    gone = here / "gone"
    gone.mkdir()
    script = (
        "import os, sys\n"
        "os.chdir(sys.argv[1])\n"
        "os.rmdir(sys.argv[1])\n"
        "from materials_cli.cli.app import run\n"
        "sys.argv[1:] = ['list']\n"
        "run()"
    )
    done = subprocess.run([sys.executable, "-c", script, str(gone)], capture_output=True, text=True, check=False)
    assert done.returncode == 6
    assert "error[disk_refused]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_output_that_meets_a_full_disk_ends_with_6_in_json_too(here: Path) -> None:
    (here / "materials.toml").write_text("")
    for words in (["list"], ["list", "--json"]):
        command = [sys.executable, "-m", "materials_cli", *words]
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert (done.returncode, done.stderr.splitlines()[0][:17]) == (6, "error[disk_full]:")


def test_a_bug_is_told_to_a_program_too() -> None:
    script = (
        "import sys\n"
        "from materials_cli.cli import app\n"
        "def broken(**_): raise ValueError('GET https://x/?key=SECRET failed')\n"
        "app.app = broken\n"
        "sys.argv[1:] = ['list', '--json']\n"
        "app.run()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["error"]["code"] == "bug"
    assert "SECRET" not in done.stdout + done.stderr


def test_a_terminal_without_unicode_shows_question_marks_and_no_traceback() -> None:
    command = [sys.executable, "-m", "materials_cli", "help", "link_not_shared"]
    environment = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "?" in done.stdout
