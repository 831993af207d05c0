"""Which deck belongs to which talk of an agenda, and which talks have none. Pure.

Names of people, in any alphabet, count most; then the title, the country and the organisation. The session and the day of the
folder that it lies in count less, since folders are numbered otherwise than agendas. What contradicts counts against. A deck
that fits two sessions equally well is placed in neither. A talk is called missing only if no deck that was not placed may be
its own.
"""

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from materials_cli.agenda.named import Names, name_in
from materials_cli.agenda.slots import Agenda, Slot, Speaker
from materials_cli.agenda.terms import is_besides, numbers
from materials_cli.search.values import days_in
from materials_cli.words.fold import words
from materials_cli.words.grammar import is_grammar
from materials_cli.words.languages import languages

_COUNTRY, _COUNTRY_IN_TEXT, _OTHER_COUNTRY = 3.0, 2.0, -3.0
_SESSION, _OTHER_SESSION = 2.0, -1.5
_DAY, _OTHER_DAY = 1.0, -1.5
_TITLE, _TITLE_IN_TEXT, _ORGANISATION = 5.0, 2.0, 2.0
_ENOUGH, _PLAUSIBLE, _MARGIN = 2.0, 1.0, 0.75
_TELLING_WORDS, _WORDS_OF_A_LANGUAGE = 3, 6
_MOST_HEADINGS = 6
_IN_TWO_LANGUAGES = re.compile(r"\s[/|]\s")

Countries = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Deck:
    """What is known of an item: how it is named, in which folders, its title, the text it opens with, its authors.

    slides: it is of a kind in which people present.
    """

    collection: str
    id: str
    path: str
    name: str
    folders: tuple[str, ...] = ()
    title: str = ""
    opening: str = ""
    authors: str = ""
    slides: bool = True

    @property
    def presents(self) -> str:
        """What it says of its own talk. A document says that in its first line: lists and agendas name everybody."""
        return self.opening if self.slides else self.opening.strip().partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Talk:
    """One deck to expect: of a speaker, of several who share it, or of a slot that names none."""

    slot: Slot
    speakers: tuple[Speaker, ...] = ()


@dataclass(slots=True)
class Expected:
    """A talk, the decks that are its own, and those that may be."""

    talk: Talk
    decks: list[Deck] = field(default_factory=list)
    perhaps: list[Deck] = field(default_factory=list)

    @property
    def missing(self) -> bool:
        """Whether nothing that is held can be its deck."""
        return not (self.decks or self.perhaps)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an agenda expects and what is there. placed: by collection and id, the talk of each deck; others: the rest."""

    expected: tuple[Expected, ...]
    placed: Mapping[tuple[str, str], Talk]
    others: tuple[Deck, ...]

    @property
    def at_least_missing(self) -> int:
        """How many talks have no deck even if every deck that may belong to one does.

        A deck can belong to one entry only, of which several may have shown it together.
        """
        slots: dict[int, list[Expected]] = {}
        for one in self.expected:
            if one.perhaps:
                slots.setdefault(id(one.talk.slot), []).append(one)
        uncertain = sorted(slots.values(), key=len, reverse=True)
        given = _most_given([list({id(deck) for one in talks for deck in one.perhaps}) for talks in uncertain])
        without = sum(len(talks) for number, talks in enumerate(uncertain) if number not in given)
        return sum(one.missing for one in self.expected) + without


def _most_given(wanted: Sequence[Sequence[int]]) -> dict[int, int]:
    """The decks given to as many entries as possible, each deck once, of those that they may have: those first come first.

    A largest matching, by augmenting paths, which leave nobody without a deck who has one.
    """
    owners, given, spent = dict[int, int](), dict[int, int](), set[int]()
    for entry in range(len(wanted)):
        asked, asking, free = dict[int, int](), [entry], None
        for one in asking:  # grows meanwhile
            for deck in wanted[one]:
                if deck in asked or deck in spent:
                    continue
                asked[deck] = one
                if deck not in owners:
                    free = deck
                    break
                asking.append(owners[deck])
            if free is not None:
                break
        if free is None:
            spent |= asked.keys()  # whoever has one of these can take no other
        while free is not None:
            one = asked[free]
            owners[free], given[one], free = one, free, given.get(one)
    return given


def compare(agenda: Agenda, decks: Sequence[Deck], countries: Countries) -> Comparison:
    """Place decks in the slots of an agenda. countries: the countries that a text names.

    In an agenda that names its speakers, an entry without any (a discussion, a visit) has no deck to expect.
    """
    talks = [talk for slot in agenda.slots for talk in _talks(slot)]
    matching = _Matching(talks, _Judge(talks, decks, countries), len(decks))
    matching.place_surest_first()
    matching.place_further()
    unnamed = not any(talk.speakers for talk in talks)
    expected = tuple(
        Expected(talk, [decks[d] for d in held], [decks[d] for d in matching.perhaps(t)])
        for t, talk in enumerate(talks)
        if (held := matching.decks_of(t)) or talk.speakers or unnamed
    )
    found = {d: talks[t] for d, t in matching.placed.items()} | {d: Talk(talks[t].slot) for d, t in matching.vague.items()}
    others = tuple(deck for d, deck in enumerate(decks) if d not in found)
    return Comparison(expected, {(decks[d].collection, decks[d].id): talk for d, talk in found.items()}, others)


class _Matching:
    """Gives decks to talks, both by their places in their lists.

    placed: the talk of each deck; vague: a talk of the slot of each deck that may belong to several of its speakers.
    """

    def __init__(self, talks: Sequence[Talk], judge: "_Judge", decks: int) -> None:
        self._talks = talks
        self._judge = judge
        self._decks = range(decks)
        self._fits = {(d, t): judge.fit(d, t) for d in self._decks for t in range(len(talks))}
        self._scores = {pair: sum(fit) for pair, fit in self._fits.items()}
        self._ranked = [
            sorted(range(len(talks)), key=[-self._scores[d, t] for t in range(len(talks))].__getitem__) for d in self._decks
        ]
        self.placed: dict[int, int] = {}
        self.vague: dict[int, int] = {}

    def place_surest_first(self) -> None:
        """Give each talk at most one deck, the best fit first; a deck that fits two equally well to none."""
        taken = set[int]()
        for (d, t), score in sorted(self._scores.items(), key=lambda pair: (-pair[1], pair[0])):
            if min(score, self._fits[d, t].itself) < _ENOUGH or d in self.placed or d in self.vague or t in taken:
                continue
            rival = next((other for other in self._ranked[d] if other != t and other not in taken), None)
            if rival is None or score - self._scores[d, rival] >= _MARGIN:
                self.placed[d] = t
                taken.add(t)
            elif self._talks[rival].slot is self._talks[t].slot:
                self.vague[d] = t

    def place_further(self) -> None:
        """Give decks that are left to talks that have one already, if they fit well: a second part, a translation."""
        for d in self._left():
            best, *others = self._ranked[d]
            slot = self._talks[best].slot
            rival = max((self._scores[d, t] for t in others if self._talks[t].slot is not slot), default=0.0)
            if (
                min(self._scores[d, best], self._fits[d, best].itself) >= _ENOUGH + 1
                and self._scores[d, best] >= rival + _MARGIN
            ):
                self.placed[d] = best

    def decks_of(self, talk: int) -> list[int]:
        """The decks of a talk."""
        return [d for d, t in self.placed.items() if t == talk]

    def perhaps(self, talk: int) -> list[int]:
        """The decks that may be a talk's own, when it has none."""
        if self.decks_of(talk):
            return []
        near = [d for d, t in self.vague.items() if self._talks[t].slot is self._talks[talk].slot]
        return near + [d for d in self._left() if self._may_be(d, talk)]

    def _may_be(self, deck: int, talk: int) -> bool:
        """Whether a deck that was not placed may be a talk's: it fits a little, or nothing can be learned from it."""
        if self._judge.silent(deck):
            return self._scores[deck, talk] >= 0
        itself, place = self._fits[deck, talk]
        near = self._scores[deck, talk] >= _PLAUSIBLE and (itself > 0 or place >= _SESSION)
        return self._judge.is_shown(deck) and (itself >= _ENOUGH or near)

    def _left(self) -> list[int]:
        return [d for d in self._decks if d not in self.placed and d not in self.vague]


def _talks(slot: Slot) -> list[Talk]:
    return [Talk(slot, slot.speakers)] if slot.together else [Talk(slot, (one,)) for one in slot.speakers] or [Talk(slot)]


@dataclass(slots=True)
class _Known:
    """What a deck says, in the forms in which it is compared."""

    named: Sequence[Mapping[str, float]]
    opening: frozenset[str]
    names: Names
    outside: frozenset[str]
    inside: frozenset[str]
    sessions: frozenset[str]
    days: frozenset[object]
    telling: bool
    shown: bool
    besides: bool


class Fit(NamedTuple):
    """How well a deck fits a talk: by what it says itself, and by the place in which it lies."""

    itself: float
    place: float


class _Judge:
    """Scores how well a deck fits a talk."""

    def __init__(self, talks: Sequence[Talk], decks: Sequence[Deck], countries: Countries) -> None:
        self._countries = countries
        self._languages = {*languages("\n".join(f"{talk.slot.session}\n{talk.slot.title}" for talk in talks))}
        titles = [_terms(talk.slot.title) for talk in talks]
        texts = [_terms(f"{deck.name} {deck.title} {deck.presents}") for deck in decks]
        counts = Counter(
            itertools.chain.from_iterable(
                (*map(set, {id(t.slot): s for t, s in zip(talks, titles, strict=True)}.values()), *texts)
            )
        )
        total = len(titles) + len(texts) + 1
        self._weight = {term: math.log(1 + total / count) for term, count in counts.items()}
        self._talks = [
            (
                talk,
                [self._weighted(_terms(part)) for part in _IN_TWO_LANGUAGES.split(talk.slot.title)],
                _terms(_organisations(talk)),
                self._of(talk),
                list(filter(None, (name_in(one.name) for one in talk.speakers))),
            )
            for talk, title in zip(talks, titles, strict=True)
        ]
        self._decks = [self._known(deck, text) for deck, text in zip(decks, texts, strict=True)]

    def _weighted(self, terms: Iterable[str]) -> dict[str, float]:
        return {term: self._weight.get(term, 1.0) for term in terms}

    def _of(self, talk: Talk) -> frozenset[str]:
        """The countries that a talk is from."""
        stated = (" ".join(one.country for one in talk.speakers), _organisations(talk), talk.slot.title)
        return next(filter(None, map(self._countries, stated)), frozenset())

    def _known(self, deck: Deck, text: frozenset[str]) -> _Known:
        places = (*deck.folders, deck.name)
        whole = "\n".join((*places, deck.title, deck.presents, deck.authors))
        return _Known(
            [
                self._weighted(_terms(text))
                for text in (f"{_spaced(deck.name)} {deck.title}", deck.title, *_headings(deck.presents))
            ],
            text,
            Names.of(map(_spaced, whole.splitlines())),
            self._countries(" ".join(map(_spaced, places))),
            self._countries(f"{deck.title}\n{deck.presents}"),
            frozenset(number for place in places for number in numbers("session", _spaced(place))),
            frozenset(
                [
                    *(int(number) for place in places for number in numbers("day", _spaced(place))),
                    *(day for place in places for day in days_in(place)),
                ]
            ),
            telling=not deck.slides or self._tells(deck.presents),
            shown=deck.slides,
            besides=any(is_besides(_spaced(place), slides=deck.slides) for place in places),
        )

    def _tells(self, opening: str) -> bool:
        """Whether a text has words enough, in a language that the agenda uses, as far as few words show their language."""
        count, spoken = len(_terms(opening)), languages(opening)
        known = not self._languages.isdisjoint(spoken) if spoken else count < _WORDS_OF_A_LANGUAGE
        return known and count >= _TELLING_WORDS

    def silent(self, deck: int) -> bool:
        """Whether a deck may belong anywhere: it has pictures only, or is in a language that the agenda does not use."""
        return not self._decks[deck].telling and not self._decks[deck].besides

    def is_shown(self, deck: int) -> bool:
        """Whether it is of a kind in which people present."""
        return self._decks[deck].shown

    def fit(self, deck: int, talk: int) -> Fit:
        """How well they fit; 0 for nothing in common, negative for a contradiction."""
        known = self._decks[deck]
        if known.besides and not known.shown:
            return Fit(0, 0)
        told, titles, organisation, countries, names = self._talks[talk]
        itself = (
            max(map(known.names.score, names), default=0.0),
            _country_score(countries, known),
            _TITLE * max(_likeness(title, named) for title in titles for named in known.named),
            _TITLE_IN_TEXT * max(_share(title, known.opening) for title in titles),
            _ORGANISATION * _share(self._weighted(organisation), known.opening),
        )
        place = (
            _agreement({told.slot.number.partition(".")[0]} - {""}, known.sessions, _SESSION, _OTHER_SESSION),
            _agreement({told.slot.day_number, told.slot.day} - {0, None}, known.days, _DAY, _OTHER_DAY),
        )
        return Fit(sum(itself), sum(place))


def _agreement(wanted: Iterable[object], known: frozenset[object], same: float, other: float) -> float:
    wanted = set(wanted)
    if not wanted or not known:
        return 0.0
    return same if wanted & known else other


def _country_score(countries: frozenset[str], known: _Known) -> float:
    if not countries:
        return 0.0
    if known.outside:
        return _COUNTRY if countries & known.outside else _OTHER_COUNTRY
    return _COUNTRY_IN_TEXT if countries & known.inside else 0.0


def _organisations(talk: Talk) -> str:
    return " ".join(one.organisation for one in talk.speakers)


def _headings(opening: str) -> Iterator[str]:
    """The first lines of a deck, and two in a row: one of them is the title of its talk."""
    lines = [line for line in opening.splitlines() if line.strip()][:_MOST_HEADINGS]
    yield from lines
    yield from map(" ".join, itertools.pairwise(lines))


def _terms(text: str) -> frozenset[str]:
    """The stems of a text's telling words; of scripts without spaces, their pairs of letters."""
    found = (
        word for word in words(_spaced(text)) if not is_grammar(text[word.start : word.end]) and not word.forms.fold.isdecimal()
    )
    return frozenset(term for word in found for term in (word.forms.tokens if word.forms.unspaced else (word.forms.stem,)))


def _spaced(name: str) -> str:
    """A file's name with spaces between its words."""
    stem = name.rpartition(".")[0] if "." in name[-6:] else name
    return stem.replace("_", " ").replace("-", " ")


def _likeness(some: Mapping[str, float], others: Mapping[str, float]) -> float:
    """The cosine of two weighted sets of terms: 1 when they are the same."""
    shared = sum(weight**2 for term, weight in some.items() if term in others)
    return shared / math.sqrt(sum(w**2 for w in some.values()) * sum(w**2 for w in others.values())) if shared else 0.0


def _share(wanted: Mapping[str, float], terms: frozenset[str]) -> float:
    """How much of what is wanted is among the terms, by weight."""
    shared = sum(weight for term, weight in wanted.items() if term in terms)
    return shared / sum(wanted.values()) if shared else 0.0
