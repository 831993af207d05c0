"""What a way to Drive must be able to do. Drive's API is one way, the pages that Drive shows to everybody are another.

Code that lists, plans or downloads works with a Source and never asks which one it is: what one way lacks (digests, exact
times, further ways to an export) shows in what it returns.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from materials_cli import __version__
from materials_cli.drive.resources import Resource
from materials_cli.fetched import Retrieved
from materials_cli.model import Export, Fixity, RemoteFile

if TYPE_CHECKING:  # who plans, or puts files in place, waits for no HTTP client
    import urllib3

    from materials_cli.drive.wire import Wire


TRIES_WHILE_WATCHED = 3  # a person should not wait half a minute to learn that there is no network


class IncompleteError(Exception):
    """Drive did not look everywhere (incompleteSearch), or its list has no end: more may be there than was listed."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to exported bytes. address: returns their address; called only when it is this way's turn.

    units: the quota units that a request costs. yields_to: the errors after which the next way is tried. tries: how often
    this one is, if not as often as usual.
    """

    address: Callable[[], str]
    units: int
    yields_to: frozenset[str] = frozenset()
    tries: int | None = None


class NotWantedError(Exception):
    """The size and time of a file, once they were known, are a reason not to read its bytes."""

    def __init__(self, file: RemoteFile) -> None:
        super().__init__(file.id)
        self.file = file


@dataclass(frozen=True, slots=True)
class Fetched:
    """Downloaded and checked bytes. verified: compared with a digest that Drive states.

    file: the state of the file that they are of.
    """

    file: RemoteFile
    part: Path
    fixity: Fixity
    media_type: str
    verified: bool


class Source(Protocol):
    """A way to Drive. Safe to share between threads. Refusals are raised as MaterialsError, except where stated.

    wire: what all requests travel over. digests: whether Drive states checksums this way.
    """

    wire: "Wire"
    digests: bool

    def account(self) -> str:
        """The name and address of our account, "" without one; raise an error if the credential is not accepted."""

    def describe(self, file_id: str, resource_key: str | None = None) -> Resource:
        """A file or folder; raise file_gone or download_forbidden when it does not exist or is not shared with us."""

    def children(self, folder_id: str, resource_key: str | None = None) -> Iterator[Sequence[object]]:
        """The contents of a folder, page by page; raise IncompleteError.

        Each entry has still to be understood (resources.py). A file of which only the day is stated is "rough".
        """

    def is_listable(self, folder_id: str, resource_key: str | None = None) -> bool:
        """Whether we may list a folder that appears empty; raise as describe() does."""

    def described_again(self, file: RemoteFile) -> RemoteFile:
        """The file in its current state."""

    def stated(self, file: RemoteFile, response: "urllib3.BaseHTTPResponse") -> RemoteFile:
        """The file in the state that a response of open() states."""

    def is_gone(self, file: RemoteFile) -> bool:
        """Whether a file that is no longer listed is certainly gone: deleted, not shared with us, or in the bin."""

    def open(self, file: RemoteFile, start: int = 0) -> "urllib3.BaseHTTPResponse":
        """The file's bytes from `start` on (or all of them, with status 200). One attempt; raise RefusalError."""

    def confirmed(self, file: RemoteFile) -> RemoteFile:
        """The state of the file that bytes just downloaded are of, when there is no digest to compare them with."""

    def thumbnail(self, file: RemoteFile) -> bytes | None:
        """Drive's picture of the first slide or page, as a server sent it; None if it has none, or is in another state by now.

        One attempt.
        """

    def exports(self, file: RemoteFile, export: Export) -> Iterator[Way]:
        """All ways to a Google document's exported bytes, the best first."""


def retrieved_by(source: Source) -> Retrieved:
    """How bytes come over a way to Drive, for the record."""
    return Retrieved(source.wire.credential.way, f"materials {__version__}")
