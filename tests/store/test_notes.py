"""Notes about finished downloads outlive a kill, and stay no longer than they are needed."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from materials_cli.store import notes as module
from materials_cli.store.folder import Folder
from materials_cli.store.notes import Notes


def part(folder: Path, number: int) -> Path:
    return folder / f"{number:032x}.part"


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.done"))


def test_many_notes_share_a_file_that_goes_with_the_last_that_is_needed(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    for number in range(module._IN_ONE_FILE + 1):
        notes.add(part(tmp_path, number), f'{{"n": {number}}}')
    assert len(files(tmp_path)) == 2
    assert {(each, text) for each, text in Notes(tmp_path).all()} == {
        (part(tmp_path, number), f'{{"n": {number}}}') for number in range(module._IN_ONE_FILE + 1)
    }
    for number in range(1, module._IN_ONE_FILE + 1):
        notes.forget(part(tmp_path, number))
    assert len(files(tmp_path)) == 1
    assert notes.is_needed(part(tmp_path, 0))
    assert not notes.is_needed(part(tmp_path, 1))
    notes.forget(part(tmp_path, 0))
    assert files(tmp_path) == []
    notes.add(part(tmp_path, 0), "{}")
    assert Notes(tmp_path).all() == [(part(tmp_path, 0), "{}")]
    notes.close()


def test_the_notes_of_interrupted_runs_are_forgotten_one_by_one(tmp_path: Path) -> None:
    for run in range(2):
        notes = Notes(tmp_path)
        for number in (run, 7):
            notes.add(part(tmp_path, number), f'{{"run": {run}}}')
        notes.close()
    (tmp_path / "3.done").write_text('{"as": "earlier versions wrote it"}', "utf-8")
    notes = Notes(tmp_path)
    assert sorted(notes.all()) == sorted(
        [
            (part(tmp_path, 0), '{"run": 0}'), (part(tmp_path, 7), '{"run": 0}'), (part(tmp_path, 1), '{"run": 1}'),
            (part(tmp_path, 7), '{"run": 1}'), (tmp_path / "3.part", '{"as": "earlier versions wrote it"}'),
        ]
    )  # fmt: skip
    for name in ("0" * 31 + "7.part", "3.part", "0" * 32 + ".part"):
        notes.forget(tmp_path / name)
    assert [each for each, _ in Notes(tmp_path).all()] == [part(tmp_path, 1), part(tmp_path, 7)]
    notes.forget(part(tmp_path, 1))
    assert files(tmp_path) == []


def test_what_was_noted_since_somebody_looked_stays(tmp_path: Path) -> None:
    """As when one command plans while another one runs, is killed, and leaves the lock to the first."""
    ours, theirs = Folder(tmp_path), Folder(tmp_path)
    with theirs.lock():
        theirs.note(part(theirs.incoming, 0), "{}")
        assert len(ours.notes()) == 1
        theirs.note(part(theirs.incoming, 1), "{}")
    part(ours.incoming, 1).touch()
    with ours.lock():
        assert len(ours.notes()) == 2
        ours.forget(part(ours.incoming, 0))
        ours.sweep()
    assert part(ours.incoming, 1).exists()
    assert len(files(ours.incoming)) == 1


@pytest.mark.parametrize("planted", ["../../x {}", ".. {}", "a/b {}", " {}", "/etc/passwd {}", "\0", "\xff"])
def test_a_note_that_is_not_ours_names_nothing_but_itself(tmp_path: Path, planted: str) -> None:
    (tmp_path / "planted.done").write_bytes(planted.encode("latin-1"))
    notes = Notes(tmp_path)
    assert notes.all() == [(tmp_path / "planted.part", "")]
    notes.forget(tmp_path / "planted.part")
    assert files(tmp_path) == []


def test_notes_that_cannot_be_read_now_stay_for_the_next_run(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    notes.add(part(tmp_path, 0), "{}")
    notes.close()
    (file,) = files(tmp_path)
    elsewhere = file.rename(tmp_path / "elsewhere")
    file.symlink_to(elsewhere)  # which is not followed
    later = Notes(tmp_path)
    assert later.all() == []
    later.forget(file.with_suffix(".part"))
    assert later.is_needed(file)
    elsewhere.rename(file)
    assert Notes(tmp_path).all() == [(part(tmp_path, 0), "{}")]


def test_a_note_that_was_cut_spoils_no_other(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    notes.add(part(tmp_path, 0), "{}")
    with largest_file(60), pytest.raises(OSError, match=r"."):
        notes.add(part(tmp_path, 1), "{" + " " * 100 + "}")
    assert not notes.is_needed(part(tmp_path, 1)), "its bytes may be swept to make room"
    notes.add(part(tmp_path, 2), "{}")
    notes.close()
    whole = {each for each, text in Notes(tmp_path).all() if text == "{}"}
    assert whole == {part(tmp_path, 0), part(tmp_path, 2)}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as a quota does: what is written last is cut."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
