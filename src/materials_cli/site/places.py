"""Where everything is in the catalogue of pages: the addresses of pages, pictures and files, for the folder and the one file.

All names are ours. An item's address is its key, a slide's its key and number: `items/KEY.html#KEY/4` in the folder, `#KEY/4`
in the one file; behind index.html, that leads to the slide, too.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import field
from types import MappingProxyType

from materials_cli.pictures.drawn import SUFFIXES
from materials_cli.site.holdings import Collection, Item, Section
from materials_cli.values import frozen

_FACES = 4


@frozen()
class Shown:
    """A picture as a page has it."""

    address: str
    width: int
    height: int


def picture_place(item: Item, section: Section) -> str:
    """The path of a picture in the folder. It is named after the bytes of the deck, so what has a name never changes."""
    assert section.picture  # noqa: S101 - only asked for one that has a picture
    return f"{pictures_of(item)}/{section.number}{SUFFIXES[section.picture.media]}"


def pictures_of(item: Item) -> str:
    """The folder of an item's pictures."""
    return item.pictures or f"pictures/{hashlib.sha256(item.description.item.fixity.sha256.encode()).hexdigest()[:16]}"


@frozen()
class Bagged:
    """What the page of a bag tells besides: the files of the bag itself with what each is, and what is not in it."""

    records: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = ()


@frozen(kw_only=True)
class Places:
    """The addresses in one page. root: the way from it to the top of the folder. files: the decks that are along, by key.

    bagged: it is the page of a bag.
    """

    root: str = ""
    single: bool = False
    bagged: Bagged | None = None
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def to(self, name: str) -> str:
        """The start, the search or the hand-out."""
        return f"#{name}" if self.single else f"{self.root}{'index' if name == 'start' else name}.html"

    def to_search(self, facet: str, value: str) -> str:
        """The search, narrowed to the value of a facet."""
        return f"{'' if self.single else self.to('search')}#?{facet}={value}"

    def to_collection(self, collection: Collection) -> str:
        """A collection."""
        return f"#collection/{collection.slug}" if self.single else f"{self.root}collections/{collection.slug}.html"

    def to_item(self, item: Item) -> str:
        """An item."""
        return f"#{item.key}" if self.single else f"{self.root}items/{item.key}.html"

    def file(self, item: Item) -> str:
        """The item's own file, if it is along; else empty."""
        place = self.files.get(item.key, "")
        return place and f"{self.root}{place}"

    def face(self, item: Item) -> Shown | None:
        """The picture of an item in a list. In the one file, where each picture stands once, page.js puts it there."""
        return None if self.single or item.face is None else self.picture(item, item.face)

    def faces(self, collection: Collection) -> Iterator[Shown]:
        """Some pictures of a collection."""
        found = (self.face(item) for item in collection.items)
        shown = [each for each in found if each]
        return iter(shown[: _FACES if len(shown) >= _FACES else 1])

    def picture(self, item: Item, section: Section) -> Shown | None:
        """The picture of a section. The one file has only that by which the item is recognised."""
        picture = section.picture
        if picture is None or (self.single and section is not item.face):
            return None
        address = picture.inlined(small=True) if self.single else f"{self.root}{picture_place(item, section)}"
        return Shown(address, picture.width, picture.height) if address else None

    def thumbnail(self, item: Item, section: Section) -> Shown | None:
        """The picture of a section in the strip of all of them."""
        return None if self.single else self.picture(item, section)
