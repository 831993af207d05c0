"""What the archive holds, in files that need no program of ours: manifest.jsonl, manifest.csv, SHA256SUMS.

All three are sorted by path, so that two states of an archive can be compared with any diff, and each replaces its
predecessor in one step.
"""

import csv
import filecmp
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from materials_cli.disk import disk_errors, flush_folders
from materials_cli.model import Item, Run, State

SCHEMA = "materials/item@1"
JSONL, CSV, SUMS = "manifest.jsonl", "manifest.csv", "SHA256SUMS"
CSV_COLUMNS = (
    "collection", "path", "name", "kind", "state", "bytes", "modified", "title", "sections", "unit", "owner", "sha256",
    "source_url", "id", "note",
)  # fmt: skip
_encode = json.JSONEncoder(ensure_ascii=False).encode
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def row(item: Item) -> dict[str, Any]:
    """One item as programs see it, everywhere: manifest, `--json`, CSV. Times are UTC RFC 3339, sizes are bytes."""
    remote = item.remote
    return {
        "collection": item.collection,
        "id": item.id,
        "path": item.path,
        "name": remote.name,
        "folders": list(remote.folders),
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
        "unit": item.unit,
        "sections": item.sections,
        "owner": remote.owner,
        "modified_by": remote.modified_by,
        "description": remote.description,
        "note": item.note,
        "fixity": "verified at source" if item.verified else "unverified at source",
        "source": {
            "drive_id": remote.drive_id,
            "url": remote.web_link,
            "media_type": remote.media_type,
            "bytes": remote.size,
            "md5": remote.md5,
            "sha256": remote.sha256,
            "version": remote.version,
            "revision": remote.head_revision,
            "shortcut": remote.shortcut,
        },
    }


def rfc3339(time: datetime | None) -> str | None:
    """UTC, with Z, to the millisecond only where there are any."""
    if time is None:
        return None
    precision = "milliseconds" if time.microsecond else "seconds"
    time = time if time.tzinfo is UTC else time.astimezone(UTC)
    return f"{time.isoformat(timespec=precision)[:-6]}Z"


def csv_cells(item: Item) -> list[str]:
    """One line of the CSV; a cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return _cells(row(item), item)


def _cells(told: Mapping[str, Any], item: Item) -> list[str]:
    values = {**told, "source_url": item.remote.web_link}
    return [harmless(str(values[column] if values[column] is not None else "")) for column in CSV_COLUMNS]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def to_csv(items: Iterable[Item]) -> str:
    """The whole table, with a header line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    writer.writerows(csv_cells(item) for item in items)
    return out.getvalue()


def to_jsonl(items: Iterable[Item]) -> str:
    """One JSON object a line."""
    return "".join(_line(row(item)) for item in items)


def _line(told: Mapping[str, Any]) -> str:
    return _encode({"schema": SCHEMA, **told}) + "\n"


def to_sums(items: Iterable[Item]) -> str:
    """What `sha256sum -c` reads; only what lies in the mirror."""
    return "".join(f"{i.fixity.sha256}  {i.path}\n" for i in items if i.state is State.HELD)


def manifest_files(items: Iterable[Item]) -> dict[str, bytes]:
    """What the three files should hold, by their names."""
    ordered = sorted(items, key=lambda item: (item.path, item.id))
    texts = {JSONL: to_jsonl(ordered), CSV: "\ufeff" + to_csv(ordered), SUMS: to_sums(ordered)}
    return {name: text.encode("utf-8", "replace") for name, text in texts.items()}


def write_manifest(archive: Path, items: Iterable[Item]) -> tuple[Path, ...]:
    """Write the three files next to the mirror; a file whose text is the same stays untouched.

    items: in the order of their paths. They are taken one by one, so that an archive may hold any number.
    """
    paths = tuple(archive / name for name in (JSONL, CSV, SUMS))
    with disk_errors(), ExitStack() as open_files:
        jsonl, table, sums = files = [open_files.enter_context(_successor(path)) for path in paths]
        table.write("\ufeff")
        rows = csv.writer(table)
        rows.writerow(CSV_COLUMNS)
        for item in items:
            told = row(item)
            jsonl.write(_line(told))
            rows.writerow(_cells(told, item))
            sums.write(to_sums((item,)))
        changed = [_replace(file, path) for file, path in zip(files, paths, strict=True)]
        if any(changed):
            flush_folders([archive])
    return paths


@contextmanager
def _successor(path: Path) -> Iterator[TextIO]:
    """A file to take the place of another; what has not done so is thrown away."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("w", encoding="utf-8", errors="replace", newline="") as file:
            yield file
    finally:
        temporary.unlink(missing_ok=True)


def _replace(file: TextIO, path: Path) -> bool:
    """Put a successor in its place; false when it says the same."""
    file.flush()
    if path.exists() and filecmp.cmp(file.name, path, shallow=False):
        return False
    os.fsync(file.fileno())
    Path(file.name).replace(path)
    return True


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
