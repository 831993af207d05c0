"""What a way to Drive must be able to do. Drive's API is one way, the pages that Drive shows to everybody are another.

Whoever lists, plans or downloads works with a Source and never asks which one it is: what one way lacks (digests, exact
times, most export formats) shows in what it answers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import urllib3

from materials_cli.drive.resources import Resource
from materials_cli.drive.wire import Wire
from materials_cli.model import Export, RemoteFile


class IncompleteError(Exception):
    """Drive stated that it did not look everywhere (incompleteSearch): the list must not be trusted."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to exported bytes. address: where they are had; asked for when it is this way's turn.

    units: what a request there costs. yields_to: the refusals after which the next way is tried.
    """

    address: Callable[[], str]
    units: int
    yields_to: frozenset[str] = frozenset()


class Source(Protocol):
    """A way to Drive. Safe to share between threads. Refusals are raised as MaterialsError, except where stated.

    wire: what all requests travel over. digests: whether Drive states checksums this way.
    """

    wire: Wire
    digests: bool

    def account(self) -> str:
        """The name and address that Google knows us by, "" for a key or the public; raise a refusal of the credential."""

    def describe(self, file_id: str, resource_key: str | None = None) -> Resource:
        """A file or folder; raise file_gone or download_forbidden when it is gone or not ours to see."""

    def children(self, folder_id: str, resource_key: str | None = None) -> list[Resource]:
        """What lies directly in a folder; raise IncompleteError. A file without a size has to be measured."""

    def is_listable(self, folder_id: str, resource_key: str | None = None) -> bool:
        """Whether a folder that came back empty may be looked into; raise as describe() does."""

    def measure(self, resource: Resource) -> Resource:
        """A listed file with the size and time that its folder's list left out."""

    def described_again(self, file: RemoteFile) -> RemoteFile:
        """The file as its bytes are now."""

    def is_gone(self, file: RemoteFile) -> bool:
        """Whether a file that is not listed any more is gone for certain: deleted, not ours to see, or in the bin."""

    def open(self, file: RemoteFile, start: int = 0) -> urllib3.BaseHTTPResponse:
        """The file's bytes from `start` on (or all of them, with status 200). One attempt; raise RefusalError."""

    def confirmed(self, file: RemoteFile) -> RemoteFile:
        """The state of the file that bytes fetched just now are of, where no digest tells it."""

    def exports(self, file: RemoteFile, export: Export) -> Iterator[Way]:
        """All ways to a Google document's exported bytes, the best first."""
