"""The texts and names of all items, with the languages of each section: what a catalogue of pages is made from, read once."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from materials_cli.catalogue.index import NAME_COLUMNS, PLACE_BITS, NameFields, name_fields
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import SECTION_COLUMNS, section_of
from materials_cli.model import Section
from materials_cli.words.languages import CODES, LANGUAGE

Told = tuple[Section, tuple[str, ...]]


def sections_of_items(catalogue: Catalogue, slugs: Sequence[str] = ()) -> dict[tuple[str, str], list[Told]]:
    """The sections of the items of some collections (of all when empty), each with its languages, by collection and id."""
    connection = catalogue.connection
    languages = _languages(catalogue)
    names = {
        number: (collection, item)
        for number, collection, item in connection.execute(
            "SELECT number, collection, id FROM item WHERE ?1 = '[]' OR collection IN (SELECT value FROM json_each(?1))",
            (json.dumps(list(slugs)),),
        )
    }
    found: dict[tuple[str, str], list[Told]] = {}
    for row in connection.execute(f"SELECT section.place, {SECTION_COLUMNS} FROM section ORDER BY place"):  # noqa: S608 - a constant
        if name := names.get(row["place"] >> PLACE_BITS):
            found.setdefault(name, []).append((section_of(row), tuple(languages.get(row["place"], ()))))
    return found


def sections_by_place(catalogue: Catalogue, slugs: Sequence[str]) -> Iterator[tuple[int, Section]]:
    """The sections of the items of some collections, one by one, with their places. Write nothing while iterating."""
    rows = catalogue.connection.execute(
        f"SELECT section.place, {SECTION_COLUMNS} FROM section WHERE place >> ? IN"  # noqa: S608 - a constant
        " (SELECT number FROM item WHERE collection IN (SELECT value FROM json_each(?))) ORDER BY place",
        (PLACE_BITS, json.dumps(list(slugs))),
    )
    return ((row["place"], section_of(row)) for row in rows)


def section_at(catalogue: Catalogue, place: int) -> Section:
    """The section at a place."""
    statement = f"SELECT {SECTION_COLUMNS} FROM section WHERE place = ?"  # noqa: S608 - a constant
    return section_of(catalogue.connection.execute(statement, (place,)).fetchone())


def names_of_items(catalogue: Catalogue, slugs: Sequence[str] = ()) -> dict[tuple[str, str], NameFields]:
    """What the items of some collections (of all when empty) are found by besides their sections, by collection and id."""
    rows = catalogue.connection.execute(
        f"SELECT collection, id, {NAME_COLUMNS} FROM item WHERE ?1 = '[]' OR collection IN (SELECT value FROM json_each(?1))",  # noqa: S608 - constants
        (json.dumps(list(slugs)),),
    )
    return {(collection, item): name_fields(*columns) for collection, item, *columns in rows}


def _languages(catalogue: Catalogue) -> dict[int, list[str]]:
    """The languages of each section, by its place."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for code in sorted(CODES):
        rows = catalogue.connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (f'"{LANGUAGE}{code}"',))
        for (place,) in rows:
            found[place].append(code)
    return found
