"""The catalogue's tables, and how an older catalogue becomes a current one.

SQLite in WAL mode: one writer, many readers, and a crash loses at most what was not yet committed.
"""

import sqlite3
from pathlib import Path

from materials_cli.errors import MaterialsError

APPLICATION_ID = 0x4D544C53

# Each script takes a catalogue from the version of its place to the next. A script that has shipped never changes.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE item (
        number INTEGER PRIMARY KEY,
        collection TEXT NOT NULL,
        id TEXT NOT NULL,
        path TEXT NOT NULL,
        state TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        md5 TEXT,
        first_seen TEXT NOT NULL,
        fetched TEXT NOT NULL,
        withdrawn TEXT,
        verified INTEGER NOT NULL,
        remote TEXT NOT NULL,
        title TEXT,
        unit TEXT,
        sections INTEGER NOT NULL DEFAULT 0,
        note TEXT,
        properties TEXT NOT NULL DEFAULT '{}',
        text_of TEXT,
        extractor INTEGER,
        UNIQUE (collection, id)
    ) STRICT;
    CREATE INDEX item_path ON item (path);
    CREATE TABLE version (
        collection TEXT NOT NULL,
        item TEXT NOT NULL,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        md5 TEXT,
        modified TEXT,
        fetched TEXT NOT NULL,
        retired TEXT NOT NULL
    ) STRICT;
    CREATE INDEX version_item ON version (collection, item);
    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        collection TEXT NOT NULL,
        started TEXT NOT NULL,
        ended TEXT,
        status INTEGER,
        counts TEXT NOT NULL DEFAULT '{}',
        bytes INTEGER NOT NULL DEFAULT 0,
        unchanged INTEGER NOT NULL DEFAULT 0,
        notices TEXT NOT NULL DEFAULT '[]',
        failures TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
    CREATE TABLE section (
        rowid INTEGER PRIMARY KEY,
        item INTEGER NOT NULL REFERENCES item (number),
        number INTEGER NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        notes TEXT NOT NULL,
        hidden INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX section_item ON section (item, number);
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE VIRTUAL TABLE words USING fts5 (
        title, body, notes, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
    );
    """,
)


def open_catalogue(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open the catalogue, made or migrated when it is to be written; raise newer_archive or bad_catalogue.

    A reader gets an empty catalogue in memory where none is on the disk, and never writes.
    """
    try:
        connection = _writer(path) if write else _reader(path)
    except sqlite3.DatabaseError as error:
        raise MaterialsError("bad_catalogue", f"The catalogue cannot be read: {error}.", where=str(path)) from error
    connection.row_factory = sqlite3.Row
    return connection


def _writer(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _reader(path: Path) -> sqlite3.Connection:
    if not path.exists():
        connection = sqlite3.connect(":memory:", isolation_level=None)
        _migrate(connection, path)
        return connection
    try:
        connection = _checked(f"{path.absolute().as_uri()}?mode=ro", path)
    except sqlite3.OperationalError:
        # A medium that cannot be written has no place for the WAL's shared memory.
        connection = _checked(f"{path.absolute().as_uri()}?mode=ro&immutable=1", path)
    return connection


def _checked(uri: str, path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)
    try:
        version = _version(connection, path)
    except BaseException:
        connection.close()
        raise
    if version < len(MIGRATIONS):
        connection.close()
        raise MaterialsError(
            "bad_catalogue", "The catalogue was made by an older version.", where=str(path),
            why="It is brought up to date by the next sync.", fix="materials sync",
        )  # fmt: skip
    return connection


def _version(connection: sqlite3.Connection, path: Path) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        what = f"The catalogue has version {version}, and this program knows up to {len(MIGRATIONS)}."
        raise MaterialsError("newer_archive", what, where=str(path))
    return int(version)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection, path)
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        stamp = f"PRAGMA user_version = {number}; PRAGMA application_id = {APPLICATION_ID};"
        connection.executescript(f"BEGIN IMMEDIATE; {script} {stamp} COMMIT;")
