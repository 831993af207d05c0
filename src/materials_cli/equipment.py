"""What one operation works with, and gives back however it ends: the lock, threads, readers, and a way to Drive."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from materials_cli.batches import threads
from materials_cli.catalogue.segments import merge_segments
from materials_cli.config import Collection
from materials_cli.errors import MaterialsError, as_failure
from materials_cli.extract.pool import Staff, staffed
from materials_cli.meaning import prepare
from materials_cli.meaning.kept import Vectors, is_installed
from materials_cli.messages import Message, msg, msgid
from materials_cli.model import Progress, Step, StepKind
from materials_cli.published import follow, publish
from materials_cli.store.mirror import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from materials_cli.catalogue.items import Catalogue
    from materials_cli.cluster.scheduler import Cluster
    from materials_cli.drive.source import Source
    from materials_cli.drive.wire import Wire
    from materials_cli.meaning.prepare import Prepared
    from materials_cli.model import Item
    from materials_cli.pictures.draw import PictureReport

WORKERS = 32


@dataclass(frozen=True, slots=True)
class Equipment:
    """executor: threads that list and download; None if each operation has its own. progress: called with every step.

    cluster: who downloads and reads in place of this computer.
    """

    store: Store
    progress: Progress
    executor: Executor | None = None
    cluster: "Cluster | None" = None

    @contextmanager
    def locked(self, *, following: bool = True, alone: bool = False) -> Iterator[None]:
        """The archive, ready to be written to, with the lock held; afterwards, readers of an object store have it all.

        following: what another folder has published is taken over first. alone: no cluster is needed.
        """
        with self.store.lock(), self.cluster.joined() if self.cluster and not alone else nullcontext():
            self.store.tidy()
            if following:
                follow(self.store)
            yield
            publish(self.store)

    @contextmanager
    def joined(self) -> "Iterator[Cluster | None]":
        """The cluster, if there is one, with the lock held, since what its workers are shown lies in the archive's folder."""
        if self.cluster is None:
            yield None
            return
        with self.store.lock(), self.cluster.joined():
            yield self.cluster

    @contextmanager
    def source(self, bandwidth: int | None = None, *, tries: int | None = None) -> "Iterator[Source]":
        """Drive, with the first credential found; without one, its public pages. An error cancels all requests."""
        from materials_cli.drive.login import stored_warning  # noqa: PLC0415 - `index` needs no connection to Drive

        with connected(bandwidth, tries=tries) as source:
            follow_waits(source.wire, self.progress)
            if source.wire.credential.bearer and (warning := stored_warning(datetime.now(UTC))):
                self.progress(Step(StepKind.NOTICE, message=warning))
            if not source.digests:
                what = msg("Reading the public page. An API key adds checksums and is more reliable (`materials help access`).")
                self.progress(Step(StepKind.NOTICE, message=what))
            yield source

    @contextmanager
    def workers(self, count: int = WORKERS) -> Iterator[Executor]:
        """Threads that list and download, or read the disk."""
        if self.executor:
            yield self.executor
            return
        with threads(max(count, self.cluster.threads if self.cluster else 0), "worker") as workers:
            yield workers

    @contextmanager
    def readers(self) -> Iterator[Staff]:
        """Threads and child processes that extract text."""
        with staffed("reader", self.progress, elsewhere=self.cluster) as readers:
            yield readers

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

        with staffed("artist", self.progress, draw.SECONDS, draw.PROGRAM) as artists:
            report = draw.draw_items(self.store, catalogue, catalogue.items(collections), artists, again=again, best=best)
            if asking and report.faceless:
                self._ask_for(report.faceless, artists)
        return report

    def _ask_for(self, items: "Sequence[Item]", artists: Staff) -> None:
        """Drive's own pictures of these items. Without any, they have cards: nobody needs to know why."""
        from materials_cli.pictures.thumbnails import keep_thumbnails  # noqa: PLC0415 - most runs need none

        with suppress(MaterialsError), connected(tries=1) as source:
            keep_thumbnails(self.store, source, items, artists)

    def prepare(self, catalogue: "Catalogue", collections: Iterable[Collection]) -> "Prepared | None":
        """Prepare the texts of those collections that ask for it for search by meaning; see meaning/prepare.py.

        None if there is nothing to prepare, and nothing to be dropped.
        """
        slugs = [collection.slug for collection in collections if collection.meaning]
        if not slugs and not Vectors(self.store.root):
            return None
        with staffed("preparer", self.progress, prepare.SECONDS, prepare.PROGRAM) as makers:
            return prepare.prepare(self.store, catalogue, slugs, makers)

    def index(self, catalogue: "Catalogue", least: int) -> tuple[Message, ...]:
        """Make searches fast again after a run that wrote; return what people are to be told.

        The index of texts is merged into few parts, and the one for very large archives brought up to date, if this is one.
        """
        with suppress(MaterialsError):  # searches are slower for it, and the next run tries again
            merge_segments(catalogue.connection)
        from materials_cli.search.large import keep  # noqa: PLC0415 - nothing else here searches

        told = keep(catalogue.connection, self.store.catalogue, least, self._tell)
        return (told,) if told else ()

    def index_after_reading(self, catalogue: "Catalogue", least: int) -> None:
        """Do what index() does, where no run reports it."""
        for told in self.index(catalogue, least):
            self._tell(told)

    def _tell(self, what: Message) -> None:
        self.progress(Step(StepKind.NOTICE, message=what))

    def draw_after(self, catalogue: "Catalogue", collection: str) -> None:
        """Draw what a sync of a collection has brought; the sync has succeeded whatever becomes of the pictures."""

        def trouble() -> Message | None:
            report = self.draw(catalogue, [collection], asking=True)
            return report.stopped.what if report.stopped else next((failure.message for failure in report.failures), None)

        self._after(collection, msgid("Not every slide and page could be drawn: {reason}"), trouble)

    def prepare_after(self, catalogue: "Catalogue", collections: Iterable[Collection], collection: str) -> None:
        """Prepare what a sync of a collection has brought, if this computer can; `doctor` says whether it can."""

        def trouble() -> Message | None:
            prepared = self.prepare(catalogue, collections)
            return prepared.note if prepared else None

        if is_installed():
            self._after(collection, msgid("Not every text could be prepared for search by meaning: {reason}"), trouble)

    def _after(self, collection: str, notice: str, work: "Callable[[], Message | None]") -> None:
        """Do work whose failure is reported and stops nothing."""
        try:
            trouble = work()
        except Exception as error:  # noqa: BLE001 - see above
            trouble = as_failure(error).what
        if trouble:
            self.progress(Step(StepKind.NOTICE, collection, message=msg(notice, reason=trouble)))


def equipped(store: Store, progress: Progress, executor: Executor | str | None) -> Equipment:
    """The equipment of an archive. executor: as for Archive."""
    if not isinstance(executor, str):
        return Equipment(store, progress, executor)
    from materials_cli.cluster.scheduler import Cluster  # noqa: PLC0415 - few archives need one

    return Equipment(store, progress, cluster=Cluster(executor, store))


def follow_waits(wire: "Wire", progress: Progress) -> None:
    """Report from now on that Drive is being asked, and each wait before a request is tried again."""
    wire.waiting = lambda trouble, seconds: progress(Step(StepKind.WAITING, amount=ceil(seconds), message=trouble))
    progress(Step(StepKind.ASKING))


@contextmanager
def connected(bandwidth: int | None = None, *, tries: int | None = None) -> "Iterator[Source]":
    """Drive, with the first credential found. An error cancels all requests."""
    from materials_cli.drive.connect import connect  # noqa: PLC0415 - `index` needs no connection to Drive
    from materials_cli.drive.credentials import find_credential  # noqa: PLC0415 - as above

    with connect(find_credential(os.environ), connections=WORKERS, bandwidth=bandwidth, tries=tries) as source:
        try:
            yield source
        except BaseException:
            source.wire.stop()
            raise
