"""Binary Office files (.doc, .xls, .ppt): OLE compound files, told apart by the streams that they contain."""

import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import olefile

from materials_cli.extract.doc import read_doc
from materials_cli.extract.package import DAMAGED, LOCKED, UnreadableError
from materials_cli.extract.ppt import read_ppt
from materials_cli.extract.sheets import read_sheets
from materials_cli.messages import msg, msgid
from materials_cli.model import Section, Text

_MAX_PREVIEW = 1 << 20
# Documents of other programs, by a stream that only they have.
_OTHERS = {
    "__properties_version1.0": msgid("This is an Outlook message, which is not read."),
    "visiodocument": msgid("This is a Visio drawing, which is not read."),
    "quill": msgid("This is a Publisher publication, which is not read."),
    "props14": msgid("This is a Project plan, which is not read."),
    "fileheader": msgid("This is a Hangul (HWP) document, which is not read."),
}


def read_ole(path: Path) -> Text:
    """The text of a binary Word, Excel or PowerPoint file; raise UnreadableError."""
    try:
        with olefile.OleFileIO(path) as ole:
            return _reader(ole, path)(ole)
    except (OSError, ValueError, TypeError, AttributeError, LookupError, struct.error) as error:
        # olefile raises any of these for a damaged file.
        raise UnreadableError(msg(DAMAGED)) from error


def _reader(ole: Any, path: Path) -> Callable[[Any], Text]:
    entries = ole.listdir(storages=True)
    streams = {entry[0] for entry in entries}
    lowered = {name.lower() for name in streams}
    if any("DRM" in word for entry in entries for word in entry):
        raise UnreadableError(msg("The file is protected by rights management (DRM), so its text cannot be read."))
    if "EncryptedPackage" in streams or "EncryptionInfo" in streams:
        raise UnreadableError(msg(LOCKED))
    if "worddocument" in lowered:
        return read_doc
    if not lowered.isdisjoint({"workbook", "book"}):
        return partial(read_sheets, path)
    if "prvtext" in lowered:
        return _hangul
    if other := next((name for stream, name in _OTHERS.items() if stream in lowered), None):
        raise UnreadableError(msg(other))
    return read_ppt


def _hangul(ole: Any) -> Text:
    """The preview that a Hangul document holds: the text of its beginning."""
    with ole.openstream("PrvText") as stream:
        body = stream.read(_MAX_PREVIEW).decode("utf-16-le", "replace").strip()
    sections = (Section(1, "", body),) if body else ()
    return Text("section", sections, note=msg("This is a Hangul (HWP) document: only the beginning of its text is read."))
