"""Filters: how they are typed (kind:slides, after:2025-05 …), and what they select. A new filter is added here."""

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from materials_cli.catalogue.descriptions import described_column
from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.rows import written
from materials_cli.config import Collection
from materials_cli.dates import Period, read_period
from materials_cli.describe.countries import country_code
from materials_cli.errors import MaterialsError
from materials_cli.kinds import is_kind, kind_of, kind_word, matches_kind
from materials_cli.patterns import regex
from materials_cli.search.clauses import Clauses, clauses_of
from materials_cli.search.expression import expression_of, quoted
from materials_cli.search.match import MatchLevel
from materials_cli.search.snippet import highlight
from materials_cli.values import frozen
from materials_cli.words.fold import fold
from materials_cli.words.languages import CODES, LANGUAGE, NAMES, code_of

_YEARS = regex(r"(\d{4})(?:-(\d{4}))?", re.ASCII)
_NOWHERE = "/"  # no collection has this name
_DATES = ("2025", "2025-06", "2025-06-23", "yesterday", "30d")
_COLUMNS = {"title": "title", "titles": "title", "body": "body", "text": "body", "notes": "notes", "note": "notes"}


def values_of(name: str) -> tuple[str, ...] | None:
    """The values, or examples of them, of a filter that does not take every one; None for any other name."""
    match name.lower():
        case "lang" | "language" | "answer":
            return tuple(sorted(CODES | NAMES.keys()))
        case "in":
            return (*_COLUMNS, "name")
        case "year" | "after" | "before":
            return _DATES
        case "country":
            return ("Georgia", "KZ", "Республика Корея")
    return None


@frozen()
class Filters:
    """Conditions on items, and on where their words stand; empty when there is none.

    Of several kinds, languages, collections or columns one is enough; paths and speakers have to match all.
    kinds: as `kinds.kind_word` returns them; languages: ISO 639 codes; paths: folded parts of a path; countries: ISO 3166-1
    codes; places: folded parts of an event's place; speakers: the clauses of a name each; columns: of the index of sections;
    names_only: search item names, not sections; after: inclusive; before: exclusive.
    """

    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    speakers: tuple[Clauses, ...] = ()
    columns: tuple[str, ...] = ()
    names_only: bool = False
    after: datetime | None = None
    before: datetime | None = None

    def with_filter(self, name: str, value: str) -> "Filters | None":
        """These filters and one more; None when it is not a valid filter."""
        value = value.strip()
        changed = self._with_place(name.lower(), value)
        lowered = value.lower()
        match name.lower() if value else "":
            case "kind" | "type":
                changed = {"kinds": (*self.kinds, kind_word(value))}
            case "lang" | "language" | "answer" if code := code_of(value):
                changed = {"languages": (*self.languages, code)}
            case "collection":
                changed = {"collections": (*self.collections, value)}
            case "path" | "folder":
                changed = {"paths": (*self.paths, fold(value))}
            case "speaker" | "author" if clauses := clauses_of(value):
                changed = {"speakers": (*self.speakers, clauses)}
            case "in" if lowered in _COLUMNS:
                changed = {"columns": (*self.columns, _COLUMNS[lowered])}
            case "in" if lowered == "name":
                changed = {"names_only": True}
            case "year" if (years := _YEARS.fullmatch(value)) and (period := _period(years[1], years[2] or years[1])):
                changed = {"after": period.start, "before": period.end}
            case "after" | "before" if period := _period(value, value):
                changed = {name.lower(): period.start}
        return replace(self, **changed) if changed else None

    def _with_place(self, name: str, value: str) -> dict[str, Any]:
        """What a filter by country or place changes; nothing for any other."""
        if name == "country" and (code := country_code(value)):
            return {"countries": (*self.countries, code)}
        if name == "place" and value:
            return {"places": (*self.places, fold(value))}
        return {}

    def narrow(self, expression: str) -> str:
        """An FTS5 expression for sections, with the filters that the index itself can answer; empty when it has none."""
        if self.columns and expression:
            expression = f"{{{' '.join(self.columns)}}} : ({expression})"
        languages = " OR ".join(quoted(LANGUAGE + code) for code in self.languages)
        return f"({expression}) AND ({languages})" if expression and languages else expression or languages

    @property
    def unknown_kinds(self) -> list[str]:
        """Kinds that are neither a kind of ours nor an extension of one."""
        return [kind for kind in self.kinds if not is_kind(kind)]

    def unknown_collections(self, known: Iterable[str]) -> list[str]:
        """Collections that are not among the known ones."""
        names = set(known)
        return [name for name in self.collections if name not in names]


NO_FILTERS = Filters()


def matching_items(connection: sqlite3.Connection, filters: Filters, collections: Sequence[str]) -> str | None:
    """The numbers of the items that the filters select in some collections (in all when empty), as a JSON array.

    None when every item is selected.
    """
    connection.create_function("matches_kind", 3, _matches_kind, deterministic=True)
    connection.create_function("folded_path", 1, lambda path: fold(path.decode("utf-8", "replace")), deterministic=True)
    conditions: list[str] = []
    values: list[str] = []
    for names in filter(None, (collections, filters.collections)):
        conditions.append("collection IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(names)))
    for name in filters.speakers:
        conditions.append("number IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(_items_of_speaker(connection, name))))
    if filters.kinds:
        conditions.append("matches_kind(CAST(path AS BLOB), media_type, ?)")
        values.append(json.dumps(filters.kinds))
    if filters.countries:
        conditions.append(
            f"EXISTS (SELECT 1 FROM json_each({described_column(connection)}, '$.countries') AS one"  # noqa: S608 - a constant
            " WHERE json_extract(one.value, '$.code') IN (SELECT value FROM json_each(?)))"
        )
        values.append(json.dumps(filters.countries))
    for path in filters.paths:
        conditions.append("instr(folded_path(CAST(path AS BLOB)), ?)")
        values.append(path)
    if filters.after:
        conditions.append("coalesce(modified, first_seen) >= ?")
        values.append(_comparable(filters.after))
    if filters.before:
        conditions.append("coalesce(modified, first_seen) < ?")
        values.append(_comparable(filters.before))
    if not conditions:
        return None
    statement = f"SELECT json_group_array(number) FROM item WHERE {' AND '.join(conditions)}"  # noqa: S608 - constants
    return str(connection.execute(statement, values).fetchone()[0])


def _items_of_speaker(connection: sqlite3.Connection, name: Clauses) -> set[int]:
    """The numbers of the items whose author has the name, or whose first section, where decks name their speaker.

    The name may be written in another alphabet. The strictest level at which any item matches decides.
    """
    connection.create_function("concat_names", 2, _names, deterministic=True)
    for level in (MatchLevel.WORD, MatchLevel.PREFIX, MatchLevel.TRUNCATED, MatchLevel.SOUND):
        expression = expression_of(name, level)
        authors = connection.execute(
            "SELECT number, concat_names(json_extract(properties, '$.author'), json_extract(described, '$.creators')) AS author"
            " FROM item WHERE number IN (SELECT rowid FROM names WHERE names MATCH ?)",
            (expression,),
        ).fetchall()
        first_sections = connection.execute(
            "SELECT place, title, body FROM section"
            " WHERE place IN (SELECT rowid FROM words WHERE words MATCH ?) AND place & ((1 << ?) - 1) = 1",
            (f"{{title body}} : ({expression})", PLACE_BITS),
        ).fetchall()
        found = {int(row["number"]) for row in authors if _contains(row["author"] or "", name, level)}
        found |= {
            int(row["place"]) >> PLACE_BITS for row in first_sections if _contains(f"{row['title']} {row['body']}", name, level)
        }
        if found:
            return found
    return set()


def _names(author: str | None, creators: str | None) -> str:
    """The author of the properties, and the names of the creators."""
    return "\n".join(filter(None, (author, *(one["name"] for one in json.loads(creators or "[]")))))


def at_places(filters: Filters, collections: Iterable[Collection]) -> Filters:
    """The filters with those of places as filters of collections: those whose event, as recorded, was there."""
    if not filters.places:
        return filters
    there = [each.slug for each in collections if all(place in fold(each.about.place) for place in filters.places)]
    if filters.collections:
        there = [slug for slug in there if slug in filters.collections]
    return replace(filters, places=(), collections=tuple(there) or (_NOWHERE,))


def _period(first: str, last: str) -> Period | None:
    """From the beginning of one date to the end of another; None when either is not a date."""
    now = datetime.now(UTC)
    try:
        return Period(read_period(first, now).start, read_period(last, now).end)
    except MaterialsError:
        return None


def _comparable(time: datetime) -> str:
    """A time as text that sorts before every time of its second, however precisely Drive states that time."""
    return written(time).removesuffix("Z")


def _contains(text: str, clauses: Clauses, level: MatchLevel) -> bool:
    return len(highlight([text], clauses, level).matched) == len(clauses)


def _matches_kind(path: bytes, media_type: str, kinds: str) -> bool:
    """Whether an item is of one of the kinds (a JSON array of words)."""
    name = path.decode("utf-8", "replace")
    return matches_kind(json.loads(kinds), kind_of(name, media_type), name)
