"""What the accounts that own items show: when they last did something, whether they are marked, whether they are there. Pure.

An account is known by the name of its owner: Drive tells nobody else's id for it, and its address is kept nowhere.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from materials_cli.model import Item, State
from materials_cli.sources.copies import living, lost_since
from materials_cli.sources.outlook import Danger, Key, Sign, Source
from materials_cli.sources.words import marked, personal_domains
from materials_cli.values import frozen

# Google deletes a personal account two years after it was last used, some weeks more or less: it is named from six weeks before
# until a month after. Who is still there then has used the account where nothing shows, and is believed to go on so.
UNUSED = timedelta(days=731)
NAMED, _SURVIVED = UNUSED - timedelta(days=45), UNUSED + timedelta(days=34)
# An organisation that closes its accounts in phases: so many have gone, on several days, and some of them together.
_PHASES, _APART, _FEWEST, _SHARE = timedelta(days=550), timedelta(days=14), 3, 1 / 2
_BATCH = timedelta(days=7)


@frozen(kw_only=True)
class Account:
    """An owner. acts: when the account did something that shows, in order. gone: since when nothing of it is to be had.

    living: whether anything of it is. listed: when a folder with something of it was last listed.
    """

    owner: str
    domain: str | None
    living: bool
    listed: datetime | None
    acts: tuple[datetime, ...] = ()
    gone: datetime | None = None


@dataclass(slots=True)
class _Owned:
    """What an account owns, item by item: as many as there are, none is kept.

    living: whether any is still to be had. told: whether one that is not says something of the account; what was in somebody
    else's folder when that died does not.
    """

    living: bool = False
    told: bool = False
    last: datetime | None = None
    listed: datetime | None = None

    def add(self, source: Source, item: Item, now: datetime) -> None:
        """Count an item in."""
        since = lost_since(source, item, now)
        self.living |= since is None
        self.told |= item.state is State.WITHDRAWN or source.failing is None or source.told.owner == item.remote.owner
        self.last = max(filter(None, (self.last, since)), default=None)
        self.listed = max(filter(None, (self.listed, source.listed)), default=None)

    @property
    def gone(self) -> datetime | None:
        """Since when nothing of the account is to be had."""
        return self.last if self.told and not self.living else None


def accounts(sources: Sequence[Source], lives: Mapping[Key, datetime], now: datetime) -> list[Account]:
    """All accounts that own items or folders."""
    owned, acts = defaultdict[str, _Owned](_Owned), defaultdict[str, set[datetime]](set)
    domains: dict[str, str] = {}
    for source in sources:
        domains |= source.told.domains
        for item in source.items:
            remote = item.remote
            if remote.owner:
                owned[remote.owner].add(source, item, now)
                acts[remote.owner] |= {time for time in (remote.created, lives.get((item.collection, item.id))) if time}
            by = remote.modified_by or remote.owner
            if by and remote.modified:
                acts[by].add(remote.modified)
    return [
        Account(
            owner=owner,
            domain=domains.get(owner),
            living=its.living,
            listed=its.listed,
            acts=tuple(sorted(time for time in acts[owner] if time <= now)),
            gone=its.gone,
        )
        for owner, its in sorted(owned.items())
    ]


def of_accounts(sources: Sequence[Source], known: Sequence[Account], now: datetime) -> Iterator[Danger]:
    """What threatens the items of accounts."""
    leaving, told = dict(_leaving(known, now)), any(source.told.domains for source in sources)
    for account in known:
        if account.gone:
            continue
        if marked(account.owner):
            yield from _threatened(Sign.ACCOUNT, account, sources, now)
        if account.domain in leaving:
            yield from _threatened(Sign.ORGANISATION, account, sources, now, since=leaving[account.domain])
        if account.acts and _is_personal(account, told=told) and _is_idle(account, now):
            last = account.acts[-1]
            yield from _threatened(Sign.IDLE, account, sources, now, since=last, expected=last + UNUSED)


def _threatened(
    sign: Sign, account: Account, sources: Iterable[Source], now: datetime, since: datetime | None = None,
    expected: datetime | None = None,
) -> Iterator[Danger]:  # fmt: skip
    """What goes with an account: its items, and all in folders that it owns."""
    for source in sources:
        whole = source.told.owner == account.owner
        items = tuple(item for item in living(source, now) if whole or item.remote.owner == account.owner)
        if items and source.followed:
            yield Danger(
                sign=sign, collection=source.collection, items=items, since=since, expected=expected, owner=account.owner,
                domain=account.domain,
            )  # fmt: skip


def _is_personal(account: Account, *, told: bool) -> bool:
    """Whether it may be a private account. Where Drive has told no domains at all, each may be one."""
    return account.domain in personal_domains() if told else True


def _is_idle(account: Account, now: datetime) -> bool:
    """Whether it has been silent for nearly two years, and twice as long as it had been in use, as far as one can see."""
    silence = min(now, account.listed or now) - account.acts[-1]
    in_use = account.acts[-1] - account.acts[0]
    return NAMED <= silence <= _SURVIVED and 2 * in_use < silence


def _leaving(known: Iterable[Account], now: datetime) -> Iterator[tuple[str, datetime]]:
    """The organisations many of whose accounts have gone on several days, and since when."""
    members = defaultdict[str, list[Account]](list)
    for account in known:
        if account.domain and account.domain not in personal_domains():
            members[account.domain].append(account)
    for domain, those in members.items():
        gone = sorted(account.gone for account in those if account.gone and now - account.gone <= _PHASES)
        left = sum(account.living for account in those)
        together = any(after - before <= _BATCH for before, after in itertools.pairwise(gone))
        if together and len(gone) >= max(_FEWEST, (len(gone) + left) * _SHARE) and gone[-1] - gone[0] >= _APART:
            yield domain, gone[0]
