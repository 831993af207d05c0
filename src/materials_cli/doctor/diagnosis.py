"""Checks and what they find, as values; and how a check is run, so that a bug in one never hides the findings of the others."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from enum import StrEnum

from materials_cli.disk import disk_error, disk_errors
from materials_cli.errors import MaterialsError, redacted
from materials_cli.messages import Message, combined, msg, msgid

MOST_NAMED = 5  # of several troubles of one kind


class Verdict(StrEnum):
    """How serious a finding is. A warning needs no action today."""

    OK = msgid("ok")
    WARNING = msgid("warning")
    PROBLEM = msgid("trouble")  # the word in JSON


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a check found. fix: what to do about it; code: of the error, if it is one; repaired: by --fix, just now."""

    verdict: Verdict
    what: Message
    fix: Message | None = None
    code: str = ""
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One check. run returns what it finds, None where it does not apply; repair does what can safely be done about it.

    A MaterialsError that run raises is a problem. repair may be run again at any time, loses nothing, and returns what it did.
    name: a message, with {slug} for the collection that is checked.
    """

    name: str
    run: Callable[[], Diagnosis | None]
    repair: Callable[[], Message | None] | None = None
    slug: str = ""

    @property
    def key(self) -> str:
        """Its name in JSON."""
        return self.name.format(slug=self.slug)

    @property
    def label(self) -> Message:
        """Its name in the reader's language."""
        return msg(self.name, slug=self.slug)


def ok(what: Message) -> Diagnosis:
    """Everything is as it should be."""
    return Diagnosis(Verdict.OK, what)


def warning(what: Message, fix: Message) -> Diagnosis:
    """It works, but the reader should know."""
    return Diagnosis(Verdict.WARNING, what, fix)


def problem(what: Message, fix: Message) -> Diagnosis:
    """It does not work, or will soon stop working."""
    return Diagnosis(Verdict.PROBLEM, what, fix)


def from_error(error: MaterialsError) -> Diagnosis:
    """An error as the finding of a check."""
    what = msg("{what} ({where})", what=error.what, where=error.where) if error.where else error.what
    return Diagnosis(Verdict.PROBLEM, what, error.fix, error.code)


def run_check(check: Check, repairing: AbstractContextManager[object] | None) -> Diagnosis | None:
    """Run a check and, if asked to, repair what it finds. repairing: held during a repair; None for no repairs."""
    found = _run(check)
    if found is None or found.verdict is Verdict.OK or check.repair is None or repairing is None:
        return found
    try:
        with disk_errors(), repairing:
            done = check.repair()
    except MaterialsError as error:
        return replace(found, fix=combined(msg("It could not be fixed now: {reason}", reason=error.what), found.fix))
    after = _run(check) or found
    return (
        replace(after, repaired=True, what=done or after.what)
        if after.verdict is Verdict.OK
        else replace(after, fix=combined(done, after.fix))
    )


def _run(check: Check) -> Diagnosis | None:
    try:
        return check.run()
    except MaterialsError as error:
        return from_error(error)
    except OSError as error:
        return from_error(disk_error(error))
    except Exception as error:  # noqa: BLE001 - a bug in one check must not hide what the others find
        what = msg("This check failed to run: {error}", error=f"{type(error).__name__}: {str(error)[:300]}")
        return Diagnosis(
            Verdict.PROBLEM, redacted(what), msg("Please report this bug; the other checks are not affected."), "bug"
        )
