"""The lines of each collection in the files of the manifest, taken over as they lie there while nothing in it has changed.

A sync of many collections writes the manifest after each that changed; only the lines of that one are made anew.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from materials_cli.catalogue.changes import Changes

if TYPE_CHECKING:
    from materials_cli.catalogue.descriptions import Firsts
    from materials_cli.catalogue.items import Catalogue
    from materials_cli.config import Collection

_PIECE = 1 << 20


class Block(NamedTuple):
    """The lines of a collection: where they begin and end in each file, in bytes."""

    collection: str
    begin: tuple[int, ...]
    end: tuple[int, ...]

    def place(self) -> tuple[str, str, str]:
        """What it is sorted by, as entries are by path, collection and id."""
        return f"{self.collection}/", "", ""

    def copy(self, sources: Sequence[BinaryIO], files: Sequence[BinaryIO]) -> None:
        """Write the lines that lie in the present files to the new ones."""
        for source, file, begin, end in zip(sources, files, self.begin, self.end, strict=True):
            source.seek(begin)
            left = end - begin
            while piece := source.read(min(_PIECE, left)):
                file.write(piece)
                left -= len(piece)


class Blocks:
    """What is known of the manifest that was written last, by one process, while it holds the archive's lock.

    Begin it outside a transaction; see Changes.
    """

    def __init__(self, catalogue: "Catalogue") -> None:
        self._catalogue, self._changes = catalogue, Changes(catalogue.connection)
        self._lines: dict[str, Block] = {}
        self._made_of: tuple[Collection, ...] | None = None

    def unchanged(self, collections: "tuple[Collection, ...]", firsts: "Firsts") -> list[Block]:
        """The collections whose lines can be taken over.

        Ask only if the files are those that were written last. collections: as the settings describe them now. firsts: which
        items are the first of their kind now.
        """
        if self._made_of != collections:
            return []
        slugs = (self._catalogue.collections() & self._lines.keys()) - self._changes.seen(firsts)
        return sorted((self._lines[slug] for slug in slugs), key=Block.place)

    def wrote(self, collections: "tuple[Collection, ...]", firsts: "Firsts", lines: "Lines") -> None:
        """The manifest has been written of these, and these are its lines."""
        self._changes.forget(firsts)
        self._lines, self._made_of = lines.found(), collections


class Lines:
    """Where the lines of each collection lie in files that are being written."""

    def __init__(self, files: Sequence[BinaryIO]) -> None:
        self._files = files
        self._begun: list[tuple[str, tuple[int, ...]]] = []
        self._strange: set[str] = set()

    def begin(self, piece: Block | Mapping[str, Any]) -> None:
        """Something of a collection is about to be written: its block, or one of its entries."""
        slug = piece.collection if isinstance(piece, Block) else piece["collection"]
        if not self._begun or self._begun[-1][0] != slug:
            self._mark(slug)
        if not isinstance(piece, Block) and not piece["path"].startswith(f"{slug}/"):
            self._strange.add(slug)

    def end(self) -> None:
        """What follows is about no item."""
        self._mark("")

    def found(self) -> dict[str, Block]:
        """The lines of each collection that lie together, where its name has its place among the paths of others."""
        found: dict[str, Block] = {}
        for (slug, begin), (_, end) in pairwise(self._begun):
            if slug in found:
                self._strange.add(slug)
            found[slug] = Block(slug, begin, end)
        return {slug: block for slug, block in found.items() if slug not in self._strange}

    def _mark(self, slug: str) -> None:
        self._begun.append((slug, tuple(file.tell() for file in self._files)))
