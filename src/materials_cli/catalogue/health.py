"""What `doctor` checks: the SQLite library, the integrity of the catalogue, and the languages in it."""

import sqlite3

from materials_cli.catalogue.refusals import Connection
from materials_cli.words.languages import CODES, LANGUAGE

_MAX_PROBLEMS = 5


def full_text_search() -> tuple[str, bool]:
    """SQLite's version, and whether it supports FTS5, which the index needs."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5 (words)")
    except sqlite3.OperationalError:
        return sqlite3.sqlite_version, False
    finally:
        connection.close()
    return sqlite3.sqlite_version, True


def damage(connection: Connection) -> list[str]:
    """What SQLite's integrity check reports, five problems at most; empty when there are none."""
    rows = connection.execute(f"PRAGMA integrity_check({_MAX_PROBLEMS})").fetchall()
    return [str(problem) for (problem,) in rows if problem != "ok"]


def languages_held(connection: Connection) -> list[str]:
    """The languages of the texts in the index, as sorted ISO 639 codes."""
    statement = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
    return [code for code in sorted(CODES) if connection.execute(statement, (f'"{LANGUAGE}{code}"',)).fetchone()]
