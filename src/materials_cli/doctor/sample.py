"""The check that all files are there, and that a sample of them is intact; `materials verify` reads all."""

import random
import time
from collections.abc import Collection as Group
from collections.abc import Sequence

from materials_cli.custody.closed import Closed, closed_places
from materials_cli.custody.holdings import Holding, Role, holdings, strangers
from materials_cli.doctor.diagnosis import Diagnosis, ok, problem, warning
from materials_cli.doctor.holdings import sound
from materials_cli.messages import Message, joined, msg, msgn
from materials_cli.store.doubts import doubt
from materials_cli.store.fixity import Flaw
from materials_cli.store.mirror import Store

_TIME_FOR_READING = 3.0
_SHOWN = 3


class _OutOfTimeError(Exception):
    """What a sample may take is over."""


def _intact(present: int, read: int) -> Diagnosis:
    if read == present:
        return ok(msgn("{count} file present and intact", "{count} files present and intact", present))
    return ok(
        msgn(
            "{count} file present; {read} verified now, all intact",
            "{count} files present; {read} verified now, all intact",
            present,
            read=read,
        )
    )


class FixitySample:
    """Checks that every file exists, and the fixity of as many as a few seconds allow, in random order."""

    def __init__(self, store: Store, collections: Group[str] = (), *, seconds: float = _TIME_FOR_READING) -> None:
        self._store, self._collections, self._seconds = store, list(collections), seconds
        self._seed = random.randrange(1 << 30)  # noqa: S311 - no secret depends on it
        self._damaged: list[Holding] = []
        self._marked = False

    def run(self) -> Diagnosis | None:
        """Find files that are MISSING from the disk or DAMAGED: their bytes are not those that were taken in."""
        with sound(self._store) as catalogue:
            held = list(holdings(catalogue, self._collections))
            known = held if not self._collections else list(holdings(catalogue))
        absent = {holding: flaw for holding in held if (flaw := holding.absence(self._store))}
        missing = [holding for holding, flaw in absent.items() if not flaw.closed]
        present = [holding for holding in held if holding not in absent]
        random.Random(self._seed).shuffle(present)  # noqa: S311 - see above
        read, flawed = self._check_fixity(present)
        closed = closed_places(self._store, [*absent.items(), *flawed])
        self._damaged = [holding for holding, flaw in flawed if not flaw.closed]
        if missing or self._damaged:
            return self._report(missing, self._damaged, closed)
        if closed:
            return _closed(closed)
        if unknown := list(strangers(self._store, known)):
            return _unknown(unknown)
        return _intact(len(held), read) if held else None

    def repair(self) -> Message | None:
        """Make the next sync read damaged files, which it skips while their sizes and times are the same."""
        marked = [(holding.collection, holding.id) for holding in self._damaged if holding.role is Role.MIRROR]
        doubt(self._store, marked)
        self._marked = True
        return msg("Damaged files were marked for the next sync.") if marked else None

    def _check_fixity(self, held: Sequence[Holding]) -> tuple[int, list[tuple[Holding, Flaw]]]:
        """How many files were read before the time was up, and what is wrong with which of them."""
        deadline = time.monotonic() + self._seconds

        def read(_: int) -> None:
            if time.monotonic() > deadline:
                raise _OutOfTimeError

        count, flawed = 0, []
        for holding in held:
            try:
                flaw = holding.flaw(self._store, read)
            except _OutOfTimeError:
                break
            count += 1
            if flaw:
                flawed.append((holding, flaw))
        return count, flawed

    def _report(self, missing: Sequence[Holding], damaged: Sequence[Holding], closed: Sequence[Closed]) -> Diagnosis:
        found = [_named(msg("MISSING {path}", path=holding.path), holding) for holding in missing]
        found += [_named(msg("DAMAGED {path}", path=holding.path), holding) for holding in damaged]
        found += map(_named_closed, closed)
        what = _some(found)
        fixes = []
        if any(holding.role is Role.MIRROR for holding in damaged) and not self._marked:
            fixes.append(
                msg(
                    "Run `materials doctor --fix`, then `materials sync`: what Drive still has is restored, the rest is set "
                    "aside."
                )
            )
        elif any(holding.role is Role.MIRROR for holding in (*missing, *damaged)):
            fixes.append(msg("`materials sync` restores what Drive still has."))
        if lost := [holding for holding in (*missing, *damaged) if holding.role is not Role.MIRROR]:
            fixes.append(_backup(lost[0], self._store))
        fixes += [each.fix for each in closed[:_SHOWN]]
        fixes.append(msg("`materials verify` reads every file and names all that is wrong."))
        return problem(what, joined(fixes))


def _closed(closed: Sequence[Closed]) -> Diagnosis:
    """Nothing is known to be lost, but not everything could be looked at."""
    return warning(_some(list(map(_named_closed, closed))), joined([each.fix for each in closed[:_SHOWN]]))


def _named_closed(closed: Closed) -> Message:
    return msg("CLOSED {path}: {what}", path=closed.place, what=closed.what)


def _named(what: Message, holding: Holding) -> Message:
    return msg("{what} (an earlier version)", what=what) if holding.role is Role.VERSION else what


def _backup(holding: Holding, store: Store) -> Message:
    kept = holding.place(store)
    if holding.role is Role.VERSION:
        return msg("An earlier version of {path} can only be restored from a backup of {kept}.", path=holding.path, kept=kept)
    return msg("The owner has withdrawn {path}: it can only be restored from a backup of {kept}.", path=holding.path, kept=kept)


def _unknown(places: Sequence[str]) -> Diagnosis:
    """Files in versions/ of which the catalogue says nothing: nothing is lost, and nobody will ever look for them."""
    return warning(
        _some([msg("UNEXPECTED {path}", path=place) for place in places]),
        msg("The catalogue does not know these files. Nothing depends on them; `materials verify` names all."),
    )


def _some(found: Sequence[Message]) -> Message:
    what, more = joined(found[:_SHOWN], "; "), len(found) - _SHOWN
    return msgn("{files}; and {count} more", "{files}; and {count} more", more, files=what) if more > 0 else what
