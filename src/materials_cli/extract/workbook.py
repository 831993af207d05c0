"""Cells of Excel packages (.xlsx, .xlsm), read row by row from their XML, and shown as Excel shows them.

A stray cell in the last row, a damaged sheet or a bad index costs only itself: nothing is laid out as a grid.
Source: ECMA-376, part 1, chapter 18 (SpreadsheetML).
"""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from lxml import etree

from materials_cli.extract.numbers import BUILT_IN, moment, shown, text_shown
from materials_cli.extract.package import DAMAGED, Package, UnreadableError, attribute, local
from materials_cli.extract.printed import of_excel
from materials_cli.messages import msg

_TEXTS = {"str", "d"}
_LONGEST_INDEX = 12
_MOST_COLUMNS = 100
_MAX_STRINGS = 2_000_000
_BESIDE = ("dataValidation", "hyperlink")
_PRINTED = tuple(f"{page}{place}" for page in ("odd", "even", "first") for place in ("Header", "Footer"))
_LITERAL = re.compile(r'"(.*)"', re.DOTALL)
_LINK = re.compile(r'HYPERLINK\(\s*"((?:https?://|mailto:)[^"]+)"', re.IGNORECASE)
# How characters that XML cannot hold, and line ends, are written.
_ESCAPED = re.compile(r"_x([\dA-Fa-f]{4})_")


class Sheet(NamedTuple):
    """One sheet: its cells as lines, one a row. is_damaged: its end is lost.

    cut_at: the number of the last row that was read, if there are more cells than were asked for, else 0.
    beside: what stands beside the cells: comments, text boxes, prompts, choices. printed: what is printed on each of its pages.
    """

    name: str
    lines: list[str]
    hidden: bool
    cut_at: int = 0
    is_damaged: bool = False
    beside: Sequence[str] = ()
    printed: Sequence[str] = ()


def read_sheets(package: Package, most: int) -> list[Sheet]:
    """The sheets of a workbook, of each at most so many cells; raise UnreadableError when the workbook itself is damaged."""
    return [
        _sheet(package, part, reader, most)._replace(name=node.get("name", ""), hidden=_is_hidden(node))
        for node, part, reader in _parts(package, _Reader)
    ]


def read_tables(package: Package, most: int) -> Iterator[tuple[str, list[list[str]]]]:
    """The name and the rows of each visible sheet, every cell in its column and dates as ISO has them; of most rows at most.

    Cells far to the right are left out. Raise UnreadableError for what is damaged.
    """
    for node, part, reader in _parts(package, _IsoReader):
        if not _is_hidden(node):
            rows = itertools.islice(_elements(package, part, "row"), most)
            try:
                yield node.get("name", ""), [_row(row, reader) for row in rows]
            except etree.XMLSyntaxError as error:
                raise UnreadableError(msg(DAMAGED)) from error


def _row(row: etree._Element, reader: "_Reader") -> list[str]:
    cells: list[str] = []
    for cell in row.iterfind("{*}c"):
        letters = "".join(filter(str.isalpha, cell.get("r", "")))
        column = sum(26**place * (ord(letter) - 64) for place, letter in enumerate(reversed(letters))) - 1
        if len(letters) <= 1 or column < _MOST_COLUMNS:
            cells += [""] * (column - len(cells))
            cells.append(reader.text(cell))
    return cells


def _parts(package: Package, kind: type["_Reader"]) -> Iterator[tuple[etree._Element, str, "_Reader"]]:
    """Each sheet of a workbook: how the workbook lists it, its part, and the reader of its cells."""
    main = package.main_part() or "xl/workbook.xml"
    root = package.xml(main)
    relations = package.relations(main)
    parts = dict(relations.values())
    strings = _strings(package, parts.get("sharedStrings", ""))
    formats = _formats(package.readable_xml(parts.get("styles", "")))
    settings = next(root.iter("{*}workbookPr"), None)
    since_1904 = settings is not None and settings.get("date1904") in {"1", "true"}
    for node in root.iter("{*}sheet"):
        part = relations.get(attribute(node, "id", of="relationships"), ("", ""))[1]
        yield node, part, kind(strings, formats, since_1904=since_1904)


def _is_hidden(node: etree._Element) -> bool:
    return node.get("state", "visible") != "visible"


def _sheet(package: Package, part: str, reader: "_Reader", most: int) -> Sheet:
    found = _Found([], [], [])
    cut_at = rows = seen = 0
    is_damaged = False
    try:
        for element in _elements(package, part, "row", *_BESIDE, *_PRINTED):
            if local(element) != "row":
                found.take(element)
                continue
            cells = [text for cell in element.iterfind("{*}c") if (text := reader.text(cell))]
            found.lines.extend(["\t".join(cells)] if cells else [])
            found.beside.extend(_targets(element))
            seen, rows = seen + len(cells), rows + 1
            if seen > most:
                number = element.get("r", "")
                cut_at = int(number) if number.isdecimal() else rows
                break
    except (UnreadableError, etree.XMLSyntaxError):
        is_damaged = True
    return Sheet("", found.lines, False, cut_at, is_damaged, list(dict.fromkeys(found.beside)), list(of_excel(found.printed)))


class _Found(NamedTuple):
    """What was found in a sheet. printed: headers and footers with their codes."""

    lines: list[str]
    beside: list[str]
    printed: list[str]

    def take(self, element: etree._Element) -> None:
        """Keep what stands beside the cells."""
        if local(element) in _PRINTED:
            self.printed.append(unescaped("".join(map(str, element.itertext()))))
        else:
            self.beside.extend(_prompts(element))


def _prompts(element: etree._Element) -> Iterator[str]:
    """What Excel shows beside a cell that is chosen or pointed at, and the choices that it offers."""
    for name in ("tooltip", "promptTitle", "prompt", "errorTitle", "error"):
        if text := unescaped(element.get(name, "")).strip():
            yield text
    formula = next(("".join(map(str, node.itertext())).strip() for node in element.iterfind("{*}formula1")), "")
    if element.get("type") == "list" and (literal := _LITERAL.fullmatch(formula)):
        yield choices(literal[1].replace('""', '"').split(","))


def choices(offered: Iterable[str]) -> str:
    """The choices of a cell, as one line."""
    return ", ".join(filter(None, (choice.strip() for choice in offered)))


def _targets(row: etree._Element) -> Iterator[str]:
    """The targets of links that formulas make."""
    for formula in row.iter("{*}f"):
        yield from _LINK.findall(formula.text or "")


def _elements(package: Package, part: str, *names: str) -> Iterator[etree._Element]:
    """The elements of these names, each thrown away when the next is read: a sheet may be larger than memory."""
    with package.open(part) as stream:
        tags = [f"{{*}}{name}" for name in names]
        for _, element in etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True, load_dtd=False):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


class _Reader:
    """Tells what a cell shows."""

    def __init__(self, strings: Sequence[str], formats: Sequence[str], *, since_1904: bool) -> None:
        self._strings = strings
        self._formats = formats
        self._of_texts = {str(number): code for number, code in enumerate(formats) if text_shown("", code)}
        self._origin = dt.datetime(1904, 1, 1) if since_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone

    def text(self, cell: etree._Element) -> str:
        """The text of a cell; empty for an error, and for what points to nothing."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return self._around(cell, _plain(cell))
        value = (cell.findtext("{*}v") or "").strip()
        if not value or kind == "e":
            return ""
        if kind == "s":
            return self._around(cell, self._strings[int(value)]) if _is_index(value, self._strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return self._around(cell, value) if kind in _TEXTS else self._number(cell, value)

    def _around(self, cell: etree._Element, text: str) -> str:
        """A text with what its format shows around it."""
        code = self._of_texts.get(cell.get("s", "0"))
        return text if code is None or not text else text_shown(text, code)

    def _number(self, cell: etree._Element, value: str) -> str:
        style = cell.get("s", "0")
        known = _is_index(style, self._formats)
        try:
            return self._shown(float(value), self._formats[int(style)] if known else "")
        except (ValueError, OverflowError):
            return value

    def _shown(self, value: float, code: str) -> str:
        return shown(value, code, self._origin)


class _IsoReader(_Reader):
    """Tells dates and times as ISO 8601 has them, whatever their format."""

    def _shown(self, value: float, code: str) -> str:
        when = moment(value, code, self._origin)
        if when is None:
            return super()._shown(value, code)
        return (
            f"{when:%H:%M}" if value < 1 else when.isoformat(" ", "minutes") if when.time() != dt.time() else f"{when:%Y-%m-%d}"
        )


def _is_index(text: str, things: Sequence[str]) -> bool:
    return text.isdecimal() and len(text) < _LONGEST_INDEX and int(text) < len(things)


def _strings(package: Package, part: str) -> list[str]:
    """The texts that cells refer to by their number; as many as can be read."""
    found: list[str] = []
    with suppress(UnreadableError, etree.XMLSyntaxError):
        for place, node in enumerate(_elements(package, part, "si")):
            if place >= _MAX_STRINGS:
                break
            found.append(_plain(node))
    return found


def _plain(node: etree._Element) -> str:
    """The text of a cell without the pronunciation that stands beside it in Japanese files."""
    texts = (part.text or "" for part in node.iter("{*}t") if not any(local(above) == "rPh" for above in part.iterancestors()))
    return " ".join(unescaped("".join(texts)).split(" ")).strip()


def unescaped(text: str) -> str:
    """A text with the characters that Excel wrote as their numbers."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _formats(root: etree._Element) -> list[str]:
    """The number format of each style, as Excel writes it; empty for the general one."""
    codes = {node.get("numFmtId", ""): node.get("formatCode", "") for node in root.iter("{*}numFmt")}
    styles: Iterable[etree._Element] = next(root.iter("{*}cellXfs"), ())
    return [codes.get(style.get("numFmtId", ""), BUILT_IN.get(style.get("numFmtId", ""), "")) for style in styles]
