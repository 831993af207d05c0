"""changes.atom: what each run changed, for feed readers (Atom 1.0, RFC 4287).

The ids are UUIDs derived from the first event of the archive's history and the number of the run, so that they stay the
same in a copy of the archive and need no domain name. An entry that was written once stays byte for byte: readers show a
changed one as news, and the hash it contains is what a later history is checked against.
"""

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from materials_cli.dates import rfc3339
from materials_cli.export.digest import chapters, fragment, headline
from materials_cli.export.escape import for_html, one_line
from materials_cli.export.own import replacing_ours
from materials_cli.filenames import FEED
from materials_cli.history.digest import Digest, digest
from materials_cli.history.events import Event
from materials_cli.messages import Language, msg
from materials_cli.model import Run
from materials_cli.store.mirror import Store

ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
_LARGEST = 20_000_000
_LONG_AGO = "1970-01-01T00:00:00Z"
_ENTRY = re.compile(r"<entry\b[^<>]*>\s*<id>([^<>]*)</id>.*?<updated>([^<>]*)</updated>.*?</entry>", re.DOTALL)
_PROOF = "urn:materials:history"


def write_feed(
    store: Store,
    first_proof: str,
    history: Iterable[tuple[Run, Callable[[], Iterable[Event]]]],
    say: Language,
    about: Mapping[str, str],
) -> None:
    """Write the feed next to the manifest, unless it has an entry for each run already.

    history: runs that changed something, newest first, and how to read their events. about: the event of each collection that
    has one, in a line.
    """
    entries = ((run, partial(_digest, run, events)) for run, events in history)
    if content := to_atom(store.root.name, first_proof, entries, say, _read(store.root / FEED), about):
        with replacing_ours(store, (FEED,)) as (file,):
            file.write(content)


class KeptHash(NamedTuple):
    """A hash of the history that an entry of the feed has kept, and when."""

    hash: str
    time: datetime


def kept_hashes(archive: Path) -> list[KeptHash]:
    """The hashes of the history that the feed has kept, newest first; none if there is no feed, or it is not ours."""
    try:
        entries = ET.fromstring(_read(archive / FEED)).iter(f"{{{_ATOM}}}entry")  # noqa: S314 - expat bounds what entities expand to
        kept = [
            KeptHash(proof, datetime.fromisoformat(entry.findtext(f"{{{_ATOM}}}updated", "")))
            for entry in entries
            if (proof := entry.findtext(f"{{{_PROOF}}}proof"))
        ]
        return sorted(kept, key=lambda entry: entry.time, reverse=True)
    except (ET.ParseError, ValueError, TypeError):
        return []


def to_atom(
    title: str,
    first_proof: str,
    entries: Iterable[tuple[Run, Callable[[], Digest]]],
    say: Language,
    before: str = "",
    about: Mapping[str, str] = MappingProxyType({}),
) -> bytes | None:
    """The feed of an archive; None if it would have no new entry.

    first_proof: the hash of the first event of its history. before: the present feed, whose entries are taken over.
    about: as in write_feed().
    """
    name = uuid.uuid5(uuid.NAMESPACE_OID, first_proof)
    written = {found[1]: found for found in _ENTRY.finditer(before)}
    texts, updated, added = [], "", not before
    for run, changes in entries:
        identifier = uuid.uuid5(name, f"run {run.id}").urn
        if found := written.get(identifier):
            text, when = found[0], found[2]
        elif (made := changes()).changed:
            text, when = _entry(identifier, run, made, say, about.get(run.collection, ""))
            added = True
        else:
            continue
        texts.append(text)
        updated = updated or when
    head = _head(title, name, updated or _LONG_AGO, say)
    return "".join((head, *(f"{text}\n" for text in texts), "</feed>\n")).encode() if added else None


def _digest(run: Run, events: Callable[[], Iterable[Event]]) -> Digest:
    return digest([run], events())


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode()
    except (OSError, UnicodeDecodeError):
        return ""


def _head(title: str, name: uuid.UUID, updated: str, say: Language) -> str:
    """Everything before the entries."""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": say.code})
    _add(feed, "id", name.urn)
    _add(feed, "title", say(msg("What has changed in {archive}", archive=title)))
    _add(feed, "updated", updated)
    _add(ET.SubElement(feed, "author"), "name", "materials")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_text(feed).removesuffix("</feed>")}'


def _entry(identifier: str, run: Run, changes: Digest, say: Language, about: str) -> tuple[str, str]:
    """The entry of one run, and its time."""
    # A killed run has no end.
    when = rfc3339(run.ended or max(change.time for change in changes.changed)) or ""
    entry = ET.Element("entry", {"xml:lang": say.code})
    _add(entry, "id", identifier)
    _add(entry, "title", f"{run.collection}: {say(headline(changes.changed))}")
    _add(entry, "updated", when)
    label = {"label": one_line(about)} if about else {}
    ET.SubElement(entry, "category", {"term": one_line(run.collection), **label})
    (chapter,) = chapters(changes)
    if changes.head:
        _add(entry, "proof", changes.head, {"xmlns": _PROOF})
    proof = say(msg("Hash of the history up to here: {hash}", hash=changes.head))
    content = _add(entry, "content", "", {"type": "html"})
    content.text = f"<p>{for_html(say(chapter.headline))}</p>\n{fragment(chapter, say)}<p><small>{for_html(proof)}</small></p>"
    return _text(entry), when


def _text(element: ET.Element) -> str:
    ET.indent(element, "")
    return ET.tostring(element, encoding="unicode")


def _add(parent: ET.Element, tag: str, text: str, attributes: Mapping[str, str] | None = None) -> ET.Element:
    element = ET.SubElement(parent, tag, dict(attributes or {}))
    element.text = one_line(text)
    return element
