"""The log of an unattended run: one JSON object per line, in rotated files of limited size."""

import contextlib
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from materials_cli.dates import rfc3339
from materials_cli.disk import reason
from materials_cli.errors import MaterialsError
from materials_cli.export.escape import for_json
from materials_cli.messages import Message, msg
from materials_cli.model import Failure, Run

_LARGEST, _KEPT = 1_000_000, 5


class _Handler(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the signature of logging
        """Raise the error that logging would print as a traceback."""
        raise  # noqa: PLE0704 - called from an except block


class Log:
    """A context manager; without a path, it writes nothing. trouble: why it cannot be written; the run goes on without it."""

    def __init__(self, path: Path | None) -> None:
        self.trouble: Message | None = None
        self._path = path
        self._handler: RotatingFileHandler | None = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handler = _Handler(path, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", errors="replace")
        except OSError as error:
            self._fail(error)

    def __enter__(self) -> Self:
        """Return the log."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the file."""
        if self._handler:
            self._handler.close()

    def note(self, event: str, **more: Any) -> None:
        """Write one line."""
        if self._handler is None:
            return
        line = for_json({"time": rfc3339(datetime.now(UTC)), "event": event, **more})
        try:
            self._handler.emit(logging.makeLogRecord({"msg": line}))
        except OSError as error:
            with contextlib.suppress(OSError):
                self._handler.close()
            self._handler = None
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.trouble = msg("The log {path} cannot be written: {reason}.", path=self._path, reason=reason(error))

    def report(self, report: Run) -> None:
        """Write everything that a run did to one collection, and the error that ended it, if any."""
        for accession in report.accessions:
            item = accession.item
            self.note(
                str(accession.action.kind), collection=item.collection, path=item.path, id=item.id, bytes=item.fixity.size,
                sha256=item.fixity.sha256, reason=accession.action.reason,
            )  # fmt: skip
        for failure in report.failures:
            if failure.ended_run:
                continue
            self.note(
                "failed", collection=report.collection, path=failure.path, code=failure.code, message=failure.message,
                **_trace(failure),
            )  # fmt: skip
        for notice in report.notices:
            self.note("notice", collection=report.collection, message=notice)
        if report.failure:
            self.refusal(report.failure, report.collection)
            return
        self.note(
            "synced", collection=report.collection, started=rfc3339(report.started), ended=rfc3339(report.ended),
            bytes=report.bytes, unchanged=report.unchanged,
        )  # fmt: skip

    def refusal(self, error: MaterialsError, collection: str = "") -> None:
        """Write the error that ended a run."""
        self.note(
            "error", collection=collection, code=error.code, status=int(error.status), message=error.what, where=error.where,
            **_trace(error),
        )  # fmt: skip


def _trace(failure: Failure | MaterialsError) -> dict[str, str]:
    """Write the traceback of a bug."""
    return {"trace": failure.trace} if failure.trace else {}
