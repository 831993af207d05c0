"""SVG from a library that read a stranger's file, made anew from a list of what may be in it.

Nothing is stripped: a new tree is built, of known elements with known attributes whose values have known forms. So no script,
handler, style, link or address from outside can be in it. Raster pictures inside are decoded and encoded anew.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from lxml import etree

from materials_cli.extract.package import UnreadableError, local, parse_xml
from materials_cli.messages import msg
from materials_cli.pictures.fonts import family

NAMESPACE = "http://www.w3.org/2000/svg"
_PLAIN: Any = {None: NAMESPACE}  # lxml-stubs lacks the namespace without a prefix
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DEEPEST, _MOST_ELEMENTS = 40, 50_000

_NUMBERS = re.compile(r"[-+\d.eE,\s%]{1,20000}")
_WORD = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,30}")
_PAINT = re.compile(r"none|currentColor|[a-zA-Z]{3,20}|#[0-9a-fA-F]{3,8}|rgba?\([\d.,%\s]{1,40}\)")
_REFERENCE = re.compile(r"url\(#([\w-]{1,200})\)")
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz\d\s.,eE+-]*")
_TRANSFORM = re.compile(r"(?:(?:matrix|translate|scale|rotate|skewX|skewY)\([-+\d.eE,\s]{1,200}\)\s*){1,20}")
_ID = re.compile(r"[\w-]{1,200}")

_EVERYWHERE = {"id": _ID, "transform": _TRANSFORM, "opacity": _NUMBERS, "clip-path": _REFERENCE}
_PAINTED = {
    "fill": _PAINT, "fill-opacity": _NUMBERS, "fill-rule": _WORD, "stroke": _PAINT, "stroke-opacity": _NUMBERS,
    "stroke-width": _NUMBERS, "stroke-linecap": _WORD, "stroke-linejoin": _WORD, "stroke-miterlimit": _NUMBERS,
    "stroke-dasharray": _NUMBERS, "stroke-dashoffset": _NUMBERS, "clip-rule": _WORD,
}  # fmt: skip
_LETTERS = {
    "font-size": _NUMBERS, "font-weight": re.compile(r"\d{3}|bold|normal"), "font-style": _WORD, "baseline-shift": _NUMBERS,
    "text-anchor": _WORD, "letter-spacing": _NUMBERS, "text-decoration": re.compile(r"underline|line-through|none"),
    "x": _NUMBERS, "y": _NUMBERS, "dx": _NUMBERS, "dy": _NUMBERS, "textLength": _NUMBERS, "lengthAdjust": _WORD,
    "direction": re.compile("ltr|rtl"),
}  # fmt: skip
_BOX = {"x": _NUMBERS, "y": _NUMBERS, "width": _NUMBERS, "height": _NUMBERS}
_GRADIENT = {"gradientUnits": _WORD, "gradientTransform": _TRANSFORM, "spreadMethod": _WORD}
_SHAPE = {**_EVERYWHERE, **_PAINTED}
ALLOWED = {
    "svg": {"width": re.compile(r"[\d.]{1,20}(?:pt|px)?"), "height": re.compile(r"[\d.]{1,20}(?:pt|px)?"), "viewBox": _NUMBERS},
    "g": _SHAPE,
    "defs": {},
    "clipPath": {"id": _ID, "clipPathUnits": _WORD, "transform": _TRANSFORM},
    "path": {**_SHAPE, "d": _PATH},
    "rect": {**_SHAPE, **_BOX, "rx": _NUMBERS, "ry": _NUMBERS},
    "circle": {**_SHAPE, "cx": _NUMBERS, "cy": _NUMBERS, "r": _NUMBERS},
    "ellipse": {**_SHAPE, "cx": _NUMBERS, "cy": _NUMBERS, "rx": _NUMBERS, "ry": _NUMBERS},
    "line": {**_SHAPE, "x1": _NUMBERS, "y1": _NUMBERS, "x2": _NUMBERS, "y2": _NUMBERS},
    "polyline": {**_SHAPE, "points": _NUMBERS},
    "polygon": {**_SHAPE, "points": _NUMBERS},
    "text": {**_SHAPE, **_LETTERS},
    "tspan": {**_PAINTED, **_LETTERS},
    "image": {**_EVERYWHERE, **_BOX, "preserveAspectRatio": re.compile(r"[a-zA-Z ]{1,30}")},
    "linearGradient": {"id": _ID, **_GRADIENT, "x1": _NUMBERS, "y1": _NUMBERS, "x2": _NUMBERS, "y2": _NUMBERS},
    "radialGradient": {
        "id": _ID, **_GRADIENT, "cx": _NUMBERS, "cy": _NUMBERS, "r": _NUMBERS, "fx": _NUMBERS, "fy": _NUMBERS, "fr": _NUMBERS,
    },
    "stop": {"offset": _NUMBERS, "stop-color": _PAINT, "stop-opacity": _NUMBERS},
}  # fmt: skip
_INITIAL = {
    "font-weight": "400", "font-style": "normal", "baseline-shift": "0", "fill-opacity": "1", "stroke-opacity": "1",
    "opacity": "1", "transform": "matrix(1 0 0 1 0 0)", "text-anchor": "start", "stroke": "none",
}  # fmt: skip
_TEXTUAL = {"text", "tspan"}
_DATA = re.compile(r"data:(image/(?:png|jpeg|gif|webp|bmp|svg\+xml));base64,")
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")

# Encodes a raster picture anew: its bytes → media type and bytes; None for one that cannot be shown.
Encoder = Callable[[bytes], tuple[str, bytes] | None]
Mender = Callable[[Any, int, int], None]


class Clean(NamedTuple):
    """A tree in which nothing is but what may be, and its size in pixels."""

    root: etree._Element
    width: int
    height: int


def clean(content: bytes, encode: Encoder, mend: Mender = lambda *_: None, *, inner: bool = False) -> Clean:
    """Build an SVG anew from what may be in it; raise UnreadableError for what is no SVG, or one beyond all measure.

    encode: for the raster pictures inside. mend: changes the tree before that; it is given the size. inner: it is such a
    picture itself, and may have none that is an SVG.
    """
    source = parse_xml(content, huge=True)
    if local(source) != "svg":
        raise UnreadableError(msg("The picture that was drawn is damaged."))
    width, height = _measured(source)
    mend(source, width, height)
    building = _Building(encode, inner=inner)
    root = building.copy(source, None, 0)
    building.settle(root)
    root.set("width", str(width))
    root.set("height", str(height))
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {width} {height}")
    return Clean(root, width, height)


def to_bytes(root: etree._Element) -> bytes:
    """The tree as a file."""
    return etree.tostring(root, encoding="utf-8")


class _Building:
    """A tree under construction. inner: as of clean()."""

    def __init__(self, encode: Encoder, *, inner: bool) -> None:
        self._encode, self._inner = encode, inner
        self._count = 0

    def copy(self, source: etree._Element, parent: etree._Element | None, depth: int) -> etree._Element:
        """Append to a parent what may be of an element; return it."""
        name = local(source)
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise UnreadableError(msg("The picture that was drawn has more parts than any genuine slide would."))
        tag = f"{{{NAMESPACE}}}{name}"
        made = etree.Element(tag, nsmap=_PLAIN) if parent is None else etree.SubElement(parent, tag)
        allowed = ALLOWED[name]
        for key, form in allowed.items():
            if (value := source.get(key)) and _may_be(value, form) and _INITIAL.get(key) != value:
                made.set(key, value)
        if name in _TEXTUAL:
            self._copy_letters(source, made, name)
        if name == "image" and not self._copy_picture(source, made):
            _into_grey(made)
        if depth < _DEEPEST:
            for child in source:
                if local(child) in ALLOWED and local(child) != "svg":
                    self.copy(child, made, depth + 1)
        return made

    def _copy_letters(self, source: etree._Element, made: etree._Element, name: str) -> None:
        if source.text and (source.text.strip() or name == "tspan"):
            made.text = source.text
        if source.get(_XML_SPACE) == "preserve":
            made.set(_XML_SPACE, "preserve")
        if "font-family" in source.attrib:
            made.set("font-family", family(source.get("font-family") or ""))

    def _copy_picture(self, source: etree._Element, made: etree._Element) -> bool:
        """Give an image its picture; False if it has none that may be shown."""
        href = next((value for key in _HREFS if (value := source.get(key))), "")
        found = _DATA.match(href)
        if not found:
            return False
        try:
            content = base64.b64decode(href[found.end() :], validate=True)
        except (binascii.Error, ValueError):
            return False
        if found[1] != "image/svg+xml":
            encoded = self._encode(content)
        elif self._inner:
            encoded = None
        else:
            encoded = _inner_svg(content, self._encode)
        if encoded is None:
            return False
        made.set("href", f"data:{encoded[0]};base64,{base64.b64encode(encoded[1]).decode('ascii')}")
        return True

    def settle(self, root: etree._Element) -> None:
        """What refers to something that is not there any more refers to nothing."""
        known = {element.get("id") for element in root.iter() if element.get("id")}
        used = set()
        for element in root.iter():
            for key in ("fill", "stroke", "clip-path"):
                if found := _REFERENCE.fullmatch(element.get(key) or ""):
                    if found[1] in known:
                        used.add(found[1])
                    elif key == "fill":
                        element.set(key, "#d9d9d9")
                    else:
                        del element.attrib[key]
        for element in root.iter():
            if element.get("id") and element.get("id") not in used:
                del element.attrib["id"]


def _inner_svg(content: bytes, encode: Encoder) -> tuple[str, bytes] | None:
    try:
        return "image/svg+xml", to_bytes(clean(content, encode, inner=True).root)
    except UnreadableError:
        return None


def _into_grey(image: etree._Element) -> None:
    """A picture that cannot be shown becomes a grey area of its size."""
    image.tag = f"{{{NAMESPACE}}}rect"
    image.attrib.pop("preserveAspectRatio", "")
    image.set("fill", "#e6e6e6")


def _may_be(value: str, form: re.Pattern[str]) -> bool:
    return bool(form.fullmatch(value) or (form is _PAINT and _REFERENCE.fullmatch(value)))


def _measured(source: etree._Element) -> tuple[int, int]:
    """The size of an SVG in pixels: that of its viewBox, else what it states."""
    box = re.findall(r"-?[\d.]+", source.get("viewBox") or "")
    stated = [re.match(r"[\d.]+", source.get(key) or "") for key in ("width", "height")]
    sides = box[2:] if len(box) == 4 else [found[0] if found else "0" for found in stated]
    try:
        width, height = (round(float(side)) for side in sides)
    except (ValueError, OverflowError):
        width = height = 0
    if not (0 < width < 20_000 and 0 < height < 20_000):
        raise UnreadableError(msg("The picture that was drawn is damaged."))
    return width, height
