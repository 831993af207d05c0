"""What is private in an item, with its place: in its texts, properties, names, description, and in its file. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import field
from types import MappingProxyType

from materials_cli.describe.description import Origin, Own
from materials_cli.describe.people import contacts_on, creators_of
from materials_cli.extract.silence import silence, silent
from materials_cli.messages import without
from materials_cli.model import Item, Section, Text
from materials_cli.triage.finds import spots
from materials_cli.triage.found import Find, FindKind
from materials_cli.triage.names import NOBODY, Known
from materials_cli.values import frozen
from materials_cli.words.fold import fold

_AROUND, _LONGEST = 40, 120
_UNTOLD = frozenset({"created", "modified", "width", "height", "pages", "pronom", "language", "application", "title_from"})
_NAMES = frozenset({"name", "folder"})


@frozen()
class Look:
    """What only the file itself tells. comments: by the number of their section, 0 if it has none. people: named in it.

    locations: where its pictures were taken, each with the number of the section it is in, or 0. mixed: its comments cannot be
    told from its text. failed: why nobody knows what it holds.
    """

    comments: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    locations: tuple[tuple[int, str], ...] = ()
    people: tuple[str, ...] = ()
    mixed: bool = False
    failed: str = ""


@frozen()
class Subject:
    """An item, with all that is known of it. look: None if its file has not been looked at. known: people of the archive."""

    item: Item
    own: Own
    text: Text | None
    look: Look | None
    known: Known = NOBODY

    @property
    def unit(self) -> str:
        """What its sections are called."""
        return self.item.unit or "section"

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its sections that are not hidden."""
        return tuple(section for section in self.text.sections if not section.hidden) if self.text else ()

    @property
    def mixed(self) -> bool:
        """Whether its comments cannot be told from its text."""
        return self.look is not None and self.look.mixed

    def section(self, section: Section) -> Section:
        """A section without its comments."""
        comments = frozenset(self.look.comments.get(section.number, ())) if self.look else frozenset[str]()
        if not comments:
            return section
        body = "\n".join(line for line in section.body.split("\n") if line not in comments)
        return Section(
            section.number, "" if section.title in comments else section.title, body, section.notes, section.hidden, section.ocr
        )


def finds_of(subject: Subject) -> list[Find]:
    """All finds of an item; of the same one at several places of its texts, each."""
    return [*_in_texts(subject), *_people(subject), *_in_file(subject), *_unpublished(subject), *_unread(subject)]


def people_of(subject: Subject) -> dict[str, str]:
    """The people that an item names as its authors or speakers, and the field that each is found in."""
    found: dict[str, str] = {}
    for one in subject.own.creators:
        found.setdefault(one.name, "property" if one.source is Origin.PROPERTIES else "title")
    stated = subject.text.properties.get("author", "") if subject.text else ""
    for text in (stated, *(subject.look.people if subject.look else ())):
        for one in creators_of({"author": text}, None):
            found.setdefault(one.name, "property")
    return found


def named_in(subject: Subject) -> Iterator[Find]:
    """The people whom its sections name: as contacts, or known to the archive as authors and speakers."""
    for section in map(subject.section, subject.sections):
        text = f"{section.title}\n{section.body}"
        contacts = [(name, at, at + len(name)) for name in contacts_on(section) if (at := text.find(name)) >= 0]
        for name, start, end in (*contacts, *subject.known.found(text)):
            before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
            shown = text[start:end][:_LONGEST]
            yield Find(FindKind.AUTHOR, "text", section.number, shown, before, after, key=key_of(FindKind.AUTHOR, name))


def labels_of(subject: Subject) -> Iterator[tuple[str, str]]:
    """All texts about an item that are not in its sections, each with its field."""
    remote, own = subject.item.remote, subject.own
    yield "name", remote.name
    yield from (("folder", folder) for folder in remote.folders)
    yield from (("name", name) for name in (subject.item.path.rpartition("/")[2],) if name != remote.name)
    if remote.description:
        yield "description", remote.description
    for name, value in (subject.text.properties if subject.text else {}).items():
        if name not in _UNTOLD:
            yield "property", value
    yield "title", own.title
    yield from (("description", text) for text in (own.description, own.session, *own.keywords) if text)


def _in_texts(subject: Subject) -> Iterator[Find]:
    """Those in names and sections; then those that only the properties and the description have."""
    labels = list(labels_of(subject))
    shown = [("text", section.number, f"{section.title}\n{section.body}") for section in map(subject.section, subject.sections)]
    shown = [*((place, 0, text) for place, text in labels if place in _NAMES), *shown]
    found = [find for place, number, text in shown for find in _in_text(place, number, text)]
    known = {find.key for find in found}
    texts = dict.fromkeys((place, text) for place, text in labels if place not in _NAMES)
    yield from found
    for place, text in texts:
        for find in _in_text(place, 0, text):
            if find.key not in known:
                known.add(find.key)
                yield find


def _in_text(place: str, section: int, text: str) -> Iterator[Find]:
    for spot in spots(text):
        found = text[spot.start : spot.end]
        before, after = text[max(0, spot.start - _AROUND) : spot.start], text[spot.end : spot.end + _AROUND]
        yield Find(spot.kind, place, section, found[:_LONGEST], before, after, spot.name, key_of(spot.kind, found))


def _people(subject: Subject) -> Iterator[Find]:
    """Those it is by; then, once, those whom only its sections name."""
    known = set[str]()
    for find in (*_makers(subject), *named_in(subject)):
        if find.key not in known:
            known.add(find.key)
            yield find


def _makers(subject: Subject) -> Iterator[Find]:
    for name, place in people_of(subject).items():
        section = 1 if place == "title" and subject.text and subject.text.sections else 0
        yield Find(FindKind.AUTHOR, place, section, name[:_LONGEST], key=key_of(FindKind.AUTHOR, name))


def _in_file(subject: Subject) -> Iterator[Find]:
    for section, place in subject.look.locations if subject.look else ():
        yield Find(FindKind.LOCATION, "file", section, place, key=key_of(FindKind.LOCATION, place))


def _unpublished(subject: Subject) -> Iterator[Find]:
    """What is never published. New notes are no reason to ask again, so that the key is that of the kind."""
    for section in subject.text.sections if subject.text else ():
        if section.hidden:
            yield Find(
                FindKind.HIDDEN, "text", section.number, _short(section.title or section.body), key=key_of(FindKind.HIDDEN)
            )
        elif section.notes.strip():
            yield Find(FindKind.NOTES, "text", section.number, _short(section.notes), key=key_of(FindKind.NOTES))
    for number, lines in subject.look.comments.items() if subject.look else ():
        yield Find(FindKind.COMMENT, "text", number, _short(" ".join(lines)), key=key_of(FindKind.COMMENT))
    if subject.mixed:
        yield Find(FindKind.COMMENT, "text", 0, "", key=key_of(FindKind.COMMENT))


def _unread(subject: Subject) -> Iterator[Find]:
    """What nobody has read but a person. A decision on it is made for these very bytes."""
    key = key_of(FindKind.UNREAD, subject.item.fixity.sha256)
    sections = subject.text.sections if subject.text else ()
    if subject.look is None:
        yield Find(FindKind.UNREAD, "file", 0, "", key="")
    failed = subject.look.failed if subject.look else ""
    note = without(subject.item.note, silence(subject.unit, sections))  # which slides have no text is told one by one
    if not sections or note or failed:
        yield Find(FindKind.UNREAD, "file", 0, "", name=str(note or failed), key=key)
    for section in sections:
        if silent(section) and not section.hidden:
            yield Find(FindKind.UNREAD, "text", section.number, "", key=key)


def key_of(kind: FindKind, text: str = "") -> str:
    """A short text that is the same for the same find, however it is written, and does not tell it."""
    told = fold(text) if kind in {FindKind.AUTHOR, FindKind.CONFIDENTIAL} else "".join(filter(str.isalnum, text.casefold()))
    return hashlib.sha256(f"{kind}\0{told}".encode("utf-8", "replace")).hexdigest()[:10]


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
