"""PREMIS 3: files with their fixity and format, and everything that ever happened to them (https://www.loc.gov/standards/premis/).

Written piece by piece, since a history is long: objects first, then events, then the agents.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self
from xml.sax.saxutils import escape, quoteattr

from materials_cli import __version__
from materials_cli.catalogue.chronicle import EVENT, chronicle
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import ids_now, name_now, namings
from materials_cli.disk import replacing
from materials_cli.export.escape import one_line
from materials_cli.export.folder import beside
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.rows import entry_of
from materials_cli.history.events import EventType
from materials_cli.messages import Message, msg

_VERSION = "http://www.loc.gov/premis/v3"
_VOCABULARY = "http://id.loc.gov/vocabulary/preservation/eventType"
_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<premis xmlns="{_VERSION}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0"'
    f' xsi:schemaLocation="{_VERSION} https://www.loc.gov/standards/premis/premis.xsd">\n'
)
_AGENT = ("local", "materials")
# Their codes in the vocabulary, in which withdrawal is not.
_CODES = {
    EventType.CAPTURE: "cap",
    EventType.DIGEST: "mes",
    EventType.FIXITY: "fix",
    EventType.INGESTION: "ing",
    EventType.REPLICATION: "rep",
    EventType.RENAMING: "fil",
    EventType.DETAILS: "mem",
    EventType.EXTRACTION: "mee",
    EventType.QUARANTINE: "qua",
    EventType.RELEASE: "unq",
    EventType.EXECUTION: "exe",
    EventType.RECOVERY: "rec",
    EventType.DEACCESSION: "dea",
}
_OWN_WORDS = {EventType.WITHDRAWAL}


def write(request: Request) -> Wrote:
    """One file: the files where they lie in the archive, with their earlier versions, and the events."""
    count = 0
    with beside(request.target) as folder, Objects(folder) as objects, replacing(request.target) as file:
        for count, one in enumerate(request.descriptions(), 1):  # noqa: B007 - how many there were
            entry = entry_of(one)
            objects.add(entry, entry["file"])
            for version in entry["versions"]:
                objects.add_version(entry, version, version["file"])
        objects.finish(file, request.catalogue, request.slugs)
    what = msg("Preservation systems read it beside the files: it states their fixity and everything that happened to them.")
    return Wrote(count, what)


class Objects:
    """The files, which wait in a folder until all are known."""

    def __init__(self, folder: Path) -> None:
        self._spool = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as this

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what waits."""
        self._spool.close()

    def add(self, entry: Mapping[str, Any], path: str) -> None:
        """Add an item. entry: as manifest.jsonl has it. path: where its file is."""
        identity = _identity(entry["collection"], entry["id"])
        self._add(identity, entry, entry["media_type"], path, entry["name"], (entry.get("described") or {}).get("pronom"))

    def add_version(self, entry: Mapping[str, Any], version: Mapping[str, Any], path: str) -> None:
        """Add earlier bytes of an item."""
        identity = f"{_identity(entry['collection'], entry['id'])}@{version['sha256']}"
        self._add(identity, version, entry["media_type"], path, entry["name"], None)

    def _add(self, identity: str, facts: Mapping[str, Any], media: str, path: str, name: str, pronom: str | None) -> None:
        registry = pronom and _tag("formatRegistry", _tags(formatRegistryName="PRONOM", formatRegistryKey=pronom))
        fixity = _tag("fixity", _tags(messageDigestAlgorithm="SHA-256", messageDigest=facts["sha256"]))
        if md5 := facts.get("md5") or (facts.get("source") or {}).get("md5"):
            stated = _tags(messageDigestAlgorithm="MD5", messageDigest=md5, messageDigestOriginator="Google Drive")
            fixity += _tag("fixity", stated)
        form = _tag("format", _tag("formatDesignation", _tags(formatName=media)) + (registry or ""))
        about = fixity + _tags(size=facts["bytes"]) + form
        location = _tag("contentLocation", _tags(contentLocationType="path", contentLocationValue=path))
        whole = (
            _tag("objectIdentifier", _tags(objectIdentifierType="local", objectIdentifierValue=identity))
            + _tag("objectCharacteristics", about)
            + _tags(originalName=name)
            + _tag("storage", location)
        )
        self._spool.write(_bytes(f'<object xsi:type="file">{whole}</object>\n'))

    def finish(self, out: BinaryIO, catalogue: Catalogue, collections: Iterable[str]) -> None:
        """Write the document, with the events of some collections; of all, if none is given."""
        out.write(_BEGIN.encode())
        self._spool.seek(0)
        while chunk := self._spool.read(1 << 20):
            out.write(chunk)
        out.writelines(_events(catalogue, frozenset(collections)))
        agent = (
            _tag("agentIdentifier", _tags(agentIdentifierType=_AGENT[0], agentIdentifierValue=_AGENT[1]))
            + _tags(agentName="materials", agentType="software", agentVersion=__version__)
        )  # fmt: skip
        out.write(_bytes(f"<agent>{agent}</agent>\n</premis>\n"))


def _events(catalogue: Catalogue, collections: frozenset[str]) -> Iterable[bytes]:
    known, ids = namings(catalogue.connection), ids_now(catalogue.connection)
    for row in chronicle(catalogue.connection):
        if row["schema"] != EVENT:
            continue
        now = name_now(known, row["collection"], event=row["number"]) or row["collection"]
        if not collections or not row["collection"] or now in collections:
            item = row["item"] and _identity(now, ids.get(row["item"], row["item"]))
            yield _bytes(_event(row, item))


def _event(row: Mapping[str, Any], item: str | None) -> str:
    detail = {name: _plain(value) for name, value in json.loads(row["detail"]).items()}
    about = "; ".join(f"{name}: {value}" for name, value in detail.items())
    authority = f' authority="eventType" authorityURI={quoteattr(_VOCABULARY)}' if row["type"] not in _OWN_WORDS else ""
    if code := _CODES.get(row["type"]):
        authority += f' valueURI="{_VOCABULARY}/{code}"'
    linked = item and _tag(
        "linkingObjectIdentifier", _tags(linkingObjectIdentifierType="local", linkingObjectIdentifierValue=item)
    )
    whole = (
        _tag("eventIdentifier", _tags(eventIdentifierType="local", eventIdentifierValue=row["number"]))
        + f"<eventType{authority}>{_text(row['type'])}</eventType>"
        + _tags(eventDateTime=row["time"])
        + (_tag("eventDetailInformation", _tags(eventDetail=about)) if about else "")
        + _tag("eventOutcomeInformation", _tags(eventOutcome=row["outcome"]))
        + _tag("linkingAgentIdentifier", _tags(linkingAgentIdentifierType=_AGENT[0], linkingAgentIdentifierValue=_AGENT[1]))
        + (linked or "")
    )
    return f"<event>{whole}</event>\n"


def _plain(value: Any) -> str:
    """A value of an event's detail as English text."""
    if isinstance(value, Mapping) and "text" in value:
        return str(Message.from_json(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _identity(collection: str, item: str) -> str:
    return f"{collection}/{item}"


def _tag(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def _tags(**values: object) -> str:
    return "".join(_tag(name, _text(value)) for name, value in values.items())


def _text(value: object) -> str:
    return escape(one_line(value))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
