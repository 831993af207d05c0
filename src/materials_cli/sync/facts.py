"""What a plan is made from, as a value. Pure: who gathers it is `look`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from materials_cli.messages import Message
from materials_cli.model import Item, Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is on Drive, what is held, and how it lies on the disk.

    held: every item of the collection by id, withdrawn ones too. absent, edited: ids of held items whose file is not on the
    disk, or not as we left it. strayed: where in the mirror somebody moved a held item's file, by id. left_out: why a listed
    file is not wanted, by id. gone: ids of which Drive itself says that they are gone. accept_withdrawals: a person says that
    even a suspiciously large withdrawal is right.
    """

    collection: str
    listing: Listing
    held: Mapping[str, Item]
    absent: frozenset[str] = frozenset()
    edited: frozenset[str] = frozenset()
    strayed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    left_out: Mapping[str, Message] = field(default_factory=lambda: MappingProxyType({}))
    gone: frozenset[str] = frozenset()
    accept_withdrawals: bool = False
