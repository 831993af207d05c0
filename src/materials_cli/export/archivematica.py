"""Archivematica: a standard transfer, which its start page takes in: the files, their checksums, their Dublin Core.

Archivematica itself compares metadata/checksum.sha256 with the files below objects/, one line for each.
Source: https://www.archivematica.org/docs/latest/user-manual/transfer/
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from materials_cli.export.dublincore import NAMES, Element, elements, event_elements
from materials_cli.export.entries import SCHEMA
from materials_cli.export.escape import for_csv, for_json
from materials_cli.export.folder import new_folder
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.payload import Payload, place_of
from materials_cli.export.rows import entry_of
from materials_cli.filenames import JSONL
from materials_cli.messages import msg

_OBJECTS, _METADATA, _DOCUMENTS = "objects", "metadata", "submissionDocumentation"


def write(request: Request) -> Wrote:
    """A folder with objects/ and metadata/. Elements that an item has several of stand in as many columns."""
    count, widths = 0, _widths(request)
    with new_folder(request.target) as folder:
        documents = folder / _METADATA / _DOCUMENTS
        documents.mkdir(parents=True)
        (folder / _OBJECTS).mkdir()
        payload = Payload(request, folder)
        with (
            (folder / _METADATA / "checksum.sha256").open("xb") as sums,
            (folder / _METADATA / "metadata.csv").open("xb") as described,
            (documents / JSONL).open("xb") as manifest,
        ):
            table = _Table(described, widths)
            for collection in request.chosen:
                table.add(f"{_OBJECTS}/{collection.slug}", event_elements(collection))
            for one in request.descriptions():
                place = place_of(one.item)
                if not payload.put(one.item, folder / _OBJECTS / place):
                    continue
                count += 1
                sums.write(f"{one.item.fixity.sha256}  {place}\n".encode("utf-8", "replace"))
                table.add(f"{_OBJECTS}/{place}", elements(one))
                manifest.write(for_json({"schema": SCHEMA, **entry_of(one)}).encode("utf-8", "replace") + b"\n")
            table.end()
    advice = msg("In Archivematica: Transfer, type “Standard”, this folder. It compares the checksums by itself.")
    return Wrote(count, advice, flaws=tuple(payload.flaws), unread=payload.unread)


def _widths(request: Request) -> Mapping[str, int]:
    """How often each element stands with one item or event at most."""
    found: Counter[str] = Counter()
    for collection in request.chosen:
        found |= Counter(name for name, _ in event_elements(collection))
    for one in request.descriptions():
        found |= Counter(name for name, _ in elements(one))
    return found


class _Table:
    """metadata.csv: a line for each file or folder."""

    def __init__(self, file: BinaryIO, widths: Mapping[str, int]) -> None:
        self._columns = [name for name in NAMES for _ in range(widths.get(name, 0))]
        self._text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        self._rows.writerow(("filename", *(f"dc.{name}" for name in self._columns)))

    def add(self, path: str, found: Iterable[Element]) -> None:
        """Add a line. The path stands as it is: no cell that begins with objects/ is a formula."""
        values: dict[str, list[str]] = {}
        for name, value in found:
            values.setdefault(name, []).append(for_csv(value))
        waiting = {name: iter(texts) for name, texts in values.items()}
        self._rows.writerow((path, *(next(waiting.get(name, iter(())), "") for name in self._columns)))

    def end(self) -> None:
        """Leave the file to whoever opened it."""
        self._text.detach()
