"""The record of one run, from before it connects to Drive until its text is extracted, however it ends."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from materials_cli.catalogue.items import Catalogue
from materials_cli.errors import ExitStatus, as_failure
from materials_cli.history.events import of_accession, of_arrival, of_damage, of_failure, of_release
from materials_cli.messages import Message, msg
from materials_cli.model import Accession, Failure, Item, Replacement, Run, Version


@dataclass(slots=True)
class Journal:
    """A run that is growing: a context manager around all of it. For the fields, see Run.

    counts: known once it has ended. They are those of the rows: a signal may come between a row and the list beside it.
    publish: called when the row says how the run ended, before that is committed; if it fails, the run fails.
    """

    catalogue: Catalogue
    collection: str
    publish: Callable[["Journal"], None] = lambda _: None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    status: ExitStatus | None = None
    accessions: list[Accession] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    ended_by: Failure | None = None
    notices: list[Message] = field(default_factory=list)
    bytes: int = 0
    unchanged: int = 0
    left_out: int = 0
    seconds: float = 0.0
    number: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        """Record that the run has begun."""
        self.number = self.catalogue.begin_run(self.collection, self.started)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Record how it ended; an error is raised again."""
        try:
            with self.catalogue.transaction():
                self._end(error)
                self.publish(self)
        except Exception as unpublished:
            # The error that ended the run matters more than the manifest that could not be written.
            self._end(error or unpublished)
            if error is None:
                raise

    def _end(self, error: BaseException | None) -> None:
        """Write the row. error: what ended the run early."""
        self.status = ExitStatus.PARTIAL if self.failures else ExitStatus.DONE
        self.ended_by = None
        if error:
            failure = as_failure(error)
            self.status = failure.status
            if isinstance(error, Exception):
                where = str(failure.where) or self.collection
                self.ended_by = Failure(where, failure.code, failure.what, trace=failure.trace, ended_run=True)
        # Downloads fail in any order: the same failures are to make the same row and the same manifest.
        self.failures.sort(key=lambda failure: (failure.path, failure.item or "", failure.code))
        self.ended = datetime.now(UTC)
        self.counts = self.catalogue.counts(self.number)
        self.catalogue.end_run(self.run, self.ended_by)

    @property
    def run(self) -> Run:
        """The run so far."""
        return Run(
            id=self.number,
            collection=self.collection,
            started=self.started,
            ended=self.ended,
            status=self.status,
            counts=self.counts,
            bytes=self.bytes,
            unchanged=self.unchanged,
            notices=tuple(self.notices),
            failures=(*self.failures, *([self.ended_by] if self.ended_by else [])),
            accessions=tuple(self.accessions),
            left_out=self.left_out,
            seconds=self.seconds,
        )

    def record(self, accession: Accession) -> None:
        """Write the row of an item and the events about it, in one commit or as part of the caller's transaction."""
        self.catalogue.record(accession.item, of_accession(accession), joining=True)
        self.accessions.append(accession)

    def set_aside(self, item: Item, replacement: Replacement) -> None:
        """Record bytes that wait outside the mirror instead of taking the item's place. Those that waited before retire."""
        before = item.replacement
        with self.catalogue.transaction():
            self.discard(item)
            replacement = replace(replacement, held_back=before is not None and before.held_back)
            self.catalogue.record(replace(item, replacement=replacement))
            self.catalogue.note(of_arrival(replace(item, replacement=replacement)))

    def discard(self, item: Item) -> None:
        """Record that an item's replacement is over, if it still has one: its bytes stay in versions/, as a version."""
        present = self.catalogue.find(item.collection, item.id)
        if present is None or present.replacement is None:
            return
        new = present.replacement
        now = datetime.now(UTC)
        was = Version(present.id, new.fixity, present.path, new.remote.modified, new.fetched, now, withheld=True)
        with self.catalogue.transaction():
            self.catalogue.retire(present.collection, was)
            self.catalogue.record(replace(present, replacement=None))
            self.catalogue.note([of_release(present, msg("no longer on Drive; kept as a version"))])

    def supersede(self, item: Item, *, kept: bool) -> None:
        """Record that an item no longer has its bytes. kept: whether they are in versions/; otherwise they were lost before."""
        if kept:
            was = Version(item.id, item.fixity, item.path, item.remote.modified, item.fetched, datetime.now(UTC))
            self.catalogue.retire(item.collection, was)
        else:
            self.catalogue.note([of_damage(item, msg("missing"))])

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Forget what was recorded inside if its rows are rolled back: a signal may come just after they were committed."""
        before = (len(self.accessions), len(self.failures), len(self.notices), self.bytes)
        events = self.catalogue.last_event()
        try:
            yield
        except BaseException:
            if self.catalogue.last_event() > events:
                raise
            accessions, failures, notices, self.bytes = before
            del self.accessions[accessions:], self.failures[failures:], self.notices[notices:]
            raise

    def fail(self, failure: Failure) -> None:
        """Record a failure."""
        self.catalogue.note([of_failure(self.collection, failure)])
        self.failures.append(failure)
