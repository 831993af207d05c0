"""PDF by page, with pdfium: the text of each page, what stands beside it, and the metadata of the document."""

import mmap
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from materials_cli.extract.package import DAMAGED, LOCKED, UnreadableError, unread_inside
from materials_cli.extract.pdfbeside import MOST, alt_texts, beside, bookmarks
from materials_cli.extract.pdflines import Line, lines_of, with_titles
from materials_cli.extract.repeated import lacking
from materials_cli.messages import combined, msg, msgid
from materials_cli.model import Section, Text

_PROPERTIES = {
    "Title": "title", "Author": "author", "Subject": "subject", "Keywords": "keywords", "Creator": "application",
    "CreationDate": "created", "ModDate": "modified",
}  # fmt: skip
_PASSWORD = 4
_MAX_PAGES = 10_000
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)(?:00'?00)?|([+-]\d\d)'?(\d\d)?)?")
_STREAM = re.compile(rb"/(?:FlateDecode|Fl)\b[^\0]{0,400}?stream\r?\n")
_BOMB = msgid("A part of the file unpacks to far more than any genuine document would (a “bomb”), so it was not opened.")
_DOTS_PER_INCH, _LONGEST_SIDE = 200, 5000
_SUSPICIOUS_BYTES, _SUSPICIOUS_RATIO, _LARGEST_STREAM = 128 * 1024, 200, 128 * 1024**2


def read_pdf(path: Path) -> Text:
    """The text of each page, and the names of the files inside."""
    refuse_bombs(path)
    document = open_pdf(path)
    try:
        count = len(document)
        if document.get_formtype() != raw.FORMTYPE_NONE:
            with suppress(pdfium.PdfiumError):  # its pages can be read nevertheless
                document.init_forms()
        marks = bookmarks(document)
        pages = [_page(document, number, marks.get(number, ())) for number in range(min(count, _MAX_PAGES))]
        properties = {name: text for key, name in _PROPERTIES.items() if (text := _property(document, key))}
        embedded = list(_embedded(document))
    finally:
        document.close()
    properties["pages"] = str(count)
    cut = None
    if count > _MAX_PAGES:
        cut = msg("Only the first {most} of its {count} pages are read.", most=f"{_MAX_PAGES:,}", count=f"{count:,}")
    if embedded:
        pages[:1] = [(lines, [*others, *filter(None, embedded)]) for lines, others in pages[:1]]
    return Text("page", tuple(_sections(pages)), properties, combined(cut, unread_inside(len(embedded))))


def _sections(pages: Sequence[tuple[list[Line], list[str]]]) -> Iterator[Section]:
    """The sections of pages, given the lines of each and its other texts."""
    titled = with_titles([lines for lines, _ in pages])
    for number, ((title, body), (_, others)) in enumerate(zip(titled, pages, strict=True), 1):
        yield Section(number, title, "\n".join((*body, *others)))


def _embedded(document: pdfium.PdfDocument) -> Iterator[str]:
    """The names of the files inside a PDF; empty for one that is not stated."""
    for place in range(min(document.count_attachments(), MOST)):
        try:
            yield " ".join(document.get_attachment(place).get_name().split())
        except (pdfium.PdfiumError, UnicodeDecodeError):
            yield ""


def _property(document: pdfium.PdfDocument, key: str) -> str:
    try:
        return _date(str(document.get_metadata_value(key)).strip())
    except (pdfium.PdfiumError, UnicodeDecodeError):
        return ""


def open_pdf(path: Path) -> Any:
    """An open pdfium document; raise UnreadableError if it is encrypted or damaged."""
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower() or getattr(error, "err_code", None) == _PASSWORD
        raise UnreadableError(msg(LOCKED if locked else DAMAGED)) from error


def _page(document: pdfium.PdfDocument, number: int, marks: Sequence[str]) -> tuple[list[Line], list[str]]:
    """The lines of one page, and what stands beside them. marks: the names of the bookmarks that lead to it.

    A page that is one picture still has no text, and is looked at for words in its picture.
    """
    try:
        page = document[number]
        text_page = page.get_textpage()
        lines = lines_of(text_page)
        text_page.close()
        others = list(beside(document, page))
        pictured = [*alt_texts(page), *marks] if lines else []
        page.close()
    except pdfium.PdfiumError:
        return [], []
    said = " ".join(line.text for line in lines)
    return lines, list(dict.fromkeys((*filter(None, others), *lacking(pictured, said))))


def _date(text: str) -> str:
    """A PDF time (D:20250620090000+05'00') in ISO 8601; any other text unchanged."""
    found = _DATE.fullmatch(text.rstrip("'"))
    if not found:
        return text
    year, month, day, hour, minute, second, utc, hours, minutes = found.groups()
    date = "-".join(filter(None, (year, month, day)))
    zone = utc or (f"{hours}:{minutes or '00'}" if hours else "")
    return f"{date}T{hour}:{minute}:{second or '00'}{zone}" if minute else date


def refuse_bombs(path: Path) -> None:
    """Raise UnreadableError for a stream that decompresses to an excessive size, before pdfium decompresses it.

    Only large streams with a very high compression ratio at their start are checked, so that other files cost nothing.
    Bombs that escape this check meet the memory limit of the process.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for found in _STREAM.finditer(content):
            end = content.find(b"endstream", found.end())
            if _is_bomb(content, found.end(), end if end >= 0 else len(content)):
                raise UnreadableError(msg(_BOMB))


def _is_bomb(content: mmap.mmap, start: int, end: int) -> bool:
    """Whether the compressed stream between these positions exceeds the limit when it is decompressed."""
    if end - start < _SUSPICIOUS_BYTES:
        return False
    inflate = zlib.decompressobj()
    size = 0
    try:
        for at in range(start, end, 1024):
            size += len(inflate.decompress(content[at : min(at + 1024, end)]))
            if size > _LARGEST_STREAM or (at == start and size < 1024 * _SUSPICIOUS_RATIO):
                break
    except zlib.error:
        return False
    return size > _LARGEST_STREAM


def render(path: Path, number: int) -> bytes:
    """Render one page, counted from 1, as a greyscale picture in PGM format, for tesseract."""
    document = open_pdf(path)
    try:
        page = document[number - 1]
        scale = min(_DOTS_PER_INCH / 72, _LONGEST_SIDE / max(*page.get_size(), 1))
        bitmap = page.render(scale=scale, grayscale=True)
        lines = bytes(bitmap.buffer)
        rows = (lines[at : at + bitmap.width] for at in range(0, bitmap.height * bitmap.stride, bitmap.stride))
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(rows)
    except pdfium.PdfiumError as error:
        raise UnreadableError(msg(DAMAGED)) from error
    finally:
        document.close()
