"""The use cases that change which collections an archive has, what they are called, and where they come from."""

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import note_collection, remove_collection
from materials_cli.config import FILE, Collection, add_collections, read_collections
from materials_cli.configtables import set_key, take_out_table
from materials_cli.custody.collections import REMOVED, TABLES, bring_in, go_on, pair, remove, rename
from materials_cli.custody.corrections import take_in
from materials_cli.drive.link import parse_link
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.manifest import update_manifest
from materials_cli.filenames import JSONL
from materials_cli.messages import msg
from materials_cli.model import Listing
from materials_cli.naming import refuse_twin
from materials_cli.pictures.draw import held_digests
from materials_cli.pictures.kept import Pictures
from materials_cli.rebuild import Rebuilt, keep_copy, take_back
from materials_cli.slugs import may_be_slug, refuse_reserved
from materials_cli.store.inside import is_file
from materials_cli.store.mirror import Store


class Relinked(NamedTuple):
    """The result of another link.

    listing: of the new folder. kept: how many items it has, too; unproven: how many of them Drive states no digest of, so that
    they are downloaded again; missing: how many items it does not have.
    """

    listing: Listing
    kept: int
    unproven: int
    missing: int


class Curator:
    """Changes the collections of one archive.

    Raise unknown_collection, locked, or bad_settings if materials.toml has to be changed by hand.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._file = archive.root / FILE

    def rename(self, slug: str, new: str) -> None:
        """Rename a collection, its folder in the mirror and its items; raise collection_exists, or bad_usage for no name."""
        self._archive.config.collection(slug)
        if not may_be_slug(new):
            raise MaterialsError(
                Code.BAD_USAGE, msg("A name may contain only a-z, 0-9, “-” and “_”; names such as “con” are reserved."),
                where=new, fix=msg("For example: samarkand-2025"),
            )  # fmt: skip
        if any(collection.slug == new for collection in self._archive.config.collections):
            what = msg("A collection named “{slug}” already exists.", slug=new)
            raise MaterialsError(Code.COLLECTION_EXISTS, what, where=str(self._file), fix=msg("Choose another name."))
        with self._archive.writing() as catalogue:
            rename(self._archive.store, catalogue, slug, new)
            self._publish(catalogue)

    def detach(self, slug: str) -> None:
        """Keep a collection as it is, and sync it no longer."""
        self._archive.config.collection(slug)
        with self._archive.writing() as catalogue:
            set_key(self._file, TABLES, slug, "detached", value=True)
            note_collection(catalogue.connection, slug, detached=True)

    def remove(self, slug: str) -> Path:
        """Move a collection to a folder that is an archive of its own, and return that folder. No byte is deleted."""
        self._archive.config.collection(slug)
        self._require_disk()
        with self._archive.writing() as catalogue:
            folder = remove(self._archive.store, catalogue, slug)
            self._publish(catalogue)
            with suppress(MaterialsError):  # those that stay are dropped when pictures are drawn
                Pictures(self._archive.root).clear(held_digests(catalogue))
        with Catalogue.open(Store(folder).catalogue, write=True) as catalogue:
            update_manifest(Store(folder), catalogue)
            keep_copy(Store(folder), catalogue, always=True)
        return folder

    def title(self, slug: str) -> str:
        """What a person calls a collection: its title or, without one, its name; raise unknown_collection."""
        return self._archive.config.collection(slug).title or slug

    def bring_back(self, folder: Path) -> tuple[str, Rebuilt]:
        """Bring back a collection that remove() moved to a folder; return its name, and what was taken in.

        Its files and versions move here, and each is read and compared with the manifest of that folder. It is synced again. If
        that is cut, it can be repeated. Raise collection_exists, no_archive or bad_usage if that folder has not one collection.
        """
        self._require_disk()
        apart, present = Store(folder.absolute()), self._archive.config.collections
        if not all(is_file(folder / name) for name in (FILE, JSONL)):
            what = msg("There is no removed collection in this folder.")
            fix = msg(
                "Name the folder that it was moved to. `materials collection remove` printed it; it has a {file} and a "
                "{manifest}.",
                file=FILE,
                manifest=JSONL,
            )
            raise MaterialsError(Code.BAD_USAGE, what, where=str(apart.root), fix=fix)
        found = read_collections(folder / FILE)
        if len(found) != 1 or apart.root.samefile(self._archive.root):
            what = msg("This folder has {count} collections, and a removed one has only itself.", count=len(found))
            raise MaterialsError(Code.BAD_USAGE, what, where=str(folder), fix=msg("Name the folder that it was moved to."))
        self._require_one_disk(apart.root)
        (collection,) = found
        slug, here = collection.slug, self._archive.root / collection.slug
        refuse_reserved(collection.slug)
        refuse_twin(collection, present)
        if os.path.lexists(here) and (apart.root / slug).exists():
            what = msg("The archive already has something named “{name}”.", name=slug)
            raise MaterialsError(Code.COLLECTION_EXISTS, what, where=str(here))
        with self._archive.writing() as catalogue:
            bring_in(self._archive.store, slug, apart)
            made = take_back(self._archive.store, catalogue, slug, apart, self._archive.progress)
            add_collections(self._archive.root, found, folder / FILE)
            set_key(self._file, TABLES, slug, "detached", value=None)
            self._publish(catalogue)
        with Catalogue.open(apart.catalogue, write=True) as catalogue:
            take_out_table(folder / FILE, TABLES, slug)
            remove_collection(catalogue.connection, slug, folder=str(self._archive.root))
            update_manifest(apart, catalogue)
        with suppress(OSError):  # if it is empty
            (self._archive.root / REMOVED).rmdir()
        Archive(self._archive.root, progress=self._archive.progress).index([slug])
        return slug, made

    def link(self, slug: str, link: str) -> Relinked:
        """Follow another folder, or the same one by another link; a detached collection is synced again.

        Items with the same bytes there go on as they are, so that the next sync does not fetch them.
        """
        collection = self._archive.config.collection(slug)
        parsed = parse_link(link)
        self._refuse_twin(collection, parsed.folder_id)
        listing = self._archive.listing(parsed.url, collection.formats)
        with self._archive.writing() as catalogue:
            held = catalogue.held(slug)
            pairing = pair(listing.files, held)
            set_key(self._file, TABLES, slug, "link", parsed.url)
            set_key(self._file, TABLES, slug, "detached", value=None)
            with catalogue.transaction():
                go_on(catalogue, pairing)
                note_collection(catalogue.connection, slug, folder=parsed.folder_id, was=parse_link(collection.link).folder_id)
            self._publish(catalogue)
        listed = {file.id for file in listing.files}
        kept = len(pairing.items) + len(listed & held.keys())
        return Relinked(listing, kept, len(pairing.unproven), len(held) - kept)

    def _require_disk(self) -> None:
        if not self._archive.store.on_disk:
            raise MaterialsError(
                Code.BAD_USAGE, msg("Collections leave and return only where their files are on this disk."),
                where=self._archive.config.store or "", fix=msg("Bring the archive back first: materials move --to disk"),
            )  # fmt: skip

    def _require_one_disk(self, folder: Path) -> None:
        """Raise bad_usage for the folder of a removed collection that was moved to another disk meanwhile."""
        if folder.stat().st_dev != self._archive.root.stat().st_dev:
            place = self._archive.root.absolute() / REMOVED
            copy = shlex.quote(str(place / folder.name))
            raise MaterialsError(
                Code.BAD_USAGE, msg("This folder and the archive are on different disks."), where=str(folder),
                why=msg("Files come back by moving them, which works only within one disk."),
                fix=msg("Copy the folder to {place} and return the copy: materials collection return {copy}",
                        place=str(place), copy=copy),
            )  # fmt: skip

    def _publish(self, catalogue: Catalogue) -> None:
        """Bring up to date what is made from the catalogue."""
        take_in(self._archive.store, catalogue)
        update_manifest(self._archive.store, catalogue)
        keep_copy(self._archive.store, catalogue, always=True)

    def _refuse_twin(self, collection: Collection, folder: str) -> None:
        for other in self._archive.config.collections:
            if other.slug != collection.slug and parse_link(other.link).folder_id == folder:
                what = msg("This folder is already in the archive, as “{slug}”.", slug=other.slug)
                raise MaterialsError(Code.COLLECTION_EXISTS, what, where=other.link)
