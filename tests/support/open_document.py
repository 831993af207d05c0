"""OpenDocument files for tests. The XML is written here, as LibreOffice writes it."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in {
        "office": "office", "text": "text", "draw": "drawing", "presentation": "presentation", "style": "style",
        "table": "table", "meta": "meta", "chart": "chart", "svg": "svg-compatible", "form": "form",
    }.items()
)  # fmt: skip
SPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
META = (
    f"<office:document-meta {SPACES}><office:meta><dc:title>zqdoctitle</dc:title><dc:creator>zqauthor</dc:creator>"
    "<meta:keyword>zqkeyword</meta:keyword><dc:language>kk</dc:language></office:meta></office:document-meta>"
)
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def open_document(
    path: Path, kind: str, body: str, styles: str = "", parts: Mapping[str, str] | None = None, masters: str = ""
) -> Path:
    """A file of this kind. styles: those of its content; masters: its pages as they are printed, or shown."""
    content = f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
    content += f"<office:body>{body}</office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        made.writestr("content.xml", content)
        made.writestr("meta.xml", META)
        made.writestr("META-INF/manifest.xml", MANIFEST)
        if masters:
            shown = f"<office:document-styles {SPACES}><office:master-styles>{masters}</office:master-styles>"
            made.writestr("styles.xml", f"{shown}</office:document-styles>")
        for name, part in (parts or {}).items():
            made.writestr(name, part)
    return path
