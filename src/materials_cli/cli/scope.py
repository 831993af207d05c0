"""What is searched: the archive here or, with --in, several that lie anywhere."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Annotated, Self

import typer

from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.far import context_at
from materials_cli.cli.output import say
from materials_cli.config import Config
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg, tr
from materials_cli.others import EVERY
from materials_cli.search.engine import Results, answered
from materials_cli.search.equivalents import Equivalents
from materials_cli.search.hit import Hit
from materials_cli.search.query import Query

if TYPE_CHECKING:
    from pathlib import Path

    from materials_cli.search.by_meaning import Meaning
    from materials_cli.search.near_many import Meanings
    from materials_cli.store.mirror import Store

InOption = Annotated[
    list[str] | None,
    typer.Option(
        "--in", metavar="PLACE",
        help="Use this archive instead: a folder, a catalogue, s3://…, a name in the settings, all (repeatable).",
        show_default=False,
    ),
]  # fmt: skip


class Here:
    """The archive here. As a context, it gets ready for search by meaning.

    remarks: what is to be said of archives that were searched nevertheless, by their names.
    """

    remarks: Mapping[str, Message] = {}

    def __init__(self, here: ArchiveContext) -> None:
        self._here = here
        self.configs = [here.config]
        self.roots: Mapping[str, Path] = {"": here.root or here.config.archive}
        self._near = ExitStack()
        self._meaning: Meaning | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        config = self._here.config
        if any(collection.meaning for collection in config.collections):
            from materials_cli.search.by_meaning import Meaning  # noqa: PLC0415 - few collections ask for it

            self._meaning = self._near.enter_context(Meaning(config.archive, config.collections))
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what was started."""
        self._near.close()

    def found(self, query: Query, collections: Sequence[str], limit: int, equivalents: Equivalents | None) -> Iterator[Results]:
        """What is found by words; then also what is near in meaning, if other words than those typed are looked for at all."""
        described = self._here.config.collections
        with self._here.catalogue() as catalogue:
            found = answered(
                catalogue, query, collections=collections, described=described, limit=limit, equivalents=equivalents
            )
            yield found
            if equivalents and self._meaning:
                from materials_cli.search.by_meaning import with_meaning  # noqa: PLC0415 - as above

                yield with_meaning(catalogue, found, self._meaning, collections=collections, described=described)

    def context_of(self, _: Hit) -> ArchiveContext:
        """The archive of a hit."""
        return self._here

    def store_of(self, hit: Hit) -> "Store":
        """The files of a hit's archive."""
        return self.context_of(hit).store

    @property
    def notes(self) -> Mapping[str, Message]:
        """Why some archives were not searched, or not as they are now, by their names."""
        return {}

    def is_empty(self) -> bool:
        """Whether nothing is held."""
        with self._here.catalogue() as catalogue:
            return not any(catalogue.places())


class Several(Here):
    """Several archives that lie anywhere. words: as typed after --in; here: the archive around, if there is one."""

    def __init__(self, words: Sequence[str], here: Config | None) -> None:
        from materials_cli.elsewhere import meant, names_in, reach  # noqa: PLC0415 - seldom needed

        self._near = ExitStack()
        self._found, self._notes, self.remarks = reach(meant(words, here), known=names_in(here))
        self.roots = {each.name: each.root for each in self._found}
        self.configs = [each.config for each in self._found]
        self._silent: Mapping[str, Message] = {}
        self._meanings: Meanings | None = None
        self._contexts: dict[str, ArchiveContext] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        from materials_cli.elsewhere import meanings_of  # noqa: PLC0415 - seldom needed

        made, hung = meanings_of(self._found)
        self._notes = {**self._notes, **hung}
        self._meanings = self._near.enter_context(made)
        return self

    def found(self, query: Query, collections: Sequence[str], limit: int, equivalents: Equivalents | None) -> Iterator[Results]:
        """What is found by words, by the tables of each archive, too; then also what is near in meaning in any of them."""
        from materials_cli.elsewhere import among, searched_among  # noqa: PLC0415 - seldom needed
        from materials_cli.search.many import search_many  # noqa: PLC0415 - as above

        asked = partial(search_many, query=query, collections=collections, limit=limit)
        (results, wrong), self._silent = searched_among(self._found, equivalents, asked)
        self.remarks = {**self.remarks, **wrong}
        yield results
        if equivalents and (meanings := self._meanings):
            results, silent = among(self._found, lambda parts, watch: meanings.added(parts, results, collections, watch))
            self._silent = {**self._silent, **silent}
            yield results

    @property
    def notes(self) -> Mapping[str, Message]:
        """Why some archives were not searched, or not as they are now, by their names."""
        return {**self._notes, **self._silent}

    def context_of(self, hit: Hit) -> ArchiveContext:
        """The archive of a hit."""
        if hit.archive not in self._contexts:
            self._contexts[hit.archive] = context_at(self.roots[hit.archive])
        return self._contexts[hit.archive]

    def is_empty(self) -> bool:
        """See Here; an archive without anything is nothing to tell of among others."""
        return False


def settings_around(here: ArchiveContext, places: Sequence[str]) -> Config | None:
    """The settings of the archive here, if there is one: they name others. Raise no_archive if all of them are asked for."""
    return here.config if here.folder or EVERY in places else None


def scope_of(here: ArchiveContext, places: Sequence[str] | None) -> Here:
    """What is searched. places: as typed after --in. Raise unconfirmed_settings, or no_archive without any place."""
    return Several(places, settings_around(here, places)) if places else Here(here)


def lines_of(notes: Mapping[str, Message]) -> list[str]:
    """Why some archives were not searched, a line for each."""
    return [tr("Archive “{name}”: {reason}", name=name, reason=note) for name, note in notes.items()]


def say_notes(notes: Mapping[str, Message]) -> None:
    """Print why some archives were not searched."""
    for line in lines_of(notes):
        say(line, style="yellow")


def require_any(found: Collection[object], notes: Mapping[str, Message]) -> None:
    """Raise no_archive if none of several archives can be searched."""
    if notes and not found:
        (name, note), *_ = notes.items()
        raise MaterialsError(
            Code.NO_ARCHIVE, msg("None of these archives can be searched."), where=name, why=note,
            fix=msg("Give the folder of an archive, the file of its catalogue, or the address of an object store: --in PLACE"),
        )  # fmt: skip
