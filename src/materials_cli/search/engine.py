"""A person's words → ranked hits with snippets. Whatever is typed is a query; there are no syntax errors.

Asked in tiers, each only while the ones before gave too little: all words as they are, in any inflection or alphabet that
is known; all words, some of them only in the item's name; all words as beginnings; all words by their sound in another
alphabet; all words cut short, for languages without a stemmer; most of many words. When nothing has them all: words
spelled nearly so, words that sound alike in any alphabet, and in the end any of the words. Inside a tier BM25 ranks,
titles above bodies above notes, together with how near the words come to those typed; and higher where the item's name
fits too. That only a name fits is told only where none of its sections is found.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from materials_cli.catalogue.index import PLACE_BITS, name_fields
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import ITEM_COLUMNS, item_of
from materials_cli.model import Hit, Section
from materials_cli.search.filters import wanted_items
from materials_cli.search.query import BY_SOUND, Group, Query, Reach, as_names, in_names, parse, unquoted
from materials_cli.search.snippet import Known, Reading, read, snippet
from materials_cli.search.suggest import did_you_mean

_SECTION_RANK, _NAME_RANK = "bm25(4.0, 2.0, 1.0)", "bm25(4.0, 1.0, 2.0)"
_TIER_STEP = 1000.0
_MOST_TIERS = 64
_MOST_NAMES = 5000
_MOST_SPLITS = 8
_MANY, _FEW = 3, 5
_POOL, _POOL_TO_SIFT = 20, 60
_LOOKED_AT = 10_000
_FIRST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits, the best first, and how they came about.

    meant: the words in another spelling, which the hits are for, since nothing has them as they were typed; apart: no text
    has the quoted phrases, and the hits are for their words.
    """

    hits: tuple[Hit, ...]
    meant: str | None = None
    apart: bool = False


class _Tier(NamedTuple):
    """One way to ask. by_name: some groups may stand only in the item's name; least: how many are enough, 0 for all."""

    groups: tuple[Group, ...]
    reach: Reach
    by_name: bool = False
    least: int = 0


class _Candidate(NamedTuple):
    """A section or, without a place, the name of an item. rank: BM25, higher is better."""

    item: int
    place: int | None
    rank: float
    tier: int


class _Archive:
    """What is searched: the database, narrowed to the items that the filters leave (a JSON array of numbers, or all)."""

    def __init__(self, connection: sqlite3.Connection, items: str | None) -> None:
        self._connection = connection
        self._items = items
        self._readings: dict[_Candidate, Reading] = {}
        self._known: defaultdict[tuple[tuple[Group, ...], Reach], Known] = defaultdict(dict)

    def sections(self, question: str, limit: int, items: str | None = None) -> list[tuple[int, float]]:
        """Places and ranks of the best sections."""
        rows = self._connection.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ?1 AND rank MATCH ?2"
            " AND (?3 IS NULL OR rowid >> ?4 IN (SELECT value FROM json_each(?3))) ORDER BY rank LIMIT ?5",
            (question, _SECTION_RANK, items or self._items, PLACE_BITS, limit),
        )
        return [(row[0], -row[1]) for row in rows]

    def names(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Numbers and ranks of the items with the best names."""
        rows = self._connection.execute(
            "SELECT rowid, rank FROM names WHERE names MATCH ?1 AND rank MATCH ?2"
            " AND (?3 IS NULL OR rowid IN (SELECT value FROM json_each(?3))) ORDER BY rank LIMIT ?4",
            (question, _NAME_RANK, self._items, limit),
        )
        return [(row[0], -row[1]) for row in rows]

    def listed(self, limit: int) -> list[Hit]:
        """The items that filters alone leave."""
        rows = self._connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM item WHERE number IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
            " ORDER BY path, collection, id LIMIT ?",
            (self._items, limit),
        )
        items = [item_of(row) for row in rows]
        return [Hit(item, None, snippet(read([item.path.rpartition("/")[2]], [], Reach.WHOLE))[0], (), 0.0) for item in items]

    def read(self, candidate: _Candidate, tier: _Tier) -> Reading:
        """Compare a candidate with what its tier asks for; remembered."""
        if candidate not in self._readings:
            known = self._known[tier.groups, tier.reach]
            self._readings[candidate] = read(self._texts(candidate), tier.groups, tier.reach, longest=_LOOKED_AT, known=known)
        return self._readings[candidate]

    def _read_on(self, candidate: _Candidate, tier: _Tier) -> Reading | None:
        """What stands further on in a long text: first where it has the first letters of a word asked, then anywhere."""
        texts = self._texts(candidate)
        starts = range(_LOOKED_AT, max(map(len, texts)), _LOOKED_AT)
        parts = [[text[start : start + _LOOKED_AT] for text in texts] for start in starts]
        asked = [term.words[0].spelled[:_FIRST_LETTERS] for group in tier.groups for term in group]
        parts.sort(key=lambda part: not any(letters in text.lower() for letters in asked for text in part))
        for part in parts:
            reading = read(part, tier.groups, tier.reach, known=self._known[tier.groups, tier.reach])
            if any(reading.places):
                return reading
        return None

    def _texts(self, candidate: _Candidate) -> tuple[str, ...]:
        """The texts of a candidate, those that a snippet is best taken from first."""
        if candidate.place is None:
            asked = "SELECT path, remote, properties FROM item WHERE number = ?"
            return name_fields(*self._connection.execute(asked, (candidate.item,)).fetchone())
        asked = "SELECT body, notes, title FROM section WHERE place = ?"
        return tuple(self._connection.execute(asked, (candidate.place,)).fetchone())

    def hit(self, candidate: _Candidate, tier: _Tier, score: float) -> Hit:
        """The candidate as people see it."""
        reading = self.read(candidate, tier)
        if not any(reading.places):
            reading = self._read_on(candidate, tier) or reading
        asked = f"SELECT {ITEM_COLUMNS} FROM item WHERE number = ?"  # noqa: S608 - constants
        item = item_of(self._connection.execute(asked, (candidate.item,)).fetchone())
        section = None
        if candidate.place is not None:
            asked = "SELECT number, title, body, notes, hidden, ocr FROM section WHERE place = ?"
            number, title, body, notes, hidden, ocr = self._connection.execute(asked, (candidate.place,)).fetchone()
            section = Section(number, title, body, notes, bool(hidden), bool(ocr))
        text, marks = snippet(reading)
        return Hit(item, section, text, marks, score)


def search(catalogue: Catalogue, text: str, *, collections: Sequence[str] = (), limit: int = 20) -> list[Hit]:
    """Return at most `limit` hits, the best first; see `answer`."""
    return list(answer(catalogue, text, collections=collections, limit=limit).hits)


def answer(catalogue: Catalogue, text: str, *, collections: Sequence[str] = (), limit: int = 20) -> Answer:
    """Find at most `limit` hits. text: see the module query; collections: only in these."""
    asked = parse(text)
    items = wanted_items(catalogue.connection, asked.filters, collections)
    archive = _Archive(catalogue.connection, items)
    if not asked.groups and not asked.filters.languages:
        return Answer(tuple(archive.listed(limit)) if items is not None else ())
    hits, spelled = _hits(archive, asked, _all_words(asked), limit)
    apart = asked.quoted and not hits
    if apart:
        asked = unquoted(asked)
        hits, spelled = _hits(archive, asked, _all_words(asked), limit)
    if spelled:
        return Answer(hits, apart=apart)
    meant = did_you_mean(catalogue.connection, text, surely=bool(hits))
    if meant:
        corrected, _ = _hits(archive, parse(meant), _all_words(parse(meant)), limit)
        if corrected:
            return Answer(_without_twins((*corrected, *hits))[:limit], meant)
    if hits:
        return Answer(hits, apart=apart)
    hits, _ = _hits(archive, asked, _sounding(asked, Reach.ALIKE), limit)
    if not hits:
        hits, _ = _hits(archive, asked, [_Tier(asked.groups, Reach.ALIKE, least=1)], limit)
    return Answer(hits, apart=apart)


def _without_twins(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    seen: dict[tuple[str, str, int], Hit] = {}
    for hit in hits:
        seen.setdefault((hit.item.collection, hit.item.id, hit.section.number if hit.section else 0), hit)
    return tuple(seen.values())


def _all_words(asked: Query) -> list[_Tier]:
    """The ways to ask for all words, from near to far."""
    groups = asked.groups
    if not groups:
        return [_Tier(groups, Reach.WHOLE)]
    return [
        _Tier(groups, Reach.WHOLE),
        _Tier(groups, Reach.WHOLE, by_name=True),
        _Tier(groups, Reach.BEGINNING),
        *_sounding(asked, Reach.SOUND),
        _Tier(groups, Reach.CUT),
        *([_Tier(groups, Reach.CUT, least=len(groups) - len(groups) // 3)] if len(groups) >= _MANY else []),
    ]


def _sounding(asked: Query, reach: Reach) -> list[_Tier]:
    """The ways to ask for all words by their sound."""
    return [_Tier(groups, reach) for groups in as_names(asked.groups)]


def _hits(archive: _Archive, asked: Query, tiers: Sequence[_Tier], limit: int) -> tuple[tuple[Hit, ...], bool]:
    """Ask tier by tier until there is enough, and read the best candidates to put them into their order.

    Tell also whether any of them has all words as they are spelled, and not only some, or by their sound.
    """
    found = _gathered(archive, asked, tiers, limit)
    with_sections = {candidate.item for candidate in found.values() if candidate.place is not None}
    ranks_of_names = {candidate.item: candidate.rank for candidate in found.values() if candidate.place is None}
    left = [candidate for candidate in found.values() if candidate.place is not None or candidate.item not in with_sections]
    readings = {candidate: archive.read(candidate, tiers[candidate.tier]) for candidate in left}
    # Which groups the sections of an item answer together: a deck about all of them comes before one about some.
    answered: defaultdict[int, set[int]] = defaultdict(set)
    for candidate in left:
        answered[candidate.item] |= readings[candidate].answered
    scored: list[tuple[float, _Candidate]] = []
    for candidate in left:
        tier = tiers[candidate.tier]
        degree = 1.0 if tier.by_name else readings[candidate].degree
        if tier.least:
            degree *= len(answered[candidate.item]) / len(tier.groups)
        bonus = ranks_of_names.get(candidate.item, 0.0) if candidate.place is not None else 0.0
        scored.append((_TIER_STEP * (_MOST_TIERS - candidate.tier) + (candidate.rank + bonus) * degree**2, candidate))
    scored.sort(key=lambda row: (-row[0], row[1].item, row[1].place or 0))
    hits = tuple(archive.hit(candidate, tiers[candidate.tier], score) for score, candidate in scored[:limit])
    spelled = any(tiers[candidate.tier].reach not in BY_SOUND and not tiers[candidate.tier].least for candidate in left)
    return hits, spelled


def _gathered(archive: _Archive, asked: Query, tiers: Sequence[_Tier], limit: int) -> dict[tuple[int, int | None], _Candidate]:
    """The candidates of the nearest tiers that give enough, each in the first tier that has it."""
    found: dict[tuple[int, int | None], _Candidate] = {}
    for number, tier in enumerate(tiers):
        if len(found) >= limit:
            break
        sifted = tier.least or tier.reach in BY_SOUND
        if sifted and len(found) >= _FEW:
            continue
        for candidate in _candidates(archive, asked, tier, number, max(limit, _POOL_TO_SIFT if sifted else _POOL)):
            at = candidate.item, candidate.place
            # Equal sounds are only a reason to compare the words.
            enough = tier.least or len(tier.groups)
            if at not in found and not (sifted and len(archive.read(candidate, tier).answered) < enough):
                found[at] = candidate
    return found


def _candidates(archive: _Archive, asked: Query, tier: _Tier, number: int, limit: int) -> Iterator[_Candidate]:
    """Sections and names that the index finds in a tier."""
    if not asked.filters.names_only:
        if tier.by_name:
            found = [pair for split in _split_by_name(archive, asked) for pair in archive.sections(*split)]
        elif tier.least:
            found = archive.sections(asked.any(tier.reach), limit)
        else:
            found = archive.sections(asked.some(tier.groups, tier.reach), limit)
        for place, rank in found:
            yield _Candidate(place >> PLACE_BITS, place, rank, number)
    if tier.groups and not (asked.filters.columns or asked.filters.languages or tier.by_name):
        for item, rank in archive.names(in_names(tier.groups, tier.reach, every=not tier.least), limit):
            yield _Candidate(item, None, rank, number)


def _split_by_name(archive: _Archive, asked: Query) -> Iterator[tuple[str, int, str]]:
    """Questions for the groups that a section must have because the name of its item lacks them; and those items."""
    if len(asked.groups) < 2 or asked.filters.columns:
        return
    named: defaultdict[int, set[int]] = defaultdict(set)
    for number, group in enumerate(asked.groups):
        for item, _ in archive.names(in_names((group,), Reach.WHOLE), _MOST_NAMES):
            named[item].add(number)
    lacking: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for item, has in named.items():
        lacking[tuple(n for n in range(len(asked.groups)) if n not in has)].append(item)
    for missing in sorted(filter(None, lacking), key=len)[:_MOST_SPLITS]:
        yield asked.some(tuple(asked.groups[n] for n in missing), Reach.WHOLE), _POOL, json.dumps(lacking[missing])
