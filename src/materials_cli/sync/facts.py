"""The facts that a plan is made from, as a value. Pure; sync/look.py gathers them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from materials_cli.messages import Message
from materials_cli.model import Item, Listing


class Accepted(NamedTuple):
    """What the user confirms as right although it is much at once: withdrawals, and replacements by less."""

    withdrawals: bool = False
    replacements: bool = False


NOTHING = Accepted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The state of Drive, of the catalogue and of the disk.

    held: all items of the collection by id, withdrawn ones too. absent, edited, damaged: the ids of held items whose file is
    not as it was left. strayed: the new path of a held item's file that somebody moved inside the mirror, by id. left_out:
    why a listed file is excluded, by id. excluded: the ids of closed folders that are excluded. gone: the ids of items that are
    gone according to Drive.
    """

    collection: str
    listing: Listing
    held: Mapping[str, Item]
    absent: frozenset[str] = frozenset()
    edited: frozenset[str] = frozenset()
    damaged: frozenset[str] = frozenset()
    strayed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    left_out: Mapping[str, Message] = field(default_factory=lambda: MappingProxyType({}))
    excluded: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    accepted: Accepted = NOTHING
