"""PowerPoint packages (.pptx, .pptm, .ppsx): slides in presentation order."""

import re
from collections.abc import Iterator

from lxml import etree

from materials_cli.extract.drawing import alt_texts, embedded_note, image_parts, paragraph, paragraphs, related_texts, walk
from materials_cli.extract.package import DAMAGED, Package, UnreadableError, attribute, local, properties
from materials_cli.extract.remarks import as_remarks
from materials_cli.extract.repeated import told_once
from materials_cli.extract.runs import respell_runs
from materials_cli.messages import combined, msg
from materials_cli.model import Section, Text

_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"sldNum", "dt", "hdr"}
_NO = {"0", "false"}
_SLIDE_PART = re.compile(r"ppt/slides/slide(\d+)\.xml")
_NUMBER = re.compile(r"[\d\s/‹›#.–-]*")


def read_pptx(package: Package) -> Text:
    """Slides with their titles, texts, tables, charts, SmartArt, comments, links, alternative texts and speaker notes."""
    order = slide_parts(package)
    sections: list[tuple[Section, list[str]]] = []
    templates: dict[str, list[str]] = {}
    lost = 0
    for place, part in enumerate(order, 1):
        try:
            sections.append(_slide(package, part, place, templates))
        except UnreadableError:
            lost += 1
    if order and lost == len(order):
        raise UnreadableError(msg(DAMAGED))
    damage = None
    if lost:
        damage = msg("{count} of {total} slides could not be read: they are damaged or missing.", count=lost, total=len(order))
    note = combined(damage, embedded_note(package, [part for part in order if part in package]))
    return Text("slide", told_once(sections), properties(package), note)


def slide_parts(package: Package) -> list[str]:
    """The names of the slides' parts in presentation order; by number if the list of slides is lost."""
    main = package.main_part() or "ppt/presentation.xml"
    if package.damaged and main not in package:
        numbers = {name: int(found[1]) for name in package.names if (found := _SLIDE_PART.fullmatch(name))}
        return sorted(numbers, key=lambda name: numbers[name])
    relations = package.relations(main)
    slides = package.xml(main).iterfind("{*}sldIdLst/{*}sldId")
    return [relations.get(attribute(slide, "id", of="relationships"), ("", ""))[1] for slide in slides]


def picture_parts(package: Package, number: int) -> list[str]:
    """The names of the pictures on one slide, counted from 1."""
    return image_parts(package, slide_parts(package)[number - 1])


def _slide(package: Package, part: str, number: int, templates: dict[str, list[str]]) -> tuple[Section, list[str]]:
    """A slide, and the texts on it that may stand on others, too: its footer, and what its template shows."""
    root = respell_runs(package.xml(part))
    title, body, repeated = "", [], []
    for shape in _shapes(root):
        kind = _placeholder(shape)
        if kind in _FURNITURE and not (kind == "dt" and _is_typed(shape)):
            continue
        texts = list(paragraphs(shape))
        if kind in _TITLES and not title:
            title = " ".join(" ".join(texts).split())
        elif kind == "ftr":
            repeated += [] if _NUMBER.fullmatch(" ".join(texts)) else texts
        else:
            body += texts
    body += alt_texts(root)
    body += related_texts(package, part)
    if root.get("showMasterSp") not in _NO:
        repeated += _template_texts(package, _related(package, part, "slideLayout"), templates)
    notes = []
    for kind, target in package.relations(part).values():
        if kind == "notesSlide":
            page = respell_runs(package.readable_xml(target))
            notes = list(_notes(page))
            repeated += _edges(page)
        elif kind == "comments":
            body += as_remarks(_comments(package.readable_xml(target)))
    hidden = root.get("show") in _NO
    return Section(number, title, "\n".join(body), "\n".join(notes), hidden), repeated


def _template_texts(package: Package, part: str, known: dict[str, list[str]]) -> list[str]:
    """What a layout, and its master, show on each slide: their own texts, not those of placeholders. known: by layout."""
    if part not in known:
        root = package.readable_xml(part)
        own = [shape for shape in _shapes(root) if not _placeholder(shape)]
        known[part] = [*(text for shape in own for text in paragraphs(shape)), *alt_texts(root)]
        master = _related(package, part, "slideMaster")
        if master and root.get("showMasterSp") not in _NO:
            known[part] += _template_texts(package, master, known)
    return known[part]


def _related(package: Package, part: str, kind: str) -> str:
    """The name of the part to which another has a relation of this kind; empty if there is none."""
    return next((target for use, target in package.relations(part).values() if use == kind), "")


def _shapes(root: etree._Element) -> Iterator[etree._Element]:
    """The shapes on a slide that can have text, including those in groups."""
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


def _is_typed(shape: etree._Element) -> bool:
    """Whether somebody wrote the text of a placeholder that usually shows a field."""
    return next(shape.iter("{*}fld"), None) is None


def _notes(root: etree._Element) -> Iterator[str]:
    for shape in _shapes(root):
        if _placeholder(shape) not in {*_FURNITURE, "sldImg", "ftr"}:
            yield from paragraphs(shape)


def _edges(page: etree._Element) -> Iterator[str]:
    """The header and footer of a page of notes, and its date if somebody typed it."""
    for shape in _shapes(page):
        kind = _placeholder(shape)
        if kind in {"hdr", "ftr"} or (kind == "dt" and _is_typed(shape)):
            yield from (text for text in paragraphs(shape) if not _NUMBER.fullmatch(text))


def _comments(root: etree._Element) -> Iterator[str]:
    """The text of comments: old ones store it in <p:text>, modern ones in paragraphs."""
    for node in root.iter():
        if local(node) == "text" and node.text and node.text.strip():
            yield node.text.strip()
        elif local(node) == "p":
            text = paragraph(node)
            if text.strip():
                yield text
