"""Exports of what the manifest tells, for some collections: as a table, and for programs."""

import csv
import io
import shlex

from materials_cli.disk import replacing
from materials_cli.export.columns import COLUMNS, cells
from materials_cli.export.entries import SCHEMA
from materials_cli.export.escape import for_json
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.rows import entry_of
from materials_cli.messages import msg


def write_csv(request: Request) -> Wrote:
    """The columns of manifest.csv, in UTF-8 with the mark by which Excel knows it."""
    count, known = 0, request.events
    with replacing(request.target) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="", write_through=True)
        rows = csv.writer(text)
        rows.writerow(COLUMNS)
        for count, one in enumerate(request.descriptions(), 1):  # noqa: B007 - how many there were
            rows.writerow(cells(entry_of(one), known))
        text.detach()
    return Wrote(count, msg("After editing it: materials edit --csv {file}", file=shlex.quote(str(request.target))))


def write_jsonl(request: Request) -> Wrote:
    """Items and events, a line each; manifest.schema.json describes them."""
    count = 0
    with replacing(request.target) as file:
        for count, one in enumerate(request.descriptions(), 1):  # noqa: B007 - how many there were
            file.write(for_json({"schema": SCHEMA, **entry_of(one)}).encode("utf-8", "replace") + b"\n")
        for event in request.events.values():
            file.write(for_json(event).encode("utf-8", "replace") + b"\n")
    return Wrote(count, msg("manifest.schema.json describes each line."))
