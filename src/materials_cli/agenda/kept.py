"""The agenda of a collection as it is kept: metadata/agenda/COLLECTION.toml, which people can correct with any editor."""

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from materials_cli.agenda.slots import Agenda, Slot, Speaker
from materials_cli.configfile import read_toml
from materials_cli.disk import disk_errors, replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import METADATA
from materials_cli.messages import Message, msg
from materials_cli.store.inside import open_if_there
from materials_cli.store.mirror import Store

_FOLDER = f"{METADATA}/agenda"
_LARGEST = 1_000_000


def file_of(store: Store, collection: str) -> Path:
    """Where the agenda of a collection is kept."""
    return store.root / _FOLDER / f"{collection}.toml"


def keep(store: Store, collection: str, agenda: Agenda) -> None:
    """Write the agenda of a collection; raise an error for a symlink in its place."""
    import tomlkit  # noqa: PLC0415 - every sync looks for agendas, and hardly any writes one

    document = tomlkit.document()
    document.add("format", tomlkit.item(1))
    entries = tomlkit.aot()
    for slot in agenda.slots:
        stated = {name: value for name, value in asdict(slot).items() if name == "title" or (value and name != "speakers")}
        people = [{name: value for name, value in asdict(one).items() if value} for one in slot.speakers]
        entries.append(tomlkit.item({**stated, "speakers": people} if people else stated))
    document.add("entry", entries)
    file = file_of(store, collection)
    store.inside.refuse_links(file)
    with disk_errors():
        store.inside.make_folder(file.parent)
    replace_file(file, tomlkit.dumps(document).encode())


def move(store: Store, collection: str, to_store: Store, to: str) -> None:
    """Move the agenda of a collection, which is renamed or leaves the archive; nothing is done if it has none."""
    store.give(file_of(store, collection), to_store, file_of(to_store, to))


def all_kept(store: Store, collections: Iterable[str]) -> tuple[dict[str, Agenda], list[Message]]:
    """The agendas of these collections, and what is wrong with files that have none."""
    found, wrong = dict[str, Agenda](), list[Message]()
    if not os.path.lexists(store.root / _FOLDER):
        return found, wrong
    for collection in sorted(collections):
        try:
            agenda = kept(store, collection)
        except MaterialsError as error:
            place = file_of(store, collection).relative_to(store.root).as_posix()
            wrong.append(msg("{file}: {reason}", file=place, reason=error.why if error.code is Code.BAD_AGENDA else error.what))
            continue
        if agenda:
            found[collection] = agenda
    return found, wrong


def kept(store: Store, collection: str) -> Agenda | None:
    """The agenda of a collection; None if it has none. Raise bad_agenda for a file that is not valid."""
    file = file_of(store, collection)
    store.inside.refuse_links(file)
    with disk_errors():
        opened = open_if_there(file)
        if opened is None:
            return None
        with opened:
            content = opened.read(_LARGEST)
    try:
        entries = read_toml(content.decode())["entry"]
        return Agenda(tuple(map(_slot, entries)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = msg("It is not valid: {reason}", reason=str(error))
        fix = msg("Correct the file, or read the agenda again: materials agenda FILE")
        raise MaterialsError(
            Code.BAD_AGENDA, msg("No agenda can be read from this file."), where=str(file), why=why, fix=fix
        ) from error


def _slot(entry: Mapping[str, Any]) -> Slot:
    speakers = tuple(Speaker(**{name: _text(value) for name, value in one.items()}) for one in entry.get("speakers", ()))
    day, number = entry.get("day"), entry.get("day_number", 0)
    if not (day is None or type(day) is dt.date) or type(number) is not int:
        raise TypeError("day")
    texts = {name: _text(entry[name]) for name in ("number", "session", "start") if name in entry}
    if unknown := entry.keys() - {field.name for field in fields(Slot)}:
        raise ValueError(", ".join(sorted(unknown)))
    return Slot(
        _text(entry["title"]), **texts, day=day, day_number=number, speakers=speakers, together=entry.get("together") is True
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(repr(value))
    return value
