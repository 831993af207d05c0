"""Whether two exports of a Google document say the same: no two exports of one deck have the same bytes.

What differs without meaning is the order of relations, their ids, the numbers of pictures and the times in the package
(seen in exports of Slides); what is compared is the text of every part and the bytes of every picture.
"""

import hashlib
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from posixpath import normpath

from lxml import etree

_LARGEST = 512 * 1024**2
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MEDIA = re.compile(r"/(?:media|embeddings|fonts)/")
_CLOCKS = {"{http://purl.org/dc/terms/}created", "{http://purl.org/dc/terms/}modified"}


def same_content(one: Path, other: Path) -> bool:
    """Compare two packages (pptx, docx, xlsx) by what they say; anything else, or damaged, is never the same."""
    try:
        return _essence(one) == _essence(other)
    except (OSError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, ValueError, RuntimeError, NotImplementedError):
        return False


def _essence(path: Path) -> list[tuple[str, str]]:
    with zipfile.ZipFile(path) as package:
        if sum(entry.file_size for entry in package.infolist()) > _LARGEST:
            raise ValueError(path)
        parts = {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
    media = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items() if _MEDIA.search(name)}
    return sorted(
        ("media", media[name]) if name in media else (name, _digest(name, parts, media))
        for name in parts
        if not name.endswith(".rels")
    )


def _digest(name: str, parts: dict[str, bytes], media: dict[str, str]) -> str:
    data = parts[name]
    if not data.lstrip(b"\xef\xbb\xbf").startswith(b"<") and not name.endswith(".xml"):
        return hashlib.sha256(data).hexdigest()
    relations = _relations(name, parts, media)
    root = _parse(data)
    for element in root.iter(etree.Element):
        for attribute, value in element.attrib.items():
            if str(attribute).startswith(_RELATION):
                element.set(attribute, relations.get(str(value), str(value)))
        if element.tag in _CLOCKS:
            element.text = ""
    if name == "[Content_Types].xml":
        said = sorted(etree.tostring(child, method="c14n") for child in root if not _MEDIA.search(child.get("PartName", "")))
        return hashlib.sha256(b"\n".join(said)).hexdigest()
    told = "\n".join(sorted(relations.values())).encode()
    return hashlib.sha256(etree.tostring(root, method="c14n") + told).hexdigest()


def _relations(name: str, parts: dict[str, bytes], media: dict[str, str]) -> dict[str, str]:
    """What each relation of a part leads to: a picture's digest, else the target's name."""
    place = PurePosixPath(name)
    data = parts.get(str(place.parent / "_rels" / f"{place.name}.rels"))
    if data is None:
        return {}
    found = {}
    for relation in _parse(data):
        target = relation.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else normpath(str(place.parent / target))
        found[relation.get("Id", "")] = f"{relation.get('Type', '')} {media.get(full, target)}"
    return found


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
