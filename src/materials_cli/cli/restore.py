"""`materials restore`: write a copy of an item, or of an earlier version of it, outside the archive."""

from pathlib import Path
from typing import Annotated

import typer

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.context import ArchiveOption, JsonOption
from materials_cli.cli.items import ItemArgument, archive_of, find_item
from materials_cli.cli.output import is_terminal, moment, print_json, print_rows, say
from materials_cli.cli.versions import FromOption, meant_version
from materials_cli.dates import rfc3339
from materials_cli.messages import size, tr
from materials_cli.model import Item, Version


def restore(
    context: typer.Context,
    item: ItemArgument,
    *,
    version: FromOption = None,
    folder: Annotated[
        Path,
        typer.Option("--to", metavar="FOLDER", help="Where to write it [default: the current folder].", show_default=False),
    ] = Path(),
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Write a copy of an item, or of an earlier version of it, to another folder.

    The archive itself stays as it is. No file is replaced, and every byte is checked as it is copied.

    Example: materials restore georgia --from 1 --to ~/Desktop
    """
    here = archive_of(context, archive, item)

    def read(catalogue: Catalogue) -> tuple[Item, Version]:
        found = find_item(here, catalogue, item)
        return found, meant_version(found, catalogue.versions(found.collection, found.id), version)

    found, meant = here.asked(read)
    path = Archive(here.config.archive, here.config).restore(found, meant, here.outside(folder, "--to"))
    if as_json:
        row = {
            "file": str(path), "collection": found.collection, "id": found.id, "path": meant.path,
            "sha256": meant.fixity.sha256, "bytes": meant.fixity.size, "fetched": rfc3339(meant.fetched),
        }  # fmt: skip
        print_json("materials/restore@1", [row])
        return
    if not is_terminal():
        print_rows([[path]])
    of = {"path": path, "size": size(meant.fixity.size), "time": moment(meant.fetched)}
    say(tr("Restored {path}: {size}, as fetched on {time}, checked", **of))
