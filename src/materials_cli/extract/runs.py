"""Runs of Office documents in fonts that are not what they seem (see fonts.py), respelled in their XML before it is read.

What decides is the font of a run or, where it has none of its own, of its style, its paragraph's style, or the list of
styles of its text box. Fonts that a master or a theme gives are not looked up.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from materials_cli.extract.fonts import family, respell
from materials_cli.extract.package import attribute, local

_MAX_BASES = 12
_OWN_TEXT = {"t", "rPr"}


def respell_runs(root: etree._Element, styles: Mapping[str, str] | None = None) -> etree._Element:
    """The same tree, with what a reader sees in its runs. styles: the families of the fonts of Word's styles, by their id."""
    if not (styles or any(family(name) for name in _names(root))):
        return root
    for paragraph in root.iter("{*}p"):
        texts = [node for node in paragraph.iter("{*}t") if next(node.iterancestors("{*}p"), None) is paragraph]
        families = {node: _family(node, paragraph, styles or {}) for node in texts if node.text}
        if any(families.values()):
            _respell(texts, families)
    return root


def _respell(texts: Sequence[etree._Element], families: Mapping[etree._Element, str]) -> None:
    """Respell the texts of one paragraph. A run with a tab or a break stands alone: what is joined would move past it."""
    alone = [_has_signs(node.getparent()) for node in texts]
    for _, together in itertools.groupby(range(len(texts)), key=lambda at: at if alone[at] else -1):
        group = [texts[at] for at in together]
        for node, text in zip(group, respell((families.get(node, ""), node.text or "") for node in group), strict=True):
            node.text = text


def families_of_styles(root: etree._Element) -> dict[str, str]:
    """The families of the fonts of Word's styles, by id, "" for the default; empty if all are what they seem."""
    styles = {attribute(style, "styleId"): style for style in root.iter("{*}style")}
    usual = next((_of_word(fonts) for fonts in root.iterfind("{*}docDefaults/{*}rPrDefault/{*}rPr/{*}rFonts")), "")
    normal = next(
        (attribute(style, "styleId") for style in styles.values() if attribute(style, "default") in {"1", "true"}), ""
    )
    found = {name: _inherited(styles, name) or usual for name in styles}
    found[""] = found.get(normal, usual)
    return found if any(found.values()) else {}


def respell_spans(root: etree._Element, *others: etree._Element) -> etree._Element:
    """The same tree of an OpenDocument file, with what a reader sees in its paragraphs. others: those with more styles."""
    styles = {attribute(style, "name"): style for tree in (*others, root) for style in tree.iter("{*}style")}
    families = {name: _of_open_document(styles, name) for name in styles}
    if any(families.values()):
        for paragraph in root.iter("{*}p", "{*}h"):
            if next(paragraph.iterancestors("{*}p", "{*}h"), None) is None:
                pieces = list(_pieces(paragraph, "", families))
                spelled = respell((of_family, getattr(node, part)) for node, part, of_family in pieces)
                for (node, part, _), text in zip(pieces, spelled, strict=True):
                    setattr(node, part, text)
    return root


def _pieces(node: etree._Element, above: str, families: Mapping[str, str | None]) -> Iterator[tuple[etree._Element, str, str]]:
    """The texts in a paragraph in their order: the element, whether its text or its tail, and the family of the font."""
    own = families.get(attribute(node, "style-name"))
    inside = above if own is None else own
    if node.text:
        yield node, "text", inside
    for child in node:
        yield from _pieces(child, inside, families)
        if child.tail:
            yield child, "tail", inside


def _of_open_document(styles: Mapping[str, etree._Element], name: str) -> str | None:
    """The family of the font of a style; None if it names no font."""
    for _ in range(_MAX_BASES):
        style = styles.get(name)
        if style is None:
            return None
        for properties in style.iterfind("{*}text-properties"):
            if font := attribute(properties, "font-name") or attribute(properties, "font-family"):
                return family(font)
        name = attribute(style, "parent-style-name")
    return None


def _inherited(styles: Mapping[str, etree._Element], name: str) -> str:
    for _ in range(_MAX_BASES):
        style = styles.get(name)
        if style is None:
            return ""
        if (fonts := style.find("{*}rPr/{*}rFonts")) is not None and attribute(fonts, "ascii"):
            return _of_word(fonts)
        base = style.find("{*}basedOn")
        name = "" if base is None else attribute(base, "val")
    return ""


def _has_signs(run: etree._Element | None) -> bool:
    return run is not None and any(local(child) not in _OWN_TEXT for child in run)


def _names(root: etree._Element) -> Iterator[str]:
    for node in root.iter("{*}latin", "{*}rFonts"):
        yield node.get("typeface") or attribute(node, "ascii")


def _family(text: etree._Element, paragraph: etree._Element, styles: Mapping[str, str]) -> str:
    """The family of the font of a text, empty if it is what it seems."""
    run = text.getparent()
    properties = None if run is None else run.find("{*}rPr")
    if properties is not None:
        if (font := properties.find("{*}latin")) is not None:
            return family(font.get("typeface"))
        if (font := properties.find("{*}rFonts")) is not None and attribute(font, "ascii"):
            return _of_word(font)
        if (style := properties.find("{*}rStyle")) is not None and styles.get(attribute(style, "val")):
            return styles[attribute(style, "val")]
    if styles:
        style = paragraph.find("{*}pPr/{*}pStyle")
        return styles.get("" if style is None else attribute(style, "val"), "")
    body = paragraph.getparent()
    font = None if body is None else body.find("{*}lstStyle/{*}lvl1pPr/{*}defRPr/{*}latin")
    return family(font.get("typeface")) if font is not None else ""


def _of_word(fonts: etree._Element) -> str:
    return family(attribute(fonts, "ascii"))
