"""What somebody who has typed the beginning of an item may mean, for TAB: read quickly, with as few imports as can be."""

from pathlib import Path

from materials_cli.catalogue.schema import open_catalogue

_MOST = 500
# The first that fits anything decides: the path goes on like this; the name has this in it; the id begins like this.
_TIERS = (
    "SELECT path FROM item WHERE substr(path, 1, length(:text)) = :text ORDER BY path LIMIT :most",
    "SELECT path FROM item WHERE instr(folded(name_of(path)), folded(:text)) ORDER BY path LIMIT :most",
    "SELECT id FROM item WHERE length(:text) >= 4 AND substr(id, 1, length(:text)) = :text ORDER BY id LIMIT :most",
)


def proposals(catalogue: Path, beginning: str) -> list[str]:
    """Paths, else ids, of items; raise bad_catalogue, newer_archive or disk_refused."""
    connection = open_catalogue(catalogue, write=False)
    try:
        connection.create_function("folded", 1, str.casefold, deterministic=True)
        connection.create_function("name_of", 1, lambda path: path.rpartition("/")[2], deterministic=True)
        for tier in _TIERS:
            if found := [str(row[0]) for row in connection.execute(tier, {"text": beginning, "most": _MOST})]:
                return found
        return []
    finally:
        connection.close()
