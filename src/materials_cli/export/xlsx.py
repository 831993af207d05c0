"""A workbook: what a table in a text file cannot be everywhere, since Excel's separator depends on the country.

Every cell is written as text, number or time, so that nothing is run as a formula; links are made only of http addresses.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from materials_cli.config import Collection
from materials_cli.describe.event import event_row
from materials_cli.disk import replacing
from materials_cli.export.columns import COLUMNS, values
from materials_cli.export.escape import one_line
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.rows import entry_of
from materials_cli.messages import msg

if TYPE_CHECKING:
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.worksheet import Worksheet

_FIRST = ("title", "creators", "countries", "languages", "session", "day", "date", "event", "kind", "path")
_COLUMNS = (*_FIRST, *(name for name in COLUMNS if name not in _FIRST))
_TIMES = {"modified", "created", "first_seen", "fetched", "withdrawn", "last_verified"}
_WIDE = {
    "title": 48,
    "creators": 36,
    "path": 60,
    "description": 48,
    "rights": 20,
    "keywords": 30,
    "event": 36,
    "source_url": 30,
}
_ABOUT = ("date", "place", "part_of", "organisers", "project", "countries", "languages", "rights", "contact")
_OF_COLLECTION = ("collection", "title", "items", "bytes", *_ABOUT, "rights_uri", "link")
_LONGEST_CELL, _MOST_LINKS, _LONGEST_LINK = 32_000, 60_000, 2_000  # Excel's limits are a little above


def write(request: Request) -> Wrote:
    """A sheet of items and one of collections with their events, with links, filters and fixed headings."""
    counts: dict[str, list[int]] = {}
    known = request.events
    with replacing(request.target) as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with Workbook(file, options) as book:
            sheet = _Sheet(book, "Items", _COLUMNS)
            for one in request.descriptions():
                sheet.add(values(entry_of(one), known))
                total = counts.setdefault(one.item.collection, [0, 0])
                total[0] += 1
                total[1] += one.item.fixity.size
            sheet.finish()
            _add_collections(book, request.chosen, counts)
    items = sum(count for count, _ in counts.values())
    return Wrote(items, msg("Open it in Excel or LibreOffice: sort and filter by any column; links lead to Drive."))


def _add_collections(book: Workbook, collections: Sequence[Collection], counts: Mapping[str, Sequence[int]]) -> None:
    sheet = _Sheet(book, "Collections", _OF_COLLECTION)
    for each in collections:
        event, (items, size) = event_row(each), counts.get(each.slug, (0, 0))
        about = {name: "; ".join(value) if isinstance(value, list) else value for name, value in event["about"].items()}
        sheet.add(
            {
                **about, "collection": each.slug, "title": each.about.title or each.title, "items": items, "bytes": size,
                "rights_uri": event["rights_uri"], "link": each.link,
            }
        )  # fmt: skip
    sheet.finish()


class _Sheet:
    """A sheet that grows row by row, and holds none of them in memory."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[str]) -> None:
        self._columns, self._row, self._links = columns, 0, 0
        self._sheet: Worksheet = book.add_worksheet(name)
        self._time: CellFormat = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._link: CellFormat = book.get_default_url_format()
        self._sheet.freeze_panes(1, 1)
        self._widen(columns)
        heading = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        for place, column in enumerate(columns):
            self._sheet.write_string(0, place, column, heading)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a row. Times are in UTC."""
        self._row += 1
        for place, column in enumerate(self._columns):
            value = row.get(column)
            if value is None or value == "":
                continue
            if column in _TIMES:
                self._sheet.write_datetime(self._row, place, datetime.fromisoformat(value).replace(tzinfo=None), self._time)
            elif isinstance(value, int):
                self._sheet.write_number(self._row, place, value)
            else:
                self._write_text(place, one_line(value)[:_LONGEST_CELL])

    def finish(self) -> None:
        """Add the filters, now that the number of rows is known."""
        self._sheet.autofilter(0, 0, max(1, self._row), len(self._columns) - 1)

    def _write_text(self, place: int, text: str) -> None:
        linked = text.startswith(("https://", "http://")) and len(text) < _LONGEST_LINK and self._links < _MOST_LINKS
        if linked and self._sheet.write_url(self._row, place, text, self._link, text) == 0:
            self._links += 1
        else:
            self._sheet.write_string(self._row, place, text)

    def _widen(self, columns: Iterable[str]) -> None:
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, _WIDE.get(column, 14))
