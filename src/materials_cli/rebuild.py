"""Makes a lost or damaged catalogue anew: from its copy if that is intact, and from the manifest and the files.

The manifest is a claim that anybody may have written. Of each entry the form is checked, the file is read, and only what
has the stated digest is taken in; the rest is named. Nothing is deleted: the old catalogue and manifest are moved aside.
"""

import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from materials_cli.catalogue.chronicle import state_verified
from materials_cli.catalogue.copy import goes_on, is_intact, last_hash, write_copy
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.proof import absent, untold
from materials_cli.catalogue.salvage import Salvaged, salvage
from materials_cli.custody.losses import Loss, keep_losses, known_losses
from materials_cli.disk import disk_errors, flush_file, flush_folders, open_plain, replacing
from materials_cli.errors import Code, MaterialsError, as_failure
from materials_cli.export.claims import Claim, as_claimed, read_claim
from materials_cli.export.entries import lines_of
from materials_cli.export.feed import kept_hashes
from materials_cli.export.lost import is_lost
from materials_cli.filenames import CATALOGUE, INNER, JSONL
from materials_cli.history.events import of_claim, of_claimed_bytes, of_rebuilding, of_return
from materials_cli.messages import Message, msg, msgn
from materials_cli.model import Failure, Fixity, Item, Progress, Replacement, State, Step, StepKind, Version
from materials_cli.published import fetch_manifest, follow, remove_catalogue, set_catalogue_aside
from materials_cli.store.bucket import Bucket
from materials_cli.store.mirror import Store
from materials_cli.store.names import twin_key


class Base(StrEnum):
    """What the new catalogue began with, before the manifest was compared.

    The present one, its copy, what could be read of a damaged one, or nothing.
    """

    PRESENT = "catalogue"
    COPY = "copy"
    SALVAGED = "damaged"
    MANIFEST = "manifest"
    PUBLISHED = "published"


_SHOWN = 10
_NOTHING = Salvaged()


@dataclass(slots=True)
class Rebuilt:
    """The result.

    held, withdrawn, versions: how many were taken in, from the manifest or from what could be read of a damaged catalogue.
    items: how many are known now. events: how many were read in a damaged catalogue; lost_events: how many could not be.
    refused: what could not be recovered, without what a person has accepted. unnamed: how many files in versions/ belong to
    nothing that is known. aside: where the old catalogue and manifest are now, relative to the archive; empty if nothing was
    moved. last_hash: the last known hash of the history before, empty if there is none. outdated: see is_outdated().
    """

    base: Base
    held: int = 0
    withdrawn: int = 0
    versions: int = 0
    items: int = 0
    events: int = 0
    lost_events: int = 0
    refused: list[Loss] = field(default_factory=list)
    unnamed: int = 0
    aside: str = ""
    last_hash: str = ""
    outdated: bool = False

    @property
    def changed(self) -> bool:
        """Whether there is another catalogue than before, or more in it."""
        return self.base is not Base.PRESENT or bool(self.held + self.withdrawn + self.versions)

    @property
    def losses(self) -> tuple[Message, ...]:
        """What could not be recovered, and where the old catalogue and manifest are: at most a few sentences."""
        told = [msg("{place}: not recovered: {reason}", place=lost.place, reason=lost.reason) for lost in self.refused[:_SHOWN]]
        if (more := len(self.refused) - _SHOWN) > 0:
            told.append(msgn("… and {count} more not recovered", "… and {count} more not recovered", more))
        if self.aside:
            told.append(msg("The old catalogue and manifest are kept in {place}.", place=self.aside))
        return tuple(told)

    @property
    def failure(self) -> Failure:
        """The same for the run that a sync makes afterwards, so that somebody hears of it; it is a remark (codes.REMARKS)."""
        return Failure(f"{INNER}/{CATALOGUE}", Code.CATALOGUE_LOST, self.summary)

    @property
    def summary(self) -> Message:
        """What was done, in one sentence."""
        if self.base is Base.SALVAGED:
            return msgn(
                "The catalogue was damaged; it was rebuilt from what is readable of it, the manifest and files: {count} item.",
                "The catalogue was damaged; it was rebuilt from what is readable of it, the manifest and files: {count} items.",
                self.items,
            )
        if self.base is Base.PUBLISHED:
            return msgn(
                "The catalogue was taken over from the object store: {count} item.",
                "The catalogue was taken over from the object store: {count} items.",
                self.items,
            )
        if self.outdated:
            return msgn(
                "The catalogue was older than its copy, as one from a backup; it was rebuilt from the copy: {count} item.",
                "The catalogue was older than its copy, as one from a backup; it was rebuilt from the copy: {count} items.",
                self.items,
            )
        if self.base is Base.COPY:
            return msgn(
                "The catalogue was missing or damaged; it was rebuilt from its copy: {count} item.",
                "The catalogue was missing or damaged; it was rebuilt from its copy: {count} items.",
                self.items,
            )
        return msgn(
            "The catalogue was missing or damaged; it was rebuilt from the manifest and the files: {count} item.",
            "The catalogue was missing or damaged; it was rebuilt from the manifest and the files: {count} items.",
            self.items,
        )


def keep_copy(store: Store, catalogue: Catalogue, *, always: bool = False) -> list[Message]:
    """Copy the catalogue if its copy is older than the manifest, or missing; return why that failed, if it did."""
    with suppress(OSError):
        if not always and store.catalogue_copy.stat().st_mtime_ns >= (store.root / JSONL).stat().st_mtime_ns:
            return []
    try:
        write_copy(catalogue.connection, store.catalogue_copy)
    except Exception as error:  # noqa: BLE001 - a copy that cannot be made ends no run
        return [msg("The catalogue could not be copied: {reason}", reason=as_failure(error).what)]
    return []


def is_outdated(store: Store) -> bool:
    """Whether the catalogue is an older one than its copy, which knows all that it does: it came from a backup."""
    if isinstance(store, Bucket) or not goes_on(store.catalogue_copy, store.catalogue):
        return False
    return is_intact(store.catalogue_copy, history=True)


def rebuild(store: Store, progress: Progress = lambda _: None, *, accept_losses: bool = False) -> Rebuilt:
    """Rebuild a lost, damaged or outdated catalogue, or complete an intact one, from what is known besides it.

    What could not be recovered is kept (custody/losses.py), and tried again by the next rebuild. accept_losses: a person knows
    of all that is lost by now. Without texts: read them afterwards, then write the manifest. Raise nothing_to_rebuild,
    newer_archive, or a disk error. Hold the archive's lock.
    """
    if not store.catalogue.exists() and not is_lost(store):
        raise MaterialsError(
            Code.NOTHING_TO_REBUILD, msg("There is nothing to rebuild a catalogue from."), where=str(store.root)
        )
    outdated = is_outdated(store)
    if not outdated and is_intact(store.catalogue):
        with Catalogue.open(store.catalogue, write=True) as catalogue:
            return _complete(store, catalogue, Rebuilt(Base.PRESENT), progress, accept_losses=accept_losses)
    made = _begin(store, outdated=outdated)
    new = store.inner / "catalogue.new.sqlite"
    with disk_errors():
        remove_catalogue(new)
        if made.base is Base.COPY:
            with open_plain(store.catalogue_copy) as kept, replacing(new) as copy:
                shutil.copyfileobj(kept, copy)
        with Catalogue.open(new, write=True) as catalogue:
            saved = _NOTHING if outdated else salvage(catalogue.connection, store.catalogue, store.catalogue_copy)
            made.events, made.lost_events = saved.events, saved.lost
            if made.base is Base.MANIFEST and (saved.events or saved.items):
                made.base = Base.SALVAGED
            catalogue.note([of_rebuilding(made.base, made.last_hash)])
            _complete(store, catalogue, made, progress, accept_losses=accept_losses, saved=saved)
            if saved.events or saved.items:
                _reconcile(catalogue)
        made.aside = set_catalogue_aside(store)
        with new.open("r+b") as file:
            flush_file(file, new.stat().st_size)
        new.replace(store.catalogue)
        flush_folders([store.inner])
    return made


def _begin(store: Store, *, outdated: bool) -> Rebuilt:
    base = Base.COPY if outdated or is_intact(store.catalogue_copy, history=True) else Base.MANIFEST
    before = last_hash(store.catalogue) or next((kept.hash for kept in kept_hashes(store.root)), "")
    return Rebuilt(base, last_hash=before, outdated=outdated)


def take_published(store: Store) -> Rebuilt | None:
    """Take over the catalogue that the object store has, if it is newer than this folder's; None if not, or if it is damaged.

    Only this folder is locked: a writer elsewhere is not waited for.
    """
    if not isinstance(store, Bucket):
        return None
    with store.reading_lock():
        store.claim(may_begin=False)
        try:
            aside = follow(store)
        except MaterialsError as error:
            if error.code is not Code.BAD_CATALOGUE:
                raise
            fetch_manifest(store)
            return None
        if aside is None:
            return None
        with Catalogue.open(store.catalogue) as catalogue:
            return Rebuilt(Base.PUBLISHED, items=sum(1 for _ in catalogue.places()), aside=aside)


def take_back(store: Store, catalogue: Catalogue, collection: str, apart: Store, progress: Progress) -> Rebuilt:
    """Take in a removed collection, whose files are here again, from the manifest of the folder that it was in."""
    catalogue.note([of_return(collection)])
    made = Rebuilt(Base.PRESENT)
    known = {(item.collection, item.id): item for item in catalogue.each()}
    taking = _Taking(store, catalogue, made, known, {}, recorded=True)
    with catalogue.transaction():
        for number, entry in enumerate(lines_of(apart.root / JSONL), 1):
            if entry is None or entry["collection"] == collection:
                taking.read(f"{JSONL}:{number}", entry)
                progress(Step(StepKind.CHECKED, f"{JSONL}:{number}", number))
        catalogue.note(list(absent(catalogue.connection, msg("its bytes did not come back with the collection"), collection)))
    keep_losses(store, made.refused)
    return made


def _complete(
    store: Store,
    catalogue: Catalogue,
    made: Rebuilt,
    progress: Progress,
    *,
    accept_losses: bool,
    saved: Salvaged = _NOTHING,
) -> Rebuilt:
    """Take in what the manifest tells and the catalogue does not. saved: rows of a damaged one, which may be newer."""
    known = {(item.collection, item.id): item for item in catalogue.each()}
    kept = {key: {version.fixity.sha256 for version in versions} for key, versions in catalogue.all_versions().items()}
    taking = _Taking(store, catalogue, made, known, kept)
    lost_before = [loss for loss in known_losses(store) if loss.id and loss.entry]
    with catalogue.transaction():
        taking.take_rows(saved)
        for number, entry in enumerate(lines_of(store.root / JSONL), 1):
            taking.read(f"{JSONL}:{number}", entry)
            progress(Step(StepKind.CHECKED, f"{JSONL}:{number}", number))
        for loss in lost_before:
            taking.read(loss.place, loss.entry, again=True)
    accepted = {loss.key for loss in known_losses(store) if loss.accepted}
    keep_losses(store, made.refused, accepted=accept_losses)
    made.refused = list({loss.key: loss for loss in made.refused if loss.key not in accepted}.values())
    made.items = len(taking.known)
    made.unnamed = _unnamed(store, taking)
    return made


def _reconcile(catalogue: Catalogue) -> None:
    """Add to the history what was recovered without an event, and what has an event and was not recovered."""
    for one in untold(catalogue.connection):
        versions = [version for version in reversed(catalogue.versions(*one[:2])) if version.fixity.sha256 in one.versions]
        item = catalogue.find(one.collection, one.item) if one.differs else None
        catalogue.note(of_claim(item, versions, taken=True) if item else of_claimed_bytes(one.collection, versions))
    catalogue.note(list(absent(catalogue.connection, msg("not recovered when the catalogue was rebuilt"))))


@dataclass(slots=True)
class _Taking:
    """Takes in claims, one by one. known: the items that the catalogue has; kept: the digests of their earlier versions.

    entry: the line that is being read. recorded: the history has what it tells. told: the history is told of what is taken in.
    """

    store: Store
    catalogue: Catalogue
    made: Rebuilt
    known: dict[tuple[str, str], Item]
    kept: dict[tuple[str, str], set[str]]
    seen: set[tuple[str, str]] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    entry: Mapping[str, Any] | None = None
    recorded: bool = False
    told: bool = True

    def __post_init__(self) -> None:
        self.places = {twin_key(item.path) for item in self.known.values() if item.state is State.HELD}

    def take_rows(self, saved: Salvaged) -> None:
        """Take in items of a damaged catalogue whose bytes are there; what is refused here, the manifest may know better."""
        refused, self.told = list(self.made.refused), False
        for item, versions in saved.items:
            with suppress(ValueError):
                self._take(as_claimed(item, versions), again=False)
        self.made.refused[:], self.told = refused, True
        self.seen.clear()

    def read(self, place: str, entry: Mapping[str, Any] | None, *, again: bool = False) -> None:
        """Take in what a line of the manifest claims. again: the line is an older one, of which something was lost."""
        self.entry = entry
        try:
            self._take(read_claim(entry), again=again)
        except ValueError as error:
            # A lone surrogate, which no database stores, can only be in the id.
            name = "id" if isinstance(error, UnicodeEncodeError) else str(error)
            self.made.refused.append(Loss(place, msg("not a valid entry (field “{field}”)", field=name), entry=entry))

    def _take(self, claim: Claim, *, again: bool) -> None:
        """Take in an item and its versions, as far as their bytes are there and the catalogue does not have them."""
        item, key = claim.item, (claim.item.collection, claim.item.id)
        if key in self.seen and not again:
            self._refuse(item, item.path, msg("listed twice; the first entry was used"))
            return
        self.seen.add(key)
        taken = None if again and key in self.known else self._item(item, key)
        versions = [version for version in reversed(claim.versions) if self._is_kept(item, version.path, version.fixity)]
        new = self._retire(key, versions)
        if taken and len(versions) == len(claim.versions):
            self._state_verified(key)
        if self.told and (taken or new):
            self.catalogue.note(of_claim(taken or item, new, taken=taken is not None, known=self.recorded))

    def _retire(self, key: tuple[str, str], versions: Iterable[Version]) -> list[Version]:
        """Take in those of the item's versions that the catalogue does not have."""
        new = [version for version in versions if version.fixity.sha256 not in self.kept.get(key, ())]
        for version in new:
            self.catalogue.retire(key[0], version)
            self.kept.setdefault(key, set()).add(version.fixity.sha256)
        self.made.versions += len(new)
        return new

    def _state_verified(self, key: tuple[str, str]) -> None:
        """Take over when the manifest says that the item was last verified; never later than now, when it is."""
        with suppress(ValueError, TypeError):
            stated = datetime.fromisoformat(str((self.entry or {}).get("last_verified")))
            state_verified(self.catalogue.connection, *key, min(stated, datetime.now(UTC)))

    def _item(self, item: Item, key: tuple[str, str]) -> Item | None:
        """Take in the item; None if the catalogue has it, or its bytes are not there."""
        has = self.known.get(key)
        if has and (has.path, has.state, has.fixity.sha256) == (item.path, item.state, item.fixity.sha256):
            return None
        if has and isinstance(_measured(self.store, has), Fixity):
            return None  # two claims, and the bytes speak for the catalogue's
        if item.state is State.HELD and not has and twin_key(item.path) in self.places:
            self._refuse(item, item.path, msg("another item has this path"))
            return None
        found = _measured(self.store, item)
        if isinstance(found, Message):
            self._refuse(item, item.path, found)
            return None
        item = replace(proven(item, found), replacement=self._waiting(item))
        self.catalogue.record(item)
        self.known[key] = item
        if item.state is State.HELD:  # where a withdrawn item was last, another may be now
            self.places.add(twin_key(item.path))
        self.made.held += item.state is State.HELD
        self.made.withdrawn += item.state is State.WITHDRAWN
        return item

    def _waiting(self, item: Item) -> Replacement | None:
        """What waits outside the mirror for the item's place, if its bytes are there."""
        new = item.replacement
        if new is None or not self._is_kept(item, item.path, new.fixity):
            return None
        return replace(new, verified=new.remote.sha256 == new.fixity.sha256)

    def _is_kept(self, item: Item, path: str, fixity: Fixity) -> bool:
        """Whether retired bytes of an item are there; if not, that is reported."""
        if fixity.sha256 in self.kept.get((item.collection, item.id), ()):
            return True
        found = self.store.measure(path, fixity, mirrored=False)
        if isinstance(found, Fixity):
            return True
        self._refuse(item, path, msg("other bytes of it: {reason}", reason=found), fixity.sha256)
        return False

    def _refuse(self, item: Item, place: str, reason: Message, sha256: str = "") -> None:
        self.made.refused.append(Loss(place, reason, item.collection, item.id, sha256, self.entry))


def _measured(store: Store, item: Item) -> Fixity | Message:
    return store.measure(item.path, item.fixity, mirrored=item.state is State.HELD)


def proven(item: Item, found: Fixity) -> Item:
    """The item with the digests that were computed just now, in place of the stated ones."""
    stated = item.remote
    verified = stated.sha256 == found.sha256 or (stated.sha256 is None and stated.md5 == found.md5)
    return replace(item, fixity=found if stated.md5 else replace(found, md5=None), verified=verified)


def _unnamed(store: Store, taking: _Taking) -> int:
    named = {item.fixity.sha256 for item in taking.known.values()}.union(*taking.kept.values())
    named |= {item.replacement.fixity.sha256 for item in taking.known.values() if item.replacement}
    return sum(path.is_file() and path.name not in named for path in store.versions.folder.glob("*/*"))
