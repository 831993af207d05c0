"""Where the text of each shape on a slide stands in it: at its top, in its middle, or at its bottom.

A placeholder that does not say so stands as on its layout, and that as on its master. Source: ECMA-376, 19.3.1.36.
"""

from collections.abc import Iterator

from lxml import etree

from materials_cli.extract.package import Package

TOP, MIDDLE, BOTTOM = "t", "ctr", "b"
_TITLES = {"title", "ctrTitle"}


class Anchors:
    """Knows what the layouts of a deck say, each read once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._read: dict[str, list[etree._Element]] = {}

    def of(self, part: str, slide: etree._Element) -> Iterator[tuple[etree._Element, str]]:
        """Each shape of a slide that has a text, with its anchor. part: the name of the slide's part."""
        layout = self._template(part, "slideLayout")
        levels = [self._shapes(layout), self._shapes(self._template(layout, "slideMaster"))]
        for shape in slide.iter("{*}sp"):
            own = _anchor(shape)
            place = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
            if own is None and place is not None:
                own = next((found for level in levels if (found := _inherited(place, level))), None)
            if shape.find("{*}txBody") is not None:
                yield shape, own or TOP

    def _template(self, part: str, kind: str) -> str:
        relations = self._package.relations(part).values() if part else ()
        return next((target for name, target in relations if name == kind), "")

    def _shapes(self, part: str) -> list[etree._Element]:
        """The placeholders of a layout or master; none if it is missing or damaged."""
        if part not in self._read:
            shapes = self._package.readable_xml(part).iter("{*}sp")
            self._read[part] = [each for each in shapes if each.find("{*}nvSpPr/{*}nvPr/{*}ph") is not None]
        return self._read[part]


def _inherited(place: etree._Element, level: list[etree._Element]) -> str | None:
    """What the shape that a placeholder belongs to says: the one of its number, else the one of its kind."""
    places = [(each.find("{*}nvSpPr/{*}nvPr/{*}ph"), each) for each in level]
    same = [each for other, each in places if other is not None and place.get("idx") and other.get("idx") == place.get("idx")]
    alike = [each for other, each in places if other is not None and _kind(other) == _kind(place)]
    return next(filter(None, map(_anchor, [*same, *alike])), None)


def _kind(place: etree._Element) -> str:
    kind = place.get("type", "obj")
    return "title" if kind in _TITLES else "body" if kind in {"body", "subTitle", "obj"} else kind


def _anchor(shape: etree._Element) -> str | None:
    body = shape.find("{*}txBody/{*}bodyPr")
    said = None if body is None else body.get("anchor")
    return said if said in {TOP, MIDDLE, BOTTOM} else None
