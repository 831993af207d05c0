"""Whether the catalogue and the SQLite below it are sound, and what they tell about the archive as a whole."""

import sqlite3

from materials_cli.catalogue.refusals import Connection
from materials_cli.words.fold import LANGUAGE
from materials_cli.words.languages import CODES

_MOST_COMPLAINTS = 5


def full_text_search() -> tuple[str, bool]:
    """SQLite's version, and whether it has FTS5, in which our index is written."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5 (words)")
    except sqlite3.OperationalError:
        return sqlite3.sqlite_version, False
    finally:
        connection.close()
    return sqlite3.sqlite_version, True


def damage(connection: Connection) -> list[str]:
    """What SQLite's own integrity check complains of; nothing when the file is sound."""
    rows = connection.execute(f"PRAGMA integrity_check({_MOST_COMPLAINTS})").fetchall()
    return [str(complaint) for (complaint,) in rows if complaint != "ok"]


def languages_held(connection: Connection) -> list[str]:
    """The languages, by ISO 639 code, in which anything that is held is written."""
    asked = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
    return [code for code in sorted(CODES) if connection.execute(asked, (f'"{LANGUAGE}{code}"',)).fetchone()]
