"""Hangul documents: all text of .hwpx, which is a package of XML (KS X 6101), and the preview that an .hwp holds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from materials_cli.extract.odf import refuse_locked
from materials_cli.extract.package import Package, UnreadableError, local
from materials_cli.messages import Message, msg, msgid
from materials_cli.model import Section, Text

PARTLY = msgid("Part of this document is damaged, so some of its text is missing.")
_MAX_PREVIEW = 1 << 20
_METADATA = "Contents/content.hpf"
_NAMES = {
    "creator": "author", "subject": "subject", "description": "description", "keyword": "keywords",
    "createddate": "created", "modifieddate": "modified",
}  # fmt: skip
# Texts, letters with small ones above or below them, formulas.
_TEXTS = ("{*}t", "{*}mainText", "{*}subText", "{*}script")
_FOR_LETTERS = {"tab": "\t", "lineBreak": "\n", "nbSpace": "\xa0", "fwSpace": " ", "hyphen": "-"}
_PART = re.compile(r"Contents/section(\d+)\.xml", re.IGNORECASE)


def read_hwpx(package: Package) -> Text:
    """The paragraphs of all parts, in their order; raise UnreadableError."""
    refuse_locked(package)
    parts = {int(found[1]): name for name in package.names if (found := _PART.fullmatch(name))}
    lines, errors = list[str](), list[UnreadableError]()
    for number in sorted(parts):
        try:
            lines += filter(None, _lines(package.xml(parts[number])))
        except UnreadableError as error:
            errors.append(error)
    if errors and not lines:
        raise errors[0]
    return body_of("\n".join(lines), _properties(package), msg(PARTLY) if errors else None)


def _lines(part: etree._Element) -> Iterator[str]:
    """The text of each paragraph, without those in a table inside it, which are read after it."""
    texts: dict[etree._Element, list[str]] = {node: [] for node in part.iter("{*}p")}
    for text in part.iter(*_TEXTS):
        if (node := next(_paragraphs_above(text), None)) is not None:
            texts[node].append((" " if local(text) == "subText" else "") + _letters(text))
    return ("".join(each).strip() for each in texts.values())


def _letters(node: etree._Element) -> str:
    """The text of an element, with what stands in it for a letter."""
    within = (_FOR_LETTERS.get(local(each)) or (_letters(each) if local(each) else "") for each in node)
    return (node.text or "") + "".join(text + (each.tail or "") for text, each in zip(within, node, strict=True))


def _paragraphs_above(node: etree._Element) -> Iterator[etree._Element]:
    return (above for above in node.iterancestors() if local(above) == "p")


def _properties(package: Package) -> dict[str, str]:
    if _METADATA not in package.names:
        return {}
    stated = package.readable_xml(_METADATA)
    found = {"title": stated.findtext(".//{*}metadata/{*}title") or ""}
    for each in stated.iterfind(".//{*}metadata/{*}meta"):
        if name := _NAMES.get((each.get("name") or "").lower()):
            found[name] = each.text or ""
    return {name: text.strip() for name, text in found.items() if text.strip()}


def read_preview(ole: Any) -> Text:
    """The beginning of a Hangul document."""
    with ole.openstream("PrvText") as stream:
        body = stream.read(_MAX_PREVIEW).decode("utf-16-le", "replace").strip()
    note = msg("This is a Hangul (HWP) document: only the beginning of its text is read.")
    return body_of(body, note=note)


def body_of(body: str, properties: Mapping[str, str] | None = None, note: Message | None = None) -> Text:
    """A document that is one section; without any if it is empty."""
    return Text("section", (Section(1, "", body),) if body else (), properties or {}, note)
