"""PowerPoint packages (.pptx, .pptm, .ppsx): slides in the order in which they are shown."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from materials_cli.extract.drawing import alt_texts, paragraph, paragraphs, related_texts, walk
from materials_cli.extract.package import Package, UnreadableError, local, properties
from materials_cli.model import Section, Text

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"sldNum", "dt", "hdr"}
_NUMBER = re.compile(r"[\d\s/‹›#.–-]*")


def read_pptx(path: Path) -> Text:
    """Slides with titles, all texts, tables, groups, charts, SmartArt, comments, alt texts, and speaker notes."""
    with Package(path) as package:
        main = next((t for kind, t in package.relations("").values() if kind == "officeDocument"), "ppt/presentation.xml")
        relations = package.relations(main)
        presentation = package.xml(main)
        order = [
            relations.get(slide.get(_RELATION) or "", ("", ""))[1] for slide in presentation.iter() if local(slide) == "sldId"
        ]
        sections = []
        lost = 0
        for number, part in enumerate(order, 1):
            try:
                sections.append(_slide(package, part, number))
            except UnreadableError:
                lost += 1
                sections.append(Section(number))
        if order and lost == len(order):
            raise UnreadableError("The file is damaged or not complete, so its text cannot be read.")
        note = f"{lost} of {len(order)} slides are damaged and could not be read." if lost else None
        return Text("slide", tuple(sections), properties(package), note)


def _slide(package: Package, part: str, number: int) -> Section:
    root = package.xml(part)
    title, body = "", []
    for shape in _shapes(root):
        kind = _placeholder(shape)
        if kind in _FURNITURE:
            continue
        texts = list(paragraphs(shape))
        if kind in _TITLES and not title:
            title = " ".join(" ".join(texts).split())
        elif kind == "ftr" and _NUMBER.fullmatch(" ".join(texts)):
            continue
        else:
            body += texts
    body += alt_texts(root)
    body += related_texts(package, part)
    notes = []
    for kind, target in package.relations(part).values():
        try:
            if kind == "notesSlide":
                notes = list(_notes(package.xml(target)))
            elif kind == "comments":
                body += _comments(package.xml(target))
        except UnreadableError:
            continue
    hidden = root.get("show") in {"0", "false"}
    return Section(number, title, "\n".join(body), "\n".join(notes), hidden)


def _shapes(root: etree._Element) -> Iterator[etree._Element]:
    """Everything on the slide that holds text of its own, groups opened."""
    for node in walk(root):
        if local(node) in {"sp", "graphicFrame", "cxnSp", "txSp"}:
            yield node


def _placeholder(shape: etree._Element) -> str:
    for child in shape:
        if local(child).startswith("nv"):
            for node in child.iter():
                if local(node) == "ph":
                    return node.get("type") or "body"
    return ""


def _notes(root: etree._Element) -> Iterator[str]:
    for shape in _shapes(root):
        if _placeholder(shape) not in {*_FURNITURE, "sldImg", "ftr"}:
            yield from paragraphs(shape)


def _comments(root: etree._Element) -> Iterator[str]:
    """Old comments keep their words in <p:text>, modern ones in paragraphs."""
    for node in root.iter():
        if local(node) == "text" and node.text and node.text.strip():
            yield node.text.strip()
        elif local(node) == "p":
            text = paragraph(node)
            if text.strip():
                yield text
