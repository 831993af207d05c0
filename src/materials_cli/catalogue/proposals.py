"""Completions of a partly typed item. Completion must be fast, so this imports as little as possible."""

from pathlib import Path

from materials_cli.catalogue.schema import open_catalogue

_LIMIT = 500
# Each is tried only when the one before finds nothing: paths that begin so, names that contain it, ids that begin so.
_STATEMENTS = (
    "SELECT path FROM item WHERE substr(path, 1, length(:text)) = :text ORDER BY path LIMIT :limit",
    "SELECT path FROM item WHERE instr(folded(name_of(path)), folded(:text)) ORDER BY path LIMIT :limit",
    "SELECT id FROM item WHERE length(:text) >= 4 AND substr(id, 1, length(:text)) = :text ORDER BY id LIMIT :limit",
)


def proposals(catalogue: Path, beginning: str) -> list[str]:
    """Paths of items, else ids, at most 500; raise bad_catalogue, newer_archive or disk_refused."""
    connection = open_catalogue(catalogue, write=False)
    try:
        connection.create_function("folded", 1, str.casefold, deterministic=True)
        connection.create_function("name_of", 1, lambda path: path.rpartition("/")[2], deterministic=True)
        for statement in _STATEMENTS:
            if found := [str(row[0]) for row in connection.execute(statement, {"text": beginning, "limit": _LIMIT})]:
                return found
        return []
    finally:
        connection.close()
