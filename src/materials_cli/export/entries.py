"""The names of the files that are made for others, and the form of the manifest, by which both are recognised."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from materials_cli.disk import LONGEST_LINE, SHA256
from materials_cli.store.inside import is_file

SCHEMA, GAP, COLLECTION = "materials/item@1", "materials/gap@1", "materials/collection@1"
BOM = "\ufeff"  # without it, Excel takes UTF-8 for another encoding
CSV_COLUMNS = (
    "collection", "path", "name", "kind", "state", "bytes", "modified", "title", "sections", "unit", "owner", "sha256",
    "source_url", "id", "note", "file",
)  # fmt: skip
_TEXTS = ("collection", "id", "path", "state", "sha256")


def lines_of(file: Path) -> Iterator[dict[str, Any] | None]:
    """The items of a manifest.jsonl, one for each line that is no gap and no collection; None for any other line.

    A line that no memory should hold is none of ours, and comes in pieces, each of which is one.
    """
    if is_file(file):
        with file.open(encoding="utf-8", errors="replace") as lines:
            for value in map(_parsed, iter(partial(lines.readline, LONGEST_LINE), "")):
                if not (isinstance(value, dict) and value.get("schema") in (GAP, COLLECTION)):
                    yield value if _is_entry(value) else None


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _is_entry(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("schema") == SCHEMA
        and isinstance(value.get("source"), dict)
        and all(isinstance(value.get(name), str) for name in _TEXTS)
        and SHA256.fullmatch(value["sha256"]) is not None
    )
