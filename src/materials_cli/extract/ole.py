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
from materials_cli.messages import msg
from materials_cli.model import Text


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
    if any("DRM" in word for entry in entries for word in entry):
        raise UnreadableError(msg("The file is protected by rights management (DRM), so its text cannot be read."))
    if "EncryptedPackage" in streams or "EncryptionInfo" in streams:
        raise UnreadableError(msg(LOCKED))
    if "WordDocument" in streams:
        return read_doc
    if "Workbook" in streams or "Book" in streams:
        return partial(read_sheets, path)
    return read_ppt
