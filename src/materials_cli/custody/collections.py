"""A collection gets another name or link, or leaves the archive for a folder of its own. No byte is deleted.

A name or a departure changes materials.toml, the mirror and the catalogue, one after another. What is under way is noted first;
if it is cut, the next command that writes finishes it. Until materials.toml has changed, nothing has happened.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from materials_cli.agenda.kept import move as move_agenda
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import copy_collection, remove_collection, rename_collection, rename_item
from materials_cli.catalogue.sightings import Sighting, record_sighting
from materials_cli.config import FILE, FORMAT, load
from materials_cli.configtables import rename_table, set_key, take_out_table, written_table
from materials_cli.custody.corrections import move
from materials_cli.custody.holdings import Role, holdings
from materials_cli.disk import SHA256, disk_errors, flush_folders, replace_file, replacing
from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import METADATA, UNDER_WAY
from materials_cli.messages import msg
from materials_cli.model import Item, RemoteFile, State
from materials_cli.slugs import SLUG
from materials_cli.store.inside import is_file
from materials_cli.store.mirror import Store
from materials_cli.store.names import is_safe_name
from materials_cli.store.versions import digest_of
from materials_cli.triage.decisions import move as move_decisions

TABLES = "collections"
REMOVED = "removed collections"  # no collection can have this name


class Pairing(NamedTuple):
    """How the items of a collection go on in another folder. items: as they are there, and the ids that they had here.

    unproven: the new ids of those whose bytes Drive states no digest of, so that they are downloaded again.
    """

    items: tuple[tuple[Item, str], ...]
    unproven: frozenset[str]


def rename(store: Store, catalogue: Catalogue, old: str, new: str) -> None:
    """Rename a collection: its table, its folder in the mirror, its rows. Raise collection_exists or bad_settings."""
    if catalogue.held(new) or (store.root / new).exists():
        what = msg("The archive already has something named “{name}”.", name=new)
        raise MaterialsError(Code.COLLECTION_EXISTS, what, where=str(store.root / new), fix=msg("Choose another name."))
    store.write_state(UNDER_WAY, json.dumps({"rename": old, "to": new}))
    rename_table(store.root / FILE, TABLES, old, new)
    finish(store, catalogue)


def remove(store: Store, catalogue: Catalogue, slug: str) -> Path:
    """Move a collection to a folder that is an archive of its own, with its files, versions, rows and history; return it."""
    folder = _free(store.root / REMOVED / f"{slug} {datetime.now(UTC):%Y-%m-%d}")
    file, settings = store.root / FILE, folder / FILE
    with disk_errors():
        store.inside.make_folder(folder)
    replace_file(settings, f"format = {FORMAT}\n\n{written_table(file, TABLES, slug).strip()}\n".encode())
    set_key(settings, TABLES, slug, "detached", value=True)
    apart = Store(folder)
    apart.make_folders()
    Catalogue.open(apart.catalogue, write=True).close()
    copy_collection(catalogue.connection, slug, apart.catalogue)
    with Catalogue.open(apart.catalogue, write=True) as theirs:
        for other in sorted(catalogue.known_collections() - {slug}):
            remove_collection(theirs.connection, other)
    store.write_state(UNDER_WAY, json.dumps({"remove": slug, "to": folder.relative_to(store.root).as_posix()}))
    take_out_table(file, TABLES, slug)
    finish(store, catalogue)
    return folder


def bring_in(store: Store, slug: str, apart: Store) -> None:
    """Move the files, versions and corrections of a removed collection back here. What is here already is not replaced."""
    _move_folder(apart, apart.root / slug, store.root / slug)
    move_agenda(apart, slug, store, slug)
    move_decisions(apart, slug, store, slug)
    with Catalogue.open(apart.catalogue) as theirs:
        move(apart, store, [item.id for item in theirs.each([slug])], ())
    for kept in sorted(apart.versions.folder.glob("*/*")):
        if SHA256.fullmatch(kept.name) and is_file(kept) and not is_file(store.versions.path(kept.name)):
            with disk_errors():
                store.versions.take(kept, kept.name)


def finish(store: Store, catalogue: Catalogue) -> None:
    """Finish what is under way. What its record says is believed only if we could have written it."""
    match _under_way(store):
        case {"rename": slug, "to": to} if _may_go_on(store, slug) and to in _followed(store):
            _move_mirror(store, catalogue, slug, store.root / to)
            move_agenda(store, slug, store, to)
            move_decisions(store, slug, store, to)
            if catalogue.held(slug):
                rename_collection(catalogue.connection, slug, to)
        case {"remove": slug, "to": to} if _may_go_on(store, slug) and _is_apart(to):
            _depart(store, catalogue, slug, Store(store.path(to)))
    with disk_errors():
        (store.inner / UNDER_WAY).unlink(missing_ok=True)


def _under_way(store: Store) -> dict[str, str]:
    try:
        found = json.loads(store.read_state(UNDER_WAY) or "{}")
    except (ValueError, RecursionError):
        return {}
    texts = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    return found if texts else {}


def _followed(store: Store) -> set[str]:
    return {collection.slug for collection in load(store.root).collections}


def _may_go_on(store: Store, slug: str) -> bool:
    """Whether a slug is one that the settings have given up, even one that no collection may have any more."""
    return bool(SLUG.fullmatch(slug)) and slug not in _followed(store)


def _is_apart(to: str) -> bool:
    """Whether a path is that of a folder for a removed collection."""
    above, _, name = to.partition("/")
    return above == REMOVED and is_safe_name(name)


def _depart(store: Store, catalogue: Catalogue, slug: str, apart: Store) -> None:
    """Move files and versions to another archive, which has the rows already, and take the rows out of this one."""
    with Catalogue.open(apart.catalogue, write=True) as theirs:
        leaving = tuple(holdings(theirs))
        ids = [item.id for item in theirs.each()]
    _move_mirror(store, catalogue, slug, apart.root / slug)
    others = [collection for collection in catalogue.collections() if collection != slug]
    needed = {h.fixity.sha256 for h in holdings(catalogue, others) if h.role is not Role.MIRROR} if others else set()
    for holding in leaving:
        if holding.role is not Role.MIRROR:
            _move_version(store, apart, holding.fixity.sha256, copied=holding.fixity.sha256 in needed)
    move(store, apart, ids, {item.id for item in catalogue.each(others)} if others else ())
    move_agenda(store, slug, apart, slug)
    move_decisions(store, slug, apart, slug)
    if slug in catalogue.collections():
        folder = apart.root.relative_to(store.root).as_posix()
        remove_collection(catalogue.connection, slug, folder=folder, items=len(catalogue.held(slug)))


def _move_mirror(store: Store, catalogue: Catalogue, slug: str, target: Path) -> None:
    """Move the folder of a collection. Early versions let one be called as the folder of corrections, which stay there."""
    if slug != METADATA:
        _move_folder(store, store.root / slug, target)
        return
    for item in catalogue.each([slug]):
        if item.state is State.HELD:
            source, place = store.path(item.path), target / item.path.removeprefix(f"{slug}/")
            with disk_errors():
                if is_file(source) and not place.exists():
                    changed = store.inside.make_folder(place.parent)
                    source.rename(place)
                    flush_folders({*changed, source.parent, place.parent})


def _move_folder(store: Store, source: Path, target: Path) -> None:
    with disk_errors():
        if store.inside.refuse_links(source).is_dir() and not target.exists():
            source.rename(target)
            flush_folders({source.parent, target.parent})


def _move_version(store: Store, apart: Store, sha256: str, *, copied: bool) -> None:
    """Move kept bytes, or copy them if this archive needs them, too. What is missing or damaged stays as it is."""
    source, target = store.versions.kept(sha256), apart.versions.path(sha256)
    with disk_errors():
        if not is_file(source) or is_file(target):
            return
        if not copied:
            apart.versions.take(source, sha256)
            with suppress(OSError):
                source.parent.rmdir()  # if it is empty
            return
        part = apart.incoming / f"{sha256}.part"
        with source.open("rb") as kept, replacing(part) as copy:
            shutil.copyfileobj(kept, copy)
        if digest_of(part) == sha256:
            apart.versions.take(part, sha256)


def pair(files: Iterable[RemoteFile], held: Mapping[str, Item]) -> Pairing:
    """Which items go on as which files of another folder: those with the same digest; where none is stated, the same path."""
    files = tuple(files)
    listed = {file.id for file in files}
    free = {item.id: item for item in held.values() if item.id not in listed}
    by_digest: dict[str, list[str]] = {}
    by_path: dict[tuple[str, ...], list[str]] = {}
    for item in sorted(free.values(), key=lambda item: item.path):
        for known in filter(None, (item.fixity.sha256, item.fixity.md5)):
            by_digest.setdefault(known, []).append(item.id)
        by_path.setdefault(_place(item.remote), []).append(item.id)
    paired: list[tuple[Item, str]] = []
    unproven = set[str]()
    for file in sorted(files, key=_place):
        digest = file.sha256 or file.md5
        same = by_digest.get(digest, []) if digest else by_path.get(_place(file), [])
        alike = [item_id for item_id in same if item_id in free]
        if file.id in held or not alike:
            continue
        item = free.pop(min(alike, key=lambda item_id: _place(free[item_id].remote) != _place(file)))
        if digest:
            paired.append((replace(item, remote=file), item.id))
        else:
            unproven.add(file.id)
            unsure = replace(
                item.remote, id=file.id, drive_id=file.drive_id, parent=file.parent, modified=None, version=None,
                head_revision=None,
            )  # fmt: skip
            paired.append((replace(item, remote=unsure), item.id))
    return Pairing(tuple(paired), frozenset(unproven))


def go_on(catalogue: Catalogue, pairing: Pairing) -> None:
    """Give the items of a pairing the ids that they have in the other folder."""
    for item, was in pairing.items:
        rename_item(catalogue.connection, item, was)
        catalogue.record(item)
        if item.id in pairing.unproven:
            never = Sighting(date.min, item.fetched)  # whatever day its page states, it is another one
            record_sighting(catalogue.connection, item.collection, item.id, never)


def _place(file: RemoteFile) -> tuple[str, ...]:
    return (*file.folders, file.file_name)


def _free(folder: Path) -> Path:
    """This path or, if something lies there, the next one with a number."""
    names = (folder, *(folder.with_name(f"{folder.name} {number}") for number in range(2, 1000)))
    return next(path for path in names if not path.exists())
