"""Makes text from outside, such as file names, safe to print, mail, put on a page or open in a spreadsheet."""

import json
import re
from typing import Any

from materials_cli.patterns import regex

# C0 and C1 controls but for tab and line feed; what changes the direction of writing; separators; what is no character.
_UNSAFE = regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
# What shows as nothing and can carry a text that only a program reads: tags, variation selectors, invisible operators.
_HIDDEN = regex("[\u00ad\u2060-\u2064\u180b-\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff]")
_MARKDOWN = regex(r"([\\`*_{}\[\]<>()#|~!&:@]|(?<=www)\.)", re.IGNORECASE)
# What a spreadsheet takes for the start of a formula, also in full width, at the start of a cell or behind what may separate
# cells: in many countries, that is “;”.
_RUNS = frozenset("=＝﹦+＋﹢-－﹣@＠﹫")
_FORMULA = regex("((?:^|[;,\t])[\\s\"']*)(?=[=＝﹦+＋﹢\\-－﹣@＠﹫])")
_ESCAPED = regex("((?:^|[;,\t])[\\s\"']*)'(?=[=＝﹦+＋﹢\\-－﹣@＠﹫])")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def printable(text: str) -> str:
    """Text of several lines that cannot move the cursor, colour the screen or change the direction of writing."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def visible(text: str) -> str:
    """The same without characters that nobody sees, for readers that are programs."""
    return _HIDDEN.sub("", printable(text))


def one_line(text: object) -> str:
    """The same as one line."""
    text = str(text)
    if text.isprintable():  # which nothing unsafe is
        return text
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text).replace("\n", " ").replace("\t", " ")


def for_json(value: Any, *, indent: int | None = None) -> str:
    """JSON in which every character that is not safe to print is escaped, so that the value stays the same."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    if text.isprintable():  # which nothing unsafe is
        return text
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def for_csv(text: object) -> str:
    """One line for a cell, with an apostrophe before what a spreadsheet would run as a formula (OWASP: CSV injection)."""
    line = one_line(text)
    ordinary = line[:1].isalnum() and ";" not in line and "," not in line  # no tab either: as nearly all cells
    return line if ordinary or _RUNS.isdisjoint(line) else _FORMULA.sub(r"\1'", line)


def from_csv(cell: str) -> str:
    """The text of a cell that for_csv() made."""
    return _ESCAPED.sub(r"\1", cell)


def for_html(text: object) -> str:
    """Text for HTML content or an attribute."""
    return one_line(text).translate(_HTML)


def for_markdown(text: object) -> str:
    """Text without Markdown syntax or automatic links."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))
