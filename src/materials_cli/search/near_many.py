"""What is near in meaning in several archives: each is asked, and the nearest of all follow what was found by words."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from materials_cli.attended import Watch
from materials_cli.config import Collection
from materials_cli.messages import Message
from materials_cli.search.by_meaning import SECONDS, Meaning, Near, near_hits, with_near
from materials_cli.search.engine import Results
from materials_cli.search.hit import Hit
from materials_cli.search.many import PATIENCE, Clock, FailedError, Part, require_typed


class Meanings:
    """The vectors of several archives, and the one child that compares them. As a context, it starts the child.

    archives: the name of each, its folder, and its collections; watch: is told who is asked.
    """

    def __init__(self, archives: Iterable[tuple[str, Path, Iterable[Collection]]], watch: Watch | None = None) -> None:
        self._of: dict[str, Meaning] = {}
        asked = (watch or Watch()).asked
        for name, root, collections in archives:
            beside = next(iter(self._of.values()), None)
            if meaning := asked(name, PATIENCE, partial(Meaning, root, collections, beside)):
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

    def added(
        self, parts: Sequence[Part], found: Results, collections: Sequence[str], watch: Watch | None = None
    ) -> tuple[Results, dict[str, Message]]:
        """What was found, and what is near in any of the archives; and why some could not be asked, by their names."""
        near, silent = list[tuple[Near, Hit]](), dict[str, Message]()
        clock = Clock(parts, PATIENCE + SECONDS, watch)

        def asked(part: Part, meaning: Meaning) -> list[tuple[Near, Hit]]:
            own = near_hits(part.catalogue, found.query, meaning, collections=collections, described=part.described)
            return [(each, replace(require_typed(hit), archive=part.name)) for each, hit in own]

        for number, part in enumerate(parts):
            if meaning := self._of.get(part.name):
                try:
                    near += clock.asked(number, partial(asked, part, meaning))
                except FailedError as failed:
                    silent[part.name] = failed.why
        return with_near(found, sorted(near, key=lambda row: -row[0].nearness)), silent
