"""Compares the mirror with the catalogue: which files are missing, were edited or moved by somebody, or are damaged."""

import os
import stat
from collections.abc import Collection as Group
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from materials_cli.disk import disk_error
from materials_cli.errors import Reach
from materials_cli.model import Item, State
from materials_cli.store.inside import Inside, closed_at, is_file
from materials_cli.store.versions import digest_of, require_digest
from materials_cli.values import frozen
from materials_cli.watchdog import alive

_TIME_TOLERANCE = 2.0


@frozen()
class Disturbance:
    """Held items that are not as they were left on the disk, by id: absent, edited, damaged, or moved (with the path).

    unreachable: those in a folder that may not be entered, with that folder; what became of them is not known.
    Who edits a file changes its time. If the bytes are others and the time is not, or cannot be read, the file is damaged.
    """

    absent: frozenset[str]
    edited: frozenset[str]
    damaged: frozenset[str]
    strayed: Mapping[str, str]
    unreachable: Mapping[str, str] = field(default_factory=dict)


UNDISTURBED = Disturbance(frozenset(), frozenset(), frozenset(), {})


def survey(inside: Inside, items: Mapping[str, Item], doubted: Group[str] = ()) -> Disturbance:
    """Compare by size and time; read a file only if its time differs, or if it is among the doubted ones.

    Raise symlink_in_archive if a folder of the mirror is a link, bad_catalogue for a digest that is none, and disk_refused if
    not even the folder of the collection may be entered. A link in the place of a file counts as edited.
    """
    absent, edited, damaged, folders = set[str](), set[str](), set[str](), set[str]()
    unreachable: dict[str, str] = {}
    for item in items.values():
        alive()
        require_digest(item.fixity.sha256, Reach.ARCHIVE)
        if item.state is State.WITHDRAWN:
            continue
        path = inside.name(item.path)
        if (folder := item.path.rpartition("/")[0]) not in folders:
            inside.refuse_links(inside.root / folder, Reach.COLLECTION)
            folders.add(folder)
        try:
            seen = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            absent.add(item.id)
            continue
        except PermissionError as error:
            unreachable[item.id] = _closed_folder(inside, item.path, error)
            continue
        late = abs(seen.st_mtime - mtime(item)) > _TIME_TOLERANCE
        if not stat.S_ISREG(seen.st_mode):
            edited.add(item.id)
        elif seen.st_size != item.fixity.size:
            (edited if late else damaged).add(item.id)
        elif (late or item.id in doubted) and (digest := digest_of(Path(path))) != item.fixity.sha256:
            (edited if late and digest else damaged).add(item.id)
    strayed = _strays(inside, {items[item_id].fixity.sha256: items[item_id] for item_id in sorted(absent)}, items)
    return Disturbance(frozenset(absent) - strayed.keys(), frozenset(edited), frozenset(damaged), strayed, unreachable)


def _closed_folder(inside: Inside, path: str, error: PermissionError) -> str:
    """The first folder on the way to a path that may not be entered; raise disk_refused if it is the collection's own."""
    closed = closed_at(Path(inside.name(path)))
    top = inside.root / path.partition("/")[0]
    if closed == top or not closed.is_relative_to(top):
        raise disk_error(error, closed, reach=Reach.COLLECTION) from error
    return closed.relative_to(inside.root).as_posix()


def _strays(inside: Inside, lost: Mapping[str, Item], items: Mapping[str, Item]) -> dict[str, str]:
    """The new paths of lost items whose files were moved, found among the other files of the mirror."""
    sizes = {item.fixity.size for item in lost.values()}
    ours = {inside.key(item.path) for item in items.values()} if lost else set[str]()
    found: dict[str, str] = {}
    for top in sorted({item.path.partition("/")[0] for item in lost.values()}):
        for folder, _, names in os.walk(inside.root / top):
            for path in (Path(folder, name) for name in sorted(names)):
                place = path.relative_to(inside.root).as_posix()
                if inside.key(place) in ours or not _may_be_one(path, sizes):
                    continue
                if item := lost.get(digest_of(path)):
                    found.setdefault(item.id, place)
    return found


def _may_be_one(path: Path, sizes: Group[int]) -> bool:
    """Whether a path is a file of one of these sizes; in a folder that may not be entered, none is."""
    try:
        return is_file(path) and path.stat().st_size in sizes
    except PermissionError:
        return False


def mtime(item: Item) -> float:
    """The modification time that an item's file is given, in seconds since 1970."""
    return (item.remote.modified or item.fetched).timestamp()
