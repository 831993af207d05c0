"""changes.atom: what each run changed, for feed readers (Atom 1.0, RFC 4287).

The ids are UUIDs derived from the first event of the archive's history and the number of the run, so that they stay the
same in a copy of the archive and need no domain name.
"""

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from materials_cli.disk import replace_file
from materials_cli.export.digest import chapters, fragment, headline
from materials_cli.export.escape import for_html, one_line
from materials_cli.export.manifest import rfc3339
from materials_cli.history.digest import Digest, digest
from materials_cli.history.events import Event
from materials_cli.messages import Language, msg
from materials_cli.model import Run

FEED = "changes.atom"
ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def write_feed(archive: Path, first_proof: str, history: Iterable[tuple[Run, Iterable[Event]]], say: Language) -> Path:
    """Write the feed next to the manifest. history: runs with their events, newest first, read one by one."""
    digests = ((run, digest([run], events)) for run, events in history)
    content = to_atom(archive.name, first_proof, ((run, changes) for run, changes in digests if changes.changed), say)
    replace_file(archive / FEED, content)
    return archive / FEED


def to_atom(name: str, first_proof: str, entries: Iterable[tuple[Run, Digest]], say: Language) -> bytes:
    """The feed of an archive. first_proof: the hash of the first event of its history."""
    archive = uuid.uuid5(uuid.NAMESPACE_OID, first_proof)
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": say.code})
    _add(feed, "id", archive.urn)
    _add(feed, "title", say(msg("What has changed in {archive}", archive=name)))
    updated = _add(feed, "updated", "")
    _add(ET.SubElement(feed, "author"), "name", "materials")
    latest = _LONG_AGO
    for run, changes in entries:
        # A killed run has no end.
        when = run.ended or max(change.time for change in changes.changed)
        latest = max(latest, when)
        entry = ET.SubElement(feed, "entry")
        _add(entry, "id", uuid.uuid5(archive, f"run {run.id}").urn)
        _add(entry, "title", f"{run.collection}: {say(headline(changes.changed))}")
        _add(entry, "updated", rfc3339(when) or "")
        ET.SubElement(entry, "category", {"term": one_line(run.collection)})
        (chapter,) = chapters(changes)
        proof = say(msg("Hash of the history up to here: {hash}", hash=changes.head))
        content = _add(entry, "content", "", {"type": "html"})
        content.text = (
            f"<p>{for_html(say(chapter.headline))}</p>\n{fragment(chapter, say)}<p><small>{for_html(proof)}</small></p>"
        )
    updated.text = rfc3339(latest)
    ET.indent(feed, "")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'.encode()


def _add(parent: ET.Element, tag: str, text: str, attributes: Mapping[str, str] | None = None) -> ET.Element:
    element = ET.SubElement(parent, tag, dict(attributes or {}))
    element.text = one_line(text)
    return element
