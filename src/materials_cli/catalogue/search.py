"""A person's words → ranked hits with snippets. Whatever is typed is a query; there are no syntax errors.

Asked in tiers, each only while the ones before gave too little: all words as they are, in any inflection or alphabet that
is known; all words, some of them only in the item's name; all words as beginnings; all words cut short, for languages
without a stemmer; any word, only when nothing has them all. Inside a tier BM25 ranks, titles above bodies above notes,
and higher where the item's name fits too. That only a name fits is told only where none of its sections is found.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence

from materials_cli.catalogue.index import PLACES, cells_of
from materials_cli.catalogue.query import Filters, Group, Query, Reach, in_names, parse
from materials_cli.catalogue.records import Catalogue
from materials_cli.catalogue.rows import ITEM_COLUMNS, item_of
from materials_cli.catalogue.snippet import snippet
from materials_cli.catalogue.words import fold
from materials_cli.kinds import kind_of
from materials_cli.model import Hit, Section

_SECTION_RANK, _NAME_RANK = "bm25(4.0, 2.0, 1.0)", "bm25(4.0, 1.0, 2.0)"
_TIER_STEP = 1000.0
_MOST_NAMES = 5000
_MOST_SPLITS = 8
_KINDS = {"slide": "slides", "deck": "slides", "doc": "document", "docs": "document", "spreadsheet": "sheet"}
_REACH = (Reach.WHOLE, Reach.WHOLE, Reach.BEGINNING, Reach.CUT, Reach.WHOLE)


class _Found:
    """What was found so far: sections by their place, items by their name, each with its tier and rank."""

    def __init__(self) -> None:
        self.sections: dict[int, tuple[int, float]] = {}
        self.names: dict[int, tuple[int, float]] = {}

    def ranked(self) -> list[tuple[float, int, int | None, int]]:
        """Score, tier, place of the section or None, number of the item; the best first."""
        with_sections = {place >> PLACES for place in self.sections}
        rows: list[tuple[float, int, int | None, int]] = []
        for place, (tier, rank) in self.sections.items():
            _, bonus = self.names.get(place >> PLACES, (0, 0.0))
            rows.append((_score(tier, rank + bonus), tier, place, place >> PLACES))
        rows += [
            (_score(tier, rank), tier, None, item) for item, (tier, rank) in self.names.items() if item not in with_sections
        ]
        return sorted(rows, key=lambda row: (-row[0], row[3], row[2] or 0))


def search(catalogue: Catalogue, text: str, *, collections: Sequence[str] = (), limit: int = 20) -> list[Hit]:
    """Return at most `limit` hits, the best first. collections: only in these; text: see the module query."""
    asked = parse(text)
    items = _wanted(catalogue.connection, asked.filters, collections)
    if not asked.groups and not asked.filters.languages:
        return _listed(catalogue.connection, items, limit) if items is not None else []
    found = _Found()
    for tier, reach in enumerate(_REACH):
        last = tier == len(_REACH) - 1
        if len(found.sections) + len(found.names) >= limit or (last and (found.sections or found.names)):
            break
        if not asked.groups and tier:
            break
        if not asked.filters.names_only:
            for place, rank in _sections(catalogue.connection, asked, tier, items, limit):
                found.sections.setdefault(place, (tier, -rank))
        if not (asked.filters.columns or asked.filters.languages):
            question = in_names(asked.groups, reach, every=not last)
            for item, rank in _names(catalogue.connection, question, items, limit):
                found.names.setdefault(item, (tier, -rank))
    return [_hit(catalogue.connection, asked, *row) for row in found.ranked()[:limit]]


def _sections(
    connection: sqlite3.Connection, asked: Query, tier: int, items: str | None, limit: int
) -> Iterator[tuple[int, float]]:
    """Places and ranks of the sections that answer in this tier."""
    if tier == 1:
        for groups, numbers in _split_by_name(connection, asked, items):
            yield from _ask(connection, asked.some(groups, Reach.WHOLE), json.dumps(numbers), limit)
    elif tier == len(_REACH) - 1:
        if len(asked.groups) > 1:
            yield from _ask(connection, asked.any(), items, limit)
    else:
        yield from _ask(connection, asked.every(_REACH[tier]), items, limit)


def _split_by_name(
    connection: sqlite3.Connection, asked: Query, items: str | None
) -> Iterator[tuple[tuple[Group, ...], list[int]]]:
    """Groups that a section must have because the name of its item lacks them, with the numbers of those items."""
    if len(asked.groups) < 2 or asked.filters.columns:
        return
    named: defaultdict[int, set[int]] = defaultdict(set)
    for number, group in enumerate(asked.groups):
        for item, _ in _names(connection, in_names((group,), Reach.WHOLE), items, _MOST_NAMES):
            named[item].add(number)
    lacking: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for item, has in named.items():
        lacking[tuple(n for n in range(len(asked.groups)) if n not in has)].append(item)
    for missing in sorted(filter(None, lacking), key=len)[:_MOST_SPLITS]:
        yield tuple(asked.groups[n] for n in missing), lacking[missing]


def _ask(connection: sqlite3.Connection, question: str, items: str | None, limit: int) -> list[tuple[int, float]]:
    """Places and ranks of the best sections; a lower rank is better."""
    rows = connection.execute(
        "SELECT rowid, rank FROM words WHERE words MATCH ?1 AND rank MATCH ?2"
        " AND (?3 IS NULL OR rowid >> ?4 IN (SELECT value FROM json_each(?3))) ORDER BY rank LIMIT ?5",
        (question, _SECTION_RANK, items, PLACES, limit),
    )
    return [(row[0], row[1]) for row in rows]


def _names(connection: sqlite3.Connection, question: str, items: str | None, limit: int) -> list[tuple[int, float]]:
    """Numbers and ranks of the items with the best names."""
    rows = connection.execute(
        "SELECT rowid, rank FROM names WHERE names MATCH ?1 AND rank MATCH ?2"
        " AND (?3 IS NULL OR rowid IN (SELECT value FROM json_each(?3))) ORDER BY rank LIMIT ?4",
        (question, _NAME_RANK, items, limit),
    )
    return [(row[0], row[1]) for row in rows]


def _wanted(connection: sqlite3.Connection, filters: Filters, collections: Sequence[str]) -> str | None:
    """The numbers of the items that the filters leave, as a JSON array; None when they leave all."""
    if not (filters.about_items or collections):
        return None
    connection.create_function("kind_fits", 3, _kind_fits, deterministic=True)
    connection.create_function("folded_path", 1, lambda path: fold(path.decode("utf-8", "replace")), deterministic=True)
    conditions: list[str] = []
    values: list[str] = []
    for names in filter(None, (list(collections), filters.collections)):
        conditions.append("collection IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(names))
    if filters.kinds:
        conditions.append("kind_fits(CAST(path AS BLOB), media_type, ?)")
        values.append(json.dumps(filters.kinds))
    for path in filters.paths:
        conditions.append("instr(folded_path(CAST(path AS BLOB)), ?)")
        values.append(path)
    if filters.after:
        conditions.append("coalesce(modified, first_seen) >= ?")
        values.append(filters.after)
    if filters.before:
        conditions.append("coalesce(modified, first_seen) < ?")
        values.append(filters.before)
    asked = f"SELECT json_group_array(number) FROM item WHERE {' AND '.join(conditions)}"  # noqa: S608 - constants
    return str(connection.execute(asked, values).fetchone()[0])


def _kind_fits(path: bytes, media_type: str, kinds: str) -> bool:
    """Whether an item is of one of the kinds, or its file has such a suffix."""
    name = path.decode("utf-8", "replace").lower()
    kind = kind_of(name, media_type)
    return any(_KINDS.get(wanted, wanted) == kind or name.endswith(f".{wanted}") for wanted in json.loads(kinds))


def _listed(connection: sqlite3.Connection, items: str, limit: int) -> list[Hit]:
    """The items that filters alone leave."""
    rows = connection.execute(
        f"SELECT {ITEM_COLUMNS} FROM item WHERE number IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
        " ORDER BY path, collection, id LIMIT ?",
        (items, limit),
    )
    items_left = [item_of(row) for row in rows]
    return [Hit(item, None, snippet([item.path.rpartition("/")[2]], [], Reach.WHOLE)[0], (), 0.0) for item in items_left]


def _hit(connection: sqlite3.Connection, asked: Query, score: float, tier: int, place: int | None, item: int) -> Hit:
    query = f"SELECT {ITEM_COLUMNS}, item.properties FROM item WHERE number = ?"  # noqa: S608 - constants
    row = connection.execute(query, (item,)).fetchone()
    terms = [term for group in asked.groups for term in group]
    section = None
    if place is None:
        texts: Sequence[str] = cells_of(row["path"], row["remote"], row["properties"])
    else:
        found = connection.execute(
            "SELECT number, title, body, notes, hidden, ocr FROM section WHERE place = ?", (place,)
        ).fetchone()
        section = Section(
            found["number"], found["title"], found["body"], found["notes"], bool(found["hidden"]), bool(found["ocr"])
        )
        texts = (section.body, section.notes, section.title)
    text, marks = snippet(texts, terms, _REACH[tier])
    return Hit(item_of(row), section, text, marks, score)


def _score(tier: int, rank: float) -> float:
    return _TIER_STEP * (len(_REACH) - tier) + rank
