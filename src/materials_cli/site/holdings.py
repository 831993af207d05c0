"""What the catalogue of pages shows, read once from the archive into plain values: collections, items, sections.

Everything that is written – pages, the index of the search, the one file – is made from these values alone, so what is not in
them is in no byte of the site. No e-mail address of an owner is in any of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.about import About
from materials_cli.addresses import address_key
from materials_cli.agenda.holdings import compared
from materials_cli.agenda.kept import kept
from materials_cli.agenda.match import Talk
from materials_cli.catalogue.descriptions import descriptions
from materials_cli.catalogue.index import NameFields
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.sections import Told, names_of_items, sections_of_items
from materials_cli.config import Collection as Configured
from materials_cli.describe.description import Description
from materials_cli.describe.event import event_row
from materials_cli.edtf import read_edtf
from materials_cli.errors import MaterialsError
from materials_cli.model import Section as Text
from materials_cli.model import State, Version
from materials_cli.pictures.kept import CARD, DRIVE, Picture, Pictures
from materials_cli.search.equivalents import Concept, own_concepts
from materials_cli.sources.look import endangered, last_held
from materials_cli.store.mirror import Store
from materials_cli.values import frozen
from materials_cli.words.languages import languages


@frozen(kw_only=True)
class Section:
    """A slide, page or sheet. language: of most of it, empty if it is not known; languages: all. notes: of the speaker."""

    number: int
    title: str = ""
    text: str = ""
    notes: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()
    hidden: bool = False
    ocr: bool = False
    picture: Picture | None = None


@frozen(kw_only=True)
class Item:
    """An item. key: the name of its pages and addresses, which stays the same for good. language: of its title.

    year: in which it was shown, else that of its event, else in which it was last changed. redacted: parts were left out.
    last_copy: the archive knows of no other. endangered: its source may soon vanish.
    named: what it is found by besides its sections, as the index of the catalogue has it: name, folders, and what it says.
    deck: its file may go along. pictures: the folder that they are in; empty: named after its bytes.
    """

    key: str
    description: Description
    language: str = ""
    year: int | None = None
    sections: tuple[Section, ...] = ()
    redacted: bool = False
    last_copy: bool = False
    endangered: bool = False
    named: NameFields = ("", "", "")
    deck: bool = True
    pictures: str = ""

    @property
    def collection(self) -> str:
        """The name of its collection."""
        return self.description.item.collection

    @property
    def title(self) -> str:
        """What it is called."""
        return self.description.own.title

    @property
    def kind(self) -> str:
        """Its kind of file."""
        return str(self.description.item.kind)

    @property
    def unit(self) -> str:
        """What its sections are."""
        return self.description.item.unit or "section"

    @property
    def languages(self) -> tuple[str, ...]:
        """Its languages, the most frequent first."""
        return tuple(self.description.own.languages)

    @property
    def countries(self) -> tuple[str, ...]:
        """The codes of the countries that it is about."""
        return tuple(dict.fromkeys(country.code for country in self.description.own.countries))

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who made or presented it."""
        return tuple(dict.fromkeys(creator.name for creator in self.description.own.creators))

    @property
    def versions(self) -> tuple[Version, ...]:
        """Its earlier versions, newest first."""
        return self.description.versions

    @property
    def face(self) -> Section | None:
        """The first section that has a picture, by which it is recognised in lists."""
        return next((section for section in self.sections if section.picture), None)

    def without(self, pictures: set[Path]) -> "Item":
        """The same without some pictures, by their files."""
        gone = (each.picture is not None and each.picture.path in pictures for each in self.sections)
        kept = (replace(each, picture=None) if lost else each for each, lost in zip(self.sections, gone, strict=True))
        return replace(self, sections=tuple(kept))

    @property
    def withdrawn(self) -> bool:
        """Whether its owner removed it from Drive."""
        return self.description.item.state is State.WITHDRAWN


@frozen(kw_only=True)
class Collection:
    """A collection with its items, by path. lacking: the talks of its agenda that nothing was found for."""

    slug: str
    title: str
    configured: Configured
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    lacking: tuple[Talk, ...] = ()

    @property
    def about(self) -> About:
        """The event that it comes from."""
        return self.configured.about


@frozen(kw_only=True)
class Holdings:
    """Everything that is shown. identity: tells this archive from others in a reader's browser. public: for everybody.

    meanings: what means the same, by the archive's own tables.
    """

    title: str
    identity: str
    made: datetime
    collections: tuple[Collection, ...] = field(default=())
    public: bool = False
    meanings: tuple[Concept, ...] = ()

    @property
    def items(self) -> Iterator[Item]:
        """The items of all collections."""
        return (item for collection in self.collections for item in collection.items)

    def without(self, pictures: set[Path]) -> "Holdings":
        """The same without some pictures, by their files."""
        if not pictures:
            return self
        shown = (replace(each, items=tuple(item.without(pictures) for item in each.items)) for each in self.collections)
        return replace(self, collections=tuple(shown))


def read_holdings(store: Store, catalogue: Catalogue, collections: Sequence[Configured]) -> Holdings:
    """What the catalogue holds of some collections."""
    slugs = [each.slug for each in collections]
    texts, names = sections_of_items(catalogue, slugs), names_of_items(catalogue, slugs)
    read: dict[str, list[Item]] = {slug: [] for slug in slugs}
    keys: set[str] = set()
    pictures, made = Pictures(store.root), datetime.now(UTC)
    last = last_held(catalogue, collections, catalogue.each(slugs), made) if slugs else {}
    dangers = endangered(catalogue, collections, {*slugs}, made)
    for one in descriptions(catalogue, collections, slugs) if slugs else ():
        item = one.item
        told = texts.get((item.collection, item.id), ())
        key = address_key(item.id) if address_key(item.id) not in keys else address_key(f"{item.collection}/{item.id}")
        keys.add(key)
        shown = _pictures(pictures, one)
        read[item.collection].append(
            Item(
                key=key,
                description=one,
                language=language_of(one.own.title, tuple(one.own.languages)),
                year=_year(one),
                sections=tuple(_section(each, shown.get(each[0].number)) for each in told or _silent(shown)),
                named=names[item.collection, item.id],
                last_copy=(item.collection, item.id) in last,
                endangered=(item.collection, item.id) in dangers,
            )
        )
    titles = [each.about.title or each.title or each.slug for each in collections]
    return Holdings(
        title=titles[0] if len(titles) == 1 else store.root.absolute().name,
        identity=address_key(catalogue.first_proof() or str(store.root)),
        made=made,
        collections=tuple(
            _collection(store, catalogue, each, title, tuple(read[each.slug]))
            for each, title in zip(collections, titles, strict=True)
        ),
        meanings=_meanings(store.root),
    )


def _pictures(pictures: Pictures, one: Description) -> dict[int, Picture]:
    """The pictures of an item's own sections, by number; not the card that is made of a title.

    Of what nothing here can read, Drive may have a picture.
    """
    unit = one.item.unit
    of_it = (each for each in pictures.of(one.item.fixity.sha256) if each.by != CARD)
    return {each.number: each for each in of_it if each.unit == unit or (each.by == DRIVE and not unit)}


def _silent(shown: Mapping[int, Picture]) -> Iterator[Told]:
    """The sections of an item that nothing can read: those of which there are pictures."""
    return ((Text(number), ()) for number in shown)


def language_of(text: str, known: tuple[str, ...]) -> str:
    """The language of most of a text. known: those of the whole that it is a part of, the most frequent first."""
    found = languages(text)
    return next((code for code in found if code in known), "") or next(iter((*found, *known)), "")


def _collection(store: Store, catalogue: Catalogue, configured: Configured, title: str, items: tuple[Item, ...]) -> Collection:
    event = event_row(configured)
    countries = [*event["country_codes"], *(code for item in items for code in item.countries)]
    return Collection(
        slug=configured.slug,
        title=title,
        configured=configured,
        countries=tuple(dict.fromkeys(countries)),
        languages=tuple(dict.fromkeys(code for item in items for code in item.languages)),
        items=items,
        lacking=tuple(_lacking(store, catalogue, configured.slug)),
    )


def _meanings(root: Path) -> tuple[Concept, ...]:
    try:
        return tuple(own_concepts(root))
    except MaterialsError:  # `materials search` tells of it
        return ()


def _lacking(store: Store, catalogue: Catalogue, slug: str) -> Iterator[Talk]:
    try:
        agenda = kept(store, slug)
    except MaterialsError:  # `materials agenda` and a sync tell of it
        return
    if agenda:
        yield from (one.talk for one in compared(catalogue, slug, agenda).expected if one.missing)


def _section(told: Told, picture: Picture | None) -> Section:
    section, codes = told
    text = f"{section.title}\n{section.body}"
    return Section(
        number=section.number,
        title=section.title,
        text=section.body,
        notes=section.notes,
        language=codes[0] if len(codes) == 1 else language_of(text, codes),
        languages=codes,
        hidden=section.hidden,
        ocr=section.ocr,
        picture=picture,
    )


def _year(one: Description) -> int | None:
    days = read_edtf(one.own.date) if one.own.date else one.about.days
    first = days and (days.first or days.last)
    changed = one.item.remote.modified
    return first.year if first else changed.year if changed else None
