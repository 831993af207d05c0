"""What shows that a source may soon vanish, by what Drive has told so far. Pure.

No sign is a proof. Each is one that public reports tell of (Google's "Inactive Google Account Policy"; what universities say of
the end of accounts; tests/support/five_years.py names them), and ends after a time in which nothing came of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from materials_cli.codes import Code
from materials_cli.kinds import Kind
from materials_cli.model import Item, State
from materials_cli.sources.accounts import accounts, of_accounts
from materials_cli.sources.copies import LASTING, is_dead, last_copies, living
from materials_cli.sources.outlook import Danger, Key, Outlook, Sign, Source
from materials_cli.sources.words import announces, personal_domains

_BIN = timedelta(days=30)  # then Google deletes what is in it
_NOTED = timedelta(days=400)
_STEPS, _APART = timedelta(days=365), timedelta(days=7)
# The share by which an owner's items must have become fewer, by the number of steps: owners tidy up now and then. Who also adds
# items tells by the share of the earlier ones that has gone, if these are not few.
_SHRUNK, _GONE = {2: 1 / 3, 3: 1 / 5}, {2: 1 / 3, 3: 1 / 4}
_NOT_FEW = 3
_FEWEST = 2
_NOTES = {Kind.TEXT, Kind.DOCUMENT, Kind.LINK, Kind.OTHER}


def outlook(sources: Sequence[Source], lives: Mapping[Key, datetime], now: datetime) -> Outlook:
    """What is to be said of the sources now. lives: when items were last renamed, moved or removed by somebody."""
    last = last_copies(sources, now)
    dangers = [danger for source in sources for danger in _of_source(source, lives, last, now)]
    dangers += [danger for danger in _spread(sources, dangers, now) if danger.items]
    dangers += of_accounts(sources, accounts(sources, lives, now), now)
    order = list(Sign)
    return Outlook(
        time=now,
        sources=tuple(sources),
        dead=frozenset(source.collection for source in sources if is_dead(source, now)),
        last=last,
        dangers=tuple(sorted(dangers, key=lambda danger: (order.index(danger.sign), danger.collection))),
        untold=tuple(source.collection for source in sources if _is_untold(source)),
    )


def _is_untold(source: Source) -> bool:
    """Whether nothing says who owns what: without a credential, or in a shared drive, Drive does not tell."""
    return bool(source.items) and source.told.owner is None and not any(item.remote.owner for item in source.items)


def _of_source(source: Source, lives: Mapping[Key, datetime], last: Mapping[Key, datetime], now: datetime) -> Iterator[Danger]:
    """What threatens the items of one folder."""
    items = tuple(living(source, now))
    if not items or not source.followed:
        return
    if source.failing and source.failing.code is Code.FOLDER_TRASHED:
        since = source.failing.since
        yield _danger(Sign.BIN, source, items, since=since, expected=since + _BIN)
    yield from _notices(source, items, lives, now)
    closed = [since for since in source.told.closed.values() if LASTING <= now - since <= _NOTED]
    if closed:
        yield _danger(Sign.PARTS, source, items, since=min(closed))
    yield from _shrinking(source, items, last, now)


def _danger(sign: Sign, source: Source, items: Sequence[Item], **said: Any) -> Danger:
    return Danger(sign=sign, collection=source.collection, items=tuple(items), owner=source.told.owner, **said)


def _notices(source: Source, items: Sequence[Item], lives: Mapping[Key, datetime], now: datetime) -> Iterator[Danger]:
    """What the names and descriptions of the folder, of those in it and of items announce, and whom that concerns."""
    named = source.told.named
    if named and now - named <= _NOTED and announces(source.told.name):
        yield _danger(Sign.NOTICE, source, items, since=named, words=source.told.name)
    concerned: dict[str, tuple[datetime, set[str]]] = {}
    for item in items:
        since = max(filter(None, (item.first_seen, lives.get((item.collection, item.id)))))
        if now - since > _NOTED:
            continue
        for words, ids in _announced(item, items):
            before = concerned.get(words, (since, set()))
            concerned[words] = min(since, before[0]), before[1] | ids
    for words, (since, ids) in concerned.items():
        yield _danger(Sign.NOTICE, source, [item for item in items if item.id in ids], since=since, words=words)


def _announced(item: Item, items: Sequence[Item]) -> Iterator[tuple[str, set[str]]]:
    """What is announced with an item, and whom it concerns, by id. A note concerns all that lies beside and below it."""
    remote = item.remote
    for depth, folder in enumerate(remote.folders, 1):
        if announces(folder):
            yield folder, {each.id for each in items if each.remote.folders[:depth] == remote.folders[:depth]}
    for words in filter(None, (remote.name, remote.description)):
        if announces(words):
            beside = item.kind in _NOTES
            yield (
                words,
                {
                    each.id
                    for each in items
                    if each is item or (beside and each.remote.folders[: len(remote.folders)] == remote.folders)
                },
            )


def _shrinking(source: Source, items: Sequence[Item], last: Mapping[Key, datetime], now: datetime) -> Iterator[Danger]:
    """What is left of what an owner removes step by step: what that owner has, or all in a folder of that owner's."""
    for owner in {item.remote.owner for item in source.items}:
        own = [item for item in source.items if item.remote.owner == owner]
        left = items if owner == source.told.owner else [item for item in items if item.remote.owner == owner]
        if left and (since := _shrinking_since(own, last, now)):
            yield _danger(Sign.SHRINKING, source, left, since=since)


def _shrinking_since(own: Sequence[Item], last: Mapping[Key, datetime], now: datetime) -> datetime | None:
    """When items of one owner began to become fewer, in steps and by enough of them; None if that is not so."""
    withdrawn = (last.get((item.collection, item.id)) for item in own if item.state is State.WITHDRAWN)
    removed: list[datetime] = sorted(since for since in withdrawn if since and now - since <= _STEPS)
    steps = min(len(set(accumulate(removed, _step))), max(_SHRUNK))
    if steps not in _SHRUNK:
        return None
    held = [item for item in own if item.state is State.HELD]
    before = len(removed) + sum(item.first_seen <= removed[0] for item in held)
    fewer = len(held) <= before * (1 - _SHRUNK[steps])
    return removed[0] if fewer or len(removed) >= max(_NOT_FEW, before * _GONE[steps]) else None


def _step(step: datetime, time: datetime) -> datetime:
    """The step that a removal belongs to: the one before, or itself."""
    return time if time - step >= _APART else step


def _spread(sources: Sequence[Source], dangers: Sequence[Danger], now: datetime) -> Iterator[Danger]:
    """What several folders of one organisation announce concerns all that it owns."""
    domains = {owner: domain for source in sources for owner, domain in source.told.domains.items()}
    announced: dict[str, list[Danger]] = {}
    for danger in dangers:
        domain = domains.get(danger.owner or "", "")
        if danger.sign is Sign.NOTICE and domain and domain not in personal_domains():
            announced.setdefault(domain, []).append(danger)
    for domain, those in announced.items():
        if len({danger.collection for danger in those}) >= _FEWEST:
            members = {owner for owner, its in domains.items() if its == domain}
            yield from (_spread_to(source, members, those, domain, now) for source in sources if source.followed)


def _spread_to(source: Source, members: AbstractSet[str], those: Sequence[Danger], domain: str, now: datetime) -> Danger:
    """What is announced elsewhere, as it concerns the items of one folder that members own."""
    whole = source.told.owner in members
    return Danger(
        sign=Sign.NOTICE,
        collection=source.collection,
        items=tuple(item for item in living(source, now) if whole or item.remote.owner in members),
        since=min((danger.since for danger in those if danger.since), default=None),
        domain=domain,
        owner=source.told.owner,
        words=those[0].words,
    )
