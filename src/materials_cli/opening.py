"""What may be handed to the system to be opened: documents, which a program shows, and links to web pages.

Everything else is refused, because the system might run it: not a list of what is dangerous, but of what is not. What is inside
counts as well as the name. Macros are left to the programs, which ask about them in files marked by fetched.py.
"""

import configparser
import plistlib
import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError

from materials_cli.errors import Code, MaterialsError
from materials_cli.kinds import is_document
from materials_cli.messages import msg

_LINKS = {".url", ".webloc"}
_PROGRAM = re.compile(
    rb"\x7fELF|#! ?/|MZ[^\0]{0,62}\0|L\0\0\0\x01\x14\x02\0"  # Linux, a script, Windows, a Windows shortcut
    rb"|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe|\xbe\xba\xfe\xca|dex\n|ITSF"  # macOS, Java, Android
    rb"|(?:\xef\xbb\xbf)?\s*(?:#[^\n]*\n\s*)*\[Desktop Entry\]"
)
_DOCUMENT = re.compile(rb"%PDF-|\x89PNG|\xff\xd8\xff|GIF8|\{\\rtf|.{4}ftyp|ID3", re.DOTALL)
_LARGEST_LINK = 64 * 1024


def web_address(path: Path) -> str | None:
    """The address in a link file; None for a document. Raise not_a_document for everything else."""
    with path.open("rb") as file:
        content = file.read(_LARGEST_LINK)
    suffix = path.suffix.lower()
    if suffix in _LINKS and (address := _linked(content, suffix)):
        return address
    if not (is_document(path.name) or _is_plainly_one(path.name, content)) or _PROGRAM.match(content):
        what = msg("{name} was not opened: it may be a program, or lead to one.", name=path.name)
        raise MaterialsError(Code.NOT_A_DOCUMENT, what, where=str(path))
    return None


def _is_plainly_one(name: str, content: bytes) -> bool:
    """Whether a file whose name has no extension, as many on Drive, is a document by its content."""
    suffix = name.rpartition(".")[2] if "." in name else ""
    unnamed = " " in suffix or not any(map(str.isalpha, suffix))  # Agenda, Report 25.06.2025, Dr. Kim
    return unnamed and bool(_DOCUMENT.match(content)) and b"[Desktop Entry]" not in content


def _linked(content: bytes, suffix: str) -> str | None:
    """The address in a link file, if it leads to a web page."""
    try:
        address = plistlib.loads(content)["URL"] if suffix == ".webloc" else _shortcut(content.decode("utf-8-sig", "replace"))
        parts = urlsplit(address)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, ExpatError, configparser.Error):
        return None
    plain = isinstance(address, str) and address.isprintable() and " " not in address
    return address if plain and parts.scheme in {"http", "https"} and parts.hostname else None


def _shortcut(content: str) -> str:
    parsed = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=(";",))
    parsed.read_string(content)
    section = next((name for name in parsed.sections() if name.lower() == "internetshortcut"), "")
    return parsed[section]["url"]
