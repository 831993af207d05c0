"""Chooses the reader of a file by its first bytes, since names can be wrong.

A file that cannot be read gives a Text with a note. Only that one error is caught here, so that a bug is still a bug.
"""

import codecs
import re
from dataclasses import replace
from pathlib import Path

from materials_cli.extract.package import Package, UnreadableError
from materials_cli.extract.packages import load, read_zip
from materials_cli.extract.pictures import is_picture, read_picture
from materials_cli.extract.remarks import remarks_of, without_marks
from materials_cli.extract.silence import silence
from materials_cli.extract.titles import with_title
from materials_cli.kinds import Kind, kind_of
from materials_cli.messages import combined, msg, msgid
from materials_cli.model import Text
from materials_cli.words.respelling import respelling

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PLAIN_SUFFIXES = {"txt", "md", "markdown", "csv", "tsv", "html", "htm", "json", "xml", "srt", "vtt"}
_DOCUMENTS = {Kind.SLIDES, Kind.DOCUMENT, Kind.SHEET, Kind.PDF}
_BINARY, _WIDE = re.compile(b"[\x00-\x08\x0e-\x1a\x1c-\x1f]"), (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OLD_SUFFIXES = {"doc", "xls"}
# Documents of other programs, and of very old versions: where in a file their first bytes stand, and what they are called.
_FOREIGN = msgid("This is a file in the format of {program}, which is not read.")
_OLDER = msgid("This file was saved by a very old version of {program}, and cannot be read.")
_OTHERS = (
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", _FOREIGN, "OneNote"),
    (0, b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c", _FOREIGN, "OneNote"), (0, b"ITSF", _FOREIGN, "CHM"),
    (0, b"\xffWPC", _FOREIGN, "WordPerfect"), (0, b'x\x9f>"', _FOREIGN, "Outlook"),
    (0, b"!BDN", _FOREIGN, "Outlook"), (0, b"AT&TFORM", _FOREIGN, "DjVu"), (60, b"BOOKMOBI", _FOREIGN, "MOBI"),
    (0, b"\0\1\0\0Standard ", _FOREIGN, "Access"), (0, b"8BPS", _FOREIGN, "Photoshop"), (0, b"%!PS", _FOREIGN, "PostScript"),
    (0, b"AC10", _FOREIGN, "AutoCAD"), (0, b"1\xbe\0\0\0\xab", _FOREIGN, "Write"), (0, b"2\xbe\0\0\0\xab", _FOREIGN, "Write"),
    (0, b"HWP Document File V", _OLDER, "HWP"), (0, b"\xdb\xa5-\0", _OLDER, "Word"), (0, b"\x09\0\x04\0", _OLDER, "Excel"),
    (0, b"\x09\x02\x06\0", _OLDER, "Excel"), (0, b"\x09\x04\x06\0", _OLDER, "Excel"),
)  # fmt: skip
_POINTERS = {"gslides", "gdoc", "gsheet", "gdraw", "gform", "gsite", "gmap", "gjam"}


def extract(path: Path, name: str) -> Text:
    """The text of a file. name: its name in the archive; its suffix decides where the bytes do not."""
    try:
        return with_title(_unmarked(_tidy(_read(path, name))), name)
    except UnreadableError as error:
        return Text(note=error.note)


def remarks(path: Path, name: str) -> dict[int, tuple[str, ...]]:
    """The lines of extract()'s text that are comments, by the numbers of their sections; raise UnreadableError."""
    found = {section.number: tuple(remarks_of(section)) for section in _tidy(_read(path, name)).sections}
    return {number: lines for number, lines in found.items() if lines}


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
    if is_picture(head):
        return read_picture(path)
    for at, start, note, program in _OTHERS:
        if head.startswith(start, at):
            raise UnreadableError(msg(note, program=program))
    if reader := _reader(head, suffix):
        return _read_with(reader, path)
    return _read_by_name(path, suffix, head)


def _reader(head: bytes, suffix: str) -> str | None:
    """The reader for a PDF, a binary Office file, or a document in one piece of text: RTF, XML, a message, a web archive."""
    if b"%PDF-" in head or head.lstrip().startswith(b"%PDF"):
        return "pdf:read_pdf"
    if head.startswith(_OLE):
        return "ole:read_ole"
    if head.startswith(b"{\\rtf"):
        return "rtf:read_rtf"
    if b"<office:document" in head:
        return "sheets:read_flat" if b"opendocument.spreadsheet" in head or suffix == "fods" else "odf:read_flat"
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
        return read_zip(package)


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
    """The text without control characters, in the letters of its language, with a note on slides and pages without text."""
    texts = (piece for section in text.sections for piece in (section.title, section.body, section.notes))
    letters = respelling((*texts, *text.properties.values())) or {}

    def tidy(piece: str) -> str:
        return _clean(piece).translate(letters) if letters else _clean(piece)

    sections = tuple(
        replace(section, title=tidy(section.title), body=tidy(section.body), notes=tidy(section.notes))
        for section in text.sections
    )
    note = combined(text.note, silence(text.unit, sections))
    return Text(text.unit, sections, {k: tidy(v)[:1000] for k, v in text.properties.items()}, note)


def _unmarked(text: Text) -> Text:
    """The text without the marks of comments."""
    sections = tuple(
        replace(
            section,
            title=without_marks(section.title),
            body=without_marks(section.body),
            notes=without_marks(section.notes),
        )
        for section in text.sections
    )
    return replace(text, sections=sections)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n"))
