"""How surely a text names a person: whole or in part, in any alphabet and order. Pure."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from materials_cli.words.fold import Forms, fold, forms_of, words
from materials_cli.words.sounds import romanise, sound

_WHOLE, _WHOLE_BY_SOUND, _PART = 6.0, 5.0, 3.0
_SHORTEST_SURNAME = 4
_LONGEST_NAME = 3
_TELLING_SOUND = 4
_KOREAN_NAME = re.compile("[가-힣]{3}")

Name = Sequence[Forms]


@dataclass(frozen=True, slots=True)
class Names:
    """All that may be a name in a text: one to three words in a row by key and by sound, and the given names of Koreans."""

    keys: frozenset[str]
    sounds: frozenset[str]
    given: frozenset[str]
    folded: str

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Names":
        """The names in the lines of a text."""
        listed = list(lines)
        rows = list(itertools.chain.from_iterable(map(_in_a_row, listed)))
        given = frozenset(filter(None, map(_given_name, rows)))
        folded = fold("\n".join(listed)).replace(" ", "")
        return cls(frozenset(map(_joined_key, rows)), frozenset(map(_joined_sound, rows)), given, folded)

    def score(self, name: Name) -> float:
        """How surely the text names a person: as a whole, or by one rare enough word; 0 if it does not."""
        orders = list(itertools.permutations(name)) if len(name) <= _LONGEST_NAME else []
        found = [forms for forms in name if forms.key in self.keys or (forms.unspaced and forms.fold in self.folded)]
        if len(found) == len(name) or any(_joined_key(order) in self.keys for order in orders):
            return _WHOLE
        if any(len(heard := _joined_sound(order)) >= _TELLING_SOUND and heard in self.sounds for order in orders):
            return _WHOLE_BY_SOUND
        return _PART if self._has_given(name) or any(len(forms.fold) >= _SHORTEST_SURNAME for forms in found) else 0.0

    def _has_given(self, name: Name) -> bool:
        """Whether a Korean's given name is there: surnames are romanised in many ways, as 이 is Lee, Yi and Rhee."""
        return _given_name(name) in self.keys or any(_joined_key(part) in self.given for part in (name[1:], name[:-1]))


def name_in(text: str) -> list[Forms]:
    """The words of a person's name, without initials."""
    return [word.forms for word in words(text) if len(word.forms.fold) > 1]


def _given_name(name: Name) -> str:
    """The key of the given name of a Korean whose name is written in Hangul, as one word; empty for others."""
    return forms_of(name[0].fold[1:]).key if len(name) == 1 and _KOREAN_NAME.fullmatch(name[0].fold) else ""


def _joined_key(words_in_a_row: Iterable[Forms]) -> str:
    return "".join(forms.key for forms in words_in_a_row)


def _joined_sound(words_in_a_row: Iterable[Forms]) -> str:
    return sound("".join(romanise(forms.spelled) for forms in words_in_a_row))


def _in_a_row(line: str) -> Iterator[tuple[Forms, ...]]:
    """The words of a line one by one, and two or three in a row, as one alphabet writes apart what another joins."""
    forms = [word.forms for word in words(line)]
    for length in range(1, _LONGEST_NAME + 1):
        yield from (tuple(forms[at : at + length]) for at in range(len(forms) - length + 1))
