"""A person's words → a question to the full-text index. Pure; whatever is typed is a question, never an error.

Understood besides words: "a phrase", -without, this OR that, begin*, and kind:slides lang:ru year:2025 after:2025-05
before:2026 collection:samarkand path:day-1 speaker:baimenov in:notes. What looks like one of these and is not is taken as
words.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import IntEnum

from materials_cli.dates import read_period
from materials_cli.errors import MaterialsError
from materials_cli.kinds import kind_word
from materials_cli.words.fold import KEY, LANGUAGE, SOUND, STEM, Forms, fold, forms_of, joined, signs, sound_of, words
from materials_cli.words.languages import CODES, NAMES
from materials_cli.words.sounds import SHORTEST_KEY, SHORTEST_SOUND

_MOST_WORDS = 32
_LONGEST_QUERY = 4000
_SHORTEST_BEGINNING = 3
_SHORTEST_CUT = 5
_SHORTEST_RUN = 2
_SHORTEST_WHOLE_KEY = 4
_LONGEST_COMPOUND = 12
_MOST_JOINED = 4
_PIECE = re.compile(
    r"(?P<without>(?<!\S)-)?(?:(?P<name>[a-z]+):)?(?:[\"“”„«](?P<phrase>[^\"“”„«»]*)[\"“”«»]?|(?P<plain>\S+))", re.IGNORECASE
)
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)
_COLUMNS = {"title": "title", "titles": "title", "body": "body", "text": "body", "notes": "notes", "note": "notes"}
_OR, _AND = {"OR", "|", "||", "ИЛИ"}, {"AND", "&", "&&", "И"}


class Reach(IntEnum):
    """How far from the word as it was typed a word of a text may be."""

    WHOLE = 0
    BEGINNING = 1
    SOUND = 2  # another alphabet
    CUT = 3
    ALIKE = 4  # the same sound in any alphabet


BY_SOUND = frozenset({Reach.SOUND, Reach.ALIKE})


@dataclass(frozen=True, slots=True)
class Term:
    """Words that have to stand one after another (usually one).

    begins: the last may go on in the text; exact: they were quoted, so no other form of them will do.
    """

    words: tuple[Forms, ...]
    begins: bool = False
    exact: bool = False


Group = tuple[Term, ...]


@dataclass(slots=True)
class Filters:
    """What an item has to be. after: from this moment on; before: up to but without it."""

    kinds: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    names_only: bool = False
    after: datetime | None = None
    before: datetime | None = None

    @property
    def about_items(self) -> bool:
        """Whether any of them asks for a property of the item."""
        return bool(self.kinds or self.collections or self.paths or self.speakers or self.after or self.before)

    def take(self, name: str, value: str) -> bool:
        """Understand one filter; False when it is none, and the words are to be taken as they are."""
        name, value = name.lower(), value.strip()
        taken = bool(value)
        if name in {"kind", "type"}:
            self.kinds.append(kind_word(value))
        elif name in {"lang", "language"} and (code := NAMES.get(value.lower(), value.lower())) in CODES:
            self.languages.append(code)
        elif name == "collection":
            self.collections.append(value)
        elif name in {"path", "folder"}:
            self.paths.append(fold(value))
        elif name in {"speaker", "author"} and next(words(value), None):
            self.speakers.append(value)
        elif name == "in" and value.lower() in _COLUMNS:
            self.columns.append(_COLUMNS[value.lower()])
        elif name == "in" and value.lower() == "name":
            self.names_only = True
        elif taken:
            taken = self._take_date(name, value)
        return taken

    def _take_date(self, name: str, value: str) -> bool:
        now = datetime.now(UTC)
        try:
            if name == "year" and (years := _YEARS.fullmatch(value)):
                self.after, self.before = read_period(years[1], now).start, read_period(years[2] or years[1], now).end
            elif name == "after":
                self.after = read_period(value, now).start
            elif name == "before":
                self.before = read_period(value, now).start
            else:
                return False
        except MaterialsError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: every group by one of its terms, nothing of `without`, and the filters."""

    groups: tuple[Group, ...]
    without: tuple[Term, ...]
    filters: Filters

    @property
    def quoted(self) -> bool:
        """Whether anything that is asked for stands in quotation marks."""
        return any(term.exact for group in self.groups for term in group)

    def some(self, groups: tuple[Group, ...], reach: Reach) -> str:
        """The index's question for sections that have all of these groups."""
        return self._narrowed(" AND ".join(_group(group, reach) for group in groups))

    def any(self, reach: Reach) -> str:
        """The index's question for sections that have at least one group."""
        return self._narrowed(" OR ".join(_group(group, reach) for group in self.groups))

    def _narrowed(self, question: str) -> str:
        """Filters that the index itself can answer."""
        spoken = " OR ".join(_quoted(LANGUAGE + code) for code in self.filters.languages)
        if spoken:
            question = f"({question}) AND ({spoken})" if question else spoken
        if self.filters.columns:
            question = f"{{{' '.join(self.filters.columns)}}} : ({question})"
        if self.without:
            question = f"({question}) NOT ({' OR '.join(_term(term, Reach.WHOLE, keys=False) for term in self.without)})"
        return question


def in_names(groups: tuple[Group, ...], reach: Reach, *, every: bool = True) -> str:
    """The question to the index of names, which knows no languages and no notes."""
    return (" AND " if every else " OR ").join(_group(group, reach) for group in groups)


def parse(text: str) -> Query:
    """Understand what was typed; no groups where it holds no word."""
    filters = Filters()
    groups: list[list[Term]] = []
    without: list[Term] = []
    left = _MOST_WORDS
    join = False
    pieces = list(_PIECE.finditer(text.encode("utf-8", "replace").decode()[:_LONGEST_QUERY]))
    for number, piece in enumerate(pieces):
        plain, phrase, name = piece["plain"], piece["phrase"], piece["name"]
        if plain in _OR | _AND and groups and number + 1 < len(pieces):
            join = plain in _OR
            continue
        if name and filters.take(name, plain or phrase):
            continue
        terms = list(_terms(plain or phrase, phrase=phrase is not None))[:left]
        if name:
            terms = [*_terms(name, phrase=False), *terms]
        left -= sum(len(term.words) for term in terms)
        if piece["without"]:
            without += terms
        elif join and terms:
            groups[-1] += terms
        else:
            groups += [[term] for term in terms]
        join = False
    if not groups and without:
        # Nobody looks for everything but a word: the hyphen belongs to it.
        groups, without = [[term] for term in without], []
    return Query(tuple(map(tuple, groups)), tuple(without), filters)


def _terms(text: str, *, phrase: bool) -> Iterator[Term]:
    """The terms of a piece: one for a phrase, otherwise one for each word, and one for words with a hyphen between."""
    begins = text.endswith("*")
    run: list[Forms] = []
    end = 0
    for word in words(text):
        if run and not phrase and not joined(text, end, word.start):
            yield Term(tuple(run))
            run = []
        run.append(word.forms)
        end = word.end
    if run:
        yield Term(tuple(run[:_MOST_WORDS]), begins, exact=phrase)


def unquoted(asked: Query) -> Query:
    """The same with the words of every quoted phrase apart."""
    groups: list[Group] = []
    for group in asked.groups:
        if len(group) == 1 and group[0].exact:
            groups += [(Term((forms,)),) for forms in group[0].words]
        else:
            groups.append(tuple(replace(term, exact=False) for term in group))
    return replace(asked, groups=tuple(groups))


def as_names(groups: tuple[Group, ...]) -> Iterator[tuple[Group, ...]]:
    """The groups as they are, then with neighbouring words written as one: Kim Minsu is one word in Korean."""
    yield groups
    single = [group[0] for group in groups if len(group) == 1 and not group[0].exact]
    spelled = ["".join(forms.spelled for forms in term.words) for term in single]
    if not len(groups) == len(single) <= _MOST_JOINED or spelled == [group[0].words[0].spelled for group in groups[:1]]:
        return
    for cuts in range(1 << len(spelled) - 1):
        runs = [spelled[0]]
        for number, word in enumerate(spelled[1:]):
            if cuts >> number & 1:
                runs.append(word)
            else:
                runs[-1] += word
        yield tuple((Term((forms_of(run),)),) for run in runs)


def cut(forms: Forms) -> str:
    """Two thirds of a word, but enough to mean something: most endings of the region's languages are shorter."""
    if forms.unspaced:
        units = signs(forms.fold)
        return "".join(units[: max(_SHORTEST_RUN, _two_thirds(len(units)))])
    # What is neither Latin nor in a language with a stemmer has short words with long endings.
    shortest = _SHORTEST_CUT if forms.fold.isascii() else _SHORTEST_CUT - 1
    return forms.fold[: max(shortest, _two_thirds(len(forms.fold)))]


def cut_key(forms: Forms) -> str:
    """The same of its key."""
    return forms.key[: max(_SHORTEST_CUT, _two_thirds(len(forms.key)))]


def halves(units: list[str]) -> list[list[str]]:
    """Both halves of a run; none when they would be too short to mean anything."""
    middle = len(units) // 2
    return [units[:middle], units[middle:]] if middle >= _SHORTEST_RUN else []


def _two_thirds(length: int) -> int:
    return -(-length * 2 // 3)


def _group(group: Group, reach: Reach) -> str:
    return f"({' OR '.join(_term(term, reach) for term in group)})"


def _term(term: Term, reach: Reach, *, keys: bool = True) -> str:
    """One term; keys: whether its words may be written in another alphabet."""
    if term.exact:
        reach, keys = Reach.WHOLE, False
    if len(term.words) == 1:
        return _word(term.words[0], max(reach, Reach.BEGINNING) if term.begins else reach, term, keys=keys)
    if reach >= Reach.CUT:
        return f"({' AND '.join(_word(forms, reach, term, keys=keys) for forms in term.words)})"
    parts = [part for forms in term.words for part in forms.parts]
    phrase = " + ".join(map(_quoted, parts)) + (" *" if term.begins or term.words[-1].unspaced else "")
    whole = "".join(forms.fold for forms in term.words)
    return f"({phrase} OR {_quoted(whole)})" if keys and not any(forms.unspaced for forms in term.words) else phrase


def _word(forms: Forms, reach: Reach, term: Term, *, keys: bool) -> str:
    """All forms in which one asked word may stand in the index."""
    found = list(_in_pairs(forms, reach)) if forms.unspaced else list(_in_letters(forms, reach, term))
    if keys and len(forms.key) >= (SHORTEST_KEY if reach > Reach.WHOLE else _SHORTEST_WHOLE_KEY):
        found += [_quoted(KEY + forms.key), _quoted(forms.key)]
        if reach >= Reach.BEGINNING:
            key = cut_key(forms) if reach >= Reach.CUT and not forms.unspaced else forms.key
            if len(key) >= (_SHORTEST_WHOLE_KEY if forms.unspaced else SHORTEST_KEY):
                found += [f"{_quoted(KEY + key)} *", f"{_quoted(key)} *"]
    if reach in BY_SOUND and len(sounded := sound_of(forms)) >= SHORTEST_SOUND:
        found.append(f"{_quoted(SOUND + sounded)} *")
    return f"({' OR '.join(dict.fromkeys(found))})"


def _in_letters(forms: Forms, reach: Reach, term: Term) -> Iterator[str]:
    yield _quoted(forms.fold)
    if not (term.begins or term.exact):
        yield _quoted(forms.stem)
        yield _quoted(STEM + forms.stem)
    beginning = cut(forms) if reach >= Reach.CUT else forms.fold
    if term.begins or (reach >= Reach.BEGINNING and len(beginning) >= _SHORTEST_BEGINNING):
        yield f"{_quoted(beginning)} *"


def _in_pairs(forms: Forms, reach: Reach) -> Iterator[str]:
    """A run without spaces stands inside other runs; reached further, cut short, or written as two words."""
    units = signs(forms.fold)
    yield _run(units)
    if reach >= Reach.CUT:
        yield _run(signs(cut(forms)))
        for middle in range(_SHORTEST_RUN, len(units) - _SHORTEST_RUN + 1) if len(units) <= _LONGEST_COMPOUND else ():
            yield f"({_run(units[:middle])} AND {_run(units[middle:])})"
    if reach == Reach.ALIKE:
        # A slip of the pen spoils one half of a run; the other half still stands.
        yield from map(_run, halves(units))


def _run(units: list[str]) -> str:
    pairs = [a + b for a, b in itertools.pairwise(units)] or units
    return " + ".join(map(_quoted, pairs)) + " *"


def _quoted(word: str) -> str:
    return f'"{word}"'
