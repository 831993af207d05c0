"""`materials export bag`: goes through the items once, and writes the bag beside its place until it is whole."""

import codecs
import csv
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO

import tomlkit

from materials_cli import __version__
from materials_cli.catalogue.chronicle import chronicle
from materials_cli.catalogue.naming import ids_now
from materials_cli.config import FILE, Collection, Notify
from materials_cli.configfile import keys, read_toml
from materials_cli.describe.description import Description
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.bag.crate import METADATA, PREVIEW, Crate
from materials_cli.export.bag.package import Package, payload_name
from materials_cli.export.bag.preview import MOST, Preview, Whole
from materials_cli.export.bag.signing import program_for, sign
from materials_cli.export.bag.words import RECORDS, SENTENCES
from materials_cli.export.columns import COLUMNS, cells
from materials_cli.export.entries import CSV_COLUMNS, GAP, SCHEMA
from materials_cli.export.escape import for_json
from materials_cli.export.folder import beside, settle
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.gaps import gaps
from materials_cli.export.premis import Objects
from materials_cli.export.rows import entry_of
from materials_cli.filenames import CSV, JSONL, RULES, SUMS
from materials_cli.filenames import METADATA as CORRECTIONS
from materials_cli.messages import Message, msg, msgids, msgn, size
from materials_cli.model import Fixity, Item, State, Step, StepKind
from materials_cli.store.copies import Way, way_to
from materials_cli.store.fixity import Fault, Flaw
from materials_cli.store.inside import is_file, open_if_there
from materials_cli.store.space import room
from materials_cli.store.versions import kept_at

HISTORY, PREMIS = "history.jsonl", "premis.xml"
_PROFILE, _CHECKS = "bagit-profile.json", "VERIFY.txt"
_WITHDRAWN = msgids(
    "{count} item that its owner withdrew is not in it: --versions adds it, and earlier versions.",
    "{count} items that their owner withdrew are not in it: --versions adds them, and earlier versions.",
)
_SECRETS = tuple(name for name, row in keys(Notify).items() if row.secret)


def write(request: Request) -> Wrote:
    """Write a bag, as a folder or a zip; raise disk_full before anything is written if it does not fit."""
    if request.options.sign:
        program_for(request.options.sign)
    with beside(request.target) as work:
        way = _way(request, work)
        _require_room(request, way)
        whole = work / ("bag.zip" if request.options.zip else "bag")
        with ExitStack() as stack:
            archive = stack.enter_context(zipfile.ZipFile(whole, "x")) if request.options.zip else None
            package = stack.enter_context(Package(work / "bag", archive, request.target.stem))
            made = _Bag(request, package, work, way).make()
        settle(whole, request.target)
    return made


def _way(request: Request, work: Path) -> Way:
    if request.options.zip:
        return Way.COPY
    return Way.HARD_LINK if request.options.hard_links else way_to(work, request.store.inner)


def _require_room(request: Request, way: Way) -> None:
    """Raise disk_full if the bytes will not fit, and tell how many there are."""
    items = list(request.catalogue.each(request.slugs)) if request.options.versions else ()
    sizes = request.catalogue.held_sizes()
    chosen = [found for slug, found in sizes.items() if not request.slugs or slug in request.slugs]
    kept = {item.fixity.sha256: item.fixity.size for item in items if item.state is State.WITHDRAWN}
    if request.options.versions:
        kept |= {each.fixity.sha256: each.fixity.size for _, each in request.catalogue.each_version(request.slugs)}
    needed = sum(amount for _, amount in chosen) + sum(kept.values())
    request.progress(Step(StepKind.PLANNED, amount=needed, total=sum(count for count, _ in chosen) + len(kept)))
    left = room(request.target.parent)
    if way is Way.COPY and needed > left:
        raise MaterialsError(
            Code.DISK_FULL, msg("No room for the bag: {needed} are needed, {left} may be used.", needed=size(needed),
                                left=size(max(left, 0))),
            where=str(request.target.parent), why=msg("5 % of the disk, or 1 GB if that is less, always stay free."),
        )  # fmt: skip


@dataclass(slots=True)
class _Bag:
    """One bag in the making. lost: what could not be exported, and why. put_already: the digests of kept bytes that were.

    withdrawn: how many items are not in it because their owner withdrew them.
    """

    request: Request
    package: Package
    work: Path
    way: Way
    lost: list[tuple[Item, str, Flaw]] = field(default_factory=list)
    put_already: set[str] = field(default_factory=set)
    withdrawn: int = 0
    ids: set[str] = field(default_factory=set)
    items: int = 0

    def make(self) -> Wrote:
        """Make it."""
        with Crate(self.work, self.request.chosen) as crate, Objects(self.work) as objects:
            self._put_items(crate, objects)
            notes = [*self._put_records(crate, objects)]
            with self.package.payload(METADATA) as out:
                crate.finish(out, self._title, self._description)
        proof = self._seal()
        if self.withdrawn:
            notes.append(msgn(*_WITHDRAWN, self.withdrawn))
        if self.way is Way.HARD_LINK:
            notes.append(msg("Editing a file of this bag edits the archive: they are one file (--hard-links)."))
        if self.way is Way.REFLINK:
            notes.append(msg("The files share their place on the disk, so they were not read: `materials verify` does that."))
        advice = msg("To check it without this program, and what is where: {file}", file=_CHECKS)
        lost = tuple(msg("{path}: {what}", path=path, what=flaw.what) for _, path, flaw in self.lost)
        unread = sum(flaw.fault is Fault.CLOSED for _, _, flaw in self.lost)
        return Wrote(self.items, advice, tuple(notes), lost, proof, unread)

    def _put_items(self, crate: Crate, objects: Objects) -> None:
        """All items, and what the manifest, the tables and the page say of them."""
        known = self.request.events
        with ExitStack() as stack:
            lines, table, sums, page = (stack.enter_context(self.package.payload(name)) for name in (JSONL, CSV, SUMS, PREVIEW))
            rows = csv.writer(codecs.getwriter("utf-8")(table, "replace"))
            table.write(codecs.BOM_UTF8)
            rows.writerow(COLUMNS)
            preview = self._preview(page)
            for one in self.request.descriptions():
                if one.item.state is State.WITHDRAWN and not self.request.options.versions:
                    self.withdrawn += 1
                    continue
                entry = self._put(one, crate, objects, sums)
                if entry is None:
                    continue
                preview.add(one, entry["file"])
                _line(lines, {"schema": SCHEMA, **entry})
                rows.writerow(cells(entry, known))
            for event in known.values():
                _line(lines, event)
            for gap in self._gaps():
                _line(lines, {"schema": GAP, **gap})
                rows.writerow(cells(gap, known))
            lost = (f"{path}: {flaw.what!s}" for _, path, flaw in self.lost)
            preview.finish(lost)

    def _preview(self, page: BinaryIO) -> Preview | Whole:
        sizes = self.request.catalogue.held_sizes()
        few = sum(sizes[each.slug][0] for each in self.request.chosen if each.slug in sizes) <= MOST
        return Whole(page, self.request) if self.request.page and few else Preview(page, self._title, self.request.chosen)

    def _put(self, one: Description, crate: Crate, objects: Objects, sums: BinaryIO) -> dict[str, Any] | None:
        """One item with its earlier versions; its entry, or None if its bytes are not as they should be."""
        item, held = one.item, one.item.state is State.HELD
        path = self.package.free(item.path, item.id) if held else kept_at(item.fixity.sha256)
        if not self._put_bytes(item, item.path, path, item.fixity, sums, kept=not held):
            return None
        crate.add(one, path, in_place=held)
        one = replace(one, versions=tuple(self._put_versions(one, crate, sums)))
        entry = {**entry_of(one), "file": path}
        waiting = item.replacement
        if waiting and not (self.request.options.versions and self._put_bytes(
            item, item.path, kept_at(waiting.fixity.sha256), waiting.fixity, sums, kept=True
        )):  # fmt: skip
            entry["replacement"] = None
        objects.add(entry, path)
        for version in entry["versions"]:
            objects.add_version(entry, version, version["file"])
        self.ids.add(item.id)
        self.items += 1
        return entry

    def _put_versions(self, one: Description, crate: Crate, sums: BinaryIO) -> Iterator[Any]:
        for version in one.versions if self.request.options.versions else ():
            path, new = kept_at(version.fixity.sha256), version.fixity.sha256 not in self.put_already
            if self._put_bytes(one.item, version.path, path, version.fixity, sums, kept=True):
                if new:
                    crate.add_version(one, version, path)
                yield version

    def _put_bytes(self, item: Item, name: str, path: str, fixity: Fixity, sums: BinaryIO, *, kept: bool) -> bool:
        if kept and fixity.sha256 in self.put_already:
            return True
        store = self.request.store

        def read(count: int) -> None:
            self.request.progress(Step(StepKind.BYTES, name, count))

        try:
            with store.reading(name, fixity.sha256, mirrored=not kept) as source:
                flaw = self.package.put(source, path, fixity, self.way, item.remote.modified or item.fetched, read)
        except MaterialsError as error:
            if error.code not in {Code.SYMLINK_IN_ARCHIVE, Code.BAD_CATALOGUE}:
                raise
            flaw = Flaw(Fault.DAMAGED, error.what)
        self.request.progress(Step(StepKind.DONE, name, fixity.size))
        if flaw:
            self.lost.append((item, name, flaw))
            return False
        sums.write(f"{fixity.sha256}  {path}\n".encode())
        if kept:
            self.put_already.add(fixity.sha256)
        return True

    def _gaps(self) -> Iterator[dict[str, Any]]:
        """What the last runs could not bring, and what this disk has lost."""
        slugs = {each.slug for each in self.request.chosen}
        yield from (gap for gap in gaps(self.request.catalogue.last_listings()) if gap["collection"] in slugs)
        for item, path, flaw in self.lost:
            yield {
                **dict.fromkeys((*CSV_COLUMNS, "fixity", "folders")), "collection": item.collection, "id": item.id,
                "path": path, "state": "failed", "code": str(flaw.code), "note": str(flaw.what), "source": {},
            }  # fmt: skip

    def _put_records(self, crate: Crate, objects: Objects) -> Iterator[Message]:
        """The history, the events, corrections and settings; what is worth knowing about them."""
        with self.package.payload(RULES) as out:
            out.write(resources.files("materials_cli.export").joinpath(RULES).read_bytes())
        with self.package.payload(HISTORY) as out:
            for row in chronicle(self.request.catalogue.connection):
                _line(out, row)
        with self.package.payload(PREMIS) as out:
            objects.finish(out, self.request.catalogue, self.request.slugs)
        settings, left_out = _settings(self.request)
        with self.package.payload(FILE) as out:
            out.write(settings)
        if left_out:
            yield msg("Left out of materials.toml, since it may be secret: {keys}", keys=", ".join(left_out))
        for name in [name for name in RECORDS if name in self.package.own]:
            crate.add_record(name, *RECORDS[name], self.package.own[name])
        for source in _written_by_people(self.request, self.ids):
            name = payload_name(source.relative_to(self.request.store.root).as_posix())
            file = open_if_there(source)
            if file is None:
                continue
            with file, self.package.payload(name) as out:
                shutil.copyfileobj(file, out)
            crate.add_record(name, *RECORDS[f"{CORRECTIONS}/"], self.package.own[name])

    def _seal(self) -> str:
        for name in (_CHECKS, _PROFILE):
            self.package.tag(name, resources.files(__package__).joinpath(name).read_bytes())
        key = self.request.options.sign
        return self.package.seal(self._info(), partial(sign, key=key) if key else None)

    def _info(self) -> Iterator[tuple[str, str]]:
        chosen, proof = self.request.chosen, self.request.catalogue.first_proof()
        for name in dict.fromkeys(name for each in chosen for name in each.about.organisers):
            yield "Source-Organization", name
        for contact in dict.fromkeys(each.about.contact for each in chosen if each.about.contact):
            yield "Contact-Name", contact
        yield "External-Description", self._description
        for each in chosen:
            yield "Internal-Sender-Identifier", each.slug
            if each.link:
                yield "External-Identifier", each.link
        yield "Bag-Group-Identifier", uuid.uuid5(uuid.NAMESPACE_OID, proof).urn
        yield "Bag-Software-Agent", f"materials {__version__}"
        yield "Bagging-Date", f"{datetime.now(UTC):%Y-%m-%d}"
        yield "Bag-Size", str(size(self.package.bytes))
        yield "BagIt-Profile-Identifier", "urn:materials:bagit-profile:1"
        for _, path, flaw in self.lost:
            yield "Missing-File", f"{path}: {flaw.what!s}"

    @property
    def _title(self) -> str:
        return "; ".join(map(_name, self.request.chosen)) or "materials"

    @property
    def _description(self) -> str:
        """What the bag has, in a sentence."""
        events = (", ".join(filter(None, (_name(each), each.about.place, each.about.date))) for each in self.request.chosen)
        return SENTENCES["bag"].format(items=self.items, events="; ".join(events))


def _name(collection: Collection) -> str:
    return collection.about.title or collection.title or collection.slug


def _line(out: BinaryIO, value: Any) -> None:
    out.write(for_json(value).encode("utf-8", "replace") + b"\n")


def _settings(request: Request) -> tuple[bytes, list[str]]:
    """materials.toml for the chosen collections, without what may be secret; and the names of what was left out for that.

    Where the bytes are here does not go along: in a bag, they are in the bag.
    """
    written = (request.store.root / FILE).read_bytes()
    document = tomlkit.parse(written.decode("utf-8-sig"))
    notify, chosen = document.get("notify", {}), {each.slug for each in request.chosen}
    secret = [name for name in _SECRETS if name in notify]
    others = [slug for slug in document.get("collections", {}) if slug not in chosen]
    here = [key for key in ("store", "single_writer") if key in document]
    if not secret and not others and not here:
        return written, []
    for key in here:
        del document[key]
    for name in secret:
        del notify[name]
    for slug in others:
        del document["collections"][slug]
    return tomlkit.dumps(document).encode(), [f"notify.{name}" for name in secret]


def _written_by_people(request: Request, ids: set[str]) -> Iterator[Path]:
    """The corrections of the exported items; the agendas of their collections, and what was decided on publishing them."""
    inside, folder = request.store.inside, request.store.root / CORRECTIONS
    now = ids_now(request.catalogue.connection)
    with suppress(MaterialsError):
        for file in sorted(inside.refuse_links(folder).glob("*.toml")):
            with suppress(OSError, ValueError, RecursionError):
                item = is_file(file) and read_toml(file.read_text("utf-8-sig")).get("id")
                if isinstance(item, str) and now.get(item, item) in ids:
                    yield file
        for each in request.chosen:
            for kind in ("agenda", "triage"):
                kept = inside.refuse_links(folder / kind / f"{each.slug}.toml")
                if is_file(kept):
                    yield kept
