"""The segments of an FTS5 index. Each commit writes one, and a word is looked up in each: few segments make fast searches.

FTS5 merges some while it writes, and leaves about fifteen for 100,000 sections. Here the rest is merged, at the end of a run:
all into one when those beside the largest are a fourth of it, so that each page is rewritten a few times however long an
archive grows; else only those of like size. Formats: https://sqlite.org/src/file/ext/fts5/fts5_index.c
"""

import sqlite3
from collections.abc import Iterator

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg

_BITS = 64  # of the largest number
_STRUCTURE = 10  # the rowid of the record of segments
_COOKIE = 4  # its first bytes, which are no number
_TABLES = ("words", "names")
_FEW = 3
_OF_LARGEST = 4
_PAGES = 2000  # that are written at once, about 8 MB


def numbers(record: bytes) -> Iterator[int]:
    """The numbers in a record of FTS5: seven bits to a byte, the last with the highest bit unset; raise bad_catalogue.

    FTS5 writes at most 64 bits. A catalogue from elsewhere may hold more, which no float could be computed with.
    """
    number = 0
    for byte in record:
        number = number << 7 | byte & 0x7F
        if number >> _BITS:
            raise MaterialsError(Code.BAD_CATALOGUE, msg("The catalogue is damaged ({reason}).", reason="FTS5"))
        if byte < 0x80:
            yield number
            number = 0


def segments(connection: sqlite3.Connection, table: str) -> list[int]:
    """How many pages each segment of an FTS5 table has; none of a record that is damaged, or that another SQLite wrote."""
    statement = f"SELECT block FROM {table}_data WHERE id = ?"  # noqa: S608 - a constant
    row = connection.execute(statement, (_STRUCTURE,)).fetchone()
    try:
        return list(_sizes(numbers(row[0][_COOKIE:]))) if row else []
    except RuntimeError:  # it ends too early
        return []


def _sizes(read: Iterator[int]) -> Iterator[int]:
    levels, _, _ = next(read), next(read), next(read)
    for _ in range(levels):
        _, count = next(read), next(read)
        for _ in range(count):
            _, first, last = next(read), next(read), next(read)
            yield last - first + 1


def merge_segments(connection: sqlite3.Connection) -> None:
    """Merge the segments of each index that has more than a few, in steps that each commit; see above."""
    for table in _TABLES:
        found = segments(connection, table)
        if len(found) > _FEW:
            whole = _OF_LARGEST * (sum(found) - max(found)) >= max(found)
            _command(connection, table, "usermerge", 2)
            _command(connection, table, "merge", -_PAGES if whole else _PAGES)
            while _command(connection, table, "merge", _PAGES) > 1:  # the command itself is one change
                pass


def _command(connection: sqlite3.Connection, table: str, command: str, value: int) -> int:
    """Give FTS5 a command, and count what it changed."""
    before = connection.total_changes
    connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", (command, value))  # noqa: S608 - constants
    return connection.total_changes - before
