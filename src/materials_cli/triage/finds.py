"""What is private in a text, and the text without it. Pure, and in a time that its length bounds.

Finds in texts are e-mail addresses, numbers of people (numbers.py), secrets and accounts (contacts.py) and marks of
confidentiality (marks.py); those that are in
no text, such as notes or the place where a picture was taken, are found in survey.py.
"""

from collections.abc import Collection, Iterator

from materials_cli.patterns import regex
from materials_cli.triage.contacts import accounts_in, secrets_in, spelled_addresses
from materials_cli.triage.found import IN_TEXT, FindKind
from materials_cli.triage.marks import marks_in
from materials_cli.triage.numbers import Number, numbers_in, plain
from materials_cli.triage.unseen import Shown
from materials_cli.values import frozen

HIDDEN = "█████"
_LONGEST_LOCAL, _LONGEST_DOMAIN = 64, 254
_BEFORE = frozenset("!#$%&'*+-/=?^_`{|}~.")
_DOMAIN = regex(r"(?:[^\W_](?:[\w-]{0,62})\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})(?![\w-])")


@frozen()
class Spot:
    """A find in a text: from where to where it stands. name: what it is, such as “KZ IIN”."""

    kind: FindKind
    start: int
    end: int
    name: str = ""


def spots(text: str, kinds: Collection[FindKind] = IN_TEXT) -> list[Spot]:
    """All finds of some kinds in a text, in its order; none overlaps another."""
    found = [*_spots(text)]
    if shown := Shown.of(text):
        found += (Spot(spot.kind, *shown.span(spot.start, spot.end), spot.name) for spot in _spots(shown.text))
    return list(_apart(spot for spot in found if spot.kind in kinds))


def redacted(text: str, kinds: Collection[FindKind] = IN_TEXT) -> str:
    """A text without its finds of some kinds. What is left has none; a text without finds is unchanged."""
    while found := spots(text, kinds):
        for spot in reversed(found):
            text = f"{text[: spot.start]}{HIDDEN}{text[spot.end :]}"
    return text


def _spots(text: str) -> Iterator[Spot]:
    """The finds in a text as it is written."""
    written = plain(text)
    for kind, places in (
        (FindKind.EMAIL, _addresses(written)), (FindKind.EMAIL, spelled_addresses(written)),
        (FindKind.SECRET, secrets_in(written)), (FindKind.HANDLE, accounts_in(written)),
    ):  # fmt: skip
        yield from (Spot(kind, start, end) for start, end in places)
    numbers = sorted(numbers_in(written), key=_rank)
    yield from (Spot(FindKind(kind), start, end, name) for kind, name, start, end, _ in numbers)
    yield from (Spot(FindKind.CONFIDENTIAL, start, end) for start, end in marks_in(text))


def _apart(found: Iterator[Spot]) -> Iterator[Spot]:
    """Finds in their order; of those that overlap, the one that begins first, or is longer, as far as any of them goes."""
    last: Spot | None = None
    for spot in sorted(found, key=lambda spot: (spot.start, -spot.end)):
        if last is None or spot.start >= last.end:
            if last is not None:
                yield last
            last = spot
        elif spot.end > last.end:
            last = Spot(last.kind, last.start, spot.end, last.name)
    if last is not None:
        yield last


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where e-mail addresses stand."""
    at = text.find("@")
    while at >= 0:
        start = at
        while start > 0 and at - start < _LONGEST_LOCAL and _is_local(text[start - 1]):
            start -= 1
        while start < at and text[start] in _BEFORE:
            start += 1
        domain = _DOMAIN.match(text, at + 1, at + 1 + _LONGEST_DOMAIN)
        if domain and start < at:
            yield start, domain.end()
        at = text.find("@", domain.end() if domain else at + 1)


def _rank(number: Number) -> int:
    return number.rank


def _is_local(char: str) -> bool:
    return char.isalnum() or char in _BEFORE
