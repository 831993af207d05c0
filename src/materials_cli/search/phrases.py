"""FTS5 expressions, as `expression` makes them → a tree that another index can be asked by. Pure.

NOT binds closest, then AND, then OR; there is an operator between any two phrases.
"""

from collections.abc import Callable
from typing import NamedTuple

from materials_cli.patterns import regex

_PIECE = regex(r'"(?P<term>[^"]*)"|(?P<sign>[()+*]|AND|OR|NOT)')


class Phrase(NamedTuple):
    """Terms that follow one another. prefix: the last may be the beginning of one."""

    terms: tuple[str, ...]
    prefix: bool = False


class Joined(NamedTuple):
    """Parts that an operator joins: AND, OR or NOT, which leaves out what has any but the first."""

    operator: str
    parts: "tuple[Tree, ...]"


Tree = Phrase | Joined


def tree_of(expression: str) -> Tree:
    """The tree of an expression that has no filters by column."""
    return _Reader(expression).either()


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, expression: str) -> None:
        self._pieces = [(match["sign"] or "", match["term"] or "") for match in _PIECE.finditer(expression)]
        self._at = 0

    def either(self) -> Tree:
        return self._joined("OR", self._every)

    def _every(self) -> Tree:
        return self._joined("AND", self._without)

    def _without(self) -> Tree:
        return self._joined("NOT", self._single)

    def _joined(self, operator: str, part: Callable[[], Tree]) -> Tree:
        parts = [part()]
        while self._took(operator):
            parts.append(part())
        return Joined(operator, tuple(parts)) if len(parts) > 1 else parts[0]

    def _single(self) -> Tree:
        if self._took("("):
            inner = self.either()
            self._took(")")
            return inner
        terms = [self._term()]
        while self._took("+"):
            terms.append(self._term())
        return Phrase(tuple(terms), self._took("*"))

    def _term(self) -> str:
        self._at += 1
        return self._pieces[self._at - 1][1]

    def _took(self, sign: str) -> bool:
        """Whether a sign stands here; then it is behind."""
        there = self._pieces[self._at : self._at + 1] == [(sign, "")]
        self._at += there
        return there
