"""Which reader reads what: the first bytes decide, since names lie.

A file that cannot be read gives a Text with a note; only its own failure is caught here, so that a bug stays a bug.
"""

import re
import shutil
import subprocess
from pathlib import Path

import olefile

from materials_cli.extract.package import Package, UnreadableError
from materials_cli.kinds import Kind, kind_of
from materials_cli.model import Section, Text

EXTRACTOR_VERSION = 1

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_PLAIN_SUFFIXES = {"txt", "md", "markdown", "csv", "tsv", "html", "htm", "json", "xml", "srt", "vtt"}
_WITHOUT_TEXT = {Kind.IMAGE, Kind.VIDEO, Kind.AUDIO, Kind.ARCHIVE, Kind.LINK}
_PICTURES_ONLY = 0.5
_CATDOC_SECONDS = 30


def extract(path: Path, name: str) -> Text:
    """Take the text out of a file. name: what it is called, for its suffix and for what Office's lock files look like."""
    try:
        return _tidy(_read(path, name))
    except UnreadableError as error:
        return Text(note=str(error))


def _read(path: Path, name: str) -> Text:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if path.stat().st_size == 0:
        raise UnreadableError("The file is empty (0 bytes).")
    with path.open("rb") as file:
        head = file.read(1024)
    if name.startswith("~$"):
        raise UnreadableError("This is a lock file that an Office program left behind, not a document.")
    if head.startswith(b"version https://git-lfs.github.com/spec/"):
        raise UnreadableError("This is a pointer to the document (Git LFS), not the document itself.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_zip(path)
    if head[:1024].lstrip().startswith(b"%PDF") or b"%PDF-" in head:
        from materials_cli.extract.pdf import read_pdf  # noqa: PLC0415 - each reader draws in its own library

        return read_pdf(path)
    if head.startswith(olefile.MAGIC):
        return _read_ole(path)
    return _read_by_name(path, suffix, head)


def _read_zip(path: Path) -> Text:
    with Package(path) as package:
        names = package.names
        mimetype = package.read("mimetype").decode("latin-1").strip() if "mimetype" in package else ""
        links = package.relations("") if "_rels/.rels" in package else {}
    main = next((target for kind, target in links.values() if kind == "officeDocument"), "")
    if main.startswith("ppt/") or "ppt/presentation.xml" in names:
        from materials_cli.extract.pptx import read_pptx  # noqa: PLC0415 - see _read()

        return read_pptx(path)
    if main.startswith("word/") or "word/document.xml" in names:
        from materials_cli.extract.docx import read_docx  # noqa: PLC0415

        return read_docx(path)
    if main.startswith("xl/") or any(name.startswith("xl/workbook.") for name in names) or mimetype.endswith("spreadsheet"):
        from materials_cli.extract.sheets import read_sheets  # noqa: PLC0415

        return read_sheets(path)
    if mimetype.startswith("application/vnd.oasis.opendocument"):
        from materials_cli.extract.odf import read_odf  # noqa: PLC0415

        return read_odf(path)
    if any(name.startswith("Index/") or name == "Index.zip" for name in names):
        raise UnreadableError("This is an Apple iWork document, whose text cannot be read. A PDF of it could be.")
    listing = "\n".join(name for name in names if not name.endswith("/"))
    return Text("section", (Section(1, "", listing),), note="An archive: its files are listed, not read.")


def _read_ole(path: Path) -> Text:
    try:
        with olefile.OleFileIO(path) as ole:
            streams = {entry[0] for entry in ole.listdir()}
    except OSError as error:
        raise UnreadableError("The file is damaged or not complete, so its text cannot be read.") from error
    if "EncryptedPackage" in streams or "EncryptionInfo" in streams:
        raise UnreadableError("The file is protected by a password, so its text cannot be read.")
    if "WordDocument" in streams:
        return _read_doc(path)
    if "Workbook" in streams or "Book" in streams:
        from materials_cli.extract.sheets import read_sheets  # noqa: PLC0415 - see _read()

        return read_sheets(path)
    from materials_cli.extract.ppt import read_ppt  # noqa: PLC0415

    return read_ppt(path)


def _read_doc(path: Path) -> Text:
    """Old Word files are read by catdoc where it is installed; nothing small and permissive reads them in Python."""
    program = shutil.which("catdoc")
    if program is None:
        raise UnreadableError("A Word file of the old kind (.doc): its text is read where the program catdoc is installed.")
    command = [program, "-d", "utf-8", "-w", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_CATDOC_SECONDS, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        raise UnreadableError("The old Word file could not be read in time.") from error
    body = done.stdout.decode("utf-8", "replace").strip()
    return Text("section", (Section(1, "", body),) if body else ())


def _read_by_name(path: Path, suffix: str, head: bytes) -> Text:
    from materials_cli.extract.plain import read_plain  # noqa: PLC0415 - see _read()

    if head.startswith(b"{\\rtf"):
        from materials_cli.extract.rtf import read_rtf  # noqa: PLC0415

        return read_rtf(path)
    is_page = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))
    if is_page and suffix not in {"html", "htm"}:
        raise UnreadableError(f"This is a web page that was saved under the name of a .{suffix} file, not the document.")
    if suffix in _PLAIN_SUFFIXES:
        return read_plain(path, suffix)
    kind = kind_of(f"x.{suffix}", "")
    if kind in _WITHOUT_TEXT:
        return Text()
    if kind in {Kind.SLIDES, Kind.DOCUMENT, Kind.SHEET, Kind.PDF}:
        raise UnreadableError(f"The file is damaged, or is no .{suffix} file, so its text cannot be read.")
    return Text()


def _tidy(text: Text) -> Text:
    """Texts without control characters, and a note on slides that hold only pictures."""
    sections = tuple(Section(s.number, _clean(s.title), _clean(s.body), _clean(s.notes), s.hidden) for s in text.sections)
    silent = sum(not (s.title or s.body.strip() or s.notes.strip()) for s in sections)
    note = text.note
    if note is None and silent and text.unit in {"slide", "page"} and silent >= len(sections) * _PICTURES_ONLY:
        note = f"{silent} of {len(sections)} {text.unit}s hold no text."
    return Text(text.unit, sections, {k: _clean(v)[:1000] for k, v in text.properties.items()}, note)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n"))
