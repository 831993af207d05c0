"""Hangul documents: all text of .hwpx, which is a package of XML (KS X 6101); of .hwp the preview that it holds."""

import re
from typing import Any

from lxml import etree

from materials_cli.extract.package import Package, local
from materials_cli.messages import msg
from materials_cli.model import Section, Text

_MAX_PREVIEW = 1 << 20
_PART = re.compile(r"Contents/section(\d+)\.xml", re.IGNORECASE)


def read_hwpx(package: Package) -> Text:
    """The paragraphs of all parts, in their order."""
    parts = {int(found[1]): name for name in package.names if (found := _PART.fullmatch(name))}
    lines = (_line(node) for number in sorted(parts) for node in package.readable_xml(parts[number]).iter("{*}p"))
    return _text("\n".join(filter(None, lines)))


def _line(node: etree._Element) -> str:
    """The text of a paragraph, without those in a table inside it, which are read after it."""
    texts = (text for text in node.iter("{*}t") if next(_paragraphs_above(text)) is node)
    return "".join("".join(map(str, text.itertext())) for text in texts).strip()


def _paragraphs_above(node: etree._Element) -> Any:
    return (above for above in node.iterancestors() if local(above) == "p")


def read_preview(ole: Any) -> Text:
    """The beginning of a Hangul document."""
    with ole.openstream("PrvText") as stream:
        body = stream.read(_MAX_PREVIEW).decode("utf-16-le", "replace").strip()
    note = msg("This is a Hangul (HWP) document: only the beginning of its text is read.")
    return Text("section", _text(body).sections, note=note)


def _text(body: str) -> Text:
    return Text("section", (Section(1, "", body),) if body else ())
