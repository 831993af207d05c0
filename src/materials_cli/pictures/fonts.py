"""Fonts of a slide that its reader may not have: each is followed by one of the same widths, then by a generic family."""

import re

_NAME = re.compile(r"[\w .-]{1,60}")
_SAME_WIDTHS = {
    "arial": "Liberation Sans", "helvetica": "Liberation Sans", "calibri": "Carlito", "cambria": "Caladea",
    "times new roman": "Liberation Serif", "times": "Liberation Serif", "courier new": "Liberation Mono",
}  # fmt: skip
_SERIF = re.compile(r"times|serif|georgia|cambria|garamond|palatino|book|roman|song|ming|batang|바탕|명조|宋|明朝")
_SANS = re.compile(r"sans")
_MONO = re.compile(r"courier|consolas|mono|menlo|monaco")
_GENERIC = {"sans-serif", "serif", "monospace"}
_THEME = re.compile(r"\+m[nj]-(?:lt|ea|cs)")


def family(asked: str) -> str:
    """A list of font families for one that a slide asks for. The fonts of its theme, such as “+mn-cs”, have no names."""
    names = [name for part in asked.split(",") if _NAME.fullmatch(name := part.strip(" '\"")) and not _THEME.match(name)]
    names = [name for name in names[:3] if name.lower() not in _GENERIC]
    same = [other for name in names if (other := _SAME_WIDTHS.get(name.lower()))]
    return ", ".join([*(f"'{name}'" for name in (*names, *same)), _generic(" ".join(names).lower())])


def _generic(names: str) -> str:
    if _MONO.search(names):
        return "monospace"
    return "serif" if _SERIF.search(names) and not _SANS.search(names) else "sans-serif"
