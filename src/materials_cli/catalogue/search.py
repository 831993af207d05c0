"""A person's words → ranked hits with snippets. Whatever is typed is a query; there are no syntax errors.

Asked in tiers, each only when the one before gave too little: all words; all words, cut short (for languages without a
stemmer); any word, only when nothing has them all. Inside a tier BM25 ranks, with titles above bodies above notes. That
an item's name fits is told only where none of its slides does.
"""

import sqlite3
from collections.abc import Iterator, Sequence

from materials_cli.catalogue.index import NAME
from materials_cli.catalogue.records import Catalogue, item_of
from materials_cli.catalogue.words import KEY, SHORTEST_KEY, STEM, Word, words
from materials_cli.model import Hit, Section

_WEIGHTS = "4.0, 2.0, 1.0"
_MOST_WORDS = 32
_SNIPPET = 160
_SHORTEST_CUT = 4
_TIER_STEP = 1000.0
_ANY_WORD = 2


def search(catalogue: Catalogue, text: str, *, collections: Sequence[str] = (), limit: int = 20) -> list[Hit]:
    """Return at most `limit` hits, the best first."""
    asked = list(words(text.encode("utf-8", "replace").decode("utf-8")))[:_MOST_WORDS]
    if not asked:
        return []
    rows: dict[int, tuple[int, sqlite3.Row]] = {}
    for tier, query in enumerate(_tiers(asked)):
        if rows and tier == _ANY_WORD:
            break
        for row in _matches(catalogue.connection, query, collections, 2 * limit):
            rows.setdefault(row["rowid"], (tier, row))
        if len(rows) >= 2 * limit:
            break
    inside = {row["number"] for _, row in rows.values() if row["at"] != NAME}
    wanted = [(tier, row) for tier, row in rows.values() if row["at"] != NAME or row["number"] not in inside]
    return [_hit(row, asked, tier) for tier, row in wanted[:limit]]


def _tiers(asked: list[Word]) -> Iterator[str]:
    whole = [_forms(word) for word in asked]
    yield " AND ".join(whole)
    yield " AND ".join(_forms(word, cut=True) for word in asked)
    if len(asked) > 1:
        yield " OR ".join(whole)


def _forms(word: Word, *, cut: bool = False) -> str:
    """All forms in which one asked word may stand in the index."""
    if word.unspaced:
        phrase = " + ".join(f'"{part}"' for part in word.parts)
        forms = [f"{phrase} *" if len(word.parts) == 1 and word.parts[0] == word.fold else phrase]
    else:
        kept = _cut(word.fold) if cut else word.fold
        forms = [f'"{kept}" *', f'"{word.stem}"', f'"{STEM}{word.stem}"']
    key = _cut(word.key) if cut and not word.unspaced else word.key
    if len(key) >= SHORTEST_KEY:
        forms += [f'"{KEY}{key}" *', f'"{key}" *']
    return f"({' OR '.join(dict.fromkeys(forms))})"


def _cut(word: str) -> str:
    """Two thirds of a word, but enough to mean something: most endings of the region's languages are shorter."""
    return word[: max(_SHORTEST_CUT, -(-len(word) * 2 // 3))]


def _matches(connection: sqlite3.Connection, query: str, collections: Sequence[str], limit: int) -> list[sqlite3.Row]:
    marks = ",".join("?" * len(collections))
    where = f"AND item.collection IN ({marks})" if collections else ""
    return connection.execute(
        f"""
        SELECT section.rowid, section.number AS at, section.title AS head, section.body, section.notes, section.hidden,
            bm25(words, {_WEIGHTS}) AS score, item.*
        FROM words JOIN section ON section.rowid = words.rowid JOIN item ON item.number = section.item
        WHERE words MATCH ? {where} ORDER BY score LIMIT ?
        """,  # noqa: S608 - only constants and placeholders are put in
        (query, *collections, limit),
    ).fetchall()


def _hit(row: sqlite3.Row, asked: list[Word], tier: int) -> Hit:
    score = _TIER_STEP / (1 + tier) - row["score"]
    if row["at"] == NAME:
        snippet, marks = _snippet((row["head"], row["body"], row["notes"]), asked)
        return Hit(item_of(row), None, snippet, marks, score)
    section = Section(row["at"], row["head"], row["body"], row["notes"], bool(row["hidden"]))
    snippet, marks = _snippet((section.body, section.notes, section.title), asked)
    return Hit(item_of(row), section, snippet, marks, score)


def _snippet(texts: Sequence[str], asked: list[Word]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The stretch of text with most of the words asked for, as it was written, and where they stand in it."""
    best: tuple[int, str, list[tuple[int, int]], int] = (-1, "", [], 0)
    for text in texts:
        spans = [(*span, n) for word in words(text) for n, span in _marked(word, text, asked)]
        for first, (start, _, _) in enumerate(spans):
            near = [span for span in spans[first : first + 40] if span[1] - start <= _SNIPPET]
            found = len({n for _, _, n in near})
            if found > best[0]:
                best = (found, text, [(a, b) for a, b, _ in spans], start)
        if best[0] == len(asked):
            break
    found, text, marks, start = best
    if found < 0:
        text, marks, start = next((text for text in texts if text.strip()), ""), [], 0
    return _window(text, marks, start)


def _window(text: str, marks: list[tuple[int, int]], start: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    left = max(0, start - _SNIPPET // 4)
    if left:
        left = text.find(" ", left, start) + 1 or left
    right = min(len(text), left + _SNIPPET)
    if right < len(text):
        right = text.rfind(" ", start + 1, right) if text.rfind(" ", start + 1, right) > 0 else right
    head, tail = ("… " if left else ""), (" …" if right < len(text) else "")
    snippet = head + "".join(" " if c in "\n\t\v\f\r" else c for c in text[left:right]) + tail
    shift = len(head) - left
    return snippet, tuple((a + shift, b + shift) for a, b in marks if left <= a and b <= right)


def _marked(word: Word, text: str, asked: list[Word]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Which asked word this word of the text answers, and the stretch to mark."""
    for number, wanted in enumerate(asked):
        if word.unspaced and wanted.unspaced:
            raw = text[word.start : word.end]
            at = raw.casefold().find(wanted.fold)
            if at >= 0:
                yield number, (word.start + at, word.start + at + len(wanted.fold))
                return
            if wanted.fold in word.fold:
                yield number, (word.start, word.end)
                return
        elif _answers(word, wanted):
            yield number, (word.start, word.end)
            return


def _answers(word: Word, wanted: Word) -> bool:
    if word.fold.startswith(wanted.fold) or word.stem == wanted.stem:
        return True
    if len(wanted.key) >= SHORTEST_KEY and word.key.startswith(wanted.key):
        return True
    cut = _cut(wanted.fold)
    return len(cut) > _SHORTEST_CUT and word.fold.startswith(cut)
