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
from materials_cli.model import Accession, Failure


@dataclass(slots=True)
class Journal:
    """Open it around the whole run. bytes: what came over the wire; unchanged: items left as they are."""

    catalogue: Catalogue
    collection: str
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    accessions: list[Accession] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)
    bytes: int = 0
    unchanged: int = 0
    run: int = 0

    def __enter__(self) -> Self:
        """Note that the run has begun."""
        self.run = self.catalogue.begin_run(self.collection, self.started)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Note how it ended; an error goes on its way."""
        status = ExitStatus.PARTIAL if self.failures else ExitStatus.DONE
        ended_by = None
        if isinstance(error, Exception):
            failure = as_failure(error)
            status = failure.status
            ended_by = Failure(str(failure.where) or self.collection, failure.code, failure.what, trace=failure.trace)
        elif error:
            status = ExitStatus.INTERRUPTED
        self.catalogue.end_run(
            self.run,
            ended=datetime.now(UTC),
            status=int(status),
            counts=Counter(str(accession.action.kind) for accession in self.accessions),
            bytes=self.bytes,
            unchanged=self.unchanged,
            notices=self.notices,
            failures=[*self.failures, ended_by] if ended_by else self.failures,
            error=ended_by,
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
