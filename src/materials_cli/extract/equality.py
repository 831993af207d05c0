"""Whether two exports of a Google document have the same content: two exports of one deck never have the same bytes.

The order and ids of relations, the numbers of pictures and the times in a package vary between exports of Slides and are
ignored. The XML of every part and the bytes of every picture are compared.
"""

import filecmp
import hashlib
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from posixpath import normpath

from lxml import etree

_MAX_SIZE = 2 * 1024**3
_MAX_TEXT_SIZE = 64 * 1024**2
_MAX_PDF_SIZE = 64 * 1024**2
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
    """Compare two packages (pptx, docx, odp …) or PDF files by content, other files by their bytes.

    Damaged packages are never equal.
    """
    if filecmp.cmp(one, other, shallow=False):
        return True
    try:
        pdf = _pdf_content(one)
        return pdf == _pdf_content(other) if pdf else _content(one) == _content(other)
    except (OSError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, ValueError, RuntimeError, NotImplementedError):
        return False


def _pdf_content(path: Path) -> bytes | None:
    """The bytes of a PDF file without the times and the id that differ in each export; None for any other file."""
    with path.open("rb") as file:
        if file.read(5) != b"%PDF-" or path.stat().st_size > _MAX_PDF_SIZE:
            return None
    return _PDF_CLOCKS.sub(b"", path.read_bytes())


def _content(path: Path) -> list[tuple[str, str]]:
    """The name and digest of every part without what varies between exports, in order."""
    with zipfile.ZipFile(path) as package:
        entries = [entry for entry in package.infolist() if not entry.is_dir()]
        pictures = [entry for entry in entries if _MEDIA.search(entry.filename)]
        total, in_pictures = (sum(entry.file_size for entry in group) for group in (entries, pictures))
        if total > _MAX_SIZE or total - in_pictures > _MAX_TEXT_SIZE:
            raise ValueError(path)
        media = {entry.filename: _sha256(package, entry) for entry in pictures}
        parts = {entry.filename: package.read(entry) for entry in entries if entry.filename not in media}
    texts = ((name, _digest(name, parts, media)) for name in parts if not name.endswith(".rels"))
    return sorted([("media", digest) for digest in media.values()] + list(texts))


def _sha256(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with package.open(entry) as picture:
        return hashlib.file_digest(picture, "sha256").hexdigest()  # type: ignore[arg-type]  # it reads, which is enough


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
        types = sorted(etree.tostring(child, method="c14n") for child in root if not _MEDIA.search(child.get("PartName", "")))
        return hashlib.sha256(b"\n".join(types)).hexdigest()
    targets = "\n".join(sorted(relations.values())).encode()
    return hashlib.sha256(etree.tostring(root, method="c14n") + targets).hexdigest()


def _relations(name: str, parts: dict[str, bytes], media: dict[str, str]) -> dict[str, str]:
    """The target of each relation of a part: the digest of a picture, else the name of the part."""
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
