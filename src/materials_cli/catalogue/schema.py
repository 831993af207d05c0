"""Opening the catalogue for reading or writing, and migrating the file of an older version.

SQLite runs in WAL mode: readers never wait for the one writer. With synchronous = FULL, committed rows survive a power
failure; a row must not be lost after the bytes it describes were moved into place. On a network disk, the memory that WAL
shares between processes does not reach other computers and would corrupt the file: there it runs with a rollback journal,
and readers may wait for the writer.
"""

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from materials_cli.catalogue.migrations import MIGRATIONS
from materials_cli.catalogue.refusals import Connection, explained, primary_code
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg
from materials_cli.mounts import network_type

APPLICATION_ID = 0x4D544C53  # "MTLS"
_numbers = itertools.count()
_OUTERMOST = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_PAGES = 1000  # that are copied between two signs of life
_NO_SHARED_MEMORY = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def open_catalogue(path: Path, *, write: bool) -> Connection:
    """Open the catalogue; for writing, create or migrate it first.

    A reader never writes: without a file it gets an empty catalogue in memory. Raise newer_archive, bad_catalogue (damaged,
    or another program's file), locked (for more than 30 s), disk_full or disk_refused.
    """
    if path.exists() and not path.is_file():  # SQLite would wait for who writes to a pipe
        what = msg("“{path}” is missing, or is not a file.", path=path.name)
        raise MaterialsError(Code.BAD_CATALOGUE, what, where=str(path))
    return _writer(path) if write else _reader(path)


@contextmanager
def transaction(connection: sqlite3.Connection, *, joining: bool = False) -> Iterator[None]:
    """Make several writes atomic: all of them or, after an error, none. The outermost transaction commits.

    joining: where another one is under way, whoever made that one undoes these writes with its own; they need no savepoint,
    which takes two more statements. A signal can interrupt between any two statements, even before the savepoint is made or
    after it is gone: each has a name of its own, so that none is taken for one around it.
    """
    if joining and connection.in_transaction:
        yield
        return
    begin, end, undo = _within(f"within_{next(_numbers)}") if connection.in_transaction else _OUTERMOST
    try:
        connection.execute(begin)
        yield
        connection.execute(end)
    except BaseException:
        # After some errors, a full disk for example, SQLite has already rolled back.
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.OperationalError):  # there is no such savepoint: what is around it undoes all
                connection.execute(undo)
        raise


def _within(name: str) -> tuple[str, str, str]:
    return f"SAVEPOINT {name}", f"RELEASE {name}", f"ROLLBACK TO {name}"


def _writer(path: Path) -> Connection:
    connection = Connection.to(str(path), path)
    try:
        _version(connection)
        # In a folder without a write-ahead log, a row is safe once the deletion of the journal is, too (EXTRA).
        journal, synchronous = ("DELETE", "EXTRA") if network_type(path.parent) else ("WAL", "FULL")
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def create(path: Path) -> None:
    """Make a new, empty catalogue in a file that nobody needs before it is complete: nothing is flushed or lies beside it."""
    with contextlib.closing(Connection.to(str(path), path)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        _migrate(connection)


def _reader(path: Path) -> Connection:
    if not path.exists() or not path.stat().st_size:
        connection = Connection.to(":memory:", path)
        _migrate(connection)
        return connection
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _current(address, path)
    except MaterialsError as refused:
        cause = refused.__cause__
        if not isinstance(cause, sqlite3.Error) or primary_code(cause) not in _NO_SHARED_MEMORY:
            raise
        # A read-only medium cannot hold the file through which readers and the writer share memory.
        logs = [path.with_name(f"{path.name}-{kind}") for kind in ("wal", "journal")]
        if any(log.exists() and log.stat().st_size for log in logs):
            raise MaterialsError(
                Code.DISK_REFUSED, msg("The last run was interrupted; finishing its work requires writing to the catalogue."),
                where=str(path), fix=msg("Copy the archive to a writable disk and read it there."),
            ) from refused  # fmt: skip
        return _current(f"{address}&immutable=1", path)


def _current(address: str, path: Path) -> Connection:
    connection = Connection.to(address, path)
    try:
        version = _version(connection)
    except BaseException:
        connection.close()
        raise
    return connection if version == len(MIGRATIONS) else _migrated_copy(connection, path)


def _migrated_copy(connection: Connection, path: Path) -> Connection:
    """A catalogue of an earlier version, migrated in memory: a reader writes nothing, and the next sync migrates the file."""
    from materials_cli.watchdog import alive  # noqa: PLC0415 - seldom needed

    copy = Connection.to(":memory:", path)
    try:
        with contextlib.closing(connection):
            connection.execute("BEGIN")  # with what is read in it, all pieces of the copy are of one moment
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            connection.backup(copy, pages=_PAGES, progress=lambda *_: alive())
        _migrate(copy)
    except sqlite3.Error as error:
        copy.close()
        raise explained(error, str(path)) or error from error
    return copy


def _version(connection: Connection) -> int:
    """The version of a catalogue; 0 for a new, empty file. Raise newer_archive or bad_catalogue."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    ours = application == APPLICATION_ID
    # A view in the place of a table could compute for ever; we have none. A file without our mark is ours if it is empty.
    strange = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'view' OR NOT ? LIMIT 1", (ours,)).fetchone()
    if strange or (version and not ours):
        raise MaterialsError(Code.BAD_CATALOGUE, msg("The file is another program's database."), where=connection.path)
    if version > len(MIGRATIONS):
        known = len(MIGRATIONS)
        what = msg(
            "The catalogue has version {version}; this program supports versions up to {known}.", version=version, known=known
        )
        raise MaterialsError(Code.NEWER_ARCHIVE, what, where=connection.path)
    return int(version)


def _migrate(connection: Connection) -> None:
    """Apply all missing migrations as one transaction."""
    if _version(connection) == len(MIGRATIONS):
        return
    with transaction(connection):
        # Read again: another process may have migrated it meanwhile.
        for script in MIGRATIONS[_version(connection) :]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: executescript() would commit between them."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
