"""Every file that the catalogue says is on this disk, and the files there of which it says nothing."""

import hashlib
import json
import os
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.verifications import page_of_items, page_of_versions
from materials_cli.errors import Code, MaterialsError
from materials_cli.model import Fixity, Item, State, Version
from materials_cli.store.fixity import Fault, Flaw
from materials_cli.store.mirror import Store
from materials_cli.values import frozen

_PAGE = 1000
_OF_ALL_OBJECTS = {Code.STORE_REFUSED, Code.STORE_UNREACHABLE, Code.CLOCK_OFF, Code.EXTRA_MISSING}
_OF_THE_SYSTEM = {".ds_store", "thumbs.db", "desktop.ini"}  # written by the system into any folder that somebody opens


class Role(StrEnum):
    """What a file is to the archive.

    In the mirror, kept for a withdrawn item, waiting to replace an item's bytes, or an earlier version of an item.
    """

    MIRROR = "mirror"
    WITHDRAWN = "withdrawn"
    REPLACEMENT = "replacement"
    VERSION = "version"


@frozen()
class Holding:
    """A file that must be on this disk. collection, id, path: of its item; path as it was when these bytes were current."""

    role: Role
    collection: str
    id: str
    path: str
    fixity: Fixity

    @classmethod
    def of(cls, item: Item) -> "Holding":
        """The current bytes of an item."""
        role = Role.WITHDRAWN if item.state is State.WITHDRAWN else Role.MIRROR
        return cls(role, item.collection, item.id, item.path, item.fixity)

    @classmethod
    def earlier(cls, collection: str, version: Version) -> "Holding":
        """An earlier version of an item."""
        return cls(Role.VERSION, collection, version.item, version.path, version.fixity)

    def file(self, store: Store) -> Path:
        """Where it lies; raise bad_catalogue for a place outside the archive, and symlink_in_archive."""
        return store.file_of(self.path, self.fixity.sha256, mirrored=self.role is Role.MIRROR)

    def place(self, store: Store) -> str:
        """The same, relative to the archive."""
        return (
            self.path
            if self.role is Role.MIRROR
            else store.versions.path(self.fixity.sha256).relative_to(store.root).as_posix()
        )

    def absence(self, store: Store) -> Flaw | None:
        """Why nothing can be seen in its place: it is missing, or this user may not look; None if there is something."""
        try:
            return store.absence(self.path, self.fixity, mirrored=self.role is Role.MIRROR)
        except MaterialsError:
            return None

    def flaw(self, store: Store, read: Callable[[int], None] = lambda _: None) -> Flaw | None:
        """What is wrong with it; see flaw_of(). Raise what keeps all objects from being read: that tells of no file."""
        try:
            return store.flaw(self.path, self.fixity, mirrored=self.role is Role.MIRROR, read=read)
        except MaterialsError as error:
            if error.code in _OF_ALL_OBJECTS:
                raise
            return Flaw(Fault.DAMAGED, error.what)


def holdings(catalogue: Catalogue, collections: Sequence[str] = ()) -> Iterator[Holding]:
    """Every file of these collections (of all, if none is given): each file in the mirror, and each kept one once."""
    kept = set[str]()

    def first(holding: Holding) -> bool:
        known = holding.fixity.sha256 in kept
        kept.add(holding.fixity.sha256)
        return not known

    for item in catalogue.each(collections):
        holding = Holding.of(item)
        if holding.role is Role.MIRROR or first(holding):
            yield holding
        if item.replacement:
            waiting = Holding(Role.REPLACEMENT, item.collection, item.id, item.path, item.replacement.fixity)
            if first(waiting):
                yield waiting
    for collection, version in catalogue.each_version(collections):
        holding = Holding.earlier(collection, version)
        if first(holding):
            yield holding


def all_holdings(store: Store, collections: Sequence[str] = ()) -> Iterator[Holding]:
    """The same, a page at a time: neither the memory holds all of them, nor does a long reading keep the catalogue open."""
    kept = set[str]()
    for page in (page_of_items, page_of_versions):
        after = 0
        while True:
            with Catalogue.open(store.catalogue) as catalogue:
                rows = page(catalogue.connection, collections, after, _PAGE)
            if not rows:
                break
            after = rows[-1]["number"]
            for holding in (holding for row in rows for holding in _of_row(row)):
                digest = holding.fixity.sha256
                if holding.role is Role.MIRROR:
                    yield holding
                elif digest not in kept:
                    kept.add(digest)
                    yield holding


def _of_row(row: Any) -> Iterator[Holding]:
    own = (row["collection"], row["id"], row["path"])
    fixity = Fixity(row["size"], row["sha256"], row["md5"])
    if "state" not in row.keys():  # noqa: SIM118 - a row of SQLite
        yield Holding(Role.VERSION, *own, fixity)
        return
    yield Holding(Role.WITHDRAWN if row["state"] == State.WITHDRAWN else Role.MIRROR, *own, fixity)
    if row["replacement"]:
        waiting = json.loads(row["replacement"])["fixity"]
        yield Holding(Role.REPLACEMENT, *own, Fixity(waiting["size"], waiting["sha256"], waiting["md5"]))


def is_still(catalogue: Catalogue, holding: Holding) -> bool:
    """Whether the catalogue still says that a file must be on this disk."""
    item = catalogue.find(holding.collection, holding.id)
    if holding.role is Role.VERSION:
        return any(
            (version.fixity.sha256, version.path) == (holding.fixity.sha256, holding.path)
            for version in catalogue.versions(holding.collection, holding.id)
        )
    if item is None:
        return False
    if holding.role is Role.REPLACEMENT:
        return item.replacement is not None and item.replacement.fixity.sha256 == holding.fixity.sha256
    now = Holding.of(item)
    return (now.role, now.path, now.fixity.sha256) == (holding.role, holding.path, holding.fixity.sha256)


def strangers(store: Store, known: Iterable[Holding], folders: Iterable[str] = ()) -> Iterator[str]:
    """The files in versions/ and in these folders of the archive that are none of the known ones, by path."""
    if not store.on_disk:
        yield from store.strangers({holding.fixity.sha256 for holding in known})
        return
    # The places as numbers of 64 bits in order, since there may be very many.
    key = store.inside.key
    places = array("Q", sorted(_number(key(holding.place(store))) for holding in known if _has_place(holding, store)))
    versions = store.versions.folder.relative_to(store.root).as_posix()
    for folder in (*sorted(set(folders)), versions):
        for place in _files(store.root, folder):
            at = bisect_left(places, number := _number(key(place)))
            is_known = at < len(places) and places[at] == number
            if not is_known and place.rpartition("/")[2].lower() not in _OF_THE_SYSTEM:
                yield place


def _number(key: str) -> int:
    """A number that no two paths share."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _has_place(holding: Holding, store: Store) -> bool:
    try:
        return bool(holding.place(store))
    except MaterialsError:
        return False


def _files(root: Path, folder: str) -> Iterator[str]:
    """All files below a folder, and symlinks to folders, which are not followed."""
    for above, folders, names in os.walk(root / folder):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(above, name))]  # noqa: PTH114, PTH118 - many files
        for name in sorted((*names, *links)):
            yield Path(above, name).relative_to(root).as_posix()
