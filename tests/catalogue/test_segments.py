"""The segments of the index: a run merges them, rewrites the largest only for much that is new, and changes no answer."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.segments import merge_segments, numbers, segments
from materials_cli.emulator.server import RunningServer
from materials_cli.model import Section
from support.small_catalogue import found, item, put
from support.small_drive import drive, run, world

__all__ = ["drive", "world"]

MANY = 40
TYPED = ("harbour", "word1*", "lamp7 harbour", '"the harbour"')


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """Many items, each in a commit of its own."""
    made = Catalogue.open(tmp_path / "catalogue.sqlite", write=True)
    for number in range(MANY):
        _put(made, number)
    yield made
    made.close()


def _put(catalogue: Catalogue, number: int) -> None:
    body = " ".join(f"word{number}x{each}" for each in range(300))
    put(catalogue, item(f"{number}.pptx"), Section(1, f"lamp{number}", f"{body} the harbour"))


def _largest(catalogue: Catalogue) -> int:
    """The number of the segment with the most pages."""
    rows = catalogue.connection.execute("SELECT segid FROM words_idx GROUP BY segid ORDER BY count(*) DESC LIMIT 1")
    return int(rows.fetchone()[0])


def test_all_are_merged_and_what_is_found_stays_the_same(catalogue: Catalogue) -> None:
    before = [found(catalogue, typed) for typed in TYPED]
    assert len(segments(catalogue.connection, "words")) > 3
    merge_segments(catalogue.connection)
    assert len(segments(catalogue.connection, "words")) == len(segments(catalogue.connection, "names")) == 1
    assert [found(catalogue, typed) for typed in TYPED] == before
    catalogue.connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    written = catalogue.connection.total_changes
    merge_segments(catalogue.connection)
    assert catalogue.connection.total_changes == written


def test_a_few_new_ones_are_merged_beside_the_largest(catalogue: Catalogue) -> None:
    merge_segments(catalogue.connection)
    largest = _largest(catalogue)
    for number in range(MANY, MANY + 7):
        _put(catalogue, number)
    merge_segments(catalogue.connection)
    assert _largest(catalogue) == largest
    assert 1 < len(segments(catalogue.connection, "words")) <= 4
    for number in range(MANY + 7, 2 * MANY):
        _put(catalogue, number)
    merge_segments(catalogue.connection)
    assert len(segments(catalogue.connection, "words")) == 1


def test_it_goes_on_where_it_was_stopped(catalogue: Catalogue) -> None:
    catalogue.connection.execute("INSERT INTO words (words, rank) VALUES ('merge', -1)")
    merge_segments(catalogue.connection)
    assert len(segments(catalogue.connection, "words")) == 1
    assert len(found(catalogue, "harbour")) == 20


def test_an_empty_index_has_none(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as catalogue:
        assert segments(catalogue.connection, "words") == []
        merge_segments(catalogue.connection)


def test_numbers_are_read_as_sqlite_writes_them() -> None:
    assert list(numbers(b"\x05\x81\x00\x7f\xff\x7f")) == [5, 128, 127, 16383]


@pytest.mark.parametrize("record", ["DELETE FROM words_data", "UPDATE words_data SET block = x'000000000105ff'"])
def test_a_quiet_sync_does_not_end_for_an_index_that_is_damaged(drive: RunningServer, tmp_path: Path, record: str) -> None:
    with closing(sqlite3.connect(tmp_path / ".materials" / "catalogue.sqlite")) as connection, connection:
        connection.execute(f"{record} WHERE id = 10")
    assert "8 unchanged" in run("sync")
