"""What a check is and what it finds, as values; and how checks are carried out, so that a broken one never hides the rest."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from enum import StrEnum

from materials_cli.disk import disk_errors, refused_by_the_disk
from materials_cli.errors import MaterialsError, redact
from materials_cli.messages import Message, combined, msg, msgid


class Verdict(StrEnum):
    """How bad it is. A warning needs no action today."""

    OK = msgid("ok")
    WARNING = msgid("warning")
    TROUBLE = msgid("trouble")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a check found. fix: the remedy; code: the error's code word, where it is one; mended: put right just now."""

    verdict: Verdict
    what: Message
    fix: Message | None = None
    code: str = ""
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One question. look answers it, or gives None where it cannot be asked; mend does what is safe to do about it.

    look may raise MaterialsError: that is trouble. mend may be repeated at will, loses nothing, and says what it did.
    name: a message, in which the collection that is asked about may stand as {slug}.
    """

    name: str
    look: Callable[[], Diagnosis | None]
    mend: Callable[[], Message | None] | None = None
    slug: str = ""

    @property
    def word(self) -> str:
        """What programs know it by."""
        return self.name.format(slug=self.slug)

    @property
    def label(self) -> Message:
        """What a person knows it by."""
        return msg(self.name, slug=self.slug)


def well(what: Message) -> Diagnosis:
    """All is as it should be."""
    return Diagnosis(Verdict.OK, what)


def warning(what: Message, fix: Message) -> Diagnosis:
    """It works, but a person should know."""
    return Diagnosis(Verdict.WARNING, what, fix)


def trouble(what: Message, fix: Message) -> Diagnosis:
    """It does not work, or not for long."""
    return Diagnosis(Verdict.TROUBLE, what, fix)


def told(error: MaterialsError) -> Diagnosis:
    """An error as what a check found."""
    what = msg("{what} ({where})", what=error.what, where=error.where) if error.where else error.what
    return Diagnosis(Verdict.TROUBLE, what, error.fix, error.code)


def carry_out(check: Check, fixing: AbstractContextManager[object] | None) -> Diagnosis | None:
    """Look, and mend what can be mended when that is wanted. fixing: what must be held while something is changed."""
    found = _look(check)
    if found is None or found.verdict is Verdict.OK or check.mend is None or fixing is None:
        return found
    try:
        with disk_errors(), fixing:
            done = check.mend()
    except MaterialsError as error:
        return replace(found, fix=combined(msg("It could not be mended now: {reason}", reason=error.what), found.fix))
    after = _look(check) or found
    return (
        replace(after, mended=True, what=done or after.what)
        if after.verdict is Verdict.OK
        else replace(after, fix=combined(done, after.fix))
    )


def _look(check: Check) -> Diagnosis | None:
    try:
        return check.look()
    except MaterialsError as error:
        return told(error)
    except OSError as error:
        return told(refused_by_the_disk(error))
    except Exception as error:  # noqa: BLE001 - a bug in one check must not hide what the others find
        what = msg("This check itself failed: {error}", error=f"{type(error).__name__}: {redact(str(error))[:300]}")
        return Diagnosis(Verdict.TROUBLE, what, msg("Please report this; the other checks are not affected."), "bug")
