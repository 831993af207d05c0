"""The threads and the progress function of a run, and who else works for it."""

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from materials_cli.model import Action, Progress

if TYPE_CHECKING:
    from materials_cli.drive.source import Fetched, Source
    from materials_cli.drive.walk import Children


class RemoteWorkers(Protocol):
    """Other computers that work for a run. Safe to share between threads, each of which waits for one answer."""

    def fetch(self, source: "Source", collection: str, action: Action, most: int | None) -> "Fetched":
        """Do there what drive.download.fetch() does here, at the pace of this source."""

    def lister(self, source: "Source") -> "Children":
        """Do there what Source.children() does here, at the pace of this source."""


@dataclass(frozen=True, slots=True)
class Crew:
    """workers: threads that list and download. progress: called with every step. elsewhere: who does that in their place."""

    workers: Executor
    progress: Progress
    elsewhere: RemoteWorkers | None = None
