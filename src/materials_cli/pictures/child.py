"""The child process that draws: it is limited and has no network, as the one that reads (extract/child.py).

A request names a file, a folder for what is drawn, and the first page wanted. The answer lists what is in the folder by then.
Or it has a drawing, of which the answer has the picture.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from materials_cli.extract.limits import limit
from materials_cli.extract.package import Package, UnreadableError, local
from materials_cli.extract.serving import Request, serve
from materials_cli.messages import msg
from materials_cli.pictures import office
from materials_cli.pictures.drawn import JPEG, Drawn, put
from materials_cli.pictures.flat import flatten
from materials_cli.pictures.kept import DOCUMENT_SVG, DRIVE, LIBREOFFICE, PDFIUM
from materials_cli.pictures.pages import draw_pages
from materials_cli.pictures.tools import installed

_SMALLEST = 200  # pixels
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class LackingError(UnreadableError):
    """A file that something could draw which is not installed."""

    def __init__(self, tool: str) -> None:
        super().__init__(msg("What draws it is not installed: {tool}.", tool=tool))
        self.tool = tool


def answer(request: Request, memory: int, seconds: int) -> Mapping[str, Any]:
    """Draw a file, some pages of it, or a drawing as pixels."""
    try:
        if "svg" in request:
            limit(memory, seconds, len(request["svg"]))
            return flatten(request["svg"], int(request["most"]))
        draw = _draw_thumbnail if "thumbnail" in request else _draw
        return draw(request, memory, seconds)._asdict()
    except UnreadableError as error:
        return {"note": error.note.to_json(), "lacks": error.tool if isinstance(error, LackingError) else ""}


def _draw(request: Request, memory: int, seconds: int) -> Drawn:
    path, into, first = Path(request["path"]), Path(request["into"]), int(request["first"])
    unit = "slide" if request["slides"] else "page"
    converted = into / office.MADE
    if converted.is_file():
        limit(memory, seconds, converted.stat().st_size)
        return draw_pages(converted, into, first, by=LIBREOFFICE, unit=unit)
    tools, kind = installed(), _kind(path, request["name"])
    if not kind:
        raise UnreadableError(msg("Files of this format are not drawn."))
    if PDFIUM not in tools:
        raise LackingError(PDFIUM)
    if kind == "pdf":
        limit(memory, seconds, path.stat().st_size)
        return draw_pages(path, into, first)
    wants_office = request["best"] and LIBREOFFICE in tools
    if kind == "pptx" and DOCUMENT_SVG in tools and not wants_office:
        drawn = _draw_slides(path, into, memory, seconds)
        if drawn.sheets or not drawn.pages or LIBREOFFICE not in tools:
            return drawn
    if LIBREOFFICE not in tools:
        raise LackingError(DOCUMENT_SVG if kind == "pptx" else LIBREOFFICE)
    limit(memory, seconds, path.stat().st_size)
    office.refuse_unreadable(path, request["name"])
    limit(memory, seconds)
    converted = office.to_pdf(path, kind, into, seconds - 5)
    limit(memory, seconds, converted.stat().st_size)
    return draw_pages(converted, into, first, by=LIBREOFFICE, unit=unit)


def _draw_thumbnail(request: Request, memory: int, seconds: int) -> Drawn:
    """What Drive sent as a picture, encoded anew. Anything smaller is the icon of a kind of file."""
    if PDFIUM not in installed():
        raise LackingError(PDFIUM)
    from materials_cli.pictures.raster import small, to_jpeg  # noqa: PLC0415 - the extra may not be installed

    path = Path(request["path"])
    limit(memory, seconds, path.stat().st_size)
    picture = small(path.read_bytes())
    if picture is None or max(picture.size) < _SMALLEST:
        raise UnreadableError(msg("Drive has no picture of it."))
    sheet = put(Path(request["into"]), 1, JPEG, picture.size, to_jpeg(picture))
    return Drawn(DRIVE, "page", (sheet,), 1, 2)


def _draw_slides(path: Path, into: Path, memory: int, seconds: int) -> Drawn:
    from materials_cli.pictures.slides import draw_slides  # noqa: PLC0415 - the extra may not be installed

    limit(memory, seconds, path.stat().st_size)
    with Package(path) as package:
        return draw_slides(path, package, into)


def _kind(path: Path, name: str) -> str:
    """What a file is, as the suffix of such files: by its bytes and its main part, else by its name; empty if not drawn."""
    with path.open("rb") as file:
        head = file.read(1024)
    suffix = name.rpartition(".")[2].lower()
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK"):
        return _kind_of_package(path)
    if head.startswith(_OLE):
        return suffix if suffix in {"ppt", "pps", "doc"} else ""
    if head.startswith(b"{\\rtf"):
        return "rtf"
    return suffix if b"<office:document" in head and suffix in {"fodp", "fodt"} else ""


def _kind_of_package(path: Path) -> str:
    with Package(path) as package:
        package.refuse_bombs()
        main = package.main_part()
        found = {"presentation": "pptx", "document": "docx"}.get(local(package.readable_xml(main)) if main in package else "")
        if found or (package.damaged and "ppt/presentation.xml" in package):
            return found or "pptx"
        stated = package.read("mimetype").decode("latin-1").strip() if "mimetype" in package else ""
    if not stated.startswith(("application/vnd.oasis.opendocument.", "application/vnd.sun.xml.")):
        return ""
    return {"presentation": "odp", "impress": "odp", "text": "odt", "writer": "odt"}.get(stated.rpartition(".")[2], "")


if __name__ == "__main__":
    serve(answer)
