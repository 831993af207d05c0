"""What a person sees of an item in a table: the columns of manifest.csv and of the workbook, from an entry of the manifest.

Columns named like a field of describe/fields.py can be edited there and taken in by `materials edit --csv`; `stamp` tells
whether the item has changed since.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from materials_cli.describe.description import Creator, Own
from materials_cli.describe.fields import FIELDS
from materials_cli.describe.people import written_creators
from materials_cli.export.entries import CSV_COLUMNS
from materials_cli.export.escape import for_csv

STAMP = "stamp"
_DESCRIBED = (
    "creators", "languages", "session", "day", "date", "countries", "description", "keywords", "rights", "rights_uri", "words",
    "application",
)  # fmt: skip
_FACTS = (
    "media_type", "created", "first_seen", "fetched", "withdrawn", "last_verified", "fixity", "retrieved", "export_format",
    "versions", "same_bytes_as", "same_text_as", "pronom", "event", "event_date", "event_place",
)  # fmt: skip
COLUMNS = (*CSV_COLUMNS, *_DESCRIBED, *_FACTS, STAMP)


def values(entry: Mapping[str, Any], events: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The values of all columns: text, numbers or None. entry: of an item, or of what failed. events: by collection."""
    described = entry.get("described") or {}
    source = entry.get("source") or {}
    rights, retrieved = described.get("rights") or {}, entry.get("retrieved") or {}
    event = events.get(entry["collection"], {}).get("about", {})
    return {
        **{name: entry.get(name) for name in (*CSV_COLUMNS, *_FACTS)},
        "source_url": source.get("url"),
        "title": described.get("title") or entry.get("title"),
        "creators": written_creators([_creator(one) for one in described.get("creators", ())]),
        "languages": _listed(one["code"] for one in described.get("languages", ())),
        "countries": _listed(one["code"] for one in described.get("countries", ())),
        "keywords": _listed(described.get("keywords", ())),
        **{name: described.get(name) for name in ("session", "day", "date", "words", "application", "pronom")},
        "description": described.get("description") or entry.get("description"),
        "rights": rights.get("statement"),
        "rights_uri": rights.get("uri"),
        "retrieved": " ".join(filter(None, (retrieved.get("way"), retrieved.get("program")))),
        "export_format": (source.get("export") or {}).get("media_type"),
        "versions": len(entry.get("versions", ())) or None,
        "same_bytes_as": described.get("same_bytes_as"),
        "same_text_as": described.get("same_text_as"),
        "event": event.get("title"),
        "event_date": event.get("date"),
        "event_place": event.get("place"),
        STAMP: described.get(STAMP),
    }


def cells(entry: Mapping[str, Any], events: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One line of the CSV."""
    found = values(entry, events)
    return ["" if (value := found.get(column)) is None else for_csv(value) for column in COLUMNS]


def editable(own: Own, rights: str) -> dict[str, str]:
    """The cells that can be edited, as they stand in the table. rights: those of the item, or of its event."""
    shown = {name: for_csv(row.written(own)) for name, row in FIELDS.items()}
    return {**shown, "rights": for_csv(rights)}


def stamp(own: Own, rights: str) -> str:
    """A short text that changes when one of those cells does."""
    return hashlib.sha256("\0".join(editable(own, rights).values()).encode("utf-8", "replace")).hexdigest()[:10]


def _creator(one: Mapping[str, Any]) -> Creator:
    return Creator(one["name"], one.get("organisation"), one.get("country"))


def _listed(words: Iterable[str]) -> str:
    return "; ".join(words)
