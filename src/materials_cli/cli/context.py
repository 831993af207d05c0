"""Options shared by several commands, and the archive they select."""

from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

import typer

from materials_cli.cli.complete import complete_collection, complete_kind
from materials_cli.cli.typer_ext import WANTS_JSON
from materials_cli.config import Collection, Config, find_archive, load
from materials_cli.disk import refuse_pipe
from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import INNER, METADATA
from materials_cli.kinds import Kind, is_kind, kind_word
from materials_cli.messages import msg
from materials_cli.store.inside import catalogue_of, file_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from materials_cli.archive import Archive
    from materials_cli.catalogue.items import Catalogue
    from materials_cli.model import Progress
    from materials_cli.store.mirror import Store

_T = TypeVar("_T")

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive", metavar="FOLDER", help="The archive's folder [default: the nearest one above].", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AcceptOption = Annotated[
    bool, typer.Option("--accept-withdrawals", help="Accept withdrawals even when many items disappear at once.")
]
AcceptReplacementsOption = Annotated[
    bool,
    typer.Option("--accept-replacements", help="Accept new content even when much of it is empty or unreadable at once."),
]
KindOption = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", "-k", metavar="KIND", help="Only this kind or file extension: slides, pdf, pptx (repeatable).",
        show_default=False, autocompletion=complete_kind,
    ),
]  # fmt: skip
OnlyOption = Annotated[list[str] | None, typer.Option("--only", hidden=True)]  # the former name of --kind in `sync`
SingleWriterOption = Annotated[
    bool,
    typer.Option(
        "--single-writer", help="For an object store that cannot keep two writers apart: only this computer writes to it."
    ),
]
ExecutorOption = Annotated[
    str | None,
    typer.Option(
        "--executor", metavar="ADDRESS", help="Let the workers of a cluster do it: dask://HOST:PORT.", show_default=False
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only failures.")]
CollectionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--collection", "-c", metavar="NAME", help="Only this collection (repeatable).", show_default=False,
        autocompletion=complete_collection,
    ),
]  # fmt: skip
CollectionsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[COLLECTION]...", help="Only these collections.", show_default=False, autocompletion=complete_collection
    ),
]


def limit_option(label: str, *, most: int | None = None) -> Any:
    """--limit, as every command spells it. label: its help; most: the greatest number that is accepted."""
    return typer.Option("--limit", "-n", metavar="N", min=1, max=most, help=label)


def kinds_of(*options: list[str] | None) -> tuple[str, ...]:
    """The values of --kind as matches_kind() takes them; raise bad_usage if one is neither a kind nor an extension.

    An extension written with its dot is always accepted: a folder may hold files of any type.
    """
    words = []
    for typed in (word for option in options for word in option or ()):
        word = kind_word(typed)
        if not word or not (typed.strip().startswith(".") or is_kind(word)):
            raise MaterialsError(
                Code.BAD_USAGE, msg("“{kind}” is not a kind of file.", kind=typed),
                why=msg("The kinds are: {known}. A file extension works, too.", known=", ".join(Kind)),
                fix=msg("Write any other extension with its dot: --kind .dwg"),
            )  # fmt: skip
        words.append(word)
    return tuple(words)


def named_file(path: Path) -> Path:
    """A file that was named on the command line; raise bad_usage if there is none: a slip, no trouble with the disk."""
    path = path.expanduser()
    if path.is_dir():
        raise MaterialsError(Code.BAD_USAGE, msg("This is a folder, not a file."), where=str(path))
    if not path.exists():
        raise MaterialsError(
            Code.BAD_USAGE, msg("There is no such file."), where=str(path.absolute()),
            fix=msg("Check its name, and the folder it is in."),
        )  # fmt: skip
    refuse_pipe(path)
    return path


def given_place(path: Path) -> Path:
    """A place that was named on the command line, in full and as it is said: without “..” on the way, and links as they are."""
    place = path.expanduser().absolute()
    if ".." not in place.parts:
        return place
    return place.resolve() if place.name == ".." else place.parent.resolve() / place.name


def free_place(path: Path, option: str) -> Path:
    """Where to make a file or folder; raise bad_usage if something is there, or no folder for it. option: how to choose it."""
    target = given_place(path)
    if target.exists() or target.is_symlink():
        raise MaterialsError(
            Code.BAD_USAGE, msg("Something is there already; nothing is overwritten."), where=str(target),
            fix=msg("Move it away, or choose another place: {option} …", option=option),
        )  # fmt: skip
    if not target.parent.is_dir():
        raise MaterialsError(Code.BAD_USAGE, msg("The folder does not exist."), where=str(target.parent))
    return target


def archives_around(place: Path) -> "Iterator[tuple[Path, str]]":
    """The archives that a place lies in, the nearest first, and in which of their folders or as which of their files."""
    parts = place.resolve()
    for root in parts.parents:
        if find_archive(root, root):
            yield root, parts.relative_to(root).parts[0]


def own_folders(root: Path) -> set[str]:
    """The folders in which an archive keeps its own files; of settings that cannot be read, no collection is known."""
    with suppress(MaterialsError):
        return {INNER, METADATA, *(collection.slug for collection in load(root).collections)}
    return {INNER, METADATA}


class ArchiveContext:
    """The archive a command works on. Its configuration, store and catalogue are loaded on first use."""

    def __init__(self, named: Path | None, *, as_json: bool = False) -> None:
        self.named = named.expanduser() if named else None
        self.as_json = as_json

    @classmethod
    def of(cls, context: typer.Context, archive: Path | None = None) -> Self:
        """The archive given after the command (archive) or before it."""
        return cls(archive or context.find_root().obj, as_json=context.meta.get(WANTS_JSON, False))

    @cached_property
    def folder(self) -> Path | None:
        """The archive's folder: the one given, else the current folder or the nearest above it; None if there is none."""
        return find_archive(Path.cwd(), self.named)

    @property
    def root(self) -> Path | None:
        """What is remembered of the archive: its folder."""
        return self.folder

    @cached_property
    def config(self) -> Config:
        """The archive's configuration; raise no_archive or bad_settings."""
        if self.folder:
            return load(self.folder)
        if self.named and not self.named.exists():
            raise MaterialsError(
                Code.NO_ARCHIVE, msg("The folder does not exist."), where=str(self.named.absolute()),
                why=msg("There is no archive at this place."),
                fix=msg("Check its name: --archive FOLDER, in quotes if it has spaces"),
            )  # fmt: skip
        if self.named:
            raise MaterialsError(
                Code.NO_ARCHIVE, msg("Not an archive."), where=str(self.named),
                why=msg("The folder has no materials.toml.") if self.named.is_dir() else msg("This is not a folder."),
                fix=msg("Give the folder that contains materials.toml, with --archive FOLDER or the MATERIALS_ARCHIVE "
                        "environment variable."),
            )  # fmt: skip
        raise MaterialsError(Code.NO_ARCHIVE, msg("No archive found."), where=str(Path.cwd()))

    @cached_property
    def store(self) -> "Store":
        """The archive's files."""
        from materials_cli.store.places import store_of  # noqa: PLC0415 - TAB and `--help` need none

        return store_of(self.config)

    def opened(self, progress: "Progress", executor: str | None = None) -> "Archive":
        """What can be done with the archive; progress: called with every step; executor: the address of a cluster."""
        from materials_cli.archive import Archive  # noqa: PLC0415 - what it needs takes long to import; TAB and `--help` need none

        return Archive(self.config.archive, self.config, progress=progress, executor=executor)

    def outside(self, path: Path, option: str) -> Path:
        """A place to write that was named; raise bad_usage if it is among an archive's own files. option: how to choose it.

        Of this archive or of any other: where files are that nobody archived, a sync puts things right and verify complains.
        """
        target = given_place(path)
        for root, inside in archives_around(target):
            if inside in own_folders(root):
                what = msg("The archive keeps its own files there.")
                if not (self.folder and self.folder.resolve() == root):
                    what = msg("Another archive keeps its own files there: {archive}", archive=root)
                fix = msg("Choose another place: {option} …", option=option)
                raise MaterialsError(Code.BAD_USAGE, what, where=str(target), fix=fix)
        return target

    def catalogue(self, *, write: bool = False) -> "Catalogue":
        """Open the catalogue; for reading, an archive that was never synced has an empty one. Raise catalogue_lost."""
        from materials_cli.catalogue.items import Catalogue  # noqa: PLC0415 - TAB and `--help` need none

        file = catalogue_of(self.config.archive)
        if self.config.store or not file_size(file):
            from materials_cli.export.lost import refuse_lost  # noqa: PLC0415 - seldom needed

            refuse_lost(self.store)
        return Catalogue.open(file, write=write)

    def asked(self, read: "Callable[[Catalogue], _T]") -> _T:
        """What is read of the catalogue and of what lies beside it."""
        with self.catalogue() as catalogue:
            return read(catalogue)

    def collections(self, slugs: list[str] | None, kinds: tuple[str, ...] = ()) -> tuple[Collection, ...]:
        """The given collections, or all; restricted to kinds, if any are given. Raise unknown_collection."""
        chosen = self._named(slugs or [])
        return tuple(replace(collection, only=kinds) for collection in chosen) if kinds else chosen

    def to_sync(self, slugs: list[str] | None, kinds: tuple[str, ...] = ()) -> tuple[Collection, ...]:
        """The same for a sync; raise bad_usage, too, if the archive has none."""
        if chosen := self.collections(slugs, kinds):
            return chosen
        raise MaterialsError(Code.BAD_USAGE, msg("No folder has been added to this archive."), fix=msg("materials add LINK"))

    @property
    def followed(self) -> list[str]:
        """The names of the collections that are synced."""
        return [collection.slug for collection in self.config.followed(())]

    def slugs(self, collections: list[str] | None) -> list[str]:
        """The names of the given collections; empty for all. Raise unknown_collection."""
        return [collection.slug for collection in self._named(collections)] if collections else []

    def _named(self, slugs: list[str]) -> tuple[Collection, ...]:
        """The collections of these names; raise bad_usage for a link, which adds one."""
        if links := [slug for slug in slugs if "://" in slug]:
            what = msg("This is a link, not the name of a collection.")
            why = msg("A folder is added by its link once; from then on, its name is enough.")
            known = self._added_by(links[0])
            fix = msg("Type its name instead: {name}", name=known) if known else msg("materials add LINK")
            raise MaterialsError(Code.BAD_USAGE, what, where=links[0], why=why, fix=fix)
        return self.config.chosen(slugs)

    def _added_by(self, link: str) -> str | None:
        """The name of the collection that has the folder of a link."""
        from materials_cli.drive.link import parse_link  # noqa: PLC0415 - 7 ms, for a slip

        with suppress(MaterialsError):
            folder = parse_link(link).folder_id
            return next((each.slug for each in self.config.collections if parse_link(each.link).folder_id == folder), None)
        return None
