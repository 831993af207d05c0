"""Pages of a PDF as pictures, with pdfium."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium

from materials_cli.extract.pdf import open_pdf, refuse_bombs
from materials_cli.pictures.drawn import JPEG, Drawn, Sheet, put
from materials_cli.pictures.kept import PDFIUM

AT_ONCE = 50
_LONGEST = 960


def draw_pages(path: Path, into: Path, first: int, *, by: str = PDFIUM, unit: str = "page") -> Drawn:
    """Draw some pages, from `first` (counted from 1) on; a page that is damaged is left out."""
    refuse_bombs(path)
    document = open_pdf(path)
    try:
        count = len(document)
        numbers = range(first, min(count + 1, first + AT_ONCE))
        sheets = tuple(_sheets(document, into, numbers))
    finally:
        document.close()
    return Drawn(by, unit, sheets, count, numbers.stop)


def _sheets(document: pdfium.PdfDocument, into: Path, numbers: range) -> Iterator[Sheet]:
    from materials_cli.pictures.raster import to_jpeg  # noqa: PLC0415 - the extra may not be installed

    for number in numbers:
        try:
            page = document[number - 1]
            bitmap = page.render(scale=_LONGEST / max(*page.get_size(), 1))
            picture = bitmap.to_pil()
            yield put(into, number, JPEG, picture.size, to_jpeg(picture))
            bitmap.close()
            page.close()
        except pdfium.PdfiumError:
            continue
