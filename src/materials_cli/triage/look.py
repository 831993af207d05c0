"""The child process that looks at files for what their texts do not tell: comments, places of pictures, people in the metadata.

It is limited as those that read texts are (extract/child.py), and speaks as they do: its answer is a text in which each
section is one thing that it saw, its title says what. A file that cannot be read has a note.
"""

import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from materials_cli.extract import docx, odf, pptx
from materials_cli.extract.formats import remarks
from materials_cli.extract.limits import limit
from materials_cli.extract.package import Package, UnreadableError, attribute, local
from materials_cli.extract.serving import Request, serve
from materials_cli.triage.looks import COMMENT, LOCATION, MIXED, PERSON
from materials_cli.triage.photos import locations

_MOST_BYTES = 256 * 1024**2
_OLE, _ZIP, _RTF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK", b"{\\rtf"
_PICTURES = (".jpg", ".jpeg", ".jpe", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif", ".mov", ".mp4")
_ABOUT = ("docProps/core.xml", "docProps/app.xml", "meta.xml")
_NAMED = frozenset({"lastModifiedBy", "Manager", "creator", "initial-creator", "printed-by"})
_ATTRIBUTES = {"cmAuthor": "name", "person": "displayName", **dict.fromkeys(("comment", "ins", "del"), "author")}
_AUTHORS = ("comment", "people", "document.xml", "persons")
_MOST_PEOPLE, _MOST_SLIDES = 50, 2000

Seen = tuple[str, int, str]


def _look(request: Request, memory: int, seconds: int) -> Mapping[str, Any]:
    """What is seen in one file."""
    path = Path(request["path"])
    limit(memory, seconds, path.stat().st_size)
    found = dict.fromkeys(seen(path, request["name"]))
    sections = [{"title": kind, "number": number, "body": text} for kind, number, text in found]
    return {"unit": "", "sections": sections, "properties": {}, "note": None}


def seen(path: Path, name: str) -> Iterator[Seen]:
    """What a file holds: the kind, the number of the section it is in, or 0, and the text."""
    with suppress(UnreadableError):  # the note on its text says so
        for number, lines in remarks(path, name).items():
            yield COMMENT, number, "\n".join(lines)
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES)
    if content.startswith(_ZIP):
        with suppress(UnreadableError), Package(path) as package:
            yield from _in_package(package)
    else:
        yield from ((LOCATION, 0, place) for place in locations(content))
        if _is_mixed(content):
            yield MIXED, 0, ""


def _in_package(package: Package) -> Iterator[Seen]:
    people = dict.fromkeys(name for part in package.names for name in _people_of(package, part))
    yield from ((PERSON, 0, name) for name in list(people)[:_MOST_PEOPLE])
    if "word/document.xml" in package.names:
        changed = next(package.readable_xml("word/document.xml").iter("{*}del", "{*}ins", "{*}moveFrom"), None)
        if changed is not None:
            yield COMMENT, 0, ""
    found = {part: locations(package.read(part)) for part in package.names if part.lower().endswith(_PICTURES)}
    found = {part: places for part, places in found.items() if places}
    shown = _slides_of(package) if found else {}
    for part, places in found.items():
        yield from ((LOCATION, number, place) for place in places for number in shown.get(part) or [0])


def _people_of(package: Package, part: str) -> Iterator[str]:
    """The people that a part of a package names as those who wrote, changed or commented on it."""
    named = part in _ABOUT or (part.endswith(".xml") and any(word in part.lower() for word in _AUTHORS))
    for node in package.readable_xml(part).iter() if named else ():
        kind = local(node)
        if kind in (_NAMED if part in _ABOUT else {"author"}):
            stated = node.text
        elif part in _ABOUT or kind not in _ATTRIBUTES:
            continue
        else:
            stated = attribute(node, _ATTRIBUTES[kind])
        if name := " ".join((stated or "").split()):
            yield name


def _slides_of(package: Package) -> dict[str, list[int]]:
    """The numbers of the slides that show each picture."""
    shown: dict[str, list[int]] = {}
    reader = pptx if any(name.startswith("ppt/") for name in package.names) else odf if "content.xml" in package.names else docx
    with suppress(UnreadableError, IndexError, KeyError):
        count = len(pptx.slide_parts(package)) if reader is pptx else 1 if reader is docx else _MOST_SLIDES
        for number in range(1, min(count, _MOST_SLIDES) + 1):
            for part in reader.picture_parts(package, number):
                shown.setdefault(part, []).append(number)
    return {} if reader is docx else shown


def _is_mixed(content: bytes) -> bool:
    """Whether an old document has comments, which are read as part of its text (FibRgLw97.ccpAtn in [MS-DOC]; RTF)."""
    if content.startswith(_RTF):
        return b"\\annotation" in content
    start = content.find(b"\xec\xa5\xc1\x00") if content.startswith(_OLE) else -1
    with suppress(struct.error):
        return start >= 0 and struct.unpack_from("<I", content, start + 0x5C)[0] > 0
    return False


if __name__ == "__main__":
    serve(_look)
