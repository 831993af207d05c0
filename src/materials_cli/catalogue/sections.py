"""The texts and names of all items, with the languages of each section: what a catalogue of pages is made from, read once."""

import json
from collections import defaultdict
from collections.abc import Sequence

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
