"""What may be published: what `materials site --public` asks for, and all that it may use.

For example:

    releases = Releases(store, catalogue)
    for item in catalogue.each():
        release = releases.of(item)
        if release.shown:
            release.clean(item.remote.name), release.sections, release.pictured, release.deck

- An item that is not `shown` is not there: neither its text nor its name, path, number or picture may be in any byte.
- Of an item that is shown, only `release.sections` are texts: they have no notes, no comments and no hidden slides, and none of
  what is to be hidden. Every other text about it (its name, its folders, title, people, description, keywords, session, what an
  agenda says of it) goes through `release.clean()`; of people, those are named for whom `release.named()` is true.
- A picture of a section may be shown only if its number is in `release.pictured`.
- The file itself, and any link to it or to Drive, may be given only if `release.deck` is true: a deck with notes, comments or
  hidden slides is never given, whatever was decided.
- The owner of a file, who changed it last and their addresses are never published; nor are earlier versions.
- A text that belongs to no item, such as what materials.toml says of the event, goes through `releases.clean()`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from functools import cached_property

from materials_cli.catalogue.descriptions import own_of
from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Item, Section, State
from materials_cli.store.mirror import Store
from materials_cli.triage.decisions import Decided, Decisions
from materials_cli.triage.finds import HIDDEN, redacted
from materials_cli.triage.found import IN_TEXT, NEVER, Decision, Find, FindKind
from materials_cli.triage.looks import Looks
from materials_cli.triage.names import Known, Names, Values
from materials_cli.triage.survey import Subject, finds_of, people_of
from materials_cli.values import frozen

_VALUES = IN_TEXT - {FindKind.CONFIDENTIAL}
_IN_PICTURES = frozenset({FindKind.LOCATION, FindKind.UNREAD})


@frozen()
class Release:
    """What may be published of one item. decision: None if it is undecided, which counts as withheld.

    sections: those that may be shown, as they may be shown. pictured: the numbers of those whose picture may be shown. deck:
    whether the file may be given. hidden: the kinds that are taken out; people: the names that are.
    """

    decision: Decision | None
    sections: tuple[Section, ...] = ()
    pictured: frozenset[int] = frozenset()
    deck: bool = False
    hidden: frozenset[FindKind] = frozenset()
    people: tuple[str, ...] = ()
    _known: tuple[Names | Values, ...] = field(default=())

    @property
    def shown(self) -> bool:
        """Whether anything of it may be published."""
        return self.decision in {Decision.PUBLISH, Decision.REDACT}

    def clean(self, text: str) -> str:
        """Any other text about the item, as it may be published; empty if nothing may be."""
        return cleaned(text, self.hidden, self._known) if self.shown else ""

    def named(self, name: str) -> bool:
        """Whether a person may be named."""
        return self.clean(name) == name


class Releases:
    """What may be published of an archive."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._looks = Looks(store)
        self.decisions = Decisions(store, catalogue)

    def subject(self, item: Item) -> Subject:
        """An item, with all that is known of it."""
        text = self._catalogue.text(item.collection, item.id)
        return Subject(item, own_of(self._catalogue, item), text, self._looks.of(item), self._people)

    @cached_property
    def _people(self) -> Known:
        """The people whom any item of the archive names as its authors or speakers."""
        items = self._catalogue.each()
        return Known(dict.fromkeys(one.name for item in items for one in own_of(self._catalogue, item).creators))

    def of(self, item: Item) -> Release:
        """What may be published of an item. What its owner withdrew from Drive is withheld."""
        subject = self.subject(item)
        finds = finds_of(subject)
        decided = self.decisions.of(item.collection, item.id)
        decision = Decision.WITHHOLD if item.state is State.WITHDRAWN else decided.on_all(finds)
        if decision not in {Decision.PUBLISH, Decision.REDACT}:
            return Release(decision)
        return _release(subject, finds, decided, decision)

    def clean(self, text: str) -> str:
        """A text that belongs to no item, as it may be published: without any address, number or mark."""
        return redacted(text)


def cleaned(text: str, kinds: Iterable[FindKind], known: Sequence[Names | Values]) -> str:
    """A text without finds of some kinds, and without known names and values. What is left has none of them."""
    kinds = frozenset(kinds) & IN_TEXT
    while True:
        after = redacted(text, kinds) if kinds else text
        for each in known:
            for start, end in sorted(set(each.spans(after)), reverse=True):
                after = f"{after[:start]}{HIDDEN}{after[end:]}"
        if after == text:
            return text
        text = after


def _release(subject: Subject, finds: list[Find], decided: Decided, decision: Decision) -> Release:
    hidden = frozenset(find.kind for find in finds if decided.on(find) is Decision.REDACT)
    if decided.whole is Decision.REDACT and not decided.kinds:
        hidden = frozenset(FindKind)
    people = _named(subject, finds) if FindKind.AUTHOR in hidden else ()
    values = (find.text for find in finds if find.kind in hidden & _VALUES)
    known = (Names(people), Values(values))
    unseen = {find.section for find in finds if find.kind in hidden & _IN_PICTURES}
    never = {find.kind for find in finds} & NEVER
    clean, pictured = _sections(subject, hidden, known)
    if not clean and FindKind.HIDDEN not in never:
        pictured.add(1)
    pictured = set() if 0 in unseen else pictured - unseen
    deck = decision is Decision.PUBLISH and not never
    return Release(decision, clean, frozenset(pictured), deck, hidden, people, known)


def _named(subject: Subject, finds: Iterable[Find]) -> tuple[str, ...]:
    """The people whom an item names, as they are known and as they stand in its texts."""
    return tuple(dict.fromkeys((*people_of(subject), *(find.text for find in finds if find.kind is FindKind.AUTHOR))))


def _sections(
    subject: Subject, hidden: frozenset[FindKind], known: Sequence[Names | Values]
) -> tuple[tuple[Section, ...], set[int]]:
    """The sections that may be shown, and the numbers of those whose pictures show nothing else."""
    found: list[Section] = []
    same = set[int]()
    for section in subject.sections:
        said = replace(subject.section(section), notes="")
        clean = replace(said, title=cleaned(said.title, hidden, known), body=cleaned(said.body, hidden, known))
        found.append(replace(clean, body="") if subject.mixed else clean)
        # On a page, but not on a slide, a picture shows the comments.
        if clean == said and (subject.unit != "page" or said.body == section.body):
            same.add(section.number)
    return tuple(found), same
