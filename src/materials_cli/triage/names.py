"""Where the names of some people stand in a text, in whatever alphabet, order or case, and where known numbers do. Pure."""

import itertools
import re
from collections.abc import Iterable, Iterator

from materials_cli.describe.people import is_topic
from materials_cli.patterns import regex
from materials_cli.triage.numbers import lowered, plain
from materials_cli.triage.unseen import Shown
from materials_cli.words.fold import forms_of

_WORD = regex(r"[^\W\d_]+(?:['’ʻʼ‘-][^\W\d_]+)*")
_WHOLE = regex("[\u0e80-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CASELESS = frozenset(map(chr, range(0x10D0, 0x1100)))  # Georgian counts as lower case
_SIGNS, _BETWEEN = regex(r"[\W_]"), r"[^\w\n]{0,3}_?"
_ANY_VALUE = r"[^\s@]{1,64}@[^\s@]{1,64}|[0-9](?:[^\w\n]{0,3}[0-9]){4,30}"
_RUN, _TOGETHER, _MOST_WORDS = (
    regex("[\u0e80-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"),
    regex(r",?[ \t\u00a0]{1,3}"),
    5,
)
_SHORTEST_VALUE, _MOST_VALUES = 5, 2000
_SHORTEST, _INFLECTED, _LONGEST_ENDING = 3, 5, 3


class Names:
    """The names of some people."""

    def __init__(self, names: Iterable[str]) -> None:
        self._unspaced: set[str] = set()
        self._words: set[str] = set()
        for name in names:
            parts = _WORD.findall(name)
            if _WHOLE.search(name):
                self._unspaced.add("".join(name.split()).casefold())
            self._words |= {_form(part) for part in parts if len(part) >= _SHORTEST and not is_topic(part)}
        self._words.discard("")

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where words of these names stand in a text; in scripts without spaces, where whole names do."""
        yield from self._spans(text)
        if shown := Shown.of(text):
            yield from (shown.span(*span) for span in self._spans(shown.text))

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        lower = text.casefold() if len(text.casefold()) == len(text) else text
        for name in self._unspaced:
            at = lower.find(name)
            while at >= 0:
                yield at, at + len(name)
                at = lower.find(name, at + len(name))
        for word in _WORD.finditer(text) if self._words else ():
            if self._is_of_name(word[0]):
                yield word.span()

    def _is_of_name(self, word: str) -> bool:
        if len(word) < (_INFLECTED if word[0].islower() and word[0] not in _CASELESS else _SHORTEST):
            return False
        form = _form(word)
        cut = (form[:-ending] for ending in range(1, _LONGEST_ENDING + 1) if len(form) - ending >= _INFLECTED)
        return form in self._words or any(stem in self._words for stem in cut)


class Known:
    """Whole names of people, to be recognised in any text, in whatever alphabet and order."""

    def __init__(self, names: Iterable[str]) -> None:
        self._spaced: dict[tuple[str, ...], str] = {}
        self._unspaced: dict[str, str] = {}
        for name in names:
            parts = _WORD.findall(name)
            if _WHOLE.search(name) and len(whole := "".join(name.split())) >= _SHORTEST:
                self._unspaced[whole] = name
            elif 2 <= len(parts) <= _MOST_WORDS and not is_topic(name):
                self._spaced[tuple(sorted(map(_form, parts)))] = name
        self._counts = sorted({len(key) for key in self._spaced})
        self._lengths = sorted({len(key) for key in self._unspaced})

    def found(self, text: str) -> Iterator[tuple[str, int, int]]:
        """The names that stand in a text, each as it is known, and where it stands."""
        for run in _RUN.finditer(text) if self._unspaced else ():
            for start, length in itertools.product(range(run.start(), run.end()), self._lengths):
                if name := self._unspaced.get(text[start : start + length]):
                    yield name, start, start + length
        words = [word for word in _WORD.finditer(text) if _begins_a_name(word[0])] if self._spaced else []
        forms = [_form(word[0]) for word in words]
        for first, count in itertools.product(range(len(words)), self._counts):
            last = first + count - 1
            if last < len(words) and (name := self._spaced.get(tuple(sorted(forms[first : last + 1])))):
                between = (text[a.end() : b.start()] for a, b in itertools.pairwise(words[first : last + 1]))
                if all(_TOGETHER.fullmatch(each) for each in between):
                    yield name, words[first].start(), words[last].end()


NOBODY = Known(())


class Values:
    """Numbers, addresses and codes that were found at one place, and are hidden wherever they stand, labelled or not."""

    def __init__(self, texts: Iterable[str]) -> None:
        forms = {_SIGNS.sub("", lowered(plain(text))) for text in texts}
        forms = {form for form in forms if len(form) >= _SHORTEST_VALUE}
        spelled = (_BETWEEN.join(map(re.escape, form)) for form in sorted(forms, key=len, reverse=True))
        # Of so many, each alone would be looked for too long: anything like them is hidden.
        self._pattern = re.compile("|".join(spelled) if len(forms) <= _MOST_VALUES else _ANY_VALUE) if forms else None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where they stand in a text, with any signs and blanks between their letters and digits."""
        yield from self._spans(text)
        if shown := Shown.of(text):
            yield from (shown.span(*span) for span in self._spans(shown.text))

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        if self._pattern:
            yield from (found.span() for found in self._pattern.finditer(lowered(plain(text))))


def _begins_a_name(word: str) -> bool:
    """Whether a word begins with a capital, as far as its script has any."""
    return not word[0].islower() or word[0] in _CASELESS


def _form(word: str) -> str:
    """A word as it is compared: in Latin letters, as names are spelled in all alphabets."""
    forms = forms_of(word)
    return forms.key or forms.fold
