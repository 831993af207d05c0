"""Chooses the reader of a zip package by what its main part is, not by the names of its parts."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from materials_cli.extract.package import DAMAGED, Package, UnreadableError, attribute, local
from materials_cli.messages import combined, joined, msg, msgid
from materials_cli.model import Section, Text

_MAX_LISTED = 20_000
_RESCUED = msgid("The file is damaged or incomplete; only part of it could be read.")
_BY_ROOT = {
    "presentation": "pptx:read_pptx",
    "document": "docx:read_docx",
    "workbook": "sheets:read_package",
    "VisioDocument": "visio:read_visio",
}
_BY_NAME = {
    "ppt/presentation.xml": "pptx:read_pptx",
    "word/document.xml": "docx:read_docx",
    "xl/workbook.xml": "sheets:read_package",
    "xl/workbook.bin": "sheets:read_package",
    "Contents/section0.xml": "hangul:read_hwpx",
}
_OPEN_DOCUMENTS = ("application/vnd.oasis.opendocument.", "application/vnd.sun.xml.")
_SEQUENCE = ".fdseq"
_IWORK = {"Index.zip", "index.apxl", "index.apxl.gz", "index.xml"}


def load(target: str) -> Callable[..., Any]:
    """Import "module:function" of this package, when a file of that format is first met.

    The readers depend on libraries that take time to import, and most runs meet few formats.
    """
    module, _, function = target.partition(":")
    loaded: Callable[..., Any] = getattr(import_module(f"materials_cli.extract.{module}"), function)
    return loaded


def read_zip(package: Package) -> Text:
    """The text of a document, or the names of the files in an archive."""
    reader = _reader(package)
    text: Text = load(reader)(package) if reader else _listed(package)
    return replace(text, note=combined(msg(_RESCUED) if package.damaged else None, text.note))


def _reader(package: Package) -> str | None:
    main = package.main_part()
    if main.endswith(".bin"):
        return "sheets:read_package"
    if main in package and (reader := _BY_ROOT.get(local(package.readable_xml(main)))):
        return reader
    if reader := next((reader for name, reader in _BY_NAME.items() if name in package), None):
        return reader
    mimetype = _mimetype(package)
    if mimetype == "application/epub+zip":
        return "saved_as:read_epub"
    if mimetype.startswith(_OPEN_DOCUMENTS):
        return "sheets:read_package" if mimetype.endswith(("spreadsheet", "calc")) else "odf:read_odf"
    if sequence_in(package):
        return "xps:read_xps"
    if any(name.startswith("Index/") or name in _IWORK for name in package.names):
        return "iwork:read_iwork"
    return None


def sequence_in(package: Package) -> str:
    """The part that lists the documents of an XPS package, whole or in pieces; empty if it is none: it may only contain one."""
    names = [name.partition("/[")[0].lower() for name in package.names]
    is_package = package.damaged or "_rels/.rels" in names
    return next((name for name in names if is_package and name.endswith(_SEQUENCE)), "")


def _mimetype(package: Package) -> str:
    """What a package says it is: in a part of that name or, in the first versions of OpenOffice, in its list of parts."""
    if "mimetype" in package:
        return package.read("mimetype").decode("latin-1").strip()
    listed = package.readable_xml("META-INF/manifest.xml").iter("{*}file-entry")
    return next((attribute(part, "media-type") for part in listed if attribute(part, "full-path") == "/"), "")


def _listed(package: Package) -> Text:
    if package.damaged and "[Content_Types].xml" in package:
        raise UnreadableError(msg(DAMAGED))
    names = [name for name in package.readable_names() if not name.endswith("/")]
    note = msg("An archive: its files are listed, not read.")
    if len(names) > _MAX_LISTED:
        note = joined((note, msg("Only the first {most} of {count} are listed.", most=_MAX_LISTED, count=len(names))))
    return Text("section", (Section(1, "", "\n".join(names[:_MAX_LISTED])),), note=note)
