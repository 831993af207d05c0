"""The nouns: what flows between the rooms, frozen. They know nobody.

Two sides meet in a plan: what Drive lists (RemoteFile) and what the archive holds (Item).
Times are aware datetimes in UTC, sizes are bytes, digests are lower-case hex.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from materials_cli.kinds import GOOGLE_APPS, SHORTCUT, Kind, kind_of
from materials_cli.messages import Message, msg, msgid


@dataclass(frozen=True, slots=True)
class Fixity:
    """Proof that bytes are unchanged. md5 is kept only where Drive states one to compare with."""

    size: int
    sha256: str
    md5: str | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """The form in which a Google-native document is fetched: media type, file suffix (with dot), Drive's own link."""

    media_type: str
    suffix: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFolder:
    """One folder of the tree as Drive lists it. parent is None for the root of the collection."""

    id: str
    name: str
    parent: str | None
    created: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """One file as Drive lists it.

    id is the identity inside its collection: the Drive id; the shortcut's own id when reached through a shortcut;
    "SHORTCUT/ID" below a shortcut to a folder; "ID+pdf" for a further export format of one document.
    drive_id is what to ask Drive for. parent is the id of its RemoteFolder, folders the exact names above it.
    size, md5, sha1 and sha256 are what Drive states: absent for Google-native documents, sometimes for others.
    problem says why the bytes cannot be had (a dangling shortcut, a forbidden download); None when they can.
    """

    id: str
    drive_id: str
    name: str
    parent: str
    folders: tuple[str, ...] = ()
    media_type: str = "application/octet-stream"
    size: int | None = None
    md5: str | None = None
    sha1: str | None = None
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
    problem: Message | None = None

    @property
    def native(self) -> bool:
        """Whether this lives only inside Google (Slides, Docs, Forms …) and has no bytes of its own."""
        return self.media_type.startswith(GOOGLE_APPS)

    @property
    def dangling(self) -> bool:
        """Whether this is a shortcut that leads nowhere we may go."""
        return self.media_type == SHORTCUT

    @property
    def kind(self) -> Kind:
        """The kind as a person would name it."""
        return kind_of("" if self.native else self.name, self.media_type)

    @property
    def file_name(self) -> str:
        """The name with the suffix of the exported form, as the file will be called (not yet made safe)."""
        if self.export is None:
            return f"{self.name}.url" if self.native else self.name
        suffix = self.export.suffix
        return self.name if self.name.lower().endswith(suffix) else self.name + suffix


@dataclass(frozen=True, slots=True)
class Listing:
    """What a walk of the folder saw. An incomplete listing can never withdraw anything.

    closed: the folders that came back empty and that Drive does not let us look into, id → exact names from the root.
    """

    root: RemoteFolder
    folders: tuple[RemoteFolder, ...]
    files: tuple[RemoteFile, ...]
    complete: bool = True
    warnings: tuple[Message, ...] = ()
    closed: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


class State(StrEnum):
    """Where an item's bytes are: in the mirror, or kept aside because the owner took the file off Drive."""

    HELD = "held"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What the archive holds: reference, provenance, fixity.

    path is relative to the archive, with forward slashes, in the mirror (also for a withdrawn item: where it was).
    verified: its bytes were compared with a digest that Drive states. missed: when a list first lacked it, if the last
    did. note: what a person should know, such as why no text was read. unit names the sections ("slide", "page", "sheet").
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

    @property
    def id(self) -> str:
        """Identity inside the collection; stable over renames and moves."""
        return self.remote.id

    @property
    def kind(self) -> Kind:
        """The kind as a person would name it."""
        return kind_of(self.path, self.media_type)


@dataclass(frozen=True, slots=True)
class Version:
    """Bytes that an item had before: replaced or withdrawn, still kept under their sha256."""

    item: str
    fixity: Fixity
    path: str
    modified: datetime | None
    fetched: datetime
    retired: datetime


class StepKind(StrEnum):
    """What a run tells about itself while it works."""

    LISTED = "listed"
    PLANNED = "planned"
    BEGIN = "begin"
    BYTES = "bytes"
    DONE = "done"
    FAILED = "failed"
    READ = "read"
    RECOGNISED = "recognised"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Step:
    """One sign of progress. path: the file it is about. amount: bytes, or files. total: the end. trouble: why it waits."""

    kind: StepKind
    path: str = ""
    amount: int = 0
    total: int | None = None
    trouble: Message | None = None


Progress = Callable[[Step], None]


class ActionKind(StrEnum):
    """What a sync may do. There is no delete."""

    ADD = "add"
    REPLACE = "replace"
    MOVE = "move"
    UPDATE = "update"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


class Cause(StrEnum):
    """Why a plan takes an action: a word that decides and is compared, and the text that people read."""

    text: str

    def __new__(cls, word: str, text: str) -> Self:
        """Take one row of the table."""
        row = str.__new__(cls, word)
        row._value_ = word
        row.text = text
        return row

    # A table is read by its columns.
    # fmt: off
    NEW = "new", msgid("new on Drive")
    BACK = "back", msgid("back on Drive")
    BACK_CHANGED = "back_changed", msgid("back on Drive, {change}")
    RESIZED = "resized", msgid("changed on Drive, {before} → {after} bytes")
    CHANGED = "changed", msgid("changed on Drive")
    EDITED = "edited", msgid("edited on Drive")
    PERHAPS_EDITED = "perhaps_edited", msgid("perhaps edited on Drive")
    LEADS_ELSEWHERE = "leads_elsewhere", msgid("leads elsewhere now")
    OTHER_FORMAT = "other_format", msgid("wanted in another format")
    SAME_CONTENT = "same_content", msgid("{change}; its content is the same")
    MOVED = "moved", msgid("moved on Drive")
    RENAMED = "renamed", msgid("renamed on Drive")
    MOVED_AND_RENAMED = "moved_and_renamed", msgid("moved and renamed on Drive")
    TWIN = "twin", msgid("another file of the same name came or went")
    STRAYED_HERE = "strayed_here", msgid("moved away in the mirror; put back")
    ABSENT_HERE = "absent_here", msgid("missing from the mirror")
    EDITED_HERE = "edited_here", msgid("edited in the mirror; the edited copy is kept aside")
    LISTED_AGAIN = "listed_again", msgid("listed again")
    DETAILS = "details", msgid("details changed on Drive")
    GONE = "gone", msgid("no longer in the folder on Drive")
    UNWANTED_FORMAT = "unwanted_format", msgid("no longer wanted in this format")
    LEADS_NOWHERE = "leads_nowhere", msgid("lost here, and on Drive it leads nowhere now")
    # fmt: on

    def message(self, details: Mapping[str, object]) -> Message:
        """What a person reads."""
        return msg(self.text, **details)


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a plan. path is where the item will lie (None for WITHDRAW). details: what the cause's text has fields for.

    fetch tells whether the bytes have to come from Drive.
    """

    kind: ActionKind
    cause: Cause
    file: RemoteFile | None = None
    held: Item | None = None
    path: str | None = None
    fetch: bool = False
    details: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def reason(self) -> Message:
        """What a person reads."""
        return self.cause.message(self.details)

    @property
    def bytes(self) -> int:
        """Bytes to download as far as Drive states them; 0 for what is exported or not fetched."""
        return self.file.size or 0 if self.fetch and self.file and not self.file.native else 0


@dataclass(frozen=True, slots=True)
class Failure:
    """An action that could not be carried out, and why. code is a word of codes.Code; trace: where, of a bug."""

    path: str
    code: str
    message: Message
    item: str | None = None
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync would do, as a value: printed, counted, refused, tested.

    unchanged counts items left as they are. left_out tells why a listed file is not fetched, by its path. strayed tells
    which items somebody moved inside the mirror, and where to. held_back lists withdrawals that a guard keeps from
    happening, doubtful those among them that wait for a second list; notices say why, and what else a person should know;
    troubles what keeps this from being all that is on Drive.
    """

    collection: str
    actions: tuple[Action, ...]
    unchanged: int = 0
    held_back: tuple[Action, ...] = ()
    doubtful: tuple[Action, ...] = ()
    notices: tuple[Message, ...] = ()
    troubles: tuple[Failure, ...] = ()
    strayed: tuple[tuple[Item, str], ...] = ()
    left_out: Mapping[str, Message] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Section:
    """One slide, page or sheet: its number counted from 1 in presentation order, and its text.

    ocr: the body is what a program saw on pictures, so that letters may be wrong.
    """

    number: int
    title: str = ""
    body: str = ""
    notes: str = ""
    hidden: bool = False
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """What extraction gets out of a file.

    unit names the sections: "slide", "page", "sheet", "section" or "picture". properties holds what the document says
    about itself (title, author, company, subject, description, created, modified, language, keywords, application,
    pages; width and height of a picture), as text. note says why there is no text or not all of it; None when all is well.
    """

    unit: str = "section"
    sections: tuple[Section, ...] = ()
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class Accession:
    """An action carried out: the item as it is now held."""

    action: Action
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a run did, and how long that took. bytes counts what came over the wire; run is its number in the history."""

    collection: str
    started: datetime
    ended: datetime
    plan: Plan
    accessions: tuple[Accession, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[Message, ...] = ()
    bytes: int = 0
    run: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the catalogue remembers it. status is the exit status; counts has one number per ActionKind."""

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


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result. section is None when only the name of the item matched.

    marks are (start, end) offsets into snippet, in characters, of the words that matched. score: higher is better.
    """

    item: Item
    section: Section | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float
