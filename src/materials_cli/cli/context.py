"""Options that several commands share, and the archive that they lead to."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.complete import complete_collection, complete_item
from materials_cli.errors import MaterialsError
from materials_cli.messages import english, trn
from materials_cli.model import Item
from materials_cli.settings import Settings, find_archive, load

if TYPE_CHECKING:
    from materials_cli.catalogue.records import Catalogue

ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive", metavar="FOLDER", help="The archive's folder; else the nearest above this one.", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
CollectionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--collection", "-c", metavar="NAME", help="Only this collection (may be repeated).", show_default=False,
        autocompletion=complete_collection,
    ),
]  # fmt: skip
CollectionsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[COLLECTION]...", help="Only these collections.", show_default=False, autocompletion=complete_collection
    ),
]
ItemArgument = Annotated[
    list[str], typer.Argument(metavar="ITEM", help="A path, an id, or words of the name.", autocompletion=complete_item)
]


def named_archive(context: typer.Context, archive: Path | None) -> Path | None:
    """The archive that the person named, behind the command or before it."""
    named = archive or context.find_root().obj
    return named.expanduser() if isinstance(named, Path) else None


def open_settings(context: typer.Context, archive: Path | None) -> Settings:
    """The archive's settings; raise no_archive."""
    named = named_archive(context, archive)
    found = find_archive(Path.cwd(), named)
    if found is None:
        if named:
            raise MaterialsError(
                "no_archive", english("That folder is no archive."), where=str(named),
                why=english("It has no materials.toml in it."),
                fix=english("Name the folder that holds materials.toml (--archive FOLDER, or the variable MATERIALS_ARCHIVE)."),
            )  # fmt: skip
        raise MaterialsError("no_archive", english("No archive was found."), where=str(Path.cwd()))
    return load(found)


def open_catalogue(settings: Settings, *, write: bool = False) -> "Catalogue":
    """The archive's catalogue; a reader of an archive that was never synced gets an empty one."""
    from materials_cli.catalogue.records import Catalogue  # noqa: PLC0415 - TAB and `--help` need none
    from materials_cli.store.mirror import INNER  # noqa: PLC0415

    return Catalogue.open(settings.archive / INNER / "catalogue.sqlite", write=write)


def find_item(catalogue: "Catalogue", words: list[str]) -> Item:
    """The one item that the words mean; raise unknown_item, or ambiguous_item naming the candidates."""
    text = " ".join(words)
    from materials_cli.search.items import resolve  # noqa: PLC0415 - TAB and `--help` need none

    found = resolve(catalogue, text)
    if not found:
        raise MaterialsError("unknown_item", english("No item fits."), where=text)
    if len(found) > 1:
        shown = "".join(f"\n         {item.id}  {item.path}" for item in found[:10])
        if (more := len(found) - 10) > 0:
            shown += "\n         " + trn("… and {count} more", "… and {count} more", more)
        what = trn("{count} item fits “{text}”:", "{count} items fit “{text}”:", len(found), text=text)
        raise MaterialsError("ambiguous_item", what + shown)
    return found[0]
