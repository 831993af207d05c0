"""Many items replaced at once by what is empty, unreadable or without its text: the held ones stay, the others wait."""

import hashlib
import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.store.mirror import Store
from support import command
from support.decks import deck
from support.law_model import deck as google_deck
from support.law_model import said
from support.small_drive import BYTES, items, kept, mirror, run, sums_hold
from support.synced import sync_first

COUNT = 8
HELD = "most of it is empty, unreadable or without its text"
NOISE = random.Random(20261129)  # noqa: S311 - repeatable bytes


def talk(number: int) -> bytes:
    return f"What was said in talk number {number}, word for word.".encode()


@pytest.fixture(params=["", "1"], ids=["key", "keyless"])
def drive(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    NOISE.seed(20261129)  # the same for a test, whichever were before it
    world = World("Folder")
    for number in range(COUNT):
        world.add_file(f"{number}.txt", talk(number))
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        monkeypatch.setenv("MATERIALS_KEYLESS", request.param)
        monkeypatch.chdir(tmp_path)
        sync_first(world, tmp_path)
        yield server
        assert not server.crashes


def ids(drive: RunningServer) -> dict[str, str]:
    return {node.name: node.id for node in drive.world.nodes.values() if node.parent}


def edit(drive: RunningServer, contents: Mapping[int, bytes], suffix: str = ".txt") -> None:
    """Somebody edits some files, on another day: without a credential only the day is told."""
    drive.world._clock += timedelta(days=1)
    known = ids(drive)
    for number, content in contents.items():
        drive.world.edit(known[f"{number}{suffix}"], content)


def encrypt(drive: RunningServer, *numbers: int) -> None:
    edit(drive, {number: NOISE.randbytes(400) for number in numbers})


def as_it_was() -> dict[str, bytes]:
    return {f"{number}.txt": talk(number) for number in range(COUNT)}


def downloaded() -> int:
    """The bytes that the last run fetched."""
    size: int = command.data("status")["items"][0]["last_run"]["bytes"]
    return size


def test_the_held_items_stay_and_what_waits_is_neither_fetched_nor_told_anew(drive: RunningServer, tmp_path: Path) -> None:
    encrypt(drive, *range(6))
    assert f"6 of 8 items have new content on Drive, but {HELD}" in run("sync", status=3)
    assert mirror(tmp_path) == as_it_was()
    assert downloaded() == 6 * 400
    assert "6 held back" in run("plan")
    assert HELD in run("sync", "--cron", status=3)
    assert run("sync", "--cron", status=3) == ""
    assert downloaded() == 0
    assert len(kept(tmp_path)) == 6
    assert sums_hold(tmp_path)
    assert "word for word" in run("search", '"talk number 3"')
    told = items()
    assert told["3.txt"]["replacement"]["problem"] == "Its format is no longer recognisable."
    assert (tmp_path / told["3.txt"]["replacement"]["place"]).is_file()
    assert told["7.txt"]["replacement"] is None


def test_they_are_taken_in_without_a_download_when_somebody_accepts_them(drive: RunningServer, tmp_path: Path) -> None:
    encrypt(drive, *range(6))
    run("sync", status=3)
    assert "6 replaced" in run("plan", "--accept-replacements")
    assert "6 replaced" in run("sync", "--accept-replacements")
    assert downloaded() == 0
    assert mirror(tmp_path) == {n.name: n.data for n in drive.world.nodes.values() if n.parent}
    assert len(kept(tmp_path)) == 6
    assert "no changes" in run("sync")
    assert "quarantine" in run("history", "3.txt")
    assert "none changed" in run("history", "--check")
    assert sums_hold(tmp_path)


def test_the_guard_ends_when_drive_gives_the_old_bytes_back_and_no_byte_is_lost(drive: RunningServer, tmp_path: Path) -> None:
    encrypt(drive, *range(6))
    run("sync", status=3)
    waited = kept(tmp_path)
    edit(drive, {number: talk(number) for number in range(6)})
    run("sync")
    assert mirror(tmp_path) == as_it_was()
    assert kept(tmp_path) == waited
    assert items()["0.txt"]["replacement"] is None
    assert len(command.data("show", "0.txt")["items"][0]["versions"]) == 1
    assert "no changes" in run("sync")


def test_what_is_replaced_later_joins_and_what_is_mended_goes(drive: RunningServer, tmp_path: Path) -> None:
    encrypt(drive, 0, 1, 2)
    run("sync", status=3)
    encrypt(drive, 3, 4)
    assert "5 of 8 items" in run("sync", status=3)
    edit(drive, {number: talk(number) for number in range(4)})
    # One that is left is held back still: it is broken as it was, and nobody has accepted it.
    assert "1 of 8 items" in run("sync", status=3)
    assert mirror(tmp_path) == as_it_was()
    better = talk(4) + b" And what was said afterwards."
    edit(drive, {4: better})
    assert "1 replaced" in run("sync")
    assert mirror(tmp_path)["4.txt"] == better
    assert "no changes" in run("sync")


@pytest.mark.parametrize("content", [b"", b"x"], ids=["empty", "without its text"])
def test_a_quarter_is_no_mass_and_neither_are_two(drive: RunningServer, tmp_path: Path, content: bytes) -> None:
    edit(drive, dict.fromkeys(range(2), content))
    assert "2 replaced" in run("sync")
    edit(drive, dict.fromkeys(range(2, 5), content))
    assert HELD in run("sync", status=3)
    assert mirror(tmp_path)["4.txt"] == talk(4)


def test_a_new_edition_of_everything_takes_its_place_in_the_same_run(drive: RunningServer, tmp_path: Path) -> None:
    edit(drive, {number: f"Другие слова, тоже о чём-то важном: {number}".encode() for number in range(COUNT)})
    assert "8 replaced" in run("sync")
    assert downloaded() == sum(map(len, mirror(tmp_path).values()))
    assert kept(tmp_path) == {i["sha256"] for i in command.data("show", "1.txt")["items"][0]["versions"]} | kept(tmp_path)
    assert len(kept(tmp_path)) == 8
    assert "слова" in run("search", "важном")
    assert "no changes" in run("sync")


def test_a_held_item_follows_its_name_unless_that_names_something_else(drive: RunningServer, tmp_path: Path) -> None:
    encrypt(drive, *range(6))
    run("sync", status=3)
    known = ids(drive)
    drive.world.rename(known["0.txt"], "renamed.txt")
    for number in range(1, 4):
        drive.world.rename(known[f"{number}.txt"], f"{number}.txt.locked")
    drive.world.move(known["5.txt"], drive.world.add_folder("Day 2"))
    run("sync", status=3)
    moved = {"0.txt": "renamed.txt", "5.txt": "Day 2/5.txt"}
    assert mirror(tmp_path) == {moved.get(name, name): content for name, content in as_it_was().items()}
    assert "no changes" in run("sync", status=3)
    run("sync", "--accept-replacements")
    assert set(mirror(tmp_path)) == {
        "renamed.txt",
        "Day 2/5.txt",
        "4.txt",
        "6.txt",
        "7.txt",
        *(f"{n}.txt.locked" for n in (1, 2, 3)),
    }
    assert "no changes" in run("sync")
    assert sums_hold(tmp_path)


def test_an_attack_that_renames_too_keeps_every_name(drive: RunningServer, tmp_path: Path) -> None:
    known = ids(drive)
    encrypt(drive, *range(COUNT))
    for number in range(COUNT):
        drive.world.rename(known[f"{number}.txt"], f"{number}.txt.locked")
    assert HELD in run("sync", status=3)
    assert mirror(tmp_path) == as_it_was()
    edit(drive, {number: talk(number) for number in range(COUNT)}, ".txt.locked")
    for number in range(COUNT):
        drive.world.rename(known[f"{number}.txt"], f"{number}.txt")
    run("sync")
    assert mirror(tmp_path) == as_it_was()
    assert "no changes" in run("sync")


def test_excluded_withdrawn_and_edited_here(drive: RunningServer, tmp_path: Path) -> None:
    """Each way in which an item leaves the guard keeps both contents."""
    encrypt(drive, *range(6))
    run("sync", status=3)
    rules = (tmp_path / "materials.toml").read_text("utf-8")
    (tmp_path / "materials.toml").write_text(rules + 'exclude = ["*.txt"]\n', "utf-8")
    assert "no changes" in run("sync")
    assert mirror(tmp_path) == as_it_was()
    (tmp_path / "materials.toml").write_text(rules, "utf-8")
    assert HELD in run("sync", status=3)
    assert downloaded() == 0
    waited = items()["0.txt"]["replacement"]["sha256"]
    drive.world.trash(ids(drive)["0.txt"])
    (tmp_path / "c" / "1.txt").write_bytes(b"my own words")
    run("sync", "--accept-withdrawals", status=3)
    assert downloaded() == 0
    run("sync", "--accept-withdrawals", status=3)
    assert downloaded() == 0
    held = items("--all")["0.txt"]
    assert (held["state"], held["replacement"]) == ("withdrawn", None)
    assert {held["sha256"], waited} <= kept(tmp_path)
    # Nothing was left to guard: what was edited is kept aside, and Drive's content is here without a download.
    assert mirror(tmp_path)["1.txt"] == drive.world.nodes[ids(drive)["1.txt"]].data
    assert [p.read_bytes() for p in (tmp_path / ".materials" / "aside").rglob("1.txt")] == [b"my own words"]
    assert sums_hold(tmp_path)


def test_many_with_the_same_bytes_are_taken_in_and_none_is_left_without_a_row(drive: RunningServer, tmp_path: Path) -> None:
    edit(drive, dict.fromkeys(range(5), b""))
    run("sync", status=3)
    run("sync", "--accept-replacements")
    assert [len(mirror(tmp_path)[f"{number}.txt"]) for number in range(5)] == [0] * 5
    digests = {i["sha256"] for i in items().values()} | {
        version["sha256"] for number in range(5) for version in command.data("show", f"{number}.txt")["items"][0]["versions"]
    }
    assert kept(tmp_path) <= digests
    assert "no changes" in run("sync")


def test_google_documents_and_decks_that_lose_their_slides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    world = World("Folder")
    native = [world.add_native(f"N{n}", "presentation", google_deck(b"words of %d" % n)) for n in range(3)]  # type: ignore[arg-type]
    decks = [world.add_file(f"{n}.pptx", deck(f"Title {n}|A body with a number of words: {n}")) for n in range(4)]
    with start(world) as drive:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        run("add", world.root, "--name", "c")
        run("sync")
        # An owner moves everything: the versions of Google's documents count up, and nothing is other content.
        for node in native:
            world.touch(node)
        run("sync")
        held = mirror(tmp_path)
        for node in decks:
            world.edit(node, deck("|"))
        assert "4 of 7 items" in run("sync", status=3)
        assert mirror(tmp_path) == held
        assert items()["1.pptx"]["replacement"]["problem"] == "Most of its text is gone."
        world.edit(native[0], exports=google_deck(b"other words"))  # type: ignore[arg-type]
        assert "5 of 7 items" in run("sync", status=3)
        assert said(mirror(tmp_path)["N0.pptx"]) == b"words of 0"
        before = drive.count(*BYTES)
        assert "5 of 7 items" in run("sync", status=3)
        assert drive.count(*BYTES) == before
        world.touch(native[0])
        assert "5 of 7 items" in run("sync", status=3)
        run("sync", "--accept-replacements")
        assert said(mirror(tmp_path)["N0.pptx"]) == b"other words"
        assert "no changes" in run("sync")


def test_what_was_unreadable_before_is_no_sound_replacement_but_has_nothing_to_lose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    world = World("Folder")
    broken = [world.add_file(f"broken {n}.pptx", NOISE.randbytes(400)) for n in range(4)]
    whole = [world.add_file(f"{n}.pptx", deck(f"Title {n}|A body with a number of words: {n}")) for n in range(3)]
    with start(world) as drive:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        run("add", world.root, "--name", "c")
        run("sync")
        for node in broken:
            world.edit(node, NOISE.randbytes(400))
        assert "4 replaced" in run("sync")
        held = mirror(tmp_path)
        for node in broken + whole:
            world.edit(node, NOISE.randbytes(400))
        assert f"7 of 7 items have new content on Drive, but {HELD}" in run("sync", status=3)
        assert mirror(tmp_path) == held


@pytest.mark.parametrize("copied", [True, False], ids=["copy", "manifest"])
def test_what_waits_is_known_after_the_catalogue_was_lost(drive: RunningServer, tmp_path: Path, *, copied: bool) -> None:
    encrypt(drive, *range(6))
    run("sync", status=3)
    for file in (tmp_path / ".materials").glob("catalogue.sqlite*" if copied else "catalogue.*"):
        file.unlink()
    run("rebuild")
    waits = items()["3.txt"]["replacement"]
    assert (tmp_path / waits["place"]).is_file()
    assert "6 of 8 items" in run("sync", status=3)
    assert downloaded() == 0
    assert mirror(tmp_path) == as_it_was()
    encrypt(drive, 5)  # what waited for it becomes an earlier version of it
    run("sync", status=3)
    assert "6 replaced" in run("sync", "--accept-replacements")
    assert downloaded() == 0
    assert "no changes" in run("sync")
    assert "all present and intact" in run("verify")
    assert "none changed" in run("history", "--check")


def test_bytes_that_another_item_has_now_stay_as_an_earlier_version(drive: RunningServer, tmp_path: Path) -> None:
    shifted = {number: talk(number - 1) if number else b"A wholly new first talk, word for word." for number in range(COUNT)}
    edit(drive, shifted)
    run("sync")
    assert mirror(tmp_path) == {f"{number}.txt": content for number, content in shifted.items()}
    command.run("verify")
    assert {hashlib.sha256(talk(number)).hexdigest() for number in range(COUNT)} <= kept(tmp_path)


@pytest.mark.parametrize("given_back", [False, True], ids=["accepted", "given back"])
def test_a_run_that_is_cut_while_they_take_their_place_loses_none(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given_back: bool
) -> None:
    """The bytes are in their place, no row says so, and the notes of their downloads are still there."""

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    encrypt(drive, *range(COUNT))
    with monkeypatch.context() as killed:
        killed.setattr(Store, "forget", lambda *_: None)
        run("sync", status=3)
    with monkeypatch.context() as killed:
        killed.setattr(Store, "flush", cut)
        run("sync", "--accept-replacements", status=130)
    assert mirror(tmp_path) != as_it_was()
    if given_back:
        edit(drive, {number: talk(number) for number in range(COUNT)})
    run("sync", "--accept-replacements")
    assert "all present and intact" in run("verify")
    assert "none changed" in run("history", "--check")
    assert mirror(tmp_path) == {node.name: node.data for node in drive.world.nodes.values() if node.parent}
    assert not list((tmp_path / ".materials").rglob("aside/*/*"))
    assert not list((tmp_path / ".materials" / "incoming").iterdir())
