"""A copy of the catalogue beside it, without texts and index: small, and all that the archive's files cannot tell again.

What is left out, `materials index` reads anew from the files. Tables and columns that a migration adds are copied as well.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from materials_cli.catalogue.health import damage
from materials_cli.catalogue.history import HASH, check
from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.schema import create, open_catalogue, transaction
from materials_cli.disk import replacing
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import verbatim

_TEXTS = {"section"}
_OF_TEXTS = {"text_of", "extractor", "ocr", "word_count", "languages", "text_digest", "described"}
_ORDER = {"event": " ORDER BY number", "version": " ORDER BY rowid"}
_OF_THIS_FILE = "name NOT IN ('normaliser', 'describer', 'manifest', 'manifest_current')"


def write_copy(catalogue: Connection, path: Path) -> None:
    """Replace the copy by one of the present catalogue, once it is known to be intact; raise bad_catalogue or a disk error.

    Call it outside a transaction.
    """
    with replacing(path) as file:
        made = Path(file.name)
        create(made)
        with _attached(catalogue, made):
            _fill(catalogue)
        verify(made)
        file.seek(0, os.SEEK_END)


def write_snapshot(catalogue: Connection, path: Path) -> None:
    """Write all of the present catalogue, texts and index too, to a file that need not outlast a power cut."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as snapshot:
        catalogue.backup(snapshot)
        snapshot.execute("PRAGMA journal_mode = DELETE")  # one file, which can be read where nothing can be written


def verify(path: Path) -> None:
    """Raise bad_catalogue, newer_archive or disk_refused if a file is not an intact catalogue."""
    with closing(open_catalogue(path, write=False)) as opened:
        if damages := damage(opened):
            raise MaterialsError(Code.BAD_CATALOGUE, verbatim(damages[0]), where=str(path))


def is_intact(path: Path, *, history: bool = False) -> bool:
    """Whether a file is an intact catalogue, with an unbroken history if that is asked; raise newer_archive or locked."""
    if path.is_symlink() or not path.is_file() or not path.stat().st_size:
        return False
    try:
        verify(path)
        if history:
            with closing(open_catalogue(path, write=False)) as opened:
                return check(opened).broken is None
    except MaterialsError as error:
        if error.code in {Code.NEWER_ARCHIVE, Code.LOCKED}:
            raise
        return False
    except (sqlite3.Error, ValueError):  # a file that only looks like a catalogue
        return False
    return True


def last_hash(path: Path) -> str:
    """The hash of the last event, from a catalogue that may be damaged; empty if it cannot be read."""
    return _last_event(path)[1]


def goes_on(copy: Path, catalogue: Path) -> bool:
    """Whether the copy has the catalogue's last event and later ones: the catalogue is an older one, as from a backup."""
    number, last = _last_event(catalogue)
    if not last or _last_event(copy)[0] <= number:
        return False
    with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        return bool(opened.execute("SELECT 1 FROM event WHERE number = ? AND hash = ?", (number, last)).fetchone())


def _last_event(path: Path) -> tuple[int, str]:
    """The number and the hash of the last event; 0 and empty if they cannot be read."""
    if not path.is_file():
        return 0, ""
    with suppress(Exception), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as damaged:
        number, found = damaged.execute("SELECT number, hash FROM event ORDER BY number DESC LIMIT 1").fetchone()
        return (int(number), str(found)) if HASH.fullmatch(found) else (0, "")
    return 0, ""


@contextmanager
def _attached(catalogue: Connection, path: Path) -> Iterator[None]:
    catalogue.execute("ATTACH ? AS copy", (str(path),))
    try:
        # A file that nobody sees before it is complete and flushed needs no journal.
        catalogue.execute("PRAGMA copy.journal_mode = OFF")
        catalogue.execute("PRAGMA copy.synchronous = OFF")
        yield
    finally:
        catalogue.execute("DETACH copy")


def _fill(catalogue: Connection) -> None:
    found = catalogue.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    tables = [name for (name,) in found if not name.startswith("sqlite_")]
    with transaction(catalogue):
        catalogue.execute("PRAGMA defer_foreign_keys = ON")
        # Inserting an item deletes settings.
        for table in sorted(set(tables) - _TEXTS, key=lambda name: (name == "setting", name)):
            names = [name for (name,) in catalogue.execute("SELECT name FROM pragma_table_info(?)", (table,))]
            columns = ", ".join(f'"{name}"' for name in names if name not in _OF_TEXTS)
            chosen = f" WHERE {_OF_THIS_FILE}" if table == "setting" else ""
            catalogue.execute(
                f'INSERT INTO copy."{table}" ({columns}) SELECT {columns} FROM main."{table}"{chosen}{_ORDER.get(table, "")}'  # noqa: S608 - names of the schema
            )
