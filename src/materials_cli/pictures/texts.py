"""What a line of text in document-svg's tree says of itself: its letters, their size, where it begins and ends."""

from lxml import etree

from materials_cli.pictures.letters import width_of

ABOVE, BELOW = 0.8, 0.25  # how far letters reach from the line they stand on, in parts of their size


def words_of(line: etree._Element) -> str:
    """The letters of a line."""
    return "".join(span.text or "" for span in line)


def width_about(line: etree._Element) -> float:
    """The width of a line, as far as its letters tell."""
    return sum(size_of(span) * width_of(span.text or "") for span in line)


def extent(line: etree._Element) -> tuple[float, float]:
    """Where a line begins and ends, as far as its letters tell."""
    x, width = number(line, "x"), width_about(line)
    begin = {"middle": x - width / 2, "end": x - width}.get(line.get("text-anchor", "start"), x)
    return begin, begin + width


def is_turned(*lines: etree._Element) -> bool:
    """Whether any of these lines does not run from left to right on the slide."""
    return any(line.get("transform", "").replace("matrix(1 0 0 1 0 0)", "") for line in lines)


def size_of(element: etree._Element) -> float:
    """The size of the letters of a line, or of a part of it."""
    for each in element.iter():
        if each.get("font-size"):
            return number(each, "font-size")
    return 0.0


def number(element: etree._Element, key: str) -> float:
    """An attribute as a number; 0 if it is none."""
    try:
        return float(element.get(key) or 0)
    except ValueError:
        return 0.0
