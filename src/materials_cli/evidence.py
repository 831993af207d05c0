"""What speaks for and against the history and the catalogue being as they were recorded, and what cannot be shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.proof import Comparison, compare_rows
from materials_cli.dates import local_time
from materials_cli.export.feed import KeptHash, kept_hashes
from materials_cli.filenames import FEED
from materials_cli.history.events import Chain, Event
from materials_cli.messages import Message, msg, msgid, msgn

_BEGUN_ANEW = msgid(
    "What came before event {number} of {time}: the catalogue was rebuilt without its history. Last hash known then: {hash}"
)
_COPIED = msgid(
    "What came right before event {number} of {time}: the catalogue was replaced by its copy, which may have been older. "
    "Last hash known then: {hash}"
)
_SALVAGED = msgid(
    "What came right before event {number} of {time}: the catalogue was damaged, and its last events could not be read. "
    "Last hash known then: {hash}"
)
_TEXTS = {"copy": _COPIED, "damaged": _SALVAGED}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The result of a check. against: what contradicts the record, empty if nothing does. unproven: what was not shown.

    kept: how many hashes that were kept outside the catalogue are in the history.
    """

    chain: Chain
    rows: Comparison
    kept: int
    against: tuple[Message, ...]
    unproven: tuple[Message, ...]


def weigh(root: Path, catalogue: Catalogue, stated: str = "") -> Evidence:
    """Check the chain of hashes, compare it with the hashes in the feed and with a stated one, and the rows with the events."""
    chain, rows, rebuilt = catalogue.check_history(), compare_rows(catalogue.connection), catalogue.rebuildings()
    kept = kept_hashes(root)
    found = {entry.hash: number for entry in kept if (number := catalogue.hash_of(entry.hash))}
    lost = [entry for entry in kept if entry.hash not in found]
    contradictions = [
        *_of_chain(chain),
        *(_lost(entry) for entry in lost if not rebuilt or entry.time > rebuilt[0].time),
        *_of_stated(stated, catalogue, rebuilt),
        *rows.differing,
    ]
    number = (stated and catalogue.hash_of(stated)) or 0
    covered = max([number, *found.values()])
    cut = [event for event in rebuilt if catalogue.hash_of(str(event.detail.get("last_hash"))) is None]
    unproven = [*_of_rebuilding(cut), *_of_end(chain.events - covered, kept=bool(covered)), *_of_rows(rows)]
    return Evidence(chain, rows, len(found) + bool(number), tuple(contradictions), tuple(unproven))


def _of_chain(chain: Chain) -> Iterator[Message]:
    if chain.broken is not None:
        yield msg("Event {number} of {count} was changed after it was recorded.", number=chain.broken, count=chain.events)


def _lost(entry: KeptHash) -> Message:
    return msg(
        "{file} states the hash {hash} of {time}, which the history does not contain: events were removed or changed.",
        file=FEED,
        hash=entry.hash,
        time=local_time(entry.time),
    )


def _of_stated(stated: str, catalogue: Catalogue, rebuilt: list[Event]) -> Iterator[Message]:
    before = {event.detail.get("last_hash") for event in rebuilt}
    if stated and not catalogue.hash_of(stated) and stated not in before:
        yield msg("The history does not contain the hash {hash}: events were removed or changed.", hash=stated)


def _of_rebuilding(rebuilt: list[Event]) -> Iterator[Message]:
    for event in rebuilt:
        text = _TEXTS.get(str(event.detail.get("source")), _BEGUN_ANEW)
        number, time = str(event.number), local_time(event.time)
        yield msg(text, number=number, time=time, hash=event.detail.get("last_hash") or msg("unknown"))


def _of_end(later: int, *, kept: bool) -> Iterator[Message]:
    """What a hash that was kept outside the catalogue does not cover."""
    if not kept:
        yield msg("Whether the last events were removed: no hash is kept outside the catalogue.")
    elif later:
        yield msgn(
            "Whether events were removed after the last kept hash; {count} event follows it.",
            "Whether events were removed after the last kept hash; {count} events follow it.",
            later,
        )


def _of_rows(rows: Comparison) -> Iterator[Message]:
    if rows.unrecorded:
        yield msgn(
            "Whether {count} item is as it was recorded: it has no event.",
            "Whether {count} items are as they were recorded: they have no events.",
            rows.unrecorded,
        )
    yield msg("Whether the files are unchanged: `materials verify` reads them.")
