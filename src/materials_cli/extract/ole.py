"""Binary Office files (.doc, .xls, .ppt …): OLE compound files, told apart by the streams that they contain."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import olefile

from materials_cli.extract.doc import read_doc
from materials_cli.extract.hangul import read_preview
from materials_cli.extract.hwp import read_hwp
from materials_cli.extract.locked import unlocked
from materials_cli.extract.outlook import read_message
from materials_cli.extract.package import DAMAGED, LOCKED, PROTECTED, Package, UnreadableError
from materials_cli.extract.packages import read_zip
from materials_cli.extract.ppt import OLD, read_ppt
from materials_cli.extract.sheets import read_sheets
from materials_cli.messages import msg, msgid
from materials_cli.model import Text

_READERS: tuple[tuple[str, Callable[[Any], Text]], ...] = (
    ("worddocument", read_doc),
    ("workbook", read_sheets),
    ("book", read_sheets),
    ("powerpoint document", read_ppt),
    ("pp97_dualstorage", read_ppt),
    ("bodytext", read_hwp),
    ("viewtext", read_hwp),
    ("prvtext", read_preview),
    ("__properties_version1.0", read_message),
)
# Documents of other programs, by a stream or storage that only they have.
_OTHERS = {
    "visiodocument": msgid("This is a Visio drawing, which is not read."),
    "quill": msgid("This is a Publisher publication, which is not read."),
    "tbkndassn": msgid("This is a Project plan, which is not read."),
    "props14": msgid("This is a Project plan, which is not read."),
    "fileheader": msgid("This is a Hangul (HWP) document, which is not read."),
    "pp40": OLD,
    "matost": msgid("This is a Works document, which is not read."),
    "contents": msgid("This is a Works document, which is not read."),
}
# In the header: how large a sector is, and how many hold the tables that lead from one sector to the next ([MS-CFB] 2.2).
_HEAD = struct.Struct("<30xH12xI16xI4xI")
_SECTORS = {9, 12}
_NO_OTHER = msgid("This is a document of a program that is not known here, so its text cannot be read.")


def read_ole(path: Path) -> Text:
    """The text of a binary Word, Excel or PowerPoint file; raise UnreadableError."""
    try:
        return _read(path)
    except UnreadableError as error:
        if error.note != msg(LOCKED) or not (content := unlocked(path)):
            raise
        if content.startswith(b"PK"):
            with Package(path, content) as package:
                return read_zip(package)
        return _read(path, content)


def _read(path: Path, content: bytes | None = None) -> Text:
    size = path.stat().st_size if content is None else len(content)
    try:
        with path.open("rb") if content is None else io.BytesIO(content) as file:
            _refuse_endless(file.read(_HEAD.size), size)
            file.seek(0)
            with olefile.OleFileIO(file) as ole:
                for entry in filter(None, ole.direntries):
                    entry.size = min(entry.size, size)
                return _reader(ole)(ole)
    except (OSError, ValueError, TypeError, AttributeError, LookupError, struct.error) as error:
        # olefile raises any of these for a damaged file.
        raise UnreadableError(msg(DAMAGED)) from error


def _refuse_endless(head: bytes, size: int) -> None:
    """Refuse a file whose tables, by its first bytes, are larger than itself: they lead in a circle, and olefile would follow.

    So would it in a stream, which cannot be larger than the file either. Raise struct.error if there are too few bytes.
    """
    shift, tables, small_tables, tables_of_tables = _HEAD.unpack(head)
    if shift not in _SECTORS or max(tables, small_tables, tables_of_tables) << shift > size:
        raise UnreadableError(msg(DAMAGED))


def _reader(ole: Any) -> Callable[[Any], Text]:
    entries = [[word.lower() for word in entry] for entry in ole.listdir(storages=True)]
    top = {entry[0] for entry in entries}
    if any("drm" in word for entry in entries for word in entry):
        raise UnreadableError(msg(PROTECTED))
    if not top.isdisjoint({"encryptedpackage", "encryptioninfo"}):
        raise UnreadableError(msg(LOCKED))
    if reader := next((reader for stream, reader in _READERS if stream in top), None):
        return reader
    named = {word for entry in entries for word in entry[:2]}
    raise UnreadableError(msg(next((note for stream, note in _OTHERS.items() if stream in named), _NO_OTHER)))
