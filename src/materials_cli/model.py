"""The nouns: immutable values that the packages exchange. This module imports none of them.

A plan compares two sides: what Drive lists (RemoteFile) and what the archive holds (Item).
Times are aware datetimes in UTC, sizes are bytes, digests are lower-case hex.
"""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from materials_cli.causes import Cause
from materials_cli.codes import REMARKS
from materials_cli.errors import MaterialsError
from materials_cli.fetched import Retrieved
from materials_cli.kinds import GOOGLE_APPS, SHORTCUT, Kind, kind_of
from materials_cli.messages import Message
from materials_cli.values import frozen


@frozen()
class Fixity:
    """Proof that bytes are unchanged. md5 is kept only if Drive states one to compare with."""

    size: int
    sha256: str
    md5: str | None = None


@frozen()
class Export:
    """The format in which a Google-native document is fetched: media type, file suffix (with dot), Drive's own link."""

    media_type: str
    suffix: str
    link: str | None = None


@frozen(kw_only=True)
class RemoteFolder:
    """One folder as Drive lists it. parent is None for the root of the collection, of which alone the owner is known."""

    id: str
    name: str
    parent: str | None
    created: datetime | None = None
    owner: str | None = None


@frozen(kw_only=True)
class RemoteFile:
    """One file as Drive lists it.

    id identifies the file in its collection: its Drive id; the shortcut's own id if it was reached through a shortcut;
    "SHORTCUT/ID" below a shortcut to a folder; "ID+pdf" for a further export format of one document.
    drive_id is the id to request from Drive. parent is the id of its RemoteFolder, folders the exact names above it.
    size, md5 and sha256 are what Drive states: absent for Google-native documents, sometimes for others. rough: a public page
    listed it, which states no size, and of `modified` only the day. problem is why the file cannot be downloaded, or None.
    also: the paths of its folder's other appearances, through shortcuts.
    """

    id: str
    drive_id: str
    name: str
    parent: str
    folders: tuple[str, ...] = ()
    media_type: str = "application/octet-stream"
    size: int | None = None
    md5: str | None = None
    sha256: str | None = None
    created: datetime | None = None
    modified: datetime | None = None
    version: str | None = None
    head_revision: str | None = None
    description: str | None = None
    owner: str | None = None
    modified_by: str | None = None
    web_link: str | None = None
    resource_key: str | None = None
    export: Export | None = None
    shortcut: bool = False
    rough: bool = False
    problem: Message | None = None
    also: tuple[str, ...] = ()

    @property
    def native(self) -> bool:
        """Whether this exists only inside Google (Slides, Docs, Forms …) and has no bytes of its own."""
        return self.media_type.startswith(GOOGLE_APPS)

    @property
    def dangling(self) -> bool:
        """Whether this is a shortcut whose target is missing or not accessible."""
        return self.media_type == SHORTCUT

    @property
    def kind(self) -> Kind:
        """The kind of file."""
        return kind_of("" if self.native else self.name, self.media_type)

    @property
    def file_name(self) -> str:
        """The name of the file, with the suffix of its export format; not yet made safe for a file system."""
        if self.export is None:
            return f"{self.name}.url" if self.native else self.name
        suffix = self.export.suffix
        return self.name if self.name.lower().endswith(suffix) else self.name + suffix


@frozen()
class Listing:
    """What a walk of the folder found. Nothing is withdrawn because of an incomplete listing.

    closed: folders that may not be looked into, id → exact names from the root; refused: those of them whose list was
    refused. troubles: what was not listed, or not wholly. domains: of the accounts of owners, by their names.
    """

    root: RemoteFolder
    folders: tuple[RemoteFolder, ...]
    files: tuple[RemoteFile, ...]
    complete: bool = True
    closed: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    refused: frozenset[str] = frozenset()
    troubles: tuple["Failure", ...] = ()
    domains: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class State(StrEnum):
    """Where an item's bytes are: in the mirror, or in versions/ because the owner removed the file from Drive."""

    HELD = "held"
    WITHDRAWN = "withdrawn"


@frozen(kw_only=True)
class Replacement:
    """Bytes that Drive has in place of an item's: they wait in versions/ while the guard has not decided, or holds them back.

    remote: the state of the file that they are of. read: whether they have been compared with what the item holds; damage:
    what is wrong with them, if anything. held_back: the guard has decided against them, until somebody accepts them.
    """

    remote: RemoteFile
    media_type: str
    fixity: Fixity
    fetched: datetime
    verified: bool = False
    read: bool = False
    damage: Message | None = None
    held_back: bool = False
    retrieved: Retrieved | None = None


@frozen(kw_only=True)
class Item:
    """One file that the archive holds: reference, provenance, fixity.

    path is its place in the mirror, relative to the archive, with forward slashes (for a withdrawn item: its last place).
    verified: its bytes were compared with a digest that Drive states. missed: since when Drive's lists have lacked it.
    note: why its text is missing or incomplete. unit names the sections ("slide", "page", "sheet"). replacement: other bytes
    that Drive has, and that have not taken its place. retrieved: None if it is not known, as of what earlier versions fetched.
    """

    collection: str
    remote: RemoteFile
    path: str
    media_type: str
    fixity: Fixity
    first_seen: datetime
    fetched: datetime
    state: State = State.HELD
    withdrawn: datetime | None = None
    missed: datetime | None = None
    verified: bool = False
    note: Message | None = None
    title: str | None = None
    unit: str | None = None
    sections: int = 0
    replacement: Replacement | None = None
    retrieved: Retrieved | None = None

    @property
    def id(self) -> str:
        """Identifies the item in its collection; unchanged by renames and moves."""
        return self.remote.id

    @property
    def replaced(self) -> "Item":
        """The item as it is once its replacement has taken its place; the item itself if there is none."""
        if (new := self.replacement) is None:
            return self
        return replace(
            self, remote=new.remote, media_type=new.media_type, fixity=new.fixity, fetched=new.fetched, verified=new.verified,
            replacement=None, retrieved=new.retrieved,
        )  # fmt: skip

    @property
    def kind(self) -> Kind:
        """The kind of file."""
        return kind_of(self.path, self.media_type)


@frozen()
class Version:
    """Earlier bytes of an item, kept under their SHA-256. withheld: the guard held them back, and Drive has others since."""

    item: str
    fixity: Fixity
    path: str
    modified: datetime | None
    fetched: datetime
    retired: datetime
    withheld: bool = False


class StepKind(StrEnum):
    """The kinds of progress that a run reports."""

    STARTED = "started"
    NOTICE = "notice"
    ASKING = "asking"
    LISTED = "listed"
    PLANNING = "planning"
    PLANNED = "planned"
    BEGIN = "begin"
    BYTES = "bytes"
    RESUMED = "resumed"
    DONE = "done"
    FAILED = "failed"
    READ = "read"
    COUNTED = "counted"
    CHECKED = "checked"
    RECOGNISED = "recognised"
    PICTURED = "pictured"
    PREPARED = "prepared"
    WRITING = "writing"
    WAITING = "waiting"


@frozen()
class Step:
    """Progress of a run. path: a file or collection. amount, total: bytes, files or, of a wait, seconds. message: why."""

    kind: StepKind
    path: str = ""
    amount: int = 0
    total: int | None = None
    message: Message | None = None


Progress = Callable[[Step], None]


class ActionKind(StrEnum):
    """What a sync can do. There is no delete."""

    ADD = "add"
    REPLACE = "replace"
    MOVE = "move"
    UPDATE = "update"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


@frozen()
class Action:
    """One step of a plan. path: where the item will be (None for WITHDRAW). details: the fields of the cause's text.

    fetch: whether the bytes are to be downloaded. guarded: the new bytes of a REPLACE wait elsewhere until they have been read.
    """

    kind: ActionKind
    cause: Cause
    file: RemoteFile | None = None
    held: Item | None = None
    path: str | None = None
    fetch: bool = False
    details: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    guarded: bool = False

    @property
    def reason(self) -> Message:
        """The cause as a sentence."""
        return self.cause.message(self.details)

    @property
    def waits_here(self) -> bool:
        """Whether the new bytes of a REPLACE are here already: they are the replacement of the held item."""
        return self.kind is ActionKind.REPLACE and not self.fetch

    @property
    def bytes(self) -> int:
        """Bytes to download, if Drive states them; 0 for an export, or if nothing is fetched."""
        return self.file.size or 0 if self.fetch and self.file and not self.file.native else 0


@frozen()
class Failure:
    """What failed, and why. code: a value of codes.Code. trace: the traceback of a bug. ended_run: it ended the whole run."""

    path: str
    code: str
    message: Message
    item: str | None = None
    trace: str = ""
    ended_run: bool = False
    is_remark = property(lambda self: self.code in REMARKS and not self.ended_run)  # stated to be heard: nothing failed


@frozen()
class Plan:
    """What a sync would do, as a value that can be printed, checked and tested.

    unchanged, holding: how many items stay as they are, and are in the mirror. held_back: withdrawals and replacements that a
    guard prevents; doubtful: those among them of items still listed the last time. relisted: items not listed then. undecided:
    replacements must be read before the guard can decide. returned: items whose replacement Drive no longer has. notices,
    troubles: what to report. strayed: items moved inside the mirror, and where to. left_out: path → why a listed file is not
    fetched. no_room: what does not fit on this disk; shortage says so. damaged: the ids of items with damaged files.
    """

    collection: str
    actions: tuple[Action, ...]
    unchanged: int = 0
    held_back: tuple[Action, ...] = ()
    doubtful: tuple[Action, ...] = ()
    undecided: bool = False
    holding: int = 0
    relisted: tuple[Item, ...] = ()
    returned: tuple[Item, ...] = ()
    notices: tuple[Message, ...] = ()
    troubles: tuple[Failure, ...] = ()
    strayed: tuple[tuple[Item, str], ...] = ()
    left_out: Mapping[str, Message] = field(default_factory=lambda: MappingProxyType({}))
    no_room: tuple[Action, ...] = ()
    damaged: frozenset[str] = frozenset()
    shortage: Message | None = None


@frozen()
class Section:
    """One slide, page or sheet: its number, counted from 1, and its text. ocr: its body was recognised, with errors."""

    number: int
    title: str = ""
    body: str = ""
    notes: str = ""
    hidden: bool = False
    ocr: bool = False


@frozen()
class Text:
    """The result of extracting text from a file.

    unit: "slide", "page", "sheet", "section" or "picture". note: why text is missing. properties: title, author, company,
    subject, description, created, modified, language, keywords, application, pages, pronom; width and height of a picture.
    """

    unit: str = "section"
    sections: tuple[Section, ...] = ()
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: Message | None = None


@frozen()
class Accession:
    """An action that was carried out, and the item as it is now."""

    action: Action
    item: Item


@frozen()
class Run:
    """One run of one collection, as stored in the catalogue. status: its exit status. counts: actions of each ActionKind.

    bytes: the number downloaded. unchanged: the number of items. failures: what failed, with what ended the run early.
    Known only of one just made: accessions (what it did), left_out (excluded files), seconds (to carry out its plan), failure.
    """

    id: int
    collection: str
    started: datetime
    ended: datetime | None
    status: int | None
    counts: Mapping[str, int]
    bytes: int
    unchanged: int
    notices: tuple[Message, ...]
    failures: tuple[Failure, ...]
    accessions: tuple[Accession, ...] = ()
    left_out: int = 0
    seconds: float = 0.0
    failure: MaterialsError | None = None

    @property
    def ended_by(self) -> Failure | None:
        """What ended the run early, if it was not a signal; None in runs of versions that did not record it."""
        return next((failure for failure in self.failures if failure.ended_run), None)
