"""What damages the cached index of a very large archive, and who else lies beside it, costs no search and no other archive."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search import large
from materials_cli.search.engine import sections_beside
from materials_cli.search.large_folder import folder_of, may_be_opened
from support.small_catalogue import catalogue, found, item, put  # noqa: F401 - a fixture

pytest.importorskip("tantivy")
_OPEN = (
    "import os, signal, sys; from pathlib import Path; from materials_cli.catalogue.items import Catalogue;"
    "from materials_cli.search.engine import sections_beside; made = Catalogue.open(Path(sys.argv[1]));"
    "sections = sections_beside(made); print(type(sections).__name__, sections.size(), flush=True);"
    "sys.argv[2:] and os.kill(os.getpid(), signal.SIGKILL)"
)


@pytest.fixture
def folder(catalogue: Catalogue) -> Path:
    path = Path(catalogue.connection.path)
    assert large.keep(catalogue.connection, path, 1, print) is None
    return folder_of(path)


def is_used(catalogue: Catalogue) -> bool:
    return isinstance(sections_beside(catalogue), large.Large)


def rot(folder: Path) -> list[Path]:
    """Change the last byte of every part of the index in its place; sizes and times stay, as on a disk that rots."""
    rotten = []
    for path in folder.iterdir():
        seen = path.stat()
        if path.suffix in {".idx", ".pos", ".store", ".term", ".fast", ".fieldnorm"} and seen.st_size:
            with path.open("r+b") as file:  # another program may have it mapped: it must not become shorter
                file.seek(-1, os.SEEK_END)
                last = file.read(1)[0]
                file.seek(-1, os.SEEK_END)
                file.write(bytes([last ^ 0xFF]))
            os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
            rotten.append(path)
    return rotten


def marks(folder: Path) -> list[Path]:
    return [*folder.glob("opened-*.lock")]


def test_who_searches_leaves_a_mark_that_goes_with_the_process(catalogue: Catalogue, folder: Path) -> None:
    path = Path(catalogue.connection.path)
    seen = subprocess.run([sys.executable, "-c", _OPEN, str(path)], capture_output=True, text=True, check=True)
    assert seen.stdout.split() == ["Large", "4"]
    assert not marks(folder)


@pytest.mark.skipif(os.name == "nt", reason="no process is killed by a signal there")
def test_after_one_that_was_killed_sound_files_still_count(catalogue: Catalogue, folder: Path) -> None:
    words = [sys.executable, "-c", _OPEN, catalogue.connection.path, "die"]
    assert subprocess.run(words, capture_output=True, check=False).returncode == -signal.SIGKILL
    (mark,) = marks(folder)
    assert is_used(catalogue)
    assert not mark.exists()


@pytest.mark.skipif(os.name == "nt", reason="no process is killed by a signal there")
def test_after_one_that_was_killed_by_damage_the_index_is_made_anew(catalogue: Catalogue, folder: Path) -> None:
    words = [sys.executable, "-c", _OPEN, catalogue.connection.path, "die"]
    subprocess.run(words, capture_output=True, check=False)
    assert rot(folder)
    assert not is_used(catalogue)
    assert not marks(folder)
    assert found(catalogue, "harbour") == [("opening.pptx", 2)]
    assert large.refresh(catalogue.connection, folder, print) == 2
    assert is_used(catalogue)
    assert found(catalogue, "harbour") == [("opening.pptx", 2)]


def test_no_search_in_another_process_is_taken_for_one_that_was_killed(catalogue: Catalogue, folder: Path) -> None:
    words = [sys.executable, "-c", f"{_OPEN}; sys.stdin.read()", catalogue.connection.path]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline().split() == ["Large", "4"]
        assert rot(folder)
        assert may_be_opened(folder)
        assert len(marks(folder)) == 1
        other.communicate("")
    assert not marks(folder)


def test_damage_is_found_before_anything_is_put_in(catalogue: Catalogue, folder: Path) -> None:
    assert rot(folder)
    put(catalogue, item("new.pptx"), Section(1, "New", "harbour dues"))
    assert large.refresh(catalogue.connection, folder, print) == 3
    assert is_used(catalogue)
    assert {path for path, _ in found(catalogue, "harbour")} == {"opening.pptx", "new.pptx"}


def test_one_that_turns_out_to_be_damaged_is_looked_at_by_the_next_search(catalogue: Catalogue, folder: Path) -> None:
    sections = sections_beside(catalogue)
    assert isinstance(sections, large.Large)
    sections.fail()
    assert rot(folder)
    assert sections.size() == 4
    assert not is_used(catalogue)
    assert not (folder / "current").exists()


def test_a_folder_among_its_files_does_not_stop_it_from_being_made_anew(catalogue: Catalogue, folder: Path) -> None:
    (folder / "left by a tool" / "inner").mkdir(parents=True)
    (folder / "left by a tool" / "note").write_text("not ours")
    (folder / "items.json").unlink()
    put(catalogue, item("new.pptx"), Section(1, "New", "dues"))
    assert large.keep(catalogue.connection, Path(catalogue.connection.path), 1, print) is None
    assert is_used(catalogue)


@pytest.mark.parametrize(("age", "stays"), [(30, True), (100, False)])
def test_the_index_of_an_unplugged_disk_stays_for_long(
    catalogue: Catalogue, folder: Path, tmp_path: Path, age: int, stays: bool
) -> None:
    away = folder.with_name(f"away for {age} days")
    away.mkdir()
    named = away / "catalogue"
    named.write_bytes(os.fsencode(tmp_path / "unplugged" / "catalogue.sqlite"))
    last = named.stat().st_mtime - age * 24 * 3600
    os.utime(named, (last, last))
    other = tmp_path / "other.sqlite"
    with Catalogue.open(other, write=True) as made:
        put(made, item("talk.pptx"), Section(1, "Talk", "harbour"))
        assert large.keep(made.connection, other, 1, print) is None
    assert away.exists() is stays
    assert folder.exists()


def test_a_run_tells_that_the_index_is_in_use(catalogue: Catalogue, folder: Path) -> None:
    os.utime(folder / "catalogue", (0, 0))
    assert large.keep(catalogue.connection, Path(catalogue.connection.path), 1, print) is None
    assert (folder / "catalogue").stat().st_mtime > 0
