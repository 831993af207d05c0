"""Marks files as coming from the internet, as browsers do, so that the system and office programs take care with them.

Windows: the Mark of the Web, by which SmartScreen and Protected View act
(https://learn.microsoft.com/openspecs/windows_protocols/ms-fscc/6e3f7352-d11c-4d76-8c39-2516a9df36e8). macOS: the attribute by
which Gatekeeper acts. Linux has nothing like it.
"""

import contextlib
import sys
import time
from pathlib import Path

from materials_cli.values import frozen

_INTERNET = 3
_NOT_YET_APPROVED = "0081"

if sys.platform == "darwin":
    import ctypes

    def _set_attribute(path: Path, value: bytes) -> None:
        # int setxattr(path, name, value, size, position, options)
        ctypes.CDLL(None).setxattr(bytes(path), b"com.apple.quarantine", value, ctypes.c_size_t(len(value)), 0, 0)
else:

    def _set_attribute(path: Path, value: bytes) -> None:
        """Only macOS has it."""


COPY = "copy"


@frozen()
class Retrieved:
    """How bytes came, for the record. program: name and version of what fetched them.

    way: "keyless", "key", "sign-in" or "emulator"; COPY, if somebody had them already.
    """

    way: str
    program: str


def mark_as_fetched(path: Path, source: str, system: str = sys.platform) -> None:
    """Mark a file. source: the address that it came from. A file system that cannot store the mark goes without it."""
    with contextlib.suppress(OSError, ValueError):
        if system == "win32":
            with path.with_name(f"{path.name}:Zone.Identifier").open("w", encoding="utf-8", newline="\r\n") as stream:
                stream.write(f"[ZoneTransfer]\nZoneId={_INTERNET}\nHostUrl={''.join(source.split()) or 'about:internet'}\n")
        elif system == "darwin":
            _set_attribute(path, quarantine(time.time()))


def quarantine(now: float) -> bytes:
    """The value of the attribute on macOS: flags, time and program, as LaunchServices reads them."""
    return f"{_NOT_YET_APPROVED};{int(now):08x};materials;".encode()
