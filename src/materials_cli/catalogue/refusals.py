"""SQLite's errors as ours, translated at the one place where the catalogue calls it.

Errors that mean a bug (an invalid statement, a violated constraint) are not translated, so that they look like one.
Result codes: https://www.sqlite.org/rescode.html
"""

import sqlite3
from pathlib import Path
from typing import Any, Self

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg, msgid

_CODES = {
    sqlite3.SQLITE_BUSY: (Code.LOCKED, msgid("Another program is writing to the catalogue ({reason}).")),
    sqlite3.SQLITE_LOCKED: (Code.LOCKED, msgid("Another program is writing to the catalogue ({reason}).")),
    sqlite3.SQLITE_FULL: (Code.DISK_FULL, msgid("The catalogue could not be written: the disk is full ({reason}).")),
    sqlite3.SQLITE_READONLY: (Code.DISK_REFUSED, msgid("The catalogue is not writable ({reason}).")),
    sqlite3.SQLITE_CANTOPEN: (Code.DISK_REFUSED, msgid("The catalogue could not be opened ({reason}).")),
    sqlite3.SQLITE_PERM: (Code.DISK_REFUSED, msgid("The catalogue is not readable ({reason}).")),
    sqlite3.SQLITE_IOERR: (Code.DISK_REFUSED, msgid("The disk failed to read or write the catalogue ({reason}).")),
    sqlite3.SQLITE_CORRUPT: (Code.BAD_CATALOGUE, msgid("The catalogue is damaged ({reason}).")),
    sqlite3.SQLITE_NOTADB: (Code.BAD_CATALOGUE, msgid("Not a catalogue: SQLite does not recognise the file ({reason}).")),
}


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for an error raised by Python's sqlite3 module itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def explained(error: sqlite3.Error, path: str) -> MaterialsError | None:
    """The error to raise instead; None when it means a bug. path: the database file, as it is displayed."""
    known = _CODES.get(primary_code(error))
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE:
        # There was no space for the file through which readers and the writer share memory.
        known = _CODES[sqlite3.SQLITE_FULL]
    if known is None:
        return None
    code, what = known
    return MaterialsError(code, msg(what, reason=error), where=path)


class Cursor(sqlite3.Cursor):
    """A cursor that raises our errors, including those that occur while rows are fetched."""

    connection: "Connection"

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        """As in sqlite3; raise locked, disk_full, disk_refused or bad_catalogue."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def executemany(self, sql: str, rows: Any, /) -> Self:
        """As in sqlite3; raise locked, disk_full, disk_refused or bad_catalogue."""
        try:
            return super().executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def fetchone(self) -> Any:
        """As in sqlite3; raise disk_refused or bad_catalogue."""
        try:
            return super().fetchone()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def fetchall(self) -> list[Any]:
        """As in sqlite3; raise disk_refused or bad_catalogue."""
        try:
            return super().fetchall()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def __next__(self) -> Any:
        """As in sqlite3; raise disk_refused or bad_catalogue."""
        try:
            return super().__next__()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> Exception:
        return explained(error, self.connection.path) or error


class Connection(sqlite3.Connection):
    """A connection that raises our errors. path: the database file, as it is displayed."""

    path: str = ""

    @classmethod
    def to(cls, address: str, path: Path) -> Self:
        """Connect to a file name or, if it begins with "file:", a URI. SQLite opens the file at the first statement."""
        try:
            # With isolation_level None, statements outside an explicit transaction commit by themselves.
            connection = sqlite3.connect(
                address, uri=address.startswith("file:"), timeout=30, isolation_level=None, factory=cls
            )
        except sqlite3.Error as error:
            raise explained(error, str(path)) or error from error
        connection.path = str(path)
        connection.row_factory = sqlite3.Row
        # Paths on a disk need not be valid Unicode; Python represents their other bytes as lone surrogates.
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogatepass")
        return connection

    def cursor(self, factory: Any = Cursor) -> Any:
        """Return a cursor that raises our errors."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Run one statement; raise locked, disk_full, disk_refused or bad_catalogue."""
        cursor: Cursor = self.cursor()
        return cursor.execute(sql, parameters)
