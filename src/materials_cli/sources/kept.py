"""What the nightly sync saw of the sources, kept for a day: to look at all of 100,000 items takes seconds, and lists show it.

It counts while nothing has happened since, in the catalogue or in the settings. Anything else is looked at anew.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.sources import moment
from materials_cli.config import Collection
from materials_cli.model import Item
from materials_cli.sources.look import endangered, last_held
from materials_cli.sources.outlook import Key, Outlook, Sign
from materials_cli.store.mirror import Store

FILE = "sources.json"
_VALID = timedelta(hours=36)


class Marks(NamedTuple):
    """What is marked: of which items the archive holds the last copy, and since when; what is endangered, by which sign."""

    last: Mapping[Key, datetime]
    signs: Mapping[Key, Sign]


def keep(store: Store, catalogue: Catalogue, collections: Sequence[Collection], found: Outlook) -> None:
    """Keep what was found; raise a disk error."""
    marks = {
        "time": found.time.isoformat(),
        "moment": _moment(catalogue, collections),
        "last": [[*key, since.isoformat()] for key, since in found.last.items()],
        "signs": [[*key, str(danger.sign)] for key, danger in found.endangered.items()],
    }
    store.write_state(FILE, json.dumps(marks, ensure_ascii=False))


def marks_of(
    store: Store, catalogue: Catalogue, collections: Sequence[Collection], read: Callable[[], Iterable[Item]], now: datetime
) -> Marks:
    """The marks of some items, as they are kept, or else looked for. read: reads these items."""
    kept = _kept(store.read_state(FILE), _moment(catalogue, collections), now)
    if kept:
        return kept
    slugs = set[str]()

    def noted() -> Iterator[Item]:
        for item in read():
            slugs.add(item.collection)
            yield item

    last = last_held(catalogue, collections, noted(), now)
    dangers = endangered(catalogue, collections, slugs, now)
    return Marks(last, {key: danger.sign for key, danger in dangers.items()})


def _moment(catalogue: Catalogue, collections: Sequence[Collection]) -> list[Any]:
    """What is another one when something has happened since."""
    settings = json.dumps([(each.slug, each.link, each.detached) for each in collections])
    return [*moment(catalogue.connection), hashlib.sha256(settings.encode()).hexdigest()]


def _kept(stored: str, asked: Sequence[Any], now: datetime) -> Marks | None:
    """What a text says; None if it is not of this moment, or not ours."""
    try:
        said = json.loads(stored)
        if said["moment"] != asked or not timedelta() <= now - datetime.fromisoformat(said["time"]) <= _VALID:
            return None
        last = {(slug, item): datetime.fromisoformat(since) for slug, item, since in said["last"]}
        return Marks(last, {(slug, item): Sign(sign) for slug, item, sign in said["signs"]})
    except (ValueError, KeyError, TypeError):
        return None
