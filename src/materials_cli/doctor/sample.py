"""The check that all files are there, and that a sample of them is intact; `materials verify` reads all."""

import random
import time
from collections.abc import Collection as Group
from collections.abc import Sequence

from materials_cli.custody.holdings import Holding, Role, holdings, strangers
from materials_cli.doctor.diagnosis import Diagnosis, ok, problem, warning
from materials_cli.doctor.holdings import sound
from materials_cli.messages import Message, joined, msg, msgn
from materials_cli.store.doubts import doubt
from materials_cli.store.mirror import Store

_TIME_FOR_READING = 3.0
_SHOWN = 3


class _OutOfTimeError(Exception):
    """What a sample may take is over."""


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
        missing = [holding for holding in held if not holding.is_there(self._store)]
        gone = set(missing)
        present = [holding for holding in held if holding not in gone]
        random.Random(self._seed).shuffle(present)  # noqa: S311 - see above
        read, self._damaged = self._check_fixity(present)
        if missing or self._damaged:
            return self._report(missing, self._damaged)
        if unknown := list(strangers(self._store, known)):
            return _unknown(unknown)
        if not held:
            return None
        if read == len(held):
            return ok(msgn("{count} file present and intact", "{count} files present and intact", len(held)))
        return ok(
            msgn(
                "{count} file present; {read} verified now, all intact",
                "{count} files present; {read} verified now, all intact",
                len(held),
                read=read,
            )
        )

    def repair(self) -> Message | None:
        """Make the next sync read damaged files, which it skips while their sizes and times are the same."""
        marked = [(holding.collection, holding.id) for holding in self._damaged if holding.role is Role.MIRROR]
        doubt(self._store, marked)
        self._marked = True
        return msg("Damaged files were marked for the next sync.") if marked else None

    def _check_fixity(self, held: Sequence[Holding]) -> tuple[int, list[Holding]]:
        """How many files were read before the time was up, and which of them are damaged."""
        deadline = time.monotonic() + self._seconds

        def read(_: int) -> None:
            if time.monotonic() > deadline:
                raise _OutOfTimeError

        count, damaged = 0, []
        for holding in held:
            try:
                flaw = holding.flaw(self._store, read)
            except _OutOfTimeError:
                break
            count += 1
            if flaw:
                damaged.append(holding)
        return count, damaged

    def _report(self, missing: Sequence[Holding], damaged: Sequence[Holding]) -> Diagnosis:
        found = [_named(msg("MISSING {path}", path=holding.path), holding) for holding in missing]
        found += [_named(msg("DAMAGED {path}", path=holding.path), holding) for holding in damaged]
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
        fixes.append(msg("`materials verify` reads every file and names all that is wrong."))
        return problem(what, joined(fixes))


def _named(what: Message, holding: Holding) -> Message:
    return msg("{what} (an earlier version)", what=what) if holding.role is Role.VERSION else what


def _backup(holding: Holding, store: Store) -> Message:
    kept = holding.file(store).relative_to(store.root)
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
