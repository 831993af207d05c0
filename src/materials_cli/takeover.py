"""The use case that takes an archive over from others: a bag becomes an archive again, byte for byte, with its history.

It is validated first, and made beside its place, so that nothing is there unless all of it is. Its settings run nothing until
they are confirmed.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from materials_cli import trust
from materials_cli.agenda.kept import file_of as agenda_of
from materials_cli.archive import Archive
from materials_cli.catalogue.chronicle import restore, state_verified
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import remove_collection
from materials_cli.catalogue.proof import absent
from materials_cli.config import FILE, load
from materials_cli.configfile import LARGEST, read_toml
from materials_cli.custody.corrections import path_of, take_in
from materials_cli.custody.received import Bag, bad_bag, received, validate
from materials_cli.disk import replacing
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.claims import read_claim
from materials_cli.export.entries import lines_of
from materials_cli.export.folder import new_folder
from materials_cli.export.manifest import update_manifest
from materials_cli.filenames import JSONL
from materials_cli.history.events import of_import
from materials_cli.messages import msg, msgid, size
from materials_cli.model import Fixity, Progress, State, Step, StepKind
from materials_cli.rebuild import keep_copy, proven
from materials_cli.store.mirror import Store
from materials_cli.store.names import twin_key
from materials_cli.store.space import room
from materials_cli.store.versions import kept_at
from materials_cli.triage.decisions import file_of as decisions_of

HISTORY, METADATA = "history.jsonl", "metadata/"
_CHUNK = 1 << 20
_OF_COLLECTIONS = {"agenda": agenda_of, "triage": decisions_of}  # where in metadata/ the file of a collection is kept


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The result. items: in the mirror and withdrawn. versions: earlier ones. events: of the history that came with them."""

    items: int
    versions: int
    events: int


def take_over(source: Path, target: Path, progress: Progress = lambda _: None) -> TakenOver:
    """Make an archive in a new folder from a bag of ours, a folder or a zip; raise bad_bag, bad_usage or disk_full."""
    with received(source) as found:
        needed = sum(found.sizes.values())
        if needed > (left := room(target.parent)):
            text = msgid("No room for the bag: {needed} are needed, {left} may be used.")
            what = msg(text, needed=size(needed), left=size(max(left, 0)))
            raise MaterialsError(Code.DISK_FULL, what, where=str(target.parent))
        progress(Step(StepKind.PLANNED, amount=needed, total=len(found.sizes)))
        bag = validate(found, progress)
        if not {JSONL, HISTORY, FILE} <= bag.payload.keys():
            what = msg("The bag is valid, but no archive can be made from it: it was not made by materials.")
            raise MaterialsError(Code.BAD_USAGE, what, where=str(source))
        with new_folder(target) as work:
            made = _Making(bag, Store(work)).make()
    with suppress(MaterialsError):  # whoever cannot keep files of his own is asked later
        trust.decline(target, everything=True)
    archive = Archive(target, progress=progress)
    with archive.writing() as catalogue:
        take_in(archive.store, catalogue)
    archive.index()
    with archive.writing() as catalogue:
        update_manifest(archive.store, catalogue)
        keep_copy(archive.store, catalogue, always=True)
    return made


@dataclass(slots=True)
class _Making:
    """An archive in the making. paths: the keys of those that items in the mirror have already (see twin_key)."""

    bag: Bag
    store: Store
    paths: set[str] = field(default_factory=set)

    def make(self) -> TakenOver:
        """Make it."""
        for name in (FILE, JSONL):
            self._write(name, self.store.root / name)
        load(self.store.root)
        self.store.make_folders()
        with Catalogue.open(self.store.catalogue, write=True) as catalogue:
            events = self._history(catalogue)
            items = versions = 0
            collections = set[str]()
            with catalogue.transaction():
                for number, entry in enumerate(lines_of(self.store.root / JSONL), 1):
                    versions += self._take(catalogue, number, entry)
                    collections.add(entry["collection"] if entry else "")
                    items += 1
                for other in sorted(catalogue.known_collections() - collections - {""}):
                    remove_collection(catalogue.connection, other)
                last = catalogue.check_history().head
                catalogue.note(
                    [
                        *absent(catalogue.connection, msg("not in the bag that was imported")),
                        of_import(self.bag.proof, last, items),
                    ]
                )
        self.store.flush()
        self._metadata()
        return TakenOver(items, versions, events)

    def _history(self, catalogue: Catalogue) -> int:
        """Restore the history, and check its hashes."""
        try:
            restore(catalogue.connection, map(json.loads, self.bag.received.lines(f"data/{HISTORY}")))
            chain = catalogue.check_history()
        except (ValueError, RecursionError) as error:
            raise self._wrong(HISTORY, str(error)) from error
        if chain.broken is not None:
            raise self._wrong(HISTORY, str(chain.broken))
        return chain.events

    def _take(self, catalogue: Catalogue, number: int, entry: Mapping[str, Any] | None) -> int:
        """Take in an item; return how many earlier versions it has."""
        try:
            claim = read_claim(entry)
            verified = entry and entry.get("last_verified")
            time = datetime.fromisoformat(verified) if verified else None
        except (ValueError, TypeError) as error:
            raise self._wrong(JSONL, f"{number}: {error}") from error
        item, held = claim.item, claim.item.state is State.HELD
        if held and twin_key(item.path) in self.paths:
            what = msg("Two files in it have the same path, or paths that a disk could confuse: {path}", path=item.path)
            raise bad_bag(self.bag.received.place, [what])
        self.paths |= {twin_key(item.path)} if held else set()
        found = None
        if held:
            part = self.store.incoming_path(item.collection, item.remote)
            found = self._copy(str((entry or {}).get("file")), part, item.fixity)
            self.store.put(part, item, expected=None)
        else:
            found = self._keep(item.fixity)
        if item.replacement:
            self._keep(item.replacement.fixity)
        catalogue.record(proven(item, found))
        for version in reversed(claim.versions):
            self._keep(version.fixity)
            catalogue.retire(item.collection, version)
        if time:
            state_verified(catalogue.connection, item.collection, item.id, time)
        return len(claim.versions)

    def _keep(self, fixity: Fixity) -> Fixity:
        """Take bytes into versions/, unless they are there."""
        if fixity.sha256 in self.store.versions:
            return fixity
        part = self.store.incoming / f"{fixity.sha256[:32]}.part"
        found = self._copy(kept_at(fixity.sha256), part, fixity)
        self.store.versions.take(part, fixity.sha256)
        return found

    def _copy(self, name: str, part: Path, fixity: Fixity) -> Fixity:
        """Copy a file of the payload, which must have these bytes; return its digests."""
        if self.bag.payload.get(name) != fixity.sha256:
            raise self._wrong(JSONL, name)
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with self.bag.received.opened(f"data/{name}") as file, part.open("xb") as out:
            while chunk := file.read(_CHUNK):
                out.write(chunk)
                sha256.update(chunk)
                md5.update(chunk)
        if sha256.hexdigest() != fixity.sha256:
            raise self._wrong(name, "")
        return Fixity(fixity.size, fixity.sha256, md5.hexdigest())

    def _metadata(self) -> None:
        """What people recorded: each file under the name that it has here."""
        known = {collection.slug for collection in load(self.store.root).collections}
        for name in self.bag.payload:
            if not name.startswith(METADATA) or not name.endswith(".toml"):
                continue
            target = None
            folder, _, slug = name.removeprefix(METADATA).removesuffix(".toml").rpartition("/")
            if folder:
                place = _OF_COLLECTIONS.get(folder)
                target = place(self.store, slug) if place and slug in known else None
            elif self.bag.received.sizes[f"data/{name}"] <= LARGEST:
                with suppress(ValueError, RecursionError), self.bag.received.opened(f"data/{name}") as file:
                    item = read_toml(file.read().decode("utf-8-sig")).get("id")
                    target = path_of(self.store, item) if isinstance(item, str) else None
            if target:
                self.store.inside.make_folder(target.parent)
                self._write(name, target)

    def _write(self, name: str, target: Path) -> None:
        with self.bag.received.opened(f"data/{name}") as file, replacing(target) as out:
            shutil.copyfileobj(file, out, _CHUNK)

    def _wrong(self, file: str, detail: str) -> MaterialsError:
        what = msg("{file} does not say what the bag holds: {reason}", file=file, reason=detail)
        return bad_bag(self.bag.received.place, [what])
