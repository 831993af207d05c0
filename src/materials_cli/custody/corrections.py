"""What people corrected: a file in metadata/ for each item, which wins over what is derived, and outlives every rebuild.

The catalogue has a copy of it, brought up to date before the manifest is written. Anybody may have written such a file: what is
wrong with one costs only itself, and is named.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from materials_cli.catalogue.descriptions import put_corrections
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import ids_now
from materials_cli.configfile import parse
from materials_cli.describe.fields import read_corrections
from materials_cli.disk import disk_errors, flush_folders, replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import METADATA
from materials_cli.messages import Message, msg
from materials_cli.model import Item
from materials_cli.store.inside import is_file
from materials_cli.store.mirror import Store

_LONGEST_NAME = 150
_EXAMPLE = 'id = "1OXZ7ZNkuHyEMW2Vmyyt"'


def take_in(store: Store, catalogue: Catalogue) -> list[Message]:
    """Bring the catalogue's copy of all corrections up to date; return what is wrong with files that were left out.

    If the folder cannot be looked at, the copy stays as it is.
    """
    try:
        found, wrong = read_all(store)
    except MaterialsError as error:
        return [error.what]
    now = ids_now(catalogue.connection) if found else {}
    agenda, unread = _told_by_agendas(store, catalogue)
    put_corrections(catalogue, {now.get(item, item): values for item, values in found.items()}, agenda)
    return [*wrong, *unread]


def read_all(store: Store) -> tuple[dict[str, dict[str, Any]], list[Message]]:
    """The corrections by the ids of items, and what is wrong with files that have none.

    Raise symlink_in_archive, or disk_refused for a folder that may not be entered.
    """
    found: dict[str, dict[str, Any]] = {}
    wrong = []
    folder = store.inside.refuse_links(store.root / METADATA)
    with disk_errors():
        files = sorted(file for file in folder.iterdir() if file.suffix == ".toml") if folder.exists() else []
    for file in files:
        try:
            item, values = _read(file)
        except MaterialsError as error:
            wrong.append(msg("{file}: {reason}", file=f"{METADATA}/{file.name}", reason=error.what))
            continue
        if item in found:
            what = msg("another file is about the same item")
            wrong.append(msg("{file}: {reason}", file=f"{METADATA}/{file.name}", reason=what))
            continue
        found[item] = values
    return found, wrong


class Corrections:
    """The corrections of an archive while they are being changed. Other files in metadata/ stay as they are."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store, self._catalogue = store, catalogue
        self._found, _ = read_all(store)
        self._now = ids_now(catalogue.connection)
        self._before = {now: was for was, now in self._now.items() if was in self._found}

    def of(self, item: Item) -> dict[str, Any]:
        """The corrections of an item."""
        return self._found.get(self._key(item), {})

    def change(self, item: Item, changes: Mapping[str, Any]) -> bool:
        """Give each field a value, or None to take its correction back; return whether any changed.

        changes: as describe/fields.py reads them.
        """
        before, key = self.of(item), self._key(item)
        after = {name: value for name, value in {**before, **changes}.items() if value is not None}
        if after != before:
            _write(self._store, key, item.path, after)
            self._found[key] = after
        return after != before

    def record(self) -> None:
        """Bring the catalogue up to date."""
        agenda, _ = _told_by_agendas(self._store, self._catalogue)
        put_corrections(self._catalogue, {self._now.get(item, item): values for item, values in self._found.items()}, agenda)

    def _key(self, item: Item) -> str:
        """The id under which an item has corrections: it may have got another one since."""
        return item.id if item.id in self._found else self._before.get(item.id, item.id)


def _told_by_agendas(store: Store, catalogue: Catalogue) -> tuple[dict[tuple[str, str], dict[str, Any]], list[Message]]:
    """What the kept agendas say of items, by collection and id; and what is wrong with agendas."""
    from materials_cli.agenda.kept import all_kept  # noqa: PLC0415 - as below

    agendas, wrong = all_kept(store, catalogue.collections())
    if not agendas:
        return {}, wrong
    from materials_cli.agenda.holdings import told_by  # noqa: PLC0415 - few archives have an agenda to compare

    return told_by(agendas, catalogue), wrong


def move(store: Store, apart: Store, items: Iterable[str], staying: Collection[str]) -> None:
    """Move the files about some items, by their ids, to another archive; copy those about items that stay here, too."""
    for item in items:
        source, target = path_of(store, item), path_of(apart, item)
        store.inside.refuse_links(source)
        if not is_file(source) or target.exists():
            continue
        with disk_errors():
            apart.inside.make_folder(target.parent)
            replace_file(target, source.read_bytes())
            if item not in staying:
                source.unlink()


def path_of(store: Store, item_id: str) -> Path:
    """Where the corrections of an item are, or would be."""
    name = quote(item_id, safe="")
    if len(name) > _LONGEST_NAME:
        name = hashlib.sha256(item_id.encode("utf-8", "surrogatepass")).hexdigest()
    return store.root / METADATA / f"{name}.toml"


def _read(file: Path) -> tuple[str, dict[str, Any]]:
    if not is_file(file):
        raise MaterialsError(Code.BAD_SETTINGS, msg("It is not a regular file."), where=str(file))
    table = parse(file)
    item = table.at("id", _EXAMPLE)
    if item.content is None:
        raise item.missing()
    return item.text(), read_corrections(table)


def _write(store: Store, item_id: str, path: str, values: Mapping[str, Any]) -> None:
    import tomlkit  # noqa: PLC0415 - only an edit writes

    file = path_of(store, item_id)
    store.inside.refuse_links(file)
    if not values:
        with disk_errors():
            file.unlink(missing_ok=True)
            flush_folders([file.parent])
        return
    with disk_errors():
        store.inside.make_folder(file.parent)
    document = tomlkit.document()
    document.add(tomlkit.comment("".join(each if each.isprintable() else "?" for each in path)))
    for name, value in {"id": item_id, **values}.items():
        document.add(name, _inline(value))
    replace_file(file, tomlkit.dumps(document).encode("utf-8", "replace"))


def _inline(value: Any) -> Any:
    """A value for TOML; a list of people has a line for each."""
    import tomlkit  # noqa: PLC0415 - see _write()

    if not isinstance(value, list) or not any(isinstance(each, dict) for each in value):
        return value
    people = tomlkit.array()
    for each in value:
        person = tomlkit.inline_table()
        person.update(each)
        people.add_line(person)
    people.add_line(indent="")
    return people
