"""Is a quotation true to the archived text? If not, how does it differ? Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from materials_cli.diff import Mark, words
from materials_cli.model import Section
from materials_cli.patterns import regex
from materials_cli.values import frozen

LONGEST = 2_000  # characters of a quotation
_MOST_COMPARED = 200_000  # characters of one section that are compared with a quotation that is not in it as it is
_GRAM = 4
_ALIKE = 60.0  # of 100: below that, no part of a text is what the quotation comes from
_LEFT_OUT = regex(r"\s*(?:\[\s*(?:\.\.\.|…)\s*\]|\(\s*(?:\.\.\.|…)\s*\)|\.\.\.|…)\s*")
_SPACES = re.compile(r"\s+")


class Verdict(StrEnum):
    """What a comparison found, the best first."""

    VERBATIM = "verbatim"  # but for white space
    SAME_WORDS = "same words"  # but for case, punctuation and typography
    SHORTENED = "shortened"  # the parts between the marks of omission stand there, in this order
    DIFFERENT = "different"  # similar words stand there
    ABSENT = "absent"


@frozen()
class Comparison:
    """Where a quotation comes from. text: the archived words; part: "title", "body" or "notes".

    start, end: where these are in that part, in characters. difference: the words of the quotation that the archive does not
    have as [-words-], those of the archive that it lacks as {+words+}; empty unless the verdict is DIFFERENT.
    """

    verdict: Verdict
    section: int = 0
    part: str = ""
    start: int = 0
    end: int = 0
    text: str = ""
    difference: str = ""
    likeness: float = 0.0


_ABSENT = Comparison(Verdict.ABSENT)


class _Form(NamedTuple):
    """A text as it is compared, and where each of its characters comes from."""

    text: str
    origin: Sequence[int]


def compare(quotation: str, sections: Iterable[Section]) -> Comparison:
    """The best place of a quotation in some sections: ABSENT if none of them has anything like it."""
    wanted = unicodedata.normalize("NFC", quotation.strip())
    parts = [part for part in _LEFT_OUT.split(wanted) if part]
    best = _ABSENT
    for section in sections:
        for name in ("body", "title", "notes"):
            text = unicodedata.normalize("NFC", getattr(section, name))
            found = _compared(wanted, parts, text) if text.strip() else _ABSENT
            if is_better(found, best):
                best = Comparison(
                    found.verdict, section.number, name, found.start, found.end, text[found.start : found.end],
                    found.difference, found.likeness,
                )  # fmt: skip
        if best.verdict is Verdict.VERBATIM:
            break
    return best


def is_better(found: Comparison, than: Comparison) -> bool:
    """Whether a place is a better one."""
    return _rank(found) < _rank(than)


def _rank(found: Comparison) -> tuple[int, float]:
    return list(Verdict).index(found.verdict), -found.likeness


def _compared(wanted: str, parts: Sequence[str], text: str) -> Comparison:
    for verdict, form in ((Verdict.VERBATIM, _spaced), (Verdict.SAME_WORDS, _plain)):
        if (place := _place(form(wanted), form(text))) is not None:
            return Comparison(verdict, start=place[0], end=place[1], likeness=100.0)
    if len(parts) > 1 and (place := _in_order(parts, _plain(text))) is not None:
        return Comparison(Verdict.SHORTENED, start=place[0], end=place[1], likeness=100.0)
    return _likest(wanted, text[:_MOST_COMPARED])


def _place(wanted: _Form, text: _Form, begin: int = 0) -> tuple[int, int] | None:
    """Where a form stands as whole words in another one, in characters of the text that this was made from."""
    at = text.text.find(wanted.text, begin) if wanted.text else -1
    while at >= 0:
        end = at + len(wanted.text)
        if _parted(text.text, at) and _parted(text.text, end):
            return text.origin[at], text.origin[end - 1] + 1
        at = text.text.find(wanted.text, at + 1)
    return None


def _parted(text: str, at: int) -> bool:
    """Whether no word goes on from one side of a position to the other: 1 is not in 12."""
    return not (0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum() and _joins(text[at]))


def _joins(letter: str) -> bool:
    """Whether words of its script are separated by spaces."""
    return not (
        "\u0e00" <= letter <= "\u0eff"
        or "\u1780" <= letter <= "\u17ff"
        or "\u3040" <= letter <= "\u9fff"
        or "\uac00" <= letter <= "\ud7af"
    )


def _in_order(parts: Sequence[str], text: _Form) -> tuple[int, int] | None:
    begin, first, last = 0, None, 0
    for part in parts:
        form = _plain(part)
        place = _place(form, text, begin)
        if place is None:
            return None
        first = place[0] if first is None else first
        last = place[1]
        begin = next((number for number, origin in enumerate(text.origin) if origin >= last), len(text.text))
    return None if first is None else (first, last)


def _likest(wanted: str, text: str) -> Comparison:
    """The part of a text that is most like a quotation, to whole words, and how it differs."""
    from rapidfuzz.fuzz import partial_ratio_alignment  # noqa: PLC0415 - most quotations are true

    if len(text) < len(wanted) // 2:
        return _ABSENT
    shift = _nearest(wanted, text)
    text = text[shift : shift + 2 * len(wanted)]
    found = partial_ratio_alignment(wanted.casefold(), text.casefold(), score_cutoff=_ALIKE)
    if found is None or len(text.casefold()) != len(text):
        found = partial_ratio_alignment(wanted, text, score_cutoff=_ALIKE)
    if found is None:
        return _ABSENT
    start, end = (found.dest_start, found.dest_end) if len(text) >= len(wanted) else (0, len(text))
    while start and text[start - 1].isalnum() and _joins(text[start - 1]):
        start -= 1
    while end < len(text) and text[end].isalnum() and _joins(text[end]):
        end += 1
    there = text[start:end]
    return Comparison(
        Verdict.DIFFERENT,
        start=shift + start,
        end=shift + end,
        difference=_difference(wanted, there),
        likeness=round(found.score, 1),
    )


def _nearest(wanted: str, text: str) -> int:
    """Where the part of a text begins, twice as long as the quotation, that shares most groups of letters with it."""
    room = 2 * len(wanted)
    if len(text) <= room:
        return 0
    grams = {wanted[at : at + _GRAM].casefold() for at in range(len(wanted) - _GRAM + 1)}
    shared = list(accumulate((text[at : at + _GRAM].casefold() in grams for at in range(len(text))), initial=0))
    return max(range(len(text) - room + 1), key=lambda at: (shared[at + room] - shared[at], -at))


def _difference(wanted: str, there: str) -> str:
    marks = {Mark.SAME: ("", ""), Mark.REMOVED: ("[-", "-]"), Mark.ADDED: ("{+", "+}")}
    shown = []
    for piece in words(" ".join(wanted.split()), " ".join(there.split())):
        before, after = marks[piece.mark]
        space = piece.text[: len(piece.text) - len(piece.text.lstrip())]
        shown.append(f"{space}{before}{piece.text.strip()}{after}" if piece.text.strip() else piece.text)
    return "".join(shown).strip()


def _spaced(text: str) -> _Form:
    """A text with single spaces."""
    return _form((" " if letter.isspace() else letter, at) for at, letter in enumerate(text))


def _plain(text: str) -> _Form:
    """A text in lower case, with nothing but its letters, digits, marks and single spaces; signs within numbers stay."""

    def letters() -> Iterator[tuple[str, int]]:
        for at, letter in enumerate(text):
            if unicodedata.category(letter) in {"Cf", "Cc"} and not letter.isspace():
                continue
            if letter in ".,%-−" and _in_number(text, at):
                yield letter.replace("−", "-"), at
                continue
            for plain in unicodedata.normalize("NFKC", letter).casefold():
                kept = unicodedata.category(plain)[0] in "LNMS"
                yield (plain if kept else " "), at

    return _form(letters())


def _in_number(text: str, at: int) -> bool:
    """Whether a sign belongs to a number: 3.5, 15 %, -2."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] == "%":
        return text[:at].rstrip()[-1:].isdigit()
    if text[at] in "-−":
        return after.isdigit() and not before.isalnum()
    return before.isdigit() and after.isdigit()


def _form(letters: Iterable[tuple[str, int]]) -> _Form:
    """Letters with where they come from, as a form: single spaces, none at the ends."""
    shown: list[str] = []
    origin: list[int] = []
    for letter, at in letters:
        if letter == " " and (not shown or shown[-1] == " "):
            continue
        shown.append(letter)
        origin.append(at)
    if shown and shown[-1] == " ":
        shown.pop()
        origin.pop()
    return _Form("".join(shown), origin)
