"""Whether two exports of a Google document say the same: no two exports of one deck have the same bytes.

What differs without meaning is the order of relations, their ids, the numbers of pictures and the times in the package
(seen in exports of Slides); what is compared is the text of every part and the bytes of every picture.
"""

import filecmp
import hashlib
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from posixpath import normpath

from lxml import etree

_LARGEST = 2 * 1024**3
_MOST_TEXT = 64 * 1024**2
_LARGEST_PDF = 64 * 1024**2
_PDF_CLOCKS = re.compile(rb"/(?:CreationDate|ModDate) ?\([^)]*\)|/ID ?\[ ?<[^\]]*\]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MEDIA = re.compile(r"/(?:media|embeddings|fonts)/")
_CLOCKS = {
    "{http://purl.org/dc/terms/}created",
    "{http://purl.org/dc/terms/}modified",
    "{http://purl.org/dc/elements/1.1/}date",
    "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}creation-date",
}


def same_content(one: Path, other: Path) -> bool:
    """Compare two packages (pptx, docx, odp …) or PDF files by what they say, other files by their bytes.

    Damaged packages are never the same.
    """
    if filecmp.cmp(one, other, shallow=False):
        return True
    try:
        pages = _timeless(one)
        return pages == _timeless(other) if pages else _essence(one) == _essence(other)
    except (OSError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, ValueError, RuntimeError, NotImplementedError):
        return False


def _timeless(path: Path) -> bytes | None:
    """A PDF file without the times and the identity that each export writes anew; None for anything else."""
    with path.open("rb") as file:
        if file.read(5) != b"%PDF-" or path.stat().st_size > _LARGEST_PDF:
            return None
    return _PDF_CLOCKS.sub(b"", path.read_bytes())


def _essence(path: Path) -> list[tuple[str, str]]:
    with zipfile.ZipFile(path) as package:
        entries = [entry for entry in package.infolist() if not entry.is_dir()]
        pictures = [entry for entry in entries if _MEDIA.search(entry.filename)]
        if sum(e.file_size for e in entries) > _LARGEST or sum(e.file_size for e in entries if e not in pictures) > _MOST_TEXT:
            raise ValueError(path)
        media = {entry.filename: _streamed(package, entry) for entry in pictures}
        parts = {entry.filename: package.read(entry) for entry in entries if entry.filename not in media}
    said = ((name, _digest(name, parts, media)) for name in parts if not name.endswith(".rels"))
    return sorted([("media", digest) for digest in media.values()] + list(said))


def _streamed(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with package.open(entry) as picture:
        return hashlib.file_digest(picture, "sha256").hexdigest()  # type: ignore[arg-type]


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
