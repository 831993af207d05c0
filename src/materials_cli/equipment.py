"""What one operation works with, and gives back however it ends: the lock, threads, readers, and a way to Drive."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from materials_cli.errors import Code, MaterialsError, SignalInterrupt, as_failure
from materials_cli.extract.pool import Pool
from materials_cli.messages import msg
from materials_cli.model import Progress, Step, StepKind
from materials_cli.store.mirror import Store
from materials_cli.sync.texts import Readers

if TYPE_CHECKING:
    from materials_cli.catalogue.items import Catalogue
    from materials_cli.drive.source import Source
    from materials_cli.model import Item
    from materials_cli.pictures.draw import Artists, PictureReport

WORKERS = 32


@dataclass(frozen=True, slots=True)
class Equipment:
    """executor: threads that list and download; None if each operation has its own. progress: called with every step."""

    store: Store
    progress: Progress
    executor: Executor | None = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The archive, ready to be written to, with the lock held."""
        with self.store.lock():
            self.store.tidy()
            yield

    @contextmanager
    def source(self, bandwidth: int | None = None, *, tries: int | None = None) -> "Iterator[Source]":
        """Drive, with the first credential found; without one, its public pages. An error cancels all requests."""
        from materials_cli.drive.login import stored_warning  # noqa: PLC0415 - `index` needs no connection to Drive

        with connected(bandwidth, tries=tries) as source:
            if source.wire.credential.bearer and (warning := stored_warning(datetime.now(UTC))):
                self.progress(Step(StepKind.NOTICE, message=warning))
            if not source.digests:
                what = msg("Reading the public page. An API key adds checksums and is more reliable (`materials help access`).")
                self.progress(Step(StepKind.NOTICE, message=what))
            source.wire.waiting = lambda trouble, seconds: self.progress(
                Step(StepKind.WAITING, amount=ceil(seconds), message=trouble)
            )
            yield source

    @contextmanager
    def workers(self, count: int = WORKERS) -> Iterator[Executor]:
        """Threads that list and download, or read the disk."""
        if self.executor:
            yield self.executor
            return
        with _threads(count, "worker") as workers:
            yield workers

    @contextmanager
    def readers(self) -> Iterator[Readers]:
        """Threads and child processes that extract text."""
        cores = os.cpu_count() or 1
        with Pool(cores) as pool, _threads(cores, "reader") as threads:
            try:
                yield Readers(threads, pool, self.progress)
            except BaseException:
                pool.stop()
                raise

    def draw(
        self,
        catalogue: "Catalogue",
        collections: Sequence[str],
        *,
        again: bool = False,
        best: bool = False,
        asking: bool = False,
    ) -> "PictureReport":
        """Draw the slides and pages of some collections (of all when empty) that have no pictures yet; see pictures/draw.py.

        asking: Drive, for its own pictures of what cannot be drawn.
        """
        from materials_cli.pictures import draw  # noqa: PLC0415 - most runs draw nothing

        cores = os.cpu_count() or 1
        with Pool(cores, seconds=draw.SECONDS, program=draw.PROGRAM) as pool, _threads(cores, "artist") as threads:
            try:
                artists = draw.Artists(threads, pool, self.progress, best)
                report = draw.draw_items(self.store, catalogue, catalogue.items(collections), artists, again=again)
                if asking and report.faceless:
                    self._ask_for(report.faceless, artists)
            except BaseException:
                pool.stop()
                raise
        return report

    def _ask_for(self, items: "Sequence[Item]", artists: "Artists") -> None:
        """Drive's own pictures of these items. Without any, they have cards: nobody needs to know why."""
        from materials_cli.pictures.thumbnails import keep_thumbnails  # noqa: PLC0415 - most runs need none

        with suppress(MaterialsError), connected(tries=1) as source:
            keep_thumbnails(self.store, source, items, artists)

    def draw_after(self, catalogue: "Catalogue", collection: str) -> None:
        """The same after a sync, which has succeeded whatever becomes of the pictures: of them, only notices tell."""
        try:
            report = self.draw(catalogue, [collection], asking=True)
        except Exception as error:  # noqa: BLE001 - see above
            troubles = [as_failure(error).what]
        else:
            troubles = [report.stopped.what] if report.stopped else [failure.message for failure in report.failures[:1]]
        for trouble in troubles:
            what = msg("Not every slide and page could be drawn: {reason}", reason=trouble)
            self.progress(Step(StepKind.NOTICE, collection, message=what))


@contextmanager
def connected(bandwidth: int | None = None, *, tries: int | None = None) -> "Iterator[Source]":
    """Drive, with the first credential found. An error cancels all requests."""
    # `index` needs no connection to Drive.
    from materials_cli.drive.connect import connect  # noqa: PLC0415
    from materials_cli.drive.credentials import find_credential  # noqa: PLC0415

    with connect(find_credential(os.environ), connections=WORKERS, bandwidth=bandwidth, tries=tries) as source:
        try:
            yield source
        except BaseException:
            source.wire.stop()
            raise


@contextmanager
def _threads(count: int, name: str) -> Iterator[Executor]:
    """Threads that have ended afterwards, except if the run hangs: what they wait for may never come."""
    threads = ThreadPoolExecutor(count, name)
    try:
        yield threads
    except BaseException as error:
        hanging = isinstance(error, SignalInterrupt) and error.code is Code.STALLED
        threads.shutdown(wait=not hanging, cancel_futures=True)
        raise
    threads.shutdown()
