"""One run as it is written down, from before it looks at Drive until its texts are read; and how it ended, in any case."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from materials_cli.catalogue.items import Catalogue
from materials_cli.errors import ExitStatus, as_failure
from materials_cli.history.events import of_accession, of_failure
from materials_cli.messages import Message
from materials_cli.model import Accession, Failure, Run


@dataclass(slots=True)
class Journal:
    """A run that grows: open it around all of it. For the fields, see Run."""

    catalogue: Catalogue
    collection: str
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    status: ExitStatus | None = None
    accessions: list[Accession] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)
    bytes: int = 0
    unchanged: int = 0
    left_out: int = 0
    seconds: float = 0.0
    number: int = 0

    def __enter__(self) -> Self:
        """Note that the run has begun."""
        self.number = self.catalogue.begin_run(self.collection, self.started)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Note how it ended; an error goes on its way."""
        self.status = ExitStatus.PARTIAL if self.failures else ExitStatus.DONE
        ended_by = None
        if error:
            failure = as_failure(error)
            self.status = failure.status
            ended_by = Failure(str(failure.where) or self.collection, failure.code, failure.what, trace=failure.trace)
        if isinstance(error, Exception) and ended_by:
            self.failures.append(ended_by)
        self.ended = datetime.now(UTC)
        self.catalogue.end_run(self.run, ended_by if isinstance(error, Exception) else None)

    @property
    def run(self) -> Run:
        """The run as far as it has come."""
        return Run(
            id=self.number,
            collection=self.collection,
            started=self.started,
            ended=self.ended,
            status=self.status,
            counts=Counter(str(accession.action.kind) for accession in self.accessions),
            bytes=self.bytes,
            unchanged=self.unchanged,
            notices=tuple(self.notices),
            failures=tuple(self.failures),
            accessions=tuple(self.accessions),
            left_out=self.left_out,
            seconds=self.seconds,
        )

    def record(self, accession: Accession) -> None:
        """Write the row of an item and what happened to it, as one commit."""
        with self.catalogue.transaction():
            self.catalogue.record(accession.item)
            self.catalogue.note(of_accession(accession))
        self.accessions.append(accession)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """What is noted inside is forgotten when the rows it belongs to are rolled back."""
        before = (len(self.accessions), len(self.failures), len(self.notices), self.bytes)
        try:
            yield
        except BaseException:
            accessions, failures, notices, self.bytes = before
            del self.accessions[accessions:], self.failures[failures:], self.notices[notices:]
            raise

    def fail(self, failure: Failure) -> None:
        """Note what could not be had."""
        self.catalogue.note([of_failure(self.collection, failure)])
        self.failures.append(failure)
