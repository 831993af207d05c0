"""What stands beside the text of a PDF: comments, links, forms, alternative texts of pictures, and bookmarks."""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from materials_cli.extract.alternative import is_written_by_hand
from materials_cli.extract.remarks import as_remark
from materials_cli.extract.titles import is_telling

MOST = 200  # of each kind, on one page
_MAX_BOOKMARKS, _MAX_DEPTH, _MAX_ELEMENTS = 5000, 40, 20_000
_UNKNOWN = -1  # no field of a form
_CHOICES = {raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX}
_VALUED = {raw.FPDF_FORMFIELD_TEXTFIELD, *_CHOICES}


def beside(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> Iterator[str]:
    """The comments on a page, the targets of its links and what stands in its forms; some are empty."""
    for place in range(min(raw.FPDFPage_GetAnnotCount(page), MOST)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        if not annotation:
            continue
        try:
            yield from _annotation(document, annotation)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def bookmarks(document: pdfium.PdfDocument) -> dict[int, list[str]]:
    """What the contents of a document call its pages, by their number from 0."""
    found: dict[int, list[str]] = {}
    try:
        for count, mark in enumerate(document.get_toc(max_depth=_MAX_DEPTH)):
            if count >= _MAX_BOOKMARKS:
                break
            title, target = " ".join(_text(raw.FPDFBookmark_GetTitle, mark).split()), mark.get_dest()
            page = target.get_index() if target else 0
            if is_telling(title):
                found.setdefault(page or 0, []).append(title)
    except (pdfium.PdfiumError, ValueError):
        pass
    return found


def _annotation(document: pdfium.PdfDocument, annotation: Any) -> Iterator[str]:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_LINK:
        if (link := raw.FPDFAnnot_GetLink(annotation)) and (action := raw.FPDFLink_GetAction(link)):
            yield _address(document, action)
        return
    yield as_remark(_text(raw.FPDFAnnot_GetStringValue, annotation, b"Contents"))
    field = raw.FPDFAnnot_GetFormFieldType(document.formenv, annotation) if document.formenv else _UNKNOWN
    if field == _UNKNOWN:
        yield _text(raw.FPDFAnnot_GetStringValue, annotation, b"V")
    else:
        yield from _field(document.formenv, annotation, field)


def _field(forms: Any, annotation: Any, kind: int) -> Iterator[str]:
    """What was filled into a form, what can be chosen, and what is shown beside a field unless it is a name in a program."""
    if kind in _VALUED:
        yield _text(raw.FPDFAnnot_GetFormFieldValue, forms, annotation)
    if is_telling(shown := _text(raw.FPDFAnnot_GetFormFieldAlternateName, forms, annotation)):
        yield shown
    if kind in _CHOICES:
        offered = range(min(raw.FPDFAnnot_GetOptionCount(forms, annotation), MOST))
        yield ", ".join(filter(None, (_text(raw.FPDFAnnot_GetOptionLabel, forms, annotation, place) for place in offered)))


def alt_texts(page: pdfium.PdfPage) -> Iterator[str]:
    """What stands in place of pictures, where authors wrote it."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    try:
        yield from filter(is_written_by_hand, (_text(raw.FPDF_StructElement_GetAltText, each) for each in _elements(tree)))
    finally:
        raw.FPDF_StructTree_Close(tree)


def _elements(tree: Any) -> Iterator[Any]:
    """The elements of a page's structure in their order; of one without an end, the first."""
    waiting = _inner(raw.FPDF_StructTree_CountChildren, raw.FPDF_StructTree_GetChildAtIndex, tree, _MAX_ELEMENTS)
    for _ in range(_MAX_ELEMENTS):
        if not waiting:
            return
        if element := waiting.pop():
            yield element
            room = _MAX_ELEMENTS - len(waiting)
            waiting += _inner(raw.FPDF_StructElement_CountChildren, raw.FPDF_StructElement_GetChildAtIndex, element, room)


def _inner(count: Callable[[Any], int], child: Callable[[Any, int], Any], above: Any, most: int) -> list[Any]:
    """What is directly inside, the last first."""
    return [child(above, place) for place in reversed(range(min(count(above), most)))]


def _text(ask: Callable[..., int], *arguments: Any) -> str:
    """A text that pdfium writes into memory of ours, once it has said how much it needs."""
    size = ask(*arguments, None, 0)
    buffer = ctypes.create_string_buffer(size)
    ask(*arguments, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw.decode("utf-16-le", "replace").strip("\0 \n")


def _address(document: pdfium.PdfDocument, action: Any) -> str:
    size = raw.FPDFAction_GetURIPath(document, action, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAction_GetURIPath(document, action, buffer, size)
    address = buffer.raw.decode("utf-8", "replace").strip("\0 ")
    return address if address.startswith(("http://", "https://", "mailto:")) else ""
