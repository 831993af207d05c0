"""The text inside DrawingML, which slides, documents and sheets share: paragraphs, tables, groups, charts, SmartArt."""

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from materials_cli.extract.package import Package, UnreadableError, local
from materials_cli.messages import Message, msg

_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|emf|wmf|svg|bmp|tiff?|webp|mp4|pptx?)\s*$", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|ftp|mailto):", re.IGNORECASE)
_EMBEDDED = {"oleObject", "package"}
_MACHINE_ALT = re.compile(
    r"(?:Description automatically generated|preencoded|^(?:picture|image|рисунок|изображение)\s*\d*$)", re.IGNORECASE
)


def paragraphs(element: etree._Element) -> Iterator[str]:
    """Every paragraph of text below an element, in document order; alternative content is read once."""
    for node in walk(element):
        name = local(node)
        if name == "p":
            text = paragraph(node)
            if text.strip():
                yield text


def walk(element: etree._Element) -> Iterator[etree._Element]:
    """Every element below, but of alternative contents only the first choice that holds anything."""
    for child in element:
        if local(child) == "AlternateContent":
            branches = [branch for branch in child if len(branch)]
            if branches:
                yield from walk(branches[0])
        elif isinstance(child.tag, str):
            yield child
            if local(child) != "p":
                yield from walk(child)


def paragraph(node: etree._Element) -> str:
    """The text of one paragraph: runs, fields, line breaks, tabs, equations."""
    pieces: list[str] = []
    for part in node.iter():
        name = local(part)
        if name == "t" and part.text:
            pieces.append(part.text)
        elif name in {"br", "cr"}:
            pieces.append("\n")
        elif name == "tab" and local(part.getparent()) == "r":  # type: ignore[arg-type]
            pieces.append("\t")
    return "".join(pieces)


def alt_texts(element: etree._Element) -> Iterator[str]:
    """What authors wrote about pictures for those who do not see them; file names and machine guesses are left out."""
    for node in element.iter():
        if local(node) in {"cNvPr", "docPr"}:
            for text in (node.get("title"), node.get("descr")):
                if text and is_written_by_hand(text):
                    yield text.strip()


def is_written_by_hand(alt_text: str) -> bool:
    """Whether a person wrote this about a picture: it is no file name and no machine's guess."""
    return bool(alt_text.strip()) and not (_FILE_NAME.search(alt_text) or _MACHINE_ALT.search(alt_text))


def related_texts(package: Package, part: str) -> Iterator[str]:
    """Texts that stand in parts of their own: charts and SmartArt; and where links lead."""
    links: set[str] = set()
    for kind, target in package.relations(part).values():
        try:
            if kind == "hyperlink" and _LINK.match(target) and target not in links:
                links.add(target)
                yield target
            elif kind == "chart" or kind.startswith("chartEx"):
                yield from chart_texts(package.xml(target))
            elif kind == "diagramData":
                yield from paragraphs(package.xml(target))
        except UnreadableError:
            continue


def embedded_note(package: Package, parts: Iterable[str]) -> Message | None:
    """What to say of whole files that lie inside these parts; None when there are none."""
    inside = {
        target for part in parts for kind, target in package.relations(part).values() if kind in _EMBEDDED and target in package
    }
    return msg("Embedded files ({count}) are not read.", count=len(inside)) if inside else None


def image_parts(package: Package, part: str) -> list[str]:
    """The pictures that a part shows, each once."""
    return list(dict.fromkeys(target for kind, target in package.relations(part).values() if kind == "image"))


def chart_texts(root: etree._Element) -> Iterator[str]:
    """Titles, series and categories of a chart; not its numbers."""
    yield from paragraphs(root)
    seen: set[str] = set()
    for node in root.iter():
        if local(node) in {"strCache", "strLit", "strDim"}:
            for value in node.iter():
                if local(value) in {"v", "pt"} and value.text and value.text.strip() and value.text not in seen:
                    seen.add(value.text)
                    yield value.text.strip()
