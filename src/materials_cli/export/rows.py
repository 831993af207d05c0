"""Items, versions and runs as JSON-ready values: in the manifest, in exports, in `--json` and in CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from materials_cli.dates import rfc3339
from materials_cli.describe.description import Description
from materials_cli.export.columns import stamp, values
from materials_cli.export.entries import CSV_COLUMNS, SCHEMA
from materials_cli.export.escape import for_csv, for_json
from materials_cli.model import Item, RemoteFile, Replacement, Run, State, Version
from materials_cli.store.versions import kept_at
from materials_cli.words.addresses import unaddressed


def row(item: Item) -> dict[str, Any]:
    """One item for programs, in the manifest, `--json` and CSV. Times are in RFC 3339, UTC; sizes in bytes.

    file: where its bytes are, relative to the archive. With versions_row(), it has all that `materials rebuild` needs.
    """
    remote = item.remote
    return {
        "collection": item.collection,
        "id": item.id,
        "path": item.path,
        "name": remote.name,
        "folders": list(remote.folders),
        "also_at": [f"{folder}/{remote.name}" for folder in remote.also],
        "kind": str(item.kind),
        "state": str(item.state),
        "title": item.title,
        "bytes": item.fixity.size,
        "sha256": item.fixity.sha256,
        "media_type": item.media_type,
        "modified": rfc3339(remote.modified),
        "created": rfc3339(remote.created),
        "first_seen": rfc3339(item.first_seen),
        "fetched": rfc3339(item.fetched),
        "withdrawn": rfc3339(item.withdrawn),
        "missed": rfc3339(item.missed),
        "file": kept_at(item.fixity.sha256) if item.state is State.WITHDRAWN else item.path,
        "unit": item.unit,
        "sections": item.sections,
        "owner": unaddressed(remote.owner),
        "modified_by": unaddressed(remote.modified_by),
        "description": remote.description,
        "note": item.note and str(item.note),
        "fixity": _proof(verified=item.verified),
        "retrieved": item.retrieved and {"way": item.retrieved.way, "program": item.retrieved.program},
        "replacement": _replacement_row(item.replacement),
        "source": _source_row(remote),
    }


def _source_row(remote: RemoteFile) -> dict[str, Any]:
    """What Drive stated about the bytes, as far as it is no property of the item."""
    return {
        "drive_id": remote.drive_id,
        "url": remote.web_link,
        "media_type": remote.media_type,
        "bytes": remote.size,
        "md5": remote.md5,
        "sha256": remote.sha256,
        "version": remote.version,
        "revision": remote.head_revision,
        "shortcut": remote.shortcut,
        "folder_id": remote.parent,
        "resource_key": remote.resource_key,
        "export": remote.export and {"media_type": remote.export.media_type, "suffix": remote.export.suffix},
    }


def _replacement_row(new: Replacement | None) -> dict[str, Any] | None:
    """What Drive has in place of an item's bytes, and where it waits."""
    return (
        None
        if new is None
        else {
            "bytes": new.fixity.size,
            "sha256": new.fixity.sha256,
            "place": kept_at(new.fixity.sha256),
            "media_type": new.media_type,
            "name": new.remote.name,
            "modified": rfc3339(new.remote.modified),
            "fetched": rfc3339(new.fetched),
            "fixity": _proof(verified=new.verified),
            "problem": new.damage and str(new.damage),
            "read": new.read,
            "held_back": new.held_back,
            "source": _source_row(new.remote),
        }
    )


def _proof(*, verified: bool) -> str:
    return "verified at source" if verified else "unverified at source"


def versions_row(versions: Iterable[Version]) -> list[dict[str, Any]]:
    """The earlier versions of an item for programs. file: where the bytes are, relative to the archive."""
    return [
        {
            "sha256": version.fixity.sha256,
            "md5": version.fixity.md5,
            "bytes": version.fixity.size,
            "path": version.path,
            "modified": rfc3339(version.modified),
            "fetched": rfc3339(version.fetched),
            "retired": rfc3339(version.retired),
            "withheld": version.withheld,
            "file": kept_at(version.fixity.sha256),
        }
        for version in versions
    ]


def entry_of(one: Description) -> dict[str, Any]:
    """All that is known of an item, for programs."""
    return {
        **row(one.item),
        "last_verified": rfc3339(one.last_verified),
        "described": {**one.row(), "stamp": stamp(one.own, one.rights)},
        "versions": versions_row(one.versions),
    }


def run_row(run: Run) -> dict[str, Any]:
    """One run for programs."""
    return {
        "run": run.id,
        "collection": run.collection,
        "started": rfc3339(run.started),
        "ended": rfc3339(run.ended),
        "status": run.status,
        "counts": dict(run.counts),
        "bytes": run.bytes,
        "unchanged": run.unchanged,
        "notices": list(run.notices),
        "failures": [{"path": f.path, "code": f.code, "message": f.message, "id": f.item} for f in run.failures],
    }


def csv_lines(items: Iterable[Item]) -> Iterator[str]:
    """The items as lines of CSV, after a header line: the facts that need no description."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    entries = (values({**entry, "described": None}, {}) for entry in map(row, items))
    cells = ([for_csv("" if shown[column] is None else shown[column]) for column in CSV_COLUMNS] for shown in entries)
    for each in chain([CSV_COLUMNS], cells):
        writer.writerow(each)
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def jsonl_lines(items: Iterable[Item]) -> Iterator[str]:
    """The items as JSON objects, one a line."""
    return (line(row(item)) for item in items)


def line(entry: Mapping[str, Any]) -> str:
    """An entry of manifest.jsonl, with the line end."""
    return for_json({"schema": SCHEMA, **entry}) + "\n"
