"""Places of the archive that keep this user out. What lies behind one is neither missing nor damaged: nobody knows."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from materials_cli.custody.holdings import Holding
from materials_cli.messages import Message, msg, msgn
from materials_cli.store.fixity import Flaw
from materials_cli.store.mirror import Store
from materials_cli.values import frozen


@frozen()
class Closed:
    """A folder that may not be entered, or a file that may not be read. place: in the archive; what: follows it."""

    place: str
    what: Message
    fix: Message
    behind: tuple[Holding, ...]


def closed_places(store: Store, flaws: Iterable[tuple[Holding, Flaw]]) -> list[Closed]:
    """The places that keep this user from looking at these files, each once, with the files behind it."""
    behind: dict[Path, list[Holding]] = {}
    for holding, flaw in flaws:
        if flaw.closed:
            behind.setdefault(flaw.closed, []).append(holding)
    return [_closed(store, place, tuple(held)) for place, held in sorted(behind.items())]


def _closed(store: Store, path: Path, behind: tuple[Holding, ...]) -> Closed:
    place = path.relative_to(store.root).as_posix() if path.is_relative_to(store.root) else str(path)
    alone = [holding.place(store) for holding in behind] == [place]
    what = (
        msg("you may not read this file on this computer, so whether it is intact is not known")
        if alone
        else msgn(
            "you may not enter this folder on this computer, so whether {count} file in it is intact is not known",
            "you may not enter this folder on this computer, so whether {count} files in it are intact is not known",
            len(behind),
        )
    )
    fix = msg(
        "Give yourself access, for example with `chmod u+rwX {place}`, or use the account to which it belongs.",
        place=shlex.quote(str(path)),
    )
    return Closed(place, what, fix, behind)
