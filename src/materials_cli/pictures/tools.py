"""What can draw on this computer. Each has a version: what another one drew is drawn again."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from materials_cli.extract.silence import EXTRACTOR_VERSION
from materials_cli.pictures.kept import CARD, DOCUMENT_SVG, LIBREOFFICE, PDFIUM
from materials_cli.pictures.office import find_office

# Raised when our own part of the drawing changes.
_OURS = {PDFIUM: "1", DOCUMENT_SVG: "6", LIBREOFFICE: "1", CARD: "1"}


def installed() -> Mapping[str, str]:
    """What can draw → its version. A card needs nothing; its version tells how its text was read, too."""
    found = {CARD: f"{_OURS[CARD]}.{EXTRACTOR_VERSION}"}
    if find_spec("PIL") is None:
        return found
    found[PDFIUM] = _OURS[PDFIUM]
    if drawing := _version(DOCUMENT_SVG):
        found[DOCUMENT_SVG] = f"{_OURS[DOCUMENT_SVG]}/{drawing}"
    if find_office():
        found[LIBREOFFICE] = _OURS[LIBREOFFICE]
    return found


def can_flatten() -> bool:
    """Whether a drawing can become a picture of pixels, see flat.py."""
    return find_spec("resvg_py") is not None and find_spec("PIL") is not None


@cache
def _version(package: str) -> str:
    """The version of a package; empty if it is not installed. It is asked for with every file."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
