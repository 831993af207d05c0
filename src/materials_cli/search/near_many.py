"""What is near in meaning in several archives: each is asked, and the nearest of all follow what was found by words."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from materials_cli.config import Collection
from materials_cli.errors import as_failure
from materials_cli.messages import Message
from materials_cli.search.by_meaning import Meaning, Near, near_hits, with_near
from materials_cli.search.engine import Results
from materials_cli.search.hit import Hit
from materials_cli.search.many import Part, require_typed


class Meanings:
    """The vectors of several archives, and the one child that compares them. As a context, it starts the child.

    archives: the name of each, its folder, and its collections.
    """

    def __init__(self, archives: Iterable[tuple[str, Path, Iterable[Collection]]]) -> None:
        self._of: dict[str, Meaning] = {}
        for name, root, collections in archives:
            if meaning := Meaning(root, collections, beside=next(iter(self._of.values()), None)):
                self._of[name] = meaning

    def __enter__(self) -> Self:
        """Return itself."""
        for meaning in list(self._of.values())[:1]:
            meaning.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        for meaning in list(self._of.values())[:1]:
            meaning.__exit__(None, None, None)

    def added(self, parts: Sequence[Part], found: Results, collections: Sequence[str]) -> tuple[Results, dict[str, Message]]:
        """What was found, and what is near in any of the archives; and why some could not be asked, by their names."""
        near, silent = list[tuple[Near, Hit]](), dict[str, Message]()
        for name, catalogue, described in parts:
            if meaning := self._of.get(name):
                try:
                    own = near_hits(catalogue, found.query, meaning, collections=collections, described=described)
                    near += [(each, replace(require_typed(hit), archive=name)) for each, hit in own]
                except Exception as error:  # noqa: BLE001 - the border around one archive
                    silent[name] = as_failure(error).what
        return with_near(found, sorted(near, key=lambda row: -row[0].nearness)), silent
