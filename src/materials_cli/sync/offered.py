"""Files that somebody has of a Drive folder already, on a stick or in Drive's own zips: adopted instead of downloaded.

What they are is decided as in a sync. A checksum that Drive states proves it, whatever a file is called. Where Drive states
none, the file has to have its name at its place, and no other file may have that name; besides, its size and time have to be
the same, to the second, or Drive has to have made its zip after the last edit. Whatever else is offered stays where it is.
"""

import hashlib
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple
from unicodedata import normalize
from zipfile import BadZipFile

from materials_cli import __version__
from materials_cli.catalogue.items import Catalogue
from materials_cli.causes import Cause
from materials_cli.disk import disk_errors, flush_file, open_own, reason
from materials_cli.drive.source import Fetched
from materials_cli.drive.whole import begins_as, is_whole
from materials_cli.errors import Code, MaterialsError
from materials_cli.fetched import COPY, Retrieved
from materials_cli.messages import Message, msg, msgn, verbatim
from materials_cli.model import Action, ActionKind, Failure, Fixity, Plan, Progress, RemoteFile, Step, StepKind
from materials_cli.patterns import regex
from materials_cli.store.mirror import Store
from materials_cli.store.space import room
from materials_cli.sync.adopt import at_hand, finished, note, noted
from materials_cli.sync.outcome import required

_SETTLED = timedelta(days=2)  # clocks and time zones differ
_FORBIDDEN = regex('[<>:"/\\\\|?*\x00-\x1f\x7f]')  # what Drive's zips, as most programs, replace by “_”
_CHUNK = 1 << 20

_Name = tuple[str, ...]


class _UnreadableError(Exception):
    """An offered file cannot be read, or is not what it seemed."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that is offered. place: its path in what it came from; shown: the same for people.

    modified: its time, in seconds since 1970, if that is known. made: when Drive made the zip that it is in.
    """

    place: str
    shown: str
    size: int
    opened: Callable[[], BinaryIO]
    modified: float | None = None
    made: datetime | None = None


class Taken(NamedTuple):
    """An offered file that became an item. verified: by its checksum, not by its name."""

    offered: Offered
    path: str
    verified: bool


@dataclass(slots=True)
class Offer:
    """What is offered, and what became of it.

    taken: what became items. here: what the archive has already. left: the rest, and why it was not taken. lacking: how many
    downloads of files that nobody offered are left to a sync.
    """

    files: Sequence[Offered]
    taken: list[Taken] = field(default_factory=list)
    here: list[Offered] = field(default_factory=list)
    left: list[tuple[Offered, Message]] = field(default_factory=list)
    lacking: int = 0

    def remarks(self, collection: str) -> Iterator[Failure]:
        """What there is to say of it for as long as nothing else is synced: that Drive has more."""
        if self.lacking:
            text = msgn(
                "{count} file on Drive was not in the copy.", "{count} files on Drive were not in the copy.", self.lacking
            )
            yield Failure(collection, Code.NOT_YET_HERE, text)

    def accept(self, store: Store, catalogue: Catalogue, plan: Plan, progress: Progress, failures: list[Failure]) -> Plan:
        """Bring what fits into incoming/, noted as finished; return the plan of that alone. Remarks are added to `failures`."""
        acceptance = _Acceptance(self, store, plan, progress)
        for item in catalogue.each():
            acceptance.held[item.fixity.sha256] = item.fixity.size
            if item.collection == plan.collection:
                acceptance.names[_name_on_drive(item.remote)] += 1
        acceptance.held |= {version.fixity.sha256: version.fixity.size for _, version in catalogue.each_version()}
        narrowed = acceptance.narrowed()
        failures += self.remarks(plan.collection)
        return narrowed


@dataclass(slots=True)
class _Acceptance:
    """names: how many files of the collection have each name on Drive. read: the checksums of what was read, by `shown`."""

    offer: Offer
    store: Store
    plan: Plan
    progress: Progress
    held: dict[str, int] = field(default_factory=dict)
    names: Counter[_Name] = field(default_factory=Counter)
    read: dict[str, Fixity] = field(default_factory=dict)
    unreadable: dict[str, Message] = field(default_factory=dict)

    def narrowed(self) -> Plan:
        wanted = [each for each in (*self.plan.actions, *self.plan.no_room) if _may_be_offered(each)]
        files = [required(action)[0] for action in wanted]
        self._read({file.size for file in files} | {*self.held.values()})
        actions = tuple(self._possible(wanted))
        self._sort_the_rest({*map(_name_on_drive, files)})
        self.offer.lacking = len(wanted) - len(actions)
        return replace(
            self.plan, actions=actions, held_back=(), doubtful=(), undecided=False, returned=(), relisted=(), strayed=(),
            no_room=(), shortage=None,
        )  # fmt: skip

    def _possible(self, wanted: Sequence[Action]) -> Iterator[Action]:
        """The actions whose bytes are at hand, or are offered and now at hand."""
        by_digest = {digest: each for each in self.offer.files for digest in self._digests_of(each)}
        by_name = self._by_name(wanted)
        notes = noted(self.store, self.plan.collection)
        for action in wanted:
            file, path = required(action)
            if done := at_hand(self.store, notes, self.plan.collection, action):
                self.held[done.item.fixity.sha256] = done.item.fixity.size
                yield action
                continue
            found = by_digest.get(file.sha256 or file.md5 or "")
            offered = found or by_name.get(_name_on_drive(file))
            if (
                offered
                and (found or _is_proven(action, file, offered))
                and self._bring(action, file, offered, found is not None)
            ):
                self.offer.taken.append(Taken(offered, path, found is not None))
                yield replace(action, cause=Cause.OFFERED, fetch=True)

    def _read(self, sizes: set[int | None]) -> None:
        """Compute the checksums of what may be wanted, by its size; no other file is opened."""
        reading = [each for each in self.offer.files if each.size in sizes]
        self.progress(Step(StepKind.PLANNED, amount=sum(each.size for each in reading), total=len(reading)))
        for offered in reading:
            try:
                self.read[offered.shown] = self._copied(offered, None)
            except _UnreadableError as error:
                self.unreadable[offered.shown] = error.why
            self.progress(Step(StepKind.DONE, offered.shown))

    def _digests_of(self, offered: Offered) -> tuple[str, ...]:
        known = self.read.get(offered.shown)
        return (known.sha256, known.md5 or "") if known else ()

    def _by_name(self, wanted: Sequence[Action]) -> dict[_Name, Offered]:
        """The offered files by names that one wanted file has on Drive, and no other; each with or without a folder above."""
        self.names.update(_name_on_drive(each.file) for each in wanted if each.file and each.kind is ActionKind.ADD)
        found = defaultdict[_Name, list[Offered]](list)
        for offered in self.offer.files:
            name = tuple(map(_plain, offered.place.split("/")))
            fitting = [each for each in (name, name[1:]) if self.names.get(each)]
            if len(fitting) == 1:
                found[fitting[0]].append(offered)
        return {name: each[0] for name, each in found.items() if len(each) == 1 and self.names[name] == 1}

    def _bring(self, action: Action, file: RemoteFile, offered: Offered, verified: bool) -> bool:  # noqa: FBT001 - its proof
        """Copy an offered file to incoming/ and note what it is; False if it cannot be read, or is not what it seemed."""
        part = self.store.incoming_path(self.plan.collection, file)
        copy = part.with_suffix(".copy")
        if offered.size > room(self.store.root):
            raise MaterialsError(Code.DISK_FULL, msg("No room on this disk for “{name}”.", name=offered.shown))
        with disk_errors():
            try:
                with open_own(copy, "wb") as out:
                    fixity = self._copied(offered, out)
                    flush_file(out, fixity.size)
                _require_right(copy, file, fixity, self.read.get(offered.shown) if verified else None)
            except _UnreadableError as error:
                self.unreadable[offered.shown] = error.why
                self.store.drop(copy)
                return False
            copy.replace(part)
        self.held[fixity.sha256] = fixity.size
        media_type = file.export.media_type if file.export else file.media_type
        came = Fetched(file, part, fixity if file.md5 else replace(fixity, md5=None), media_type, verified=verified)
        done = finished(self.plan.collection, action, came)
        note(self.store, replace(done, item=replace(done.item, retrieved=Retrieved(COPY, f"materials {__version__}"))))
        return True

    def _copied(self, offered: Offered, out: BinaryIO | None) -> Fixity:
        """Read a file, and copy it if there is where to."""
        sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
        for chunk in _chunks(offered):
            sha256.update(chunk)
            md5.update(chunk)
            size += len(chunk)
            if out:
                out.write(chunk)
            self.progress(Step(StepKind.BYTES, offered.shown, len(chunk)))
        return Fixity(size, sha256.hexdigest(), md5.hexdigest())

    def _sort_the_rest(self, wanted: set[_Name]) -> None:
        used = {taken.offered.shown for taken in self.offer.taken}
        for offered in self.offer.files:
            known = self.read.get(offered.shown)
            if offered.shown in used:
                continue
            if known and known.sha256 in self.held:
                self.offer.here.append(offered)
                continue
            name = tuple(map(_plain, offered.place.split("/")))
            like = wanted & {name, name[1:]}
            why = msg("not proven to be the file of that name on Drive") if like else msg("not on Drive, or not wanted")
            self.offer.left.append((offered, self.unreadable.get(offered.shown, why)))


def _require_right(copy: Path, file: RemoteFile, found: Fixity, known: Fixity | None) -> None:
    """Raise _UnreadableError unless a copy is what was read before or, if its name alone proves it, whole and of its kind."""
    with copy.open("rb") as content:
        suffix = f".{file.file_name.rpartition('.')[2].lower()}"
        right = found == known if known else begins_as(content, suffix) and is_whole(content, file.file_name)
    if not right:
        raise _UnreadableError(msg("damaged, or changed meanwhile"))


def _may_be_offered(action: Action) -> bool:
    """Whether bytes have to be fetched that somebody may have: not those of a link, nor what the guard wants to see."""
    file = action.file
    return bool(action.fetch and file and not action.guarded and not file.problem and not (file.native and not file.export))


def _is_proven(action: Action, file: RemoteFile, offered: Offered) -> bool:
    """Whether the offered file of its name has the bytes that Drive has now, as far as Drive tells without a checksum."""
    if action.kind not in {ActionKind.ADD, ActionKind.RESTORE} or file.sha256 or file.md5:
        return False
    if file.modified is None or (not file.native and file.size not in {None, offered.size}):
        return False
    if offered.made is not None:
        return offered.made - file.modified >= _SETTLED
    exact = not file.native and not file.rough and file.size is not None and offered.modified is not None
    return exact and int(offered.modified or 0) == int(file.modified.timestamp())


def _name_on_drive(file: RemoteFile) -> _Name:
    return tuple(map(_plain, (*file.folders, file.file_name)))


def _plain(name: str) -> str:
    """A name as it is in Drive's zips and on any disk."""
    return _FORBIDDEN.sub("_", normalize("NFC", name)).rstrip(". ")


def _chunks(offered: Offered) -> Iterator[bytes]:
    """The bytes of an offered file; raise _UnreadableError, which is no trouble with the archive's own disk."""
    try:
        with offered.opened() as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        said = reason(error) if isinstance(error, OSError) else verbatim(error)
        raise _UnreadableError(msg("it cannot be read: {reason}", reason=said)) from error
