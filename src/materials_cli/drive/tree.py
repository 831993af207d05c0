"""From what every folder holds to one tree, in which each Drive folder stands once. Pure.

Folders that lead to each other by shortcuts would else be listed, and their files held, as often as there are ways to them,
which can double with every step.
"""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from materials_cli.model import RemoteFile, RemoteFolder

MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Link:
    """A folder in another: the folder itself, or a shortcut to it. id: of the folder or the shortcut; target: of the folder."""

    id: str
    name: str
    created: datetime | None
    target: str


@dataclass(slots=True)
class Contents:
    """What a Drive folder holds, apart from where it stands: files under their own ids, folders, shortcuts to folders."""

    files: list[RemoteFile] = field(default_factory=list)
    folders: list[Link] = field(default_factory=list)
    shortcuts: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Drive folder stands. above: the Drive id of the folder that it is in. names: from the top.

    prefix: what precedes the ids of its items: the shortcuts above it.
    """

    folder: RemoteFolder
    above: str | None = None
    names: tuple[str, ...] = ()
    prefix: str = ""


class Tree:
    """The places of all folders, by Drive id.

    A folder stands under its true parent, if that is among them; else where it was held before; else at the first shortcut,
    by path. contents: by Drive id. held: the ids of held items.
    """

    def __init__(self, root: RemoteFolder, contents: Mapping[str, Contents], held: Iterable[str] = ()) -> None:
        self._contents = contents
        self._held = _prefixes(held)
        self._inside = {link.target for listed in contents.values() for link in listed.folders}
        self._shortcuts: list[tuple[bool, bool, tuple[str, ...], str, int, str, Link]] = []
        self._numbers = itertools.count()
        self.places: dict[str, Place] = {}
        self._elsewhere: dict[str, list[str]] = defaultdict(list)
        self._plant(root.id, Place(root))
        while self._shortcuts:
            *_, above, link = heapq.heappop(self._shortcuts)
            if link.target not in self.places:
                self._plant(link.target, self._below(above, link, through=f"{link.id}/"))
            elif link.target not in self._way_up(above):
                self._elsewhere[link.target].append("/".join((*self.places[above].names, link.name)))

    @property
    def folders(self) -> list[RemoteFolder]:
        """All folders but the root, in the order of their ids."""
        return sorted((place.folder for place in self.places.values() if place.folder.parent), key=lambda folder: folder.id)

    @property
    def files(self) -> list[RemoteFile]:
        """All files, in the order of their paths; of two with one id, the first."""
        also = self._also()
        placed = (
            replace(file, id=place.prefix + file.id, parent=place.folder.id, folders=place.names, also=also[drive_id])
            for drive_id, place in self.places.items()
            for file in self._contents[drive_id].files
        )
        found = {file.id: file for file in sorted(placed, key=_order, reverse=True)}
        return sorted(found.values(), key=_order)

    def _plant(self, drive_id: str, place: Place) -> None:
        """Give a folder and those below it their places, the nearest to the top first."""
        self.places[drive_id] = place
        level = [drive_id]
        while level:
            below = []
            for above in level:
                for link in sorted(self._contents[above].folders, key=lambda link: (link.name, link.id)):
                    if link.target in self._contents and link.target not in self.places:
                        self.places[link.target] = self._below(above, link)
                        below.append(link.target)
                self._queue(above)
            level = below

    def _below(self, above: str, link: Link, through: str = "") -> Place:
        """The place of a folder in another one. through: what a shortcut adds to the ids of what is reached through it."""
        place = self.places[above]
        folder = RemoteFolder(id=place.prefix + link.id, name=link.name, parent=place.folder.id, created=link.created)
        return Place(folder, above, (*place.names, link.name), place.prefix + through)

    def _queue(self, above: str) -> None:
        """Remember the shortcuts in a folder, the best first."""
        place = self.places[above]
        for link in self._contents[above].shortcuts:
            if link.target in self._contents:
                new, number = place.prefix + link.id not in self._held, next(self._numbers)
                rank = (link.target in self._inside, new, (*place.names, link.name), link.id)
                heapq.heappush(self._shortcuts, (*rank, number, above, link))

    def _way_up(self, drive_id: str) -> Iterator[str]:
        """A folder and those above it."""
        above: str | None = drive_id
        while above:
            yield above
            above = self.places[above].above

    def _also(self) -> Mapping[str, tuple[str, ...]]:
        """Where else folders appear, by Drive id: at the shortcuts to each of them, and to those above it."""
        also: dict[str, tuple[str, ...]] = {}
        for drive_id, place in self.places.items():
            inherited = (f"{path}/{place.names[-1]}" for path in also.get(place.above or "", ()))
            also[drive_id] = (*self._elsewhere.get(drive_id, ()), *inherited)[:MOST_PLACES]
        return also


def _order(file: RemoteFile) -> tuple[tuple[str, ...], str, str]:
    return file.folders, file.name, file.id


def _prefixes(held: Iterable[str]) -> AbstractSet[str]:
    """The shortcuts through which items are held: of "A/B/ID", A and A/B."""
    found = set[str]()
    for identity in held:
        above = identity.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found
