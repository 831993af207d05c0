"""ro-crate-metadata.json: the bag's payload as an RO-Crate 1.2 (https://w3id.org/ro/crate/1.2), in the words of schema.org.

Files are written one by one as they come; of people, organisations and rights, each is kept once. Nothing is invented: where
nobody has stated the rights, the crate says just that.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Self, TextIO
from urllib.parse import quote

from materials_cli import __version__
from materials_cli.config import Collection
from materials_cli.dates import rfc3339
from materials_cli.describe.description import Creator, Description
from materials_cli.describe.rights import UNDETERMINED, rights_uri
from materials_cli.export.bag.words import SENTENCES
from materials_cli.export.references import iso_days
from materials_cli.kinds import Kind
from materials_cli.model import Version

METADATA, PREVIEW = "ro-crate-metadata.json", "ro-crate-preview.html"
_SPECIFICATION = "https://w3id.org/ro/crate/1.2"
_TYPES = {
    Kind.SLIDES: "PresentationDigitalDocument",
    Kind.DOCUMENT: "TextDigitalDocument",
    Kind.TEXT: "TextDigitalDocument",
    Kind.PDF: "DigitalDocument",
    Kind.SHEET: "SpreadsheetDigitalDocument",
    Kind.IMAGE: "ImageObject",
    Kind.VIDEO: "VideoObject",
    Kind.AUDIO: "AudioObject",
}
_RESERVED = frozenset(' "#%<>?\\[]^`{|}\ufffc\ufffd')
Entity = dict[str, Any]
_SOURCE = {"@type": "CreativeWork", "name": SENTENCES["link"]}


class Crate:
    """The entities of a crate. folder: where they wait until all are known."""

    def __init__(self, folder: Path, collections: Iterable[Collection]) -> None:
        self._files, self._parts, self._of_root = (_spool(folder) for _ in range(3))
        self._known: dict[str, Entity] = {}
        self._collections = {each.slug: each for each in collections}
        self._current = ""

    def __enter__(self) -> Self:
        """Return the crate itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what waits."""
        for spool in (self._files, self._parts, self._of_root):
            spool.close()

    def add(self, one: Description, path: str, *, in_place: bool) -> None:
        """Add a file. path: below data/. in_place: it is in the folder of its collection."""
        if one.item.collection != self._current:
            self._close()
            self._current = one.item.collection
        identity = address(path)
        self._write(self._files, self._file(one, identity))
        self._write(self._parts if in_place else self._of_root, {"@id": identity})

    def add_version(self, one: Description, version: Version, path: str) -> None:
        """Add earlier bytes of a file."""
        retired = rfc3339(version.retired)
        self._write(
            self._files,
            {
                "@id": address(path), "@type": "File", "name": SENTENCES["earlier"].format(title=one.own.title),
                "description": SENTENCES["retired"].format(path=version.path, time=retired),
                "contentSize": str(version.fixity.size), "sha256": version.fixity.sha256, "encodingFormat": one.item.media_type,
                "dateModified": rfc3339(version.modified or version.fetched), **self._own_rights(one.rights),
            },
        )  # fmt: skip
        self._write(self._of_root, {"@id": address(path)})

    def add_record(self, path: str, description: str, media_type: str, size: int) -> None:
        """Add a file that tells of the materials, such as the manifest."""
        self._write(
            self._files,
            {
                "@id": address(path), "@type": "File", "name": path, "description": description, "encodingFormat": media_type,
                "contentSize": str(size),
            },
        )  # fmt: skip
        self._write(self._of_root, {"@id": address(path)})

    def finish(self, out: BinaryIO, name: str, description: str) -> None:
        """Write the crate."""
        self._close()
        events = [self._event(each) for each in self._collections.values() if each.about]
        publishers = _distinct(
            self._organisation(name) for each in self._collections.values() for name in each.about.organisers
        )
        links = [each.link for each in self._collections.values() if each.link]
        root = {
            "@id": "./", "@type": "Dataset", "name": name, "description": description,
            "datePublished": f"{datetime.now(UTC):%Y-%m-%d}",
            "license": self._rights(self._shared_rights), "publisher": _one(publishers), "about": _one(events),
            "isBasedOn": _one([self._put({"@id": link, **_SOURCE}) for link in links]),
        }  # fmt: skip
        described = {
            "@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": _SPECIFICATION}, "about": {"@id": "./"},
            "description": SENTENCES["maker"].format(version=__version__),
        }  # fmt: skip
        out.write(f'{{"@context": "{_SPECIFICATION}/context", "@graph": [\n'.encode())
        out.write(f"{_json(described)},\n".encode())
        opened = _json({key: value for key, value in root.items() if value})
        out.write(f'{opened[:-1]}, "hasPart": ['.encode())
        _copy(self._of_root, out)
        out.write(b"]},\n")
        out.writelines(f"{_json(entity)},\n".encode() for entity in self._known.values())
        _copy(self._files, out)
        out.write(b"\n]}\n")

    def _file(self, one: Description, identity: str) -> Entity:
        item, own = one.item, one.own
        kind = _TYPES.get(item.kind)
        entity = {
            "@id": identity,
            "@type": ["File", kind] if kind else "File",
            "name": own.title,
            "alternateName": item.remote.name if item.remote.name != own.title else None,
            "description": own.description or summary(one),
            "contentSize": str(item.fixity.size),
            "sha256": item.fixity.sha256,
            "encodingFormat": [item.media_type, self._format(own.pronom)] if own.pronom else item.media_type,
            "dateCreated": rfc3339(item.remote.created),
            "dateModified": rfc3339(item.remote.modified),
            "sdDatePublished": rfc3339(item.fetched),
            "identifier": item.remote.drive_id,
            "url": item.remote.web_link,
            "author": _one(_distinct(self._person(creator) for creator in own.creators)),
            "inLanguage": _one(list(own.languages)),
            "keywords": list(own.keywords) or None,
            "spatialCoverage": _one([self._country(country.code) for country in own.countries]),
            "temporalCoverage": own.date,
            **self._own_rights(one.rights),
            "creativeWorkStatus": _withdrawn(item.withdrawn),
        }
        return {key: value for key, value in entity.items() if value}

    def _event(self, collection: Collection) -> Entity:
        about = collection.about
        first, last = iso_days(about.date)
        organisers = [self._organisation(name) for name in about.organisers]
        place = about.place and self._put(_named("place", "Place", about.place))
        larger = about.part_of and self._put(_named("event", "Event", about.part_of))
        event = {
            "@id": f"#event-{collection.slug}",
            "@type": "Event",
            "name": about.title or collection.title or collection.slug,
            "startDate": first,
            "endDate": last,
            "location": place,
            "organizer": _one(organisers),
            "superEvent": larger,
            "inLanguage": _one(list(about.languages)),
            "keywords": about.project,
        }
        return self._put({key: value for key, value in event.items() if value})

    def _close(self) -> None:
        """End the folder of the present collection."""
        collection = self._collections.get(self._current)
        if collection and self._parts.tell():
            identity = f"{collection.slug}/"
            about = {"about": {"@id": f"#event-{collection.slug}"}} if collection.about else {}
            opened = _json(
                {
                    "@id": identity, "@type": "Dataset", "name": collection.about.title or collection.title or collection.slug,
                    "description": SENTENCES["folder"],
                    **self._own_rights(collection.about.rights or UNDETERMINED), **about,
                }
            )  # fmt: skip
            self._files.write(f',\n{opened[:-1]}, "hasPart": [' if self._files.tell() else f'{opened[:-1]}, "hasPart": [')
            _copy(self._parts, self._files)
            self._files.write("]}")
            self._write(self._of_root, {"@id": identity})
        self._parts.seek(0)
        self._parts.truncate()

    def _own_rights(self, statement: str) -> Entity:
        """The licence, unless it is that of the whole, which a file inherits."""
        return {} if statement == self._shared_rights else {"license": self._rights(statement)}

    @cached_property
    def _shared_rights(self) -> str:
        """The rights of the whole: those of all collections if they are the same."""
        stated = {each.about.rights or UNDETERMINED for each in self._collections.values()}
        return stated.pop() if len(stated) == 1 else UNDETERMINED

    def _rights(self, statement: str) -> Entity:
        identity = rights_uri(statement) or f"#rights-{_short(statement)}"
        about = SENTENCES["undetermined" if statement == UNDETERMINED else "stated"].format(statement=statement)
        return self._put({"@id": identity, "@type": "CreativeWork", "name": statement, "description": about})

    def _person(self, creator: Creator) -> Entity:
        key = "|".join(filter(None, (creator.name, creator.organisation, creator.country)))
        person = {
            "@id": f"#person-{_short(key)}", "@type": "Person", "name": creator.name,
            "affiliation": creator.organisation and self._organisation(creator.organisation),
            "nationality": creator.country and self._country(creator.country),
        }  # fmt: skip
        return self._put({key: value for key, value in person.items() if value})

    def _organisation(self, name: str) -> Entity:
        return self._put(_named("organisation", "Organization", name))

    def _country(self, code: str) -> Entity:
        return self._put({"@id": f"#country-{code}", "@type": ["Place", "Country"], "name": code, "identifier": code})

    def _format(self, pronom: str) -> Entity:
        identity = f"https://www.nationalarchives.gov.uk/PRONOM/{pronom}"
        return self._put({"@id": identity, "@type": "WebSite", "name": pronom})

    def _put(self, entity: Entity) -> Entity:
        """Keep an entity, and return a reference to it."""
        self._known.setdefault(entity["@id"], entity)
        return {"@id": entity["@id"]}

    @staticmethod
    def _write(spool: TextIO, entity: Entity) -> None:
        spool.write(f",\n{_json(entity)}" if spool.tell() else _json(entity))


def address(path: str) -> str:
    """A path as the id of a file: a reference (RFC 3987); what has a meaning there, or cannot be seen, is escaped."""
    return "".join(quote(char, "", errors="replace") if char in _RESERVED or not char.isprintable() else char for char in path)


def summary(one: Description) -> str:
    """A sentence about a file that nobody has described."""
    item = one.item
    extent = f", {item.sections} {item.unit}{'s' if item.sections != 1 else ''}" if item.unit and item.sections else ""
    place = " / ".join(item.remote.folders)
    where = f"{one.event}: {place}" if place else one.event
    return SENTENCES["summary"].format(what=f"{item.kind}{extent}".capitalize(), where=where)


def _withdrawn(time: datetime | None) -> str | None:
    return SENTENCES["withdrawn"].format(time=rfc3339(time)) if time else None


def _named(kind: str, noun: str, name: str) -> Entity:
    return {"@id": f"#{kind}-{_short(name)}", "@type": noun, "name": name}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _distinct(entities: Iterable[Entity]) -> list[Entity]:
    return list({entity["@id"]: entity for entity in entities}.values())


def _one(values: list[Any]) -> Any:
    """A single value as such: one-element arrays are not allowed everywhere."""
    return values[0] if len(values) == 1 else values


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


def _spool(folder: Path) -> TextIO:
    return tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder)


def _copy(spool: TextIO, out: Any) -> None:
    """Append what a spool holds."""
    spool.flush()
    spool.seek(0)
    while chunk := spool.read(1 << 20):
        out.write(chunk if isinstance(out, type(spool)) else chunk.encode())
