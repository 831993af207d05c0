"""Messages of Outlook (.msg): subject, people, text; the files inside are named.

After Microsoft's open specification [MS-OXMSG]: each property is a stream, named by its number and its type.
"""

import re
import struct
from typing import Any

from materials_cli.extract.encodings import decode, known_encoding
from materials_cli.extract.package import unread_inside
from materials_cli.extract.plain import page_text
from materials_cli.model import Section, Text

_SUBJECT, _BODY, _PAGE, _FROM, _FROM_ADDRESS, _TO, _CC = "0037", "1000", "1013", "0C1A", "0C1F", "0E04", "0E03"
_FILE_NAMES = ("3707", "3704", "3001")
_WIDE, _NARROW, _BYTES = "001F", "001E", "0102"
_MAX_BYTES = 32 * 1024 * 1024
_MAX_FILES = 1000
_CODEPAGES = (0x3FFD0003, 0x3FDE0003)
_PROPERTIES_HEAD, _PROPERTY = 32, 16
_ATTACHED = re.compile("__attach_version1.0_#", re.IGNORECASE)


def read_message(ole: Any) -> Text:
    """One section: the subject is its title."""
    people = [("From", _sender(ole)), ("To", _string(ole, _TO)), ("Cc", _string(ole, _CC))]
    attached = list(dict.fromkeys(entry[0] for entry in ole.listdir(storages=True) if _ATTACHED.match(entry[0])))[:_MAX_FILES]
    names = [next(filter(None, (_string(ole, number, storage) for number in _FILE_NAMES)), "") for storage in attached]
    body = "\n".join((*(f"{label}: {value}" for label, value in people if value), _body(ole), *filter(None, names))).strip()
    title = " ".join(_string(ole, _SUBJECT).split())
    return Text("section", (Section(1, title, body),) if title or body else (), note=unread_inside(len(names)))


def _sender(ole: Any) -> str:
    name, address = _string(ole, _FROM), _string(ole, _FROM_ADDRESS)
    return f"{name} <{address}>" if "@" in address and address != name else name


def _body(ole: Any) -> str:
    """The text of a message; of one that is a web page only, that of the page."""
    if text := _string(ole, _BODY).strip():
        return text
    page = _stream(ole, _PAGE, _BYTES) or _string(ole, _PAGE).encode()
    return "\n".join(section.body for section in page_text(page).sections) if page else ""


def _string(ole: Any, number: str, storage: str = "") -> str:
    wide = _stream(ole, number, _WIDE, storage)
    if wide:
        return wide.decode("utf-16-le", "replace").strip("\0")
    # A zero that ends a few letters would make them look like text in UTF-16.
    return decode(_stream(ole, number, _NARROW, storage).strip(b"\0"), _encoding(ole))


def _encoding(ole: Any) -> str:
    """The encoding of a message's narrow texts, from its list of properties; empty if it does not say."""
    with ole.openstream("__properties_version1.0") as stream:
        listed = stream.read(_MAX_BYTES)[_PROPERTIES_HEAD:]
    whole = listed[: len(listed) // _PROPERTY * _PROPERTY]
    values = {tag: value for tag, _, value, _ in struct.iter_unpack("<4I", whole)}
    return next((name for tag in _CODEPAGES if tag in values and (name := _code_page(values[tag]))), "")


def _code_page(number: int) -> str:
    return "utf-8" if number == 65001 else known_encoding(f"cp{number}")


def _stream(ole: Any, number: str, kind: str, storage: str = "") -> bytes:
    path = [*filter(None, [storage]), f"__substg1.0_{number}{kind}"]
    if not ole.exists(path):
        return b""
    with ole.openstream(path) as stream:
        return bytes(stream.read(_MAX_BYTES))
