"""Clauses → FTS5 MATCH expressions over the terms that `words.fold` derives. Pure.

Syntax: https://www.sqlite.org/fts5.html#full_text_query_syntax
"""

import itertools
import re
from collections.abc import Container, Iterable, Iterator, Sequence

from materials_cli.patterns import regex
from materials_cli.search.clauses import Clause, Clauses, Term
from materials_cli.search.match import BY_SOUND, LONG_SOUND, MatchLevel, halves, truncated, truncated_key
from materials_cli.words.fold import KEY, SOUND, SOUND_IN_RUN, STEM, Forms, sought_stems, sound_of
from materials_cli.words.hangul import Name, name_of
from materials_cli.words.particles import without_particle
from materials_cli.words.sounds import SHORTEST_KEY, SHORTEST_SOUND
from materials_cli.words.syllables import graphemes

_ALTERNATIVES = regex(r'\(("[^"]*"(?: \*)?(?: OR "[^"]*"(?: \*)?)+)\)')
_ALTERNATIVE = regex(r'(?:(?<=\()|(?<= OR ))("[^"]*") OR ')
_SHORTEST_PREFIX = 3
_SHORTEST_RUN = 2
_SHORTEST_WHOLE_KEY = 4
_LONGEST_COMPOUND = 12


def expression_of(clauses: Clauses, level: MatchLevel, *, every: bool = True) -> str:
    """The expression for sections or names with every one of the clauses, or any; empty without clauses."""
    return (" AND " if every else " OR ").join(_clause(clause, level) for clause in clauses)


def excluding(expression: str, terms: Sequence[Term]) -> str:
    """An expression narrowed to what has none of the terms, as they are spelled."""
    excluded = " OR ".join(_term(term, MatchLevel.WORD, other_alphabets=False) for term in terms)
    return f"({expression}) NOT ({excluded})" if excluded else expression


def counting(expression: str) -> str:
    """An expression that matches the same and is counted faster: without terms whose beginnings are looked for beside them."""
    return _ALTERNATIVES.sub(_without_covered, expression)


def alternatives(expression: str) -> list[str]:
    """The single terms in an expression beside which others may stand instead, each once."""
    return list(dict.fromkeys(match[1] for match in _ALTERNATIVE.finditer(expression)))


def without(expression: str, nowhere: Container[str]) -> str:
    """An expression without those of its alternatives that stand nowhere: it matches and ranks the same."""
    return _ALTERNATIVE.sub(lambda match: "" if match[1] in nowhere else match[0], expression)


def _without_covered(found: re.Match[str]) -> str:
    terms = found[1].split(" OR ")
    beginnings = [term for term in terms if term.endswith("*")]
    left = [term for term in terms if not any(term.startswith(each[:-3]) and term != each for each in beginnings)]
    return f"({' OR '.join(left)})"


def quoted(term: str) -> str:
    """A term as an FTS5 string; no term of ours contains a quotation mark."""
    return f'"{term}"'


def _clause(clause: Clause, level: MatchLevel) -> str:
    return f"({' OR '.join(_term(term, level) for term in clause)})"


def _term(term: Term, level: MatchLevel, *, other_alphabets: bool = True) -> str:
    level = term.level(level)
    if term.exact or term.respelled or term.loose:
        level, other_alphabets = MatchLevel.WORD, False
    if len(term.words) == 1:
        level = max(level, MatchLevel.PREFIX) if term.prefix else level
        return _word(term.words[0], level, term, other_alphabets=other_alphabets)
    if level >= MatchLevel.TRUNCATED or term.loose:
        return f"({' AND '.join(_word(forms, level, term, other_alphabets=other_alphabets) for forms in term.words)})"
    return _phrase(term, compound=other_alphabets)


def _phrase(term: Term, *, compound: bool) -> str:
    """Words one after another; compound: or written as one."""
    tokens = [token for forms in term.words for token in forms.tokens]
    phrase = " + ".join(map(quoted, tokens)) + (" *" if term.prefix or term.words[-1].unspaced else "")
    if compound and not any(forms.unspaced for forms in term.words):
        return f"({phrase} OR {quoted(''.join(forms.fold for forms in term.words))})"
    return phrase


def _word(forms: Forms, level: MatchLevel, term: Term, *, other_alphabets: bool) -> str:
    """All terms that may stand for one word in the index."""
    spelled = not (term.unspelled and level in BY_SOUND)
    found = list(_unspaced(forms, level) if forms.unspaced else _spaced(forms, level, term)) if spelled else []
    if other_alphabets and spelled:
        found += _keys(forms, level, literal=term.literal)
    if level in BY_SOUND:
        found += _sounds(sound_of(forms))
    if (level in BY_SOUND or term.respelled) and forms.unspaced and (name := name_of(forms.fold)):
        found.append(_latin(name))
    return f"({' OR '.join(dict.fromkeys(found))})"


def _spaced(forms: Forms, level: MatchLevel, term: Term) -> Iterator[str]:
    yield quoted(forms.fold)
    if not (term.prefix or term.exact):
        for stem in sought_stems(forms) if level >= MatchLevel.PREFIX else (forms.fold, *forms.stems):
            yield quoted(stem)
            yield quoted(STEM + stem)
    beginning = truncated(forms) if level >= MatchLevel.TRUNCATED else forms.fold
    if term.prefix or (level >= MatchLevel.PREFIX and len(beginning) >= _SHORTEST_PREFIX):
        yield f"{quoted(beginning)} *"


def _unspaced(forms: Forms, level: MatchLevel) -> Iterator[str]:
    """A run without spaces stands inside other runs; at higher levels it may be truncated or split in two."""
    units = graphemes(forms.fold)
    yield _run(units)
    if (bare := without_particle(forms.fold)) != forms.fold:
        yield _run(graphemes(bare))
    if level >= MatchLevel.TRUNCATED:
        yield _run(graphemes(truncated(forms)))
        for middle in range(_SHORTEST_RUN, len(units) - _SHORTEST_RUN + 1) if len(units) <= _LONGEST_COMPOUND else ():
            yield f"({_run(units[:middle])} AND {_run(units[middle:])})"
    if level == MatchLevel.ANY_SOUND:
        # A typing error spoils one half of a run; the other half is still found.
        yield from map(_run, halves(units))


def _run(units: list[str]) -> str:
    pairs = [a + b for a, b in itertools.pairwise(units)] or units
    return " + ".join(map(quoted, pairs)) + " *"


def _latin(name: Name) -> str:
    """A Korean name in Latin letters: its surname, and the rest as one word or as several."""
    apart = " AND ".join(f"({_any(spellings)})" for spellings in name.syllables)
    return f"(({_any(sorted(name.surnames))}) AND ({_any(sorted(name.given))} OR ({apart})))"


def _any(terms: Iterable[str]) -> str:
    return " OR ".join(map(quoted, terms))


def _sounds(sound: str) -> Iterator[str]:
    """A word of the same sound or, if that tells enough, one that begins with it; in a run, more may always follow."""
    if len(sound) >= SHORTEST_SOUND:
        yield f"{quoted(SOUND + sound)}{' *' if len(sound) >= LONG_SOUND else ''}"
        yield f"{quoted(SOUND_IN_RUN + sound)} *"


def _keys(forms: Forms, level: MatchLevel, *, literal: bool) -> Iterator[str]:
    """The word in another alphabet; at higher levels, as the beginning of a word there.

    literal: an abbreviation, of which no other word of its own alphabet is a spelling: ОБСЕ, and общее.
    """
    if len(forms.key) < (SHORTEST_KEY if level > MatchLevel.WORD else _SHORTEST_WHOLE_KEY):
        return
    if not literal or forms.fold.isascii():
        yield quoted(KEY + forms.key)
    yield quoted(forms.key)
    if level >= MatchLevel.PREFIX:
        key = truncated_key(forms) if level >= MatchLevel.TRUNCATED and not forms.unspaced else forms.key
        if len(key) >= (_SHORTEST_WHOLE_KEY if forms.unspaced else SHORTEST_KEY):
            yield f"{quoted(KEY + key)} *"
            yield f"{quoted(key)} *"
