"""Where there is nothing to show, or a word was meant otherwise, people are told what to do next."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from materials_cli.cli.commands import COMMANDS
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.command import run
from support.small_drive import drive, world  # noqa: F401 - fixtures


@pytest.mark.parametrize(
    "words",
    [("list",), ("search", "public"), ("verify",), ("status",), ("changes",),
     ("history",), ("terms",), ("index",), ("pictures",), ("triage",)],
)  # fmt: skip
def test_an_empty_archive_says_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "materials.toml").write_text("format = 1\n")
    assert "No folder has been added to this archive. Next: materials add LINK" in run(*words).output
    run("add", "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAA", "--name", "a", "--no-check")
    assert words[0] in ("index", "pictures", "triage") or "Next: materials sync" in run(*words).output


@pytest.mark.parametrize("word", ["sync", "plan"])
def test_there_is_nothing_to_sync_before_a_folder_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "materials.toml").write_text("format = 1\n")
    assert "No folder has been added" in run(word, status=2).output


def test_a_word_that_is_no_collection_is_perhaps_to_be_found(drive: RunningServer) -> None:
    assert "c/0.txt" in run("list", "c").stdout
    assert run("list", "c").stdout == run("list", "--collection", "c").stdout
    said = run("list", "georgia", status=2).stderr
    assert "The collections of this archive are: c." in said
    assert "materials search georgia" in said


def test_a_csv_begins_as_excel_needs_it(drive: RunningServer) -> None:
    assert run("list", "--format", "csv").stdout.startswith("\ufeffcollection,path")


def test_a_usage_error_says_nothing_twice(drive: RunningServer) -> None:
    said = run("list", "--tree", "--nothing", status=2).stderr
    assert "No such option: --nothing" in said
    assert "why" not in said


@pytest.mark.parametrize(
    ("words", "meant"),
    [("list --colection c", "--collection"), ("list --coll c", "--collection"), ("site --output x", "--to"),
     ("search --limt 3 a", "--limit"), ("search --max 3 a", "--limit")],
)  # fmt: skip
def test_an_unknown_option_is_answered_by_the_one_that_is_meant(drive: RunningServer, words: str, meant: str) -> None:
    assert f"(Possible options: {meant})" in run(*words.split(), status=2).stderr


@pytest.mark.parametrize("words", ["demo --to x", "list --zzz", "sync --dry-run"])
def test_an_unknown_option_is_not_answered_by_one_with_nothing_like_it_but_its_dashes(words: str) -> None:
    assert "Possible options" not in run(*words.split(), status=2).stderr


def test_where_something_was_written_is_said_without_detours(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert f"Written: {tmp_path / 'table.csv'} " in " ".join(run("export", "csv", "--to", "there/../table.csv").output.split())


def test_what_keeps_a_notification_is_a_sentence(drive: RunningServer, tmp_path: Path) -> None:
    with (tmp_path / "materials.toml").open("a") as settings:
        settings.write(
            '\n[notify]\nping = "http://127.0.0.1:9/x"\n'
            'mail = {to = ["a@example.org"], from = "b@example.org", server = "127.0.0.1:9", security = "none"}\n'
        )
    said = run("notify", status=3).stderr
    assert said.count("nothing answers there; is the port right?") == 2
    assert "Errno" not in said


def test_a_usage_error_names_the_help_to_read(drive: RunningServer) -> None:
    assert "See `materials edit --help`." in run("edit", "0.txt", "--set", "mood=good", status=2).stderr
    told = run("diff", status=2).stderr
    assert "See `materials diff --help`." in told
    assert "A path, an id, words of the name, or the number of a hit." in told


def test_help_explains_a_command_by_either_name() -> None:
    for asked in ("search", "find", "collection"):
        assert run("help", asked).stdout == run({"find": "search"}.get(asked, asked), "--help").stdout


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_list_of_commands_is_whole_and_in_sections(
    language: str, speaking: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    speaking(LANGUAGE=language)
    monkeypatch.setenv("COLUMNS", "80")
    told = run("--help").stdout
    assert "..." not in told.partition("\n\n")[2]
    assert sorted(re.findall(r"^  ([a-z]+)  ", told, re.MULTILINE)) == sorted(COMMANDS)


def test_add_and_sync_count_the_same_files_and_folders(drive: RunningServer, world: World, tmp_path: Path) -> None:
    """Shortcuts included, and without the folder itself."""
    world.add_shortcut("again.txt", world.children(world.root)[1].id, world.add_folder("day"))
    other = tmp_path / "other"
    other.mkdir()
    found = run("add", world.root, "--archive", str(other), "--name", "c").stderr
    counted = re.search(r"\d+ files in \d+ folders", found)
    assert counted
    assert f"Listing: {counted[0]}" in run("sync", "--archive", str(other)).stderr


@pytest.mark.parametrize("link", ["1AAAA", "", "…", "1AAAA...?usp=sharing"])
def test_a_link_that_is_cut_off_is_said_to_be(link: str) -> None:
    told = run("add", f"https://drive.google.com/drive/folders/{link}", status=2).stderr
    assert "This link to a folder is cut off" in told


def test_a_folder_with_nothing_in_it_is_remarked_on(drive: RunningServer, world: World, tmp_path: Path) -> None:
    empty = world.add_folder("empty")
    (tmp_path / "other").mkdir()
    told = run("add", f"https://drive.google.com/drive/folders/{empty}", "--archive", str(tmp_path / "other")).stderr
    assert "It is empty, or not shared with you" in told
    assert "It is empty" not in run("add", world.root, "--archive", str(tmp_path / "other"), "--name", "full").stderr


def test_what_is_missing_is_told_in_our_own_words(drive: RunningServer) -> None:
    told = run(
        "add", "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "--name", "x", status=4
    ).stderr
    assert "The folder was not found." in told
    assert "File not found" not in told


def test_help_tells_how_to_get_in_and_no_range_like_a_programmer() -> None:
    assert "materials auth set-key" in run("help", "access").stdout
    assert "<=" not in run("list", "--help").stdout + run("search", "--help").stdout


def test_what_is_written_of_an_archive_that_was_never_synced_is_said_to_be_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("add", "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAA", "--name", "a", "--no-check")
    for words in ("export csv", "export xlsx", "export bag", "site --to site", "site --public --single site.html"):
        assert "Nothing is in it. Next: materials sync" in run(*words.split()).stderr
    run("collection", "detach", "a")
    for words in ("list", "search public", "verify", "triage", "terms", "export csv --to 2"):
        told = run(*words.split()).stderr
        assert "all collections are detached. To sync one again: materials collection link NAME LINK" in told
        assert "materials sync" not in told


def test_what_is_written_of_an_archive_with_items_is_not_said_to_be_empty(drive: RunningServer) -> None:
    for words in ("export csv --to t", "site --to s", "site --public --to p", "triage"):
        assert "Next: materials sync" not in run(*words.split()).stderr


def test_collections_that_fail_alike_are_named_and_the_reason_is_explained_once(drive: RunningServer) -> None:
    for name in "bd":
        link = f"https://drive.google.com/drive/folders/1{name * 24}"
        run("add", link, "--name", name, "--no-check")
    for words in (("sync",), ("plan",), ("verify", "--against-drive")):
        told = run(*words, status=4).stderr
        for name in "bd":
            assert f"error[link_not_found]: {name}: The folder was not found." in told
            assert f"https://drive.google.com/drive/folders/1{name * 24}" in told
        assert told.count("Check the link in a private browser window") == 1
    for command in ("sync", "plan"):
        errors = json.loads(run(command, "--json", status=4).stdout)["errors"]
        assert [(error["collection"], error["code"]) for error in errors] == [(name, "link_not_found") for name in "bd"]


def test_an_item_without_earlier_versions_says_what_can_be_compared(drive: RunningServer) -> None:
    told = run("diff", "0.txt", status=2).stderr
    assert "“0.txt” has no earlier version: it has never been replaced." in told
    assert "There is one version of it, fetched on" in told
    assert "materials show ITEM" not in told
    advice = re.search(r"`materials (changes --since [\d-]+)`", told)
    assert advice
    run(*advice[1].split())
