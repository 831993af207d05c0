"""The one exception for all failures, and the one rule for what continues after it.

A failure ends a file, a collection or a command, depending on its reach; each of these borders uses stopped_at().
"""

import errno
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from materials_cli.codes import Code
from materials_cli.exits import EXIT_MEANINGS, ExitStatus, Reach
from materials_cli.messages import Message, Value, msg, verbatim
from materials_cli.redaction import redact

__all__ = [
    "EXIT_MEANINGS", "TOO_MANY_OPEN", "Code", "ExitStatus", "MaterialsError", "Reach", "SignalInterrupt", "as_failure",
    "redacted", "stopped_at",
]  # fmt: skip


class MaterialsError(Exception):
    """A failure with a code. Only the command line turns it into text and an exit status.

    What other programs answered stands in its fields: no secret stays in them, since errors are shown, logged and stored.

    what: one sentence about this case. where: the file, link or key concerned. why, fix, reach: in place of the code's own.
    candidates: what may have been meant, for programs; people read it in `what`.
    """

    def __init__(
        self,
        code: Code,
        what: Message,
        *,
        where: str | Message = "",
        why: Message | None = None,
        fix: Message | None = None,
        reach: Reach | None = None,
        candidates: Sequence[Mapping[str, str | int | None]] = (),
    ) -> None:
        self.code = code
        self.what = redacted(what)
        self.where = redacted(where) if isinstance(where, Message) else redact(where)
        self.why = redacted(why) if why else Message(self.code.why)
        self.fix = redacted(fix) if fix else Message(self.code.fix)
        super().__init__(str(self.what))
        self.reach = self.code.reach if reach is None else reach
        self.candidates = tuple(candidates)

    @property
    def status(self) -> ExitStatus:
        """The exit status of a command that this failure ends."""
        return self.code.status

    @property
    def trace(self) -> str:
        """The traceback of a bug, for a bug report; empty for an expected failure."""
        if self.code is not Code.BUG or self.__cause__ is None:
            return ""
        return redact("".join(traceback.format_exception(self.__cause__)))

    def __reduce__(self) -> tuple[object, ...]:
        """Let errors with keyword-only arguments be pickled, to pass between processes."""
        kept = {name: getattr(self, name) for name in ("where", "why", "fix", "reach", "candidates")}
        return (_rebuild, (self.code, self.what, kept))


def _rebuild(code: Code, what: Message, kept: Mapping[str, Any]) -> MaterialsError:
    return MaterialsError(code, what, **kept)


class SignalInterrupt(KeyboardInterrupt):
    """A signal that ends a run as Ctrl-C does. code: how it is reported."""

    def __init__(self, code: Code) -> None:
        super().__init__()
        self.code = code


TOO_MANY_OPEN = frozenset({errno.EMFILE, errno.ENFILE})
_STOPPED = {
    Code.INTERRUPTED: msg("Interrupted."),
    Code.TERMINATED: msg("Terminated (SIGTERM)."),
    Code.HUNG_UP: msg("The terminal was closed (SIGHUP)."),
    Code.STALLED: msg("The run no longer made any progress."),
}


def as_failure(error: BaseException) -> MaterialsError:
    """Any exception as a MaterialsError: an unexpected one is a bug, reported with its place in the program."""
    if isinstance(error, MaterialsError):
        return error
    if isinstance(error, KeyboardInterrupt):
        code = error.code if isinstance(error, SignalInterrupt) else Code.INTERRUPTED
        return MaterialsError(code, _STOPPED[code])
    # Wherever it is met: in a library, or while one is imported.
    if isinstance(error, OSError) and error.errno in TOO_MANY_OPEN:
        return MaterialsError(
            Code.DISK_REFUSED, msg("This process may not open as many files as it needs."),
            why=msg("The system, or a limit for this user, allows too few open files; nothing is wrong with the disk."),
            fix=msg("Allow 1,024: ulimit -n 1024, or in a systemd unit LimitNOFILE=1024."),
        )  # fmt: skip
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    bug = MaterialsError(Code.BUG, verbatim(f"{type(error).__name__}: {error}{place}"))
    bug.__cause__ = error
    return bug


def stopped_at(border: Reach, error: Exception) -> MaterialsError:
    """The failure, if it reaches no further than this border, so that the rest can continue; else raise it."""
    failure = as_failure(error)
    if failure.reach > border:
        raise failure
    return failure


def redacted(message: Message) -> Message:
    """A message without the keys, tokens and passwords in its fields."""
    fields = ((name, _redacted(value)) for name, value in message.fields)
    return Message(message.text, tuple(fields), message.plural)


def _redacted(value: Value) -> Value:
    if isinstance(value, Message):
        return redacted(value)
    return redact(value) if isinstance(value, str) else value
