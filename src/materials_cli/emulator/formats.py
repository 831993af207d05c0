"""The formats that Google's editors export to (about.exportFormats), and the names that export links have for them."""

from collections.abc import Mapping
from types import MappingProxyType

OFFICE = "application/vnd.openxmlformats-officedocument."
PPTX = OFFICE + "presentationml.presentation"
DOCX = OFFICE + "wordprocessingml.document"
XLSX = OFFICE + "spreadsheetml.sheet"
ODP = "application/vnd.oasis.opendocument.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        PPTX: "pptx",
        DOCX: "docx",
        XLSX: "xlsx",
        ODP: "odp",
        ODT: "odt",
        ODS: "ods",
        "application/pdf": "pdf",
        "application/rtf": "rtf",
        "application/zip": "zip",
        "application/epub+zip": "epub",
        "text/plain": "txt",
        "text/markdown": "md",
        "text/csv": "csv",
        "text/tab-separated-values": "tsv",
        "image/png": "png",
        "image/jpeg": "jpg",
        "image/svg+xml": "svg",
        "video/mp4": "mp4",
        "application/vnd.google-apps.script+json": "json",
    }
)
_BY_KIND = {
    "document": (DOCX, ODT, "application/rtf", "application/pdf", "text/plain", "application/zip", "application/epub+zip",
                 "text/markdown"),
    "spreadsheet": (XLSX, ODS, "application/pdf", "text/csv", "text/tab-separated-values", "application/zip"),
    "presentation": (PPTX, ODP, "application/pdf", "text/plain"),
    "drawing": ("application/pdf", "image/png", "image/jpeg", "image/svg+xml"),
    "script": ("application/vnd.google-apps.script+json",),
    "vid": ("video/mp4",),
}  # fmt: skip


def export_formats() -> dict[str, list[str]]:
    """The table as about.get returns it."""
    return {f"application/vnd.google-apps.{kind}": list(types) for kind, types in _BY_KIND.items()}


def media_type_of_extension(extension: str) -> str:
    """The media type for exportFormat=EXTENSION; "" when there is none."""
    return next((media_type for media_type, known in EXTENSIONS.items() if known == extension), "")
