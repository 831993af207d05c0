"""Compares what is held with what Drive states now, without a download. Pure: from Facts to a Comparison.

Only a checksum proves that bytes are the same. Where Drive states none – of Google documents, and on its public pages – what it
states instead is compared, and the result says so.
"""

from collections import Counter
from collections.abc import Collection as Group
from collections.abc import Iterator, Mapping
from enum import StrEnum

from materials_cli.messages import Message, msg, msgid
from materials_cli.model import Failure, Item, RemoteFile, State
from materials_cli.sync.change import change_of
from materials_cli.sync.facts import Facts
from materials_cli.sync.guard import folder_behind
from materials_cli.values import frozen


class Standing(StrEnum):
    """How an item stands to Drive.

    Its checksum is the one that Drive states; or size, time and version are, of which there is no checksum; or nothing that is
    stated can tell. Drive has other content, no longer lists it, lists what is not held, or could not list its folder.
    """

    SAME = msgid("SAME")
    AGREES = msgid("AGREES")
    UNCOMPARED = msgid("UNCOMPARED")
    DIFFERS = msgid("DIFFERS")
    GONE = msgid("GONE")
    NOT_HELD = msgid("NOT HELD")
    NOT_LISTED = msgid("NOT LISTED")

    @property
    def code(self) -> str:
        """Its name for programs."""
        return self.name.lower()

    @property
    def is_apart(self) -> bool:
        """Whether the archive is not what Drive states."""
        return self in {Standing.DIFFERS, Standing.GONE, Standing.NOT_HELD, Standing.NOT_LISTED}


_SYNC = msg("`materials sync` brings it.")
_KEPT = msg("It is kept here; a sync marks it as withdrawn once it is certain.")
_READ = msg("An API key lets Drive state checksums: `materials help access`")


@frozen()
class Compared:
    """One item, or a listed file that is not held. what, fix: what to tell of it. stated: by Drive, if it is listed."""

    standing: Standing
    id: str
    path: str
    what: Message
    fix: Message | None = None
    held: Item | None = None
    stated: RemoteFile | None = None


@frozen()
class Comparison:
    """The result for one collection. troubles: what could not be listed."""

    collection: str
    items: tuple[Compared, ...]
    troubles: tuple[Failure, ...] = ()

    @property
    def counts(self) -> Mapping[Standing, int]:
        """How many stand how."""
        return Counter(each.standing for each in self.items)


def compare(facts: Facts, *, digests: bool, chosen: Group[str] | None = None) -> Comparison:
    """Compare. digests: whether Drive states checksums this way. chosen: the ids of the items that matter; None for all."""
    found = [*_listed(facts, digests=digests), *_unlisted(facts)]
    wanted = (each for each in found if chosen is None or each.id in chosen)
    return Comparison(facts.collection, tuple(sorted(wanted, key=lambda each: each.path)), facts.listing.troubles)


def _listed(facts: Facts, *, digests: bool) -> Iterator[Compared]:
    for file in facts.listing.files:
        item = facts.held.get(file.id)
        path = "/".join((facts.collection, *file.folders, file.file_name))
        if item is None or item.state is State.WITHDRAWN:
            if file.dangling or file.id in facts.left_out:
                continue
            what = msg("back on Drive, and not in the mirror yet") if item else msg("on Drive, and not downloaded yet")
            yield Compared(Standing.NOT_HELD, file.id, path, file.problem or what, None if file.problem else _SYNC, item, file)
        else:
            standing, what, fix = _standing(file, item, digests=digests)
            yield Compared(standing, file.id, item.path, what, fix, item, file)


def _standing(file: RemoteFile, item: Item, *, digests: bool) -> tuple[Standing, Message, Message | None]:
    if file.dangling:
        return Standing.UNCOMPARED, file.problem or msg("The shortcut's target is deleted or not shared."), None
    if file.rough:
        what = msg("the public page states only the day of its last change, and it may have changed since")
        return Standing.UNCOMPARED, what, _READ
    if change := change_of(file, item):
        return Standing.DIFFERS, change.cause.message(change.details), _SYNC
    if digests and (file.sha256 or (file.md5 and item.fixity.md5)):
        return Standing.SAME, msg("the checksum that Drive states"), None
    if file.native:
        return Standing.AGREES, msg("a Google document, which has no checksum; not edited since it was downloaded"), None
    return Standing.AGREES, msg("no checksum is stated; size and time are those of what is held"), None


def _unlisted(facts: Facts) -> Iterator[Compared]:
    listed = {file.id for file in facts.listing.files}
    for item in facts.held.values():
        if item.id in listed or item.state is State.WITHDRAWN:
            continue
        if item.id in facts.gone or (facts.listing.complete and not folder_behind(item, facts)):
            yield Compared(Standing.GONE, item.id, item.path, msg("no longer in the folder on Drive"), _KEPT, item)
        else:
            yield Compared(Standing.NOT_LISTED, item.id, item.path, msg("its folder on Drive could not be listed"), None, item)
