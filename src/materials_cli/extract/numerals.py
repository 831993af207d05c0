"""A number written by one part of a format of Excel's: decimals, thousands, scale, percent, exponents, fractions, units. Pure.

After ECMA-376, part 1, 18.8.31. The decimal point is a point and thousands are set apart by a comma, in whatever language
Excel would run. Colours, languages and the width of a column are left out.
"""

import itertools
import math
import re
from collections.abc import Collection, Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

_TOKEN = re.compile(
    r'"([^"]*)"?|\\(.)|(_.|\*.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|(General|@)|(E[+-])|([0#?.,%/])|(.)', re.IGNORECASE | re.DOTALL
)
_TEXT, _PLACE = "text", "place"
_GENERAL, _EXPONENT = "general", "exponent"
_SIMPLE = re.compile(r"(?P<before>t*)(?P<whole>#,##0|#*0|#+)(?P<decimals>\.0+)?(?P<scale>,*)(?P<after>[t%]*)")
_EXACTLY = Context(prec=800, rounding=ROUND_HALF_UP)
_EMPTY = MappingProxyType({"0": "0", "?": " "})  # what a place shows for which there is no digit
_LONGEST_DENOMINATOR = 4
_DIGITS = 15  # of a float that are as they were stated


class _Usual(NamedTuple):
    """A format with all digits in one place: how Python writes them, their decimals, the scale as a power of ten, the rest.

    least: of smaller numbers, it shows no zero; most: of larger ones, Python would write digits that nobody stated.
    """

    layout: str
    least: float
    most: float
    decimals: int
    shift: int
    before: str
    after: str

    def around(self, digits: str) -> str:
        """The digits with the rest."""
        return f"{self.before}{digits}{self.after}"


class _Token(NamedTuple):
    """One piece of a format: a text, a place for a digit, or a sign, which is its own kind."""

    kind: str
    text: str = ""


@lru_cache(maxsize=1024)
def written(value: float, part: str, *, signed: bool) -> str:
    """A finite number as one part of a format shows it. signed: a minus is shown, which the part does not have itself."""
    minus, size = "-" if value < 0 and signed else "", abs(value)
    if (usual := _usual(part)) and (shown := _rounded(size, usual)):
        return _signed(minus, usual.around(shown))
    tokens = _tokens(part)
    if not any(token.kind in {_PLACE, _GENERAL} for token in tokens):
        return _texts(tokens, {_TEXT, "%", "/"}).strip()
    return _signed(minus, _shown(size, tokens))


def _shown(size: float, tokens: tuple[_Token, ...]) -> str:
    """A number without its sign, in the way that the format asks for."""
    kinds = [token.kind for token in tokens]
    if _GENERAL in kinds:
        return "".join(plain(size) if token.kind == _GENERAL else token.text for token in tokens)
    if _EXPONENT in kinds:
        return _scientific(size, tokens, kinds.index(_EXPONENT))
    slash = next((at for at in range(len(kinds)) if kinds[at] == "/" and _is_fraction(tokens, at)), 0)
    return _fraction(size, tokens, slash) if slash else _decimal(size, tokens)


def _texts(tokens: Sequence[_Token], kinds: Collection[str]) -> str:
    return "".join(token.text for token in tokens if token.kind in kinds)


def _signed(minus: str, shown: str) -> str:
    """What is shown, with its sign; what is rounded to nothing has none."""
    return (minus if minus and any(digit in shown for digit in "123456789") else "") + shown.strip()


def around(text: str, part: str) -> str:
    """A text as the part of a format for texts shows it."""
    return "".join(text if token.kind == _GENERAL else token.text for token in _tokens(part)).strip()


def plain(value: float) -> str:
    """A number without a format, as short as it is."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


@lru_cache(maxsize=256)
def _tokens(part: str) -> tuple[_Token, ...]:
    return tuple(_split(part))


def _split(part: str) -> Iterator[_Token]:
    for quoted, escaped, space, currency, general, exponent, sign, other in _TOKEN.findall(part):
        if general:
            yield _Token(_GENERAL)
        elif exponent:
            yield _Token(_EXPONENT, exponent)
        elif sign:
            yield _Token(_PLACE, sign) if sign in "0#?" else _Token(sign, sign)
        elif space:
            yield _Token(_TEXT, " " if space[0] == "_" else "")
        else:
            yield _Token(_TEXT, quoted or escaped or currency or other)


@lru_cache(maxsize=256)
def _usual(part: str) -> _Usual | None:
    """The format as one of the many that are as simple as this; None for all others."""
    tokens = _tokens(part)
    found = _SIMPLE.fullmatch("".join("t" if token.kind == _TEXT else token.text for token in tokens))
    if not found:
        return None
    shift = 2 * sum(token.kind == "%" for token in tokens) - 3 * len(found["scale"])
    before, after = (tokens[slice(*ends)] for ends in (found.span("before"), found.span("after")))
    texts = ("".join(token.text for token in rest) for rest in (before, after))
    decimals = max(0, len(found["decimals"] or "") - 1)
    layout, least = f"{',' if ',' in found['whole'] else ''}.{decimals}f", 0.0 if found["whole"].endswith("0") else 1.0
    return _Usual(layout, least, 10.0 ** (_DIGITS - decimals), decimals, shift, *texts)


def _rounded(size: float, usual: _Usual) -> str:
    """The digits of a number; empty for what has to be rounded more exactly, halves up."""
    if usual.shift:
        size = float(f"{size!r}e{usual.shift}") if "e" not in repr(size) else -1.0
    exact = repr(size)
    is_half = exact[-1] == "5" and len(exact) - exact.find(".") == usual.decimals + 2
    return "" if is_half or not usual.least <= size < usual.most or "e" in exact else format(size, usual.layout)


class _Layout(NamedTuple):
    """Where digits go: the places before the point and after it; the scale as a power of ten."""

    wholes: list[int]
    point: int | None
    parts: list[int]
    shift: int
    grouped: bool


@lru_cache(maxsize=256)
def _layout(tokens: tuple[_Token, ...]) -> _Layout:
    places = [at for at, token in enumerate(tokens) if token.kind == _PLACE]
    point = next((at for at, token in enumerate(tokens) if token.kind == "."), None)
    wholes = [at for at in places if point is None or at < point]
    parts = places[len(wholes) :]
    thousands = sum(_commas(tokens, side[-1] + 1) for side in (wholes, parts) if side)
    grouped = bool(wholes) and "," in {token.kind for token in tokens[wholes[0] : wholes[-1]]}
    percents = sum(token.kind == "%" for token in tokens)
    return _Layout(wholes, point, parts, 2 * percents - 3 * thousands, grouped)


def _decimal(size: float, tokens: tuple[_Token, ...]) -> str:
    """Digits in their places, from the point to both sides; what has no place of its own stands before the first."""
    layout = _layout(tokens)
    exact = Decimal(repr(size)).scaleb(layout.shift, _EXACTLY)
    rounded = exact.quantize(Decimal(1).scaleb(-len(layout.parts)), context=_EXACTLY)
    whole, _, fraction = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0")
    placed = _wholes(whole, [(at, tokens[at].text) for at in layout.wholes], grouped=layout.grouped)
    if not layout.wholes and layout.point is not None:
        placed[layout.point] = f"{whole}."
    kept = len(fraction.rstrip("0"))
    for number, at in enumerate(layout.parts):
        placed[at] = fraction[number] if number < kept else _EMPTY.get(tokens[at].text, "")
    return "".join(placed.get(at, "" if token.kind == "," else token.text) for at, token in enumerate(tokens))


def _commas(tokens: Sequence[_Token], start: int) -> int:
    """How many commas stand from here on, each of which stands for a thousand."""
    return sum(1 for _ in itertools.takewhile(lambda token: token.kind == ",", tokens[start:]))


def _wholes(digits: str, places: Sequence[tuple[int, str]], *, grouped: bool) -> dict[int, str]:
    """What stands in each place before the point. digits: without zeros before them."""
    filled: dict[int, str] = {}
    rest, behind = digits, 0
    for number, (at, sign) in enumerate(reversed(places), 1):
        taken, rest = (rest, "") if number == len(places) else (rest[-1:], rest[:-1])
        text = ""
        for digit in reversed(taken or _EMPTY.get(sign, "")):
            text = digit + ("," if grouped and behind and behind % 3 == 0 and digit != " " else "") + text
            behind += 1
        filled[at] = text
    return filled


def _scientific(size: float, tokens: tuple[_Token, ...], at: int) -> str:
    """A mantissa with as many digits before the point as there are places, and an exponent that is a multiple of that."""
    head, tail = tokens[:at], tokens[at + 1 :]
    wholes = sum(token.kind == _PLACE for token in head[: next((n for n, t in enumerate(head) if t.kind == "."), len(head))])
    step = max(1, wholes)
    exponent = math.floor(math.log10(size)) // step * step if size else 0
    shown = _decimal(_scaled(size, exponent), head)
    if len(re.sub(r"\D.*", "", shown.strip())) > step:  # rounded up to one digit more
        exponent += step
        shown = _decimal(_scaled(size, exponent), head)
    sign = "-" if exponent < 0 else "+" if tokens[at].text[1] == "+" else ""
    width = sum(token.kind == _PLACE for token in tail)
    rest = "".join(token.text for token in tail if token.kind in {_TEXT, "%"})
    return f"{shown}E{sign}{abs(exponent):0{width}}{rest}"


def _scaled(size: float, exponent: int) -> float:
    return float(Decimal(repr(size)).scaleb(-exponent, _EXACTLY))


def _is_fraction(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a sign stands between places for digits, as no sign between units does."""
    following = tokens[at + 1 : at + 2]
    return bool(at) and tokens[at - 1].kind == _PLACE and any(t.kind == _PLACE or t.text.isdecimal() for t in following)


def _fraction(size: float, tokens: tuple[_Token, ...], at: int) -> str:
    """A whole number, if there are places for it, and a fraction with a denominator that is given or has so many digits."""
    start = at - sum(1 for _ in itertools.takewhile(_is_place, reversed(tokens[:at])))
    below = list(itertools.takewhile(lambda token: _is_place(token) or token.text.isdecimal(), tokens[at + 1 :]))
    has_whole = any(map(_is_place, tokens[:start]))
    whole, rest = (math.floor(size), Fraction(repr(size)) % 1) if has_whole else (0, Fraction(repr(size)))
    top, bottom = _quotient(rest, "".join(token.text for token in below))
    if has_whole and top == bottom:
        whole, top = whole + 1, 0
    shown = [f"{top}/{bottom}"] if top or not has_whole else []
    whole_shown = [str(whole)] if whole or not shown else []
    before = "" if has_whole else _texts(tokens[:start], {_TEXT}).strip()
    return f"{before}{' '.join(whole_shown + shown)}{_texts(tokens[at + 1 + len(below) :], {_TEXT, '%'})}"


def _quotient(rest: Fraction, given: str) -> tuple[int, int]:
    """The nearest fraction. given: the denominator, or a place for each of its digits."""
    if given.isdecimal() and int(given):
        return math.floor(rest * int(given) + Fraction(1, 2)), int(given)
    near = rest.limit_denominator(10 ** min(len(given), _LONGEST_DENOMINATOR) - 1)
    return near.numerator, near.denominator


def _is_place(token: _Token) -> bool:
    return token.kind == _PLACE
