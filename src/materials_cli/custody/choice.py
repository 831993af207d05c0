"""Which items are verified: all, a sample, those that were not verified for some time, or those whose turn it is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.verifications import by_age


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these, or nothing for all items. An item is verified with its earlier versions.

    sample: a share between 0 and 1, chosen at random. older_than: the time since an item was last verified, or downloaded.
    turn: a share, those that were verified longest ago; so a share of 1 % each time reads everything in a hundred times.
    """

    sample: float | None = None
    older_than: timedelta | None = None
    turn: float | None = None

    @property
    def all(self) -> bool:
        """Whether everything is verified."""
        return self == Choice()

    def of(self, catalogue: Catalogue, collections: Sequence[str]) -> frozenset[tuple[str, str]] | None:
        """The chosen items, by collection and id; None for all."""
        if self.all:
            return None
        ages = list(by_age(catalogue.connection, collections))
        if self.older_than is not None:
            before = datetime.now(UTC) - self.older_than
            ages = [age for age in ages if age.last < before]
        elif self.sample is not None:
            ages = random.sample(ages, ceil(self.sample * len(ages)))
        else:
            ages = ages[: ceil((self.turn or 0) * len(ages))]
        return frozenset((age.collection, age.id) for age in ages)


ALL = Choice()
