"""A text without the names of some people, in whatever alphabet, order or case they are written. Pure."""

from collections.abc import Iterable, Iterator

from materials_cli.describe.people import is_topic
from materials_cli.patterns import regex
from materials_cli.words.fold import forms_of

_WORD = regex(r"[^\W\d_]+(?:['’ʻʼ‘-][^\W\d_]+)*")
_WHOLE = regex("[\u0e80-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CASELESS = frozenset(map(chr, range(0x10D0, 0x1100)))  # Georgian counts as lower case
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


def _form(word: str) -> str:
    """A word as it is compared: in Latin letters, as names are spelled in all alphabets."""
    forms = forms_of(word)
    return forms.key or forms.fold
