"""A Data Package (Frictionless): the files, each with its size and SHA-256, and a typed table of what is known of them.

The table has the columns of manifest.csv and names the resource of each file. A licence stands only where people stated one.
Source: https://specs.frictionlessdata.io
"""

import csv
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from materials_cli import __version__
from materials_cli.config import Collection
from materials_cli.dates import rfc3339
from materials_cli.describe.description import Description
from materials_cli.describe.rights import rights_uri
from materials_cli.export.columns import COLUMNS, values
from materials_cli.export.escape import for_csv, for_json, one_line, printable
from materials_cli.export.folder import new_folder
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.payload import Payload, place_of
from materials_cli.export.references import key_of
from materials_cli.export.rows import entry_of
from materials_cli.export.vocabulary import licence_id
from materials_cli.messages import msg

_TABLE, _DATA = "items.csv", "data"
_RESOURCE = "resource"
_INTEGERS = {"bytes", "sections", "words", "day", "versions"}
_TIMES = {"modified", "created", "first_seen", "fetched", "withdrawn", "last_verified"}
_ALWAYS = {"collection", "path", "id", "sha256", "bytes"}
_CHUNK = 1 << 20


def write(request: Request) -> Wrote:
    """datapackage.json, items.csv and the files below data/."""
    count, known = 0, request.events
    with new_folder(request.target) as folder:
        payload = Payload(request, folder)
        with tempfile.TemporaryFile(dir=folder) as resources:  # there may be too many to be held
            with (folder / _TABLE).open("xb") as file:
                text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
                table = csv.writer(text)
                table.writerow((_RESOURCE, *COLUMNS))
                for one in request.descriptions():
                    place = f"{_DATA}/{place_of(one.item)}"
                    if payload.put(one.item, folder / place):
                        count += 1
                        resources.write(b",\n" + for_json(_resource(one, place)).encode("utf-8", "replace"))
                        table.writerow((key_of(one), *_cells(values(entry_of(one), known))))
                text.detach()
            _put_package(folder, request.chosen, resources)
    advice = msg("Check it: frictionless validate datapackage.json; items.csv opens in R, pandas, Excel with its types known.")
    return Wrote(count, advice, flaws=tuple(payload.flaws), unread=payload.unread)


def _put_package(folder: Path, collections: Iterable[Collection], resources: BinaryIO) -> None:
    """Write datapackage.json: the package, the table, then the files."""
    package = for_json(_package(list(collections))).removesuffix("}")
    with (folder / "datapackage.json").open("xb") as out:
        out.write(f'{package}, "resources": [\n{for_json(_table(folder / _TABLE))}'.encode("utf-8", "replace"))
        resources.seek(0)
        shutil.copyfileobj(resources, out, _CHUNK)
        out.write(b"\n]}\n")


def _package(collections: list[Collection]) -> dict[str, Any]:
    titles = [one_line(each.about.title or each.title or each.slug) for each in collections]
    licences = {each.about.rights for each in collections}
    stated = _licences(*licences) if len(licences) == 1 else []
    organisers = dict.fromkeys(name for each in collections for name in each.about.organisers)
    found = {
        "profile": "data-package",
        "name": "-".join(each.slug for each in collections) or "materials",
        "title": "; ".join(titles),
        "description": "; ".join(filter(None, map(_about, collections))),
        "created": rfc3339(datetime.now(UTC)),
        "sources": [{"title": title, "path": each.link} for title, each in zip(titles, collections, strict=True) if each.link],
        "contributors": [{"title": one_line(name), "role": "publisher"} for name in organisers],
        "licenses": stated,
        "materials": f"materials {__version__}",
    }
    return {name: value for name, value in found.items() if value}


def _about(collection: Collection) -> str:
    about = collection.about
    return ", ".join(one_line(part) for part in (about.part_of, about.place, about.date, about.project) if part)


def _licences(statement: str) -> list[Mapping[str, str]]:
    """A licence by its address and, where it has one, its name; none if it is a RightsStatement or a sentence."""
    uri = rights_uri(statement)
    name = licence_id(uri)
    return [{"name": name, "path": uri, "title": one_line(statement)}] if name and uri else []


def _resource(one: Description, place: str) -> Mapping[str, Any]:
    """A file. It is never read as a table, whatever it is."""
    item, own = one.item, one.own
    found = {
        "name": key_of(one),
        "type": "file",
        "path": place,
        "title": one_line(own.title),
        "description": printable(own.description or ""),
        "mediatype": item.media_type,
        "bytes": item.fixity.size,
        "hash": f"sha256:{item.fixity.sha256}",
        "sources": [{"title": one_line(item.remote.name), "path": item.remote.web_link}] if item.remote.web_link else [],
        "licenses": _licences(one.rights),
    }
    return {name: value for name, value in found.items() if value or name == "bytes"}


def _table(file: Path) -> Mapping[str, Any]:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "name": "items",
        "type": "table",
        "profile": "tabular-data-resource",
        "path": _TABLE,
        "title": "What is known of each file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": {
            "fields": [
                {"name": _RESOURCE, "type": "string", "constraints": {"required": True, "unique": True}},
                *(_field(name) for name in COLUMNS),
            ],
            "primaryKey": [_RESOURCE],
            "missingValues": [""],
        },
    }


def _field(name: str) -> Mapping[str, Any]:
    kind = "integer" if name in _INTEGERS else "datetime" if name in _TIMES else "string"
    found: dict[str, Any] = {"name": name, "type": kind}
    if name in _ALWAYS:
        found["constraints"] = {"required": True}
    return found | ({"format": "any"} if kind == "datetime" else {})


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [for_csv(row[name] if row.get(name) is not None else "") for name in COLUMNS]
