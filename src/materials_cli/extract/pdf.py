"""PDF by page, through pdfium."""

from pathlib import Path

import pypdfium2 as pdfium

from materials_cli.extract.package import UnreadableError
from materials_cli.model import Section, Text

_PROPERTIES = {
    "Title": "title", "Author": "author", "Subject": "subject", "Keywords": "keywords", "Creator": "application",
    "CreationDate": "created", "ModDate": "modified",
}  # fmt: skip
_PASSWORD = 4
_LONGEST_TITLE = 120


def read_pdf(path: Path) -> Text:
    """Each page's text; its first short line stands for a title."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or getattr(error, "err_code", None) == _PASSWORD:
            raise UnreadableError("The file is protected by a password, so its text cannot be read.") from error
        raise UnreadableError("The file is damaged or not complete, so its text cannot be read.") from error
    try:
        sections = tuple(_page(document, number) for number in range(len(document)))
        found = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    properties = {name: found[key].strip() for key, name in _PROPERTIES.items() if found.get(key, "").strip()}
    properties["pages"] = str(len(sections))
    return Text("page", sections, properties)


def _page(document: pdfium.PdfDocument, number: int) -> Section:
    try:
        page = document[number]
        text_page = page.get_textpage()
        text = text_page.get_text_bounded()
        text_page.close()
        page.close()
    except pdfium.PdfiumError:
        return Section(number + 1)
    lines = [line.strip() for line in text.replace("\ufffe", "").replace("\r", "").split("\n") if line.strip()]
    title = lines[0] if lines and len(lines[0]) <= _LONGEST_TITLE else ""
    return Section(number + 1, title, "\n".join(lines[1:] if title else lines))
