"""What SQLite says when it cannot go on, told as the failures we can explain; the catalogue's one border to it.

Errors of our own making (a wrong statement, a broken constraint) are not translated: they are bugs and should look so.
Result codes after https://www.sqlite.org/rescode.html.
"""

import sqlite3
from pathlib import Path
from typing import Any, Self

from materials_cli.errors import MaterialsError
from materials_cli.messages import msg, msgid

_CODES = {
    sqlite3.SQLITE_BUSY: ("locked", msgid("Another program is writing to the catalogue ({reason}).")),
    sqlite3.SQLITE_LOCKED: ("locked", msgid("Another program is writing to the catalogue ({reason}).")),
    sqlite3.SQLITE_FULL: ("disk_full", msgid("The catalogue could not be written: the disk is full ({reason}).")),
    sqlite3.SQLITE_READONLY: ("disk_refused", msgid("The catalogue is not writable ({reason}).")),
    sqlite3.SQLITE_CANTOPEN: ("disk_refused", msgid("The catalogue could not be opened ({reason}).")),
    sqlite3.SQLITE_PERM: ("disk_refused", msgid("The catalogue is not readable ({reason}).")),
    sqlite3.SQLITE_IOERR: ("disk_refused", msgid("The disk failed to read or write the catalogue ({reason}).")),
    sqlite3.SQLITE_CORRUPT: ("bad_catalogue", msgid("The catalogue is damaged ({reason}).")),
    sqlite3.SQLITE_NOTADB: ("bad_catalogue", msgid("Not a catalogue: SQLite does not recognise the file ({reason}).")),
}


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 for errors that Python itself raised."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def explained(error: sqlite3.Error, path: str) -> MaterialsError | None:
    """The failure as a person should hear it; None for a bug."""
    known = _CODES.get(primary_code(error))
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE:
        # No room for the memory that readers and a writer share.
        known = _CODES[sqlite3.SQLITE_FULL]
    if known is None:
        return None
    code, what = known
    return MaterialsError(code, msg(what, reason=error), where=path)


class Cursor(sqlite3.Cursor):
    """A cursor whose refusals are explained, also those that come while rows are fetched."""

    connection: "Connection"

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        """As sqlite3 does; raise locked, disk_full, disk_refused or bad_catalogue."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def executemany(self, sql: str, rows: Any, /) -> Self:
        """As sqlite3 does; raise locked, disk_full, disk_refused or bad_catalogue."""
        try:
            return super().executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def fetchone(self) -> Any:
        """As sqlite3 does; raise disk_refused or bad_catalogue."""
        try:
            return super().fetchone()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def fetchall(self) -> list[Any]:
        """As sqlite3 does; raise disk_refused or bad_catalogue."""
        try:
            return super().fetchall()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def __next__(self) -> Any:
        """As sqlite3 does; raise disk_refused or bad_catalogue."""
        try:
            return super().__next__()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> Exception:
        return explained(error, self.connection.path) or error


class Connection(sqlite3.Connection):
    """A connection that explains its refusals. path: the file, as a person should see it."""

    path: str = ""

    @classmethod
    def to(cls, address: str, path: Path) -> Self:
        """Connect to an address that SQLite understands (a URI where it begins with "file:"), without opening the file."""
        try:
            # Statements commit by themselves unless a transaction is begun by name.
            connection = sqlite3.connect(
                address, uri=address.startswith("file:"), timeout=30, isolation_level=None, factory=cls
            )
        except sqlite3.Error as error:
            raise explained(error, str(path)) or error from error
        connection.path = str(path)
        connection.row_factory = sqlite3.Row
        # A path on a disk may hold bytes that are no Unicode; Python knows them as lone surrogates.
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogatepass")
        return connection

    def cursor(self, factory: Any = Cursor) -> Any:
        """A cursor of ours."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Run one statement; raise locked, disk_full, disk_refused or bad_catalogue."""
        cursor: Cursor = self.cursor()
        return cursor.execute(sql, parameters)
