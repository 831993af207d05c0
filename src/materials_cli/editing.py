"""The use cases that correct what is known of items: one by one, or many in a spreadsheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from materials_cli.agenda.kept import keep
from materials_cli.agenda.slots import Agenda
from materials_cli.archive import Archive
from materials_cli.catalogue.descriptions import own_of
from materials_cli.catalogue.items import Catalogue
from materials_cli.configfile import Value, parse
from materials_cli.custody.corrections import Corrections
from materials_cli.describe.description import Description, Own
from materials_cli.describe.fields import FIELDS, read_corrections
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.columns import STAMP, editable, stamp
from materials_cli.export.escape import from_csv
from materials_cli.export.manifest import update_manifest
from materials_cli.export.spreadsheet import Refused, rows_of
from materials_cli.messages import msg
from materials_cli.model import Item
from materials_cli.rebuild import keep_copy

_DATE_OF_EXCEL = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Taken:
    """The result of a spreadsheet: the items that changed, with their fields, and the rows that were refused."""

    changed: tuple[tuple[Item, tuple[str, ...]], ...]
    refused: tuple[Refused, ...]


class Editor:
    """Corrects items of one archive. Raise locked, catalogue_lost or a disk error."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def change(self, item: Item, changes: Mapping[str, Any]) -> Own:
        """Change corrections of an item, as Corrections.change() does; return what is known of it now."""
        with self._archive.writing() as catalogue:
            corrections = Corrections(self._archive.store, catalogue)
            if corrections.change(item, changes):
                self._publish(catalogue, corrections)
            return own_of(catalogue, item)

    def replace(self, item: Item, file: Path) -> Own:
        """Give an item exactly the corrections that a TOML file has; raise bad_settings, which names its line."""
        try:
            wanted = read_corrections(parse(file))
        except MaterialsError as error:
            raise MaterialsError(
                Code.BAD_USAGE, error.what, where=error.where, why=msg("The corrections are not valid; nothing was changed."),
                fix=msg("What you wrote is still in that file; the explanation above says what a field can be."),
            ) from error  # fmt: skip
        return self.change(item, {**dict.fromkeys(FIELDS), **wanted})

    def corrections(self, item: Item) -> dict[str, Any]:
        """The corrections of an item."""
        with Catalogue.open(self._archive.store.catalogue) as catalogue:
            return Corrections(self._archive.store, catalogue).of(item)

    def take(self, file: Path) -> Taken:
        """Take what was changed in a spreadsheet that began as manifest.csv; raise bad_usage if it is none."""
        rows = list(rows_of(file, msg("Start from one that `materials export csv` wrote.")))
        changed, refused = [], []
        with self._archive.writing() as catalogue:
            corrections = Corrections(self._archive.store, catalogue)
            corrections.record()
            for number, cells in rows:
                try:
                    if edited := self._edited(catalogue, cells):
                        item, changes = edited
                        if corrections.change(item, changes):
                            changed.append((item, tuple(changes)))
                except MaterialsError as error:
                    refused.append(Refused(number, cells.get("path", ""), error.what))
            if changed:
                self._publish(catalogue, corrections)
        return Taken(tuple(changed), tuple(refused))

    def _edited(self, catalogue: Catalogue, cells: Mapping[str, str]) -> tuple[Item, dict[str, Any]] | None:
        """The item of a row and the fields that differ from what is known; None if none does. Raise bad_usage."""
        if cells.get("state") == "failed" or not any(cells.values()):
            return None
        item = catalogue.find(cells.get("collection", ""), from_csv(cells.get("id", "")))
        if item is None:
            raise MaterialsError(Code.BAD_USAGE, msg("there is no item with this collection and id"))
        own = own_of(catalogue, item)
        rights = Description(item=item, own=own, collection=self._archive.config.collection(item.collection)).rights
        shown = editable(own, rights)
        differing = {name: cells[name] for name in FIELDS if name in cells and _same(cells[name]) != _same(shown[name])}
        if not differing:
            return None
        if cells.get(STAMP) and cells[STAMP] != stamp(own, rights):
            what = msg("the item has changed since this table was made; start from a new one (materials export csv)")
            raise MaterialsError(Code.BAD_USAGE, what)
        return item, {name: typed(name, from_csv(cell)) for name, cell in differing.items()}

    def keep_agenda(self, collection: str, agenda: Agenda) -> None:
        """Keep the agenda of a collection, and what it says of the items that were shown."""
        with self._archive.writing() as catalogue:
            keep(self._archive.store, collection, agenda)
            self._publish(catalogue, Corrections(self._archive.store, catalogue))

    def _publish(self, catalogue: Catalogue, corrections: Corrections) -> None:
        corrections.record()
        update_manifest(self._archive.store, catalogue)
        keep_copy(self._archive.store, catalogue, always=True)


def typed(name: str, text: str) -> Any:
    """A correction as a person types it in one text; raise bad_usage."""
    row = FIELDS[name]
    try:
        content = row.typed(_iso(text) if name == "date" else text)
    except ValueError as error:
        what = msg("{field}: “{value}” cannot be read.", field=name, value=text[:60])
        raise MaterialsError(Code.BAD_USAGE, what) from error
    try:
        return row.read(Value(content, Path(), "", (name,), row.example))
    except MaterialsError as error:
        raise MaterialsError(Code.BAD_USAGE, error.what) from error


def _iso(text: str) -> str:
    """A date as Excel may have turned it round, day first, in ISO 8601."""
    found = _DATE_OF_EXCEL.fullmatch(text.strip())
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _same(cell: str) -> str:
    return " ".join(_iso(cell).split())
