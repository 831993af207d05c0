"""What nightly syncs record of the folders of five_years.py: true plans, runs and events, without any bytes.

A night on which nothing is new is left out, but for those before the sources are looked at: the catalogue would be the same,
but for when the folder was last listed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.sources import Told, record_told, told
from materials_cli.config import Collection
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.fetched import Retrieved
from materials_cli.history.events import of_accession
from materials_cli.messages import msg
from materials_cli.model import (
    Accession,
    Action,
    ActionKind,
    Failure,
    Fixity,
    Item,
    Listing,
    Plan,
    RemoteFile,
    RemoteFolder,
    Run,
    State,
)
from materials_cli.sources.look import look
from materials_cli.sync.facts import Facts
from materials_cli.sync.guard import refuse_emptied
from materials_cli.sync.origin import origin
from materials_cli.sync.plan import plan
from support.five_years import DAYS, File, Folder, at, truth

BEGIN = datetime(2021, 1, 1, 3, tzinfo=UTC)
_LOOK = 14


class Measured(NamedTuple):
    """How well the signs tell. warned: of the items with a sign 60 days before their end, those named 30 days before.

    named: of the items that stay, those that were ever named; on_a_night: their mean share on a night of looking.
    """

    signed: Counter[str]
    warned: Counter[str]
    staying: int
    named: Counter[str]
    on_a_night: float
    unsigned: int
    unsigned_warned: int


def measure(folders: Sequence[Folder], place: Path, look_every: int = _LOOK) -> Measured:
    """Live through the years, and look at the sources every so many days."""
    true, why = truth(folders), {folder.slug: folder.why for folder in folders}
    ever: dict[tuple[str, str], str] = {}
    last_look: dict[tuple[str, str], bool] = {}
    shares = list[float]()
    staying = {key for key, (end, _) in true.items() if end is None}
    configured = [
        Collection(slug=folder.slug, link=f"https://drive.google.com/drive/folders/{folder.slug}") for folder in folders
    ]
    for day, catalogue, items in lived(folders, place, look_every):
        seen = look(catalogue, configured, BEGIN + timedelta(days=day), items)
        named = {key: str(danger.sign) for key, danger in seen.endangered.items()}
        named |= {key: "last copy" for key in seen.last if key in staying}
        for key, (end, _) in true.items():
            if end is not None and day <= end - 30:
                last_look[key] = key in named
        wrong = staying & named.keys()
        for key in wrong:
            ever.setdefault(key, named[key])
        shares.append(len(wrong) / max(1, len(staying)))
    signed = {
        key: why[key[0]] for key, (end, sign) in true.items() if end is not None and sign is not None and end - sign >= 60
    }
    unsigned = [key for key, (end, _) in true.items() if end is not None and key not in signed]
    return Measured(
        Counter(signed.values()),
        Counter(reason for key, reason in signed.items() if last_look.get(key)),
        len(staying),
        Counter(ever.values()),
        sum(shares) / max(1, len(shares)),
        len(unsigned),
        sum(last_look.get(key, False) for key in unsigned),
    )


def lived(
    folders: Sequence[Folder], place: Path, look_every: int = _LOOK, *, rows: bool = False
) -> Iterator[tuple[int, Catalogue, list[Item]]]:
    """The catalogue as it is every so many days, and the items. rows: they are in the catalogue, too, which takes long."""
    nights: dict[int, list[Folder]] = {}
    for folder in folders:
        for day in _nights(folder, look_every):
            nights.setdefault(day, []).append(folder)
    with closing(Catalogue.open(place / "catalogue.sqlite", write=True)) as catalogue:
        catalogue.connection.execute("PRAGMA synchronous = OFF")
        known = {folder.slug: _Known() for folder in folders}
        for day in range(DAYS):
            with catalogue.transaction():
                for folder in nights.get(day, ()):
                    _Night(catalogue, folder, day, known[folder.slug], rows=rows).record()
            if day % look_every == 0:
                yield day, catalogue, [item for each in known.values() for item in each.items.values()]


def _nights(folder: Folder, look_every: int) -> set[int]:
    """When something is new, and the two nights after: what is missing is withdrawn when it is missing again."""
    new = {day for since, until, _ in (*folder.outages, *folder.closed) for day in (since, until)}
    new |= {day for day, _ in folder.names}
    for file in folder.files:
        new |= {file.born, *file.edits, *(day for day, _ in file.names), *(day for day, _ in file.account.labels)}
        new |= {day for day in (file.gone, file.account.ends) if day is not None}
    days = {day + later for day in new for later in range(2)} | set(range(0, DAYS, look_every)) | {folder.added}
    return {day for day in days if folder.added <= day < DAYS}


@dataclass
class _Known:
    """What earlier nights left of a collection: its items, and the last listing that changed something."""

    items: dict[str, Item] = field(default_factory=dict)
    listing: Listing | None = None


class _Night:
    """One run of one collection."""

    def __init__(self, catalogue: Catalogue, folder: Folder, day: int, known: _Known, *, rows: bool) -> None:
        self.catalogue, self.folder, self.day, self.known, self.rows = catalogue, folder, day, known, rows
        self.now = BEGIN + timedelta(days=day)

    def record(self) -> None:
        number = self.catalogue.begin_run(self.folder.slug, self.now)
        run = Run(number, self.folder.slug, self.now, self.now + timedelta(minutes=1), 0, {}, 0, 0, (), ())
        try:
            made = self._planned()
        except MaterialsError as error:
            failure = Failure(self.folder.slug, error.code, error.what, ended_run=True)
            self.catalogue.end_run(replace(run, status=int(error.status), failures=(failure,)), failure)
            return
        counts = Counter(str(action.kind) for action in made.actions)
        for action in made.actions:
            self._carry_out(action)
        for action in made.doubtful:
            if action.held:
                self._put(replace(action.held, missed=self.now))
        status = ExitStatus.PARTIAL if made.troubles else ExitStatus.DONE
        self.catalogue.end_run(replace(run, status=int(status), counts=counts, failures=made.troubles))

    def _planned(self) -> Plan:
        slug = self.folder.slug
        for since, until, code in self.folder.outages:
            if since <= self.day < until:
                raise MaterialsError(code, msg("The folder was not found."))
        files = tuple(sorted(self._files(), key=lambda file: (file.folders, file.name)))
        closed = {f"{slug}-{name}": (name,) for since, until, name in self.folder.closed if since <= self.day < until}
        owner = None if self.folder.keyless or self.folder.shared_drive else at(self.folder.owner.labels, self.day)
        names = sorted({name for file in files for name in file.folders})
        listing = Listing(
            RemoteFolder(id=slug, name=at(self.folder.names, self.day), parent=None, owner=owner),
            tuple(RemoteFolder(id=f"{slug}-{name}", name=name, parent=slug) for name in names),
            tuple(file for file in files if file.parent not in closed),
            closed=closed,
            refused=frozenset(closed),
            domains={} if owner is None else self._domains(),
        )
        held = self.known.items
        if listing == self.known.listing:  # the night after showed that nothing is left to do
            return Plan(slug, ())
        self.known.listing = listing
        listed = {file.id for file in files}
        facts = Facts(collection=slug, listing=listing, held=held, gone=frozenset(held.keys() - listed))
        refuse_emptied(facts, slug)
        before = told(self.catalogue.connection).get(slug, Told())
        record_told(self.catalogue.connection, slug, origin(facts, before, self.now))
        return plan(facts)

    def _domains(self) -> dict[str, str]:
        known = (self.folder.owner, *(file.account for file in self.folder.files))
        return {at(account.labels, self.day): account.domain for account in known if account.told}

    def _files(self) -> Iterator[RemoteFile]:
        for file in self.folder.files:
            ends = None if self.folder.shared_drive else file.account.ends
            if file.born <= self.day and all(end is None or self.day < end for end in (file.gone, ends)):
                yield self._file(file)

    def _file(self, file: File) -> RemoteFile:
        edits = [day for day in file.edits if day <= self.day]
        changed = BEGIN + timedelta(days=max((file.born, *edits)))
        own = self.folder.keyless or self.folder.shared_drive
        owner = None if own else at(file.account.labels, self.day)
        source, before = self.folder.bytes_of.get(file.id, (file.id, 0))
        digest = hashlib.sha256(f"{source} {before + len(edits)}".encode()).hexdigest()
        return RemoteFile(
            id=file.id,
            drive_id=file.id,
            name=at(file.names, self.day),
            parent=f"{self.folder.slug}-{file.folder}" if file.folder else self.folder.slug,
            folders=(file.folder,) if file.folder else (),
            size=1000,
            sha256=digest,
            modified=changed,
            created=BEGIN + timedelta(days=file.born),
            owner=owner,
            modified_by=owner,
        )

    def _carry_out(self, action: Action) -> None:
        held, file = action.held, action.file
        if action.kind is ActionKind.WITHDRAW:
            assert held is not None
            item = replace(held, state=State.WITHDRAWN, withdrawn=self.now, missed=None)
        else:
            assert file is not None
            assert action.path is not None
            item = Item(
                collection=self.folder.slug, remote=file, path=action.path, media_type=file.media_type,
                fixity=Fixity(1000, file.sha256 or ""), first_seen=held.first_seen if held else self.now,
                fetched=self.now if action.fetch or held is None else held.fetched, retrieved=Retrieved("key", "materials"),
            )  # fmt: skip
        self._put(item)
        self.catalogue.note([replace(event, time=self.now) for event in of_accession(Accession(action, item))])

    def _put(self, item: Item) -> None:
        self.known.items[item.id] = item
        if self.rows:
            self.catalogue.record(item)
