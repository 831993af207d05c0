"""What a query is made of: words form terms, terms that are alternatives form a clause. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from materials_cli.patterns import regex
from materials_cli.search.match import BY_SOUND, MatchLevel
from materials_cli.values import frozen
from materials_cli.words.fold import Forms, Word, hyphenated, sound_of, words
from materials_cli.words.sounds import SHORTEST_SOUND

MAX_WORDS = 32
_LONGEST_ABBREVIATION = 5
_SHORTEST_TOLD = 3  # of shorter words the index is not asked for beginnings
_PIECE = regex(r"\S+")


@frozen()
class Term:
    """Words that follow one another, usually one.

    prefix: the last may be the beginning of a word; exact: they were quoted; literal: an abbreviation (OECD), which is the
    beginning of no other word and is not told by its sound; respelled: it is what was typed in another alphabet; loose: it was
    not typed but means the same, so that each of its words may have another form; known: the archive has it as it is spelled,
    so that its sound is not compared; unspelled: the index has it in no spelling, so that only its sound is.
    """

    words: tuple[Forms, ...]
    prefix: bool = False
    exact: bool = False
    literal: bool = False
    respelled: bool = False
    loose: bool = False
    known: bool = False
    unspelled: bool = False

    def level(self, level: MatchLevel) -> MatchLevel:
        """How far its words may differ in a search at some level."""
        if self.loose:
            return MatchLevel.FORM
        if self.literal or self.respelled:
            return min(level, MatchLevel.WORD)
        return MatchLevel.PREFIX if self.known and level in BY_SOUND else level

    def spelled_in_full(self, level: MatchLevel) -> MatchLevel | None:
        """The level at which the index tells whether anything is spelled like it, for a search by sound at some level.

        None if the index does not tell, or it has no sound: words that are quoted, joined or short; where halves are enough.
        """
        forms = self.words[0]
        plain = self == Term((forms,)) and not (forms.unspaced and level == MatchLevel.ANY_SOUND)
        if not plain or len(forms.fold) < _SHORTEST_TOLD or len(sound_of(forms)) < SHORTEST_SOUND:
            return None
        return MatchLevel.TRUNCATED if level == MatchLevel.ANY_SOUND else MatchLevel.PREFIX


# Alternatives, of which one is enough.
Clause = tuple[Term, ...]
Clauses = tuple[Clause, ...]


def terms_of(text: str, found: Sequence[Word], start: int, end: int, *, phrase: bool = False) -> Iterator[Term]:
    """The terms of a part of a text: one for each word, or for words that hyphens join; one in all for a phrase.

    found: the words of the whole text; start, end: the part, without spaces unless it is a phrase.
    """
    run: list[Word] = []
    for word in found[bisect_left(found, start, key=_start) : bisect_left(found, end, key=_start)]:
        if run and not phrase and not hyphenated(text, run[-1].end, word.start):
            yield _term(text, run)
            run = []
        run.append(word)
    if run:
        yield _term(text, run[:MAX_WORDS], prefix=text.endswith("*", start, end), exact=phrase)


def clauses_of(text: str) -> Clauses:
    """The clauses of a text without operators: each of its terms is one."""
    found = tuple(words(text))
    return tuple((term,) for piece in _PIECE.finditer(text) for term in terms_of(text, found, *piece.span()))


def _term(text: str, run: Sequence[Word], *, prefix: bool = False, exact: bool = False) -> Term:
    literal = len(run) == 1 and run[0].end - run[0].start <= _LONGEST_ABBREVIATION and text[run[0].start : run[0].end].isupper()
    return Term(tuple(word.forms for word in run), prefix, exact, literal)


def _start(word: Word) -> int:
    return word.start
