"""Chooses the reader of a file by its first bytes, since names can be wrong.

A file that cannot be read gives a Text with a note. Only that one error is caught here, so that a bug is still a bug.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from materials_cli.extract.package import Package, UnreadableError
from materials_cli.extract.pictures import is_picture, read_picture
from materials_cli.kinds import Kind, kind_of
from materials_cli.messages import Message, combined, joined, msg, msgid
from materials_cli.model import Section, Text

EXTRACTOR_VERSION = 4

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PLAIN_SUFFIXES = {"txt", "md", "markdown", "csv", "tsv", "html", "htm", "json", "xml", "srt", "vtt"}
_DOCUMENTS = {Kind.SLIDES, Kind.DOCUMENT, Kind.SHEET, Kind.PDF}
_MAX_LISTED = 20_000
_BINARY, _WIDE = re.compile(b"[\x00-\x08\x0e-\x1a\x1c-\x1f]"), (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OLD_SUFFIXES = {"doc", "xls"}
_POINTERS = {"gslides", "gdoc", "gsheet", "gdraw", "gform", "gsite", "gmap", "gjam"}
_RESCUED = msgid("The file is damaged or incomplete; only part of it could be read.")


def extract(path: Path, name: str) -> Text:
    """The text of a file. name: its name in the archive; its suffix decides where the bytes do not."""
    try:
        return _tidy(_read(path, name))
    except UnreadableError as error:
        return Text(note=error.note)


def load(target: str) -> Callable[..., Any]:
    """Import "module:function" of this package, when a file of that format is first met.

    The readers depend on libraries that take time to import, and most runs meet few formats.
    """
    module, _, function = target.partition(":")
    loaded: Callable[..., Any] = getattr(import_module(f"materials_cli.extract.{module}"), function)
    return loaded


def silent(section: Section) -> bool:
    """Whether a slide or page has no text at all."""
    return not (section.title or section.body.strip() or section.notes.strip())


def _read(path: Path, name: str) -> Text:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if path.stat().st_size == 0:
        raise UnreadableError(msg("The file is empty (0 bytes)."))
    with path.open("rb") as file:
        head = file.read(1024)
    if name.startswith("~$"):
        raise UnreadableError(msg("This is a lock file left behind by an Office program, not a document."))
    if head.startswith(b"version https://git-lfs.github.com/spec/"):
        raise UnreadableError(msg("This is a pointer to the document (Git LFS), not the document itself."))
    if head.startswith(_ZIP):
        return _read_zip(path)
    if b"%PDF-" in head or head.lstrip().startswith(b"%PDF"):
        return _read_with("pdf:read_pdf", path)
    if head.startswith(_OLE):
        return _read_with("ole:read_ole", path)
    if is_picture(head):
        return read_picture(path)
    if head.startswith(b"{\\rtf"):
        return _read_with("rtf:read_rtf", path)
    if reader := _markup_reader(head, suffix):
        return _read_with(reader, path)
    return _read_by_name(path, suffix, head)


def _markup_reader(head: bytes, suffix: str) -> str | None:
    """The reader for a document in one piece of text: flat OpenDocument, XML of Office 2003, a message, a web archive."""
    if b"<office:document" in head:
        return "odf:read_flat"
    if b"<w:wordDocument" in head or (b"<Workbook" in head and b"urn:schemas-microsoft-com:office:spreadsheet" in head):
        return "saved_as:read_office_xml"
    if suffix in {"eml", "mht", "mhtml"} or head.lstrip()[:13].lower() == b"mime-version:":
        return "mail:read_mail"
    return None


def _read_with(reader: str, *arguments: object) -> Text:
    text: Text = load(reader)(*arguments)
    return text


def _read_zip(path: Path) -> Text:
    with Package(path) as package:
        reader = _package_reader(package)
        text = _read_with(reader, package) if reader else _list_archive(package)
        return replace(text, note=combined(msg(_RESCUED) if package.damaged else None, text.note))


def _package_reader(package: Package) -> str | None:
    """The reader for a zip package, by its main part, or by the parts it has; None for a plain archive."""
    names = package.names
    mimetype = package.read("mimetype").decode("latin-1").strip() if "mimetype" in package else ""
    main = package.main_part()
    if main.startswith("ppt/") or "ppt/presentation.xml" in names:
        return "pptx:read_pptx"
    if main.startswith("word/") or "word/document.xml" in names:
        return "docx:read_docx"
    if main.startswith("xl/") or any(name.startswith("xl/workbook.") for name in names) or mimetype.endswith("spreadsheet"):
        return "sheets:read_package"
    if mimetype == "application/epub+zip":
        return "saved_as:read_epub"
    if mimetype.startswith("application/vnd.oasis.opendocument"):
        return "odf:read_odf"
    if any(name.startswith("Index/") or name in {"Index.zip", "index.apxl", "index.apxl.gz", "index.xml"} for name in names):
        return "iwork:read_iwork"
    return None


def _list_archive(package: Package) -> Text:
    names = [name for name in package.readable_names() if not name.endswith("/")]
    note = msg("An archive: its files are listed, not read.")
    if len(names) > _MAX_LISTED:
        note = joined((note, msg("Only the first {most} of {count} are listed.", most=_MAX_LISTED, count=len(names))))
    return Text("section", (Section(1, "", "\n".join(names[:_MAX_LISTED])),), note=note)


def _read_by_name(path: Path, suffix: str, head: bytes) -> Text:
    is_page = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))
    if suffix in _OLD_SUFFIXES and (is_page or _is_old_text(head)):
        return _read_with("plain:read_plain", path, "html" if is_page or b"<table" in head.lower() else suffix)
    _refuse_other_documents(suffix, is_page=is_page)
    if is_page or suffix in _PLAIN_SUFFIXES or (kind_of(f"x.{suffix}", "") is Kind.OTHER and _is_text(head)):
        return _read_with("plain:read_plain", path, "html" if is_page else suffix)
    return Text()


def _refuse_other_documents(suffix: str, *, is_page: bool) -> None:
    """Raise UnreadableError for a file that is not what its suffix says."""
    if suffix in _POINTERS:
        raise UnreadableError(msg("This is a pointer to a Google document, not the document itself."))
    if kind_of(f"x.{suffix}", "") not in _DOCUMENTS or suffix in _PLAIN_SUFFIXES:
        return
    if is_page:
        raise UnreadableError(
            msg("This is a web page saved with the name of a .{suffix} file, not the document itself.", suffix=suffix)
        )
    raise UnreadableError(msg("The file is damaged or is not a .{suffix} file, so its text cannot be read.", suffix=suffix))


def _is_old_text(head: bytes) -> bool:
    """Whether a file begins with text in any encoding: programs write it under the names of old Office files."""
    return head.startswith(_WIDE) or not _BINARY.search(head)


def _is_text(head: bytes) -> bool:
    """Whether a file with an unknown suffix begins with text in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return not _CONTROL.search(decoder.decode(head))
    except UnicodeDecodeError:
        return False


def _tidy(text: Text) -> Text:
    """The text without control characters, with a note on slides and pages without text."""
    sections = tuple(
        replace(section, title=_clean(section.title), body=_clean(section.body), notes=_clean(section.notes))
        for section in text.sections
    )
    note = combined(text.note, silence(text.unit, sections))
    return Text(text.unit, sections, {k: _clean(v)[:1000] for k, v in text.properties.items()}, note)


def silence(unit: str, sections: tuple[Section, ...]) -> Message | None:
    """A note on the number of slides or pages without text; None if all have some."""
    without, total = sum(silent(section) for section in sections), len(sections)
    if not without or unit not in {"slide", "page"}:
        return None
    if total == 1:
        return msg("Its only slide has no text.") if unit == "slide" else msg("Its only page has no text.")
    texts = {
        ("slide", True): msgid("1 of {total} slides has no text."),
        ("slide", False): msgid("{count} of {total} slides have no text."),
        ("page", True): msgid("1 of {total} pages has no text."),
        ("page", False): msgid("{count} of {total} pages have no text."),
    }
    return msg(texts[unit, without == 1], count=without, total=total)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n"))
