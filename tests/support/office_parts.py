"""Pieces of Office XML for tests, with the usual prefixes."""

from lxml import etree

_SPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
        "p14": "http://schemas.microsoft.com/office/powerpoint/2010/main",
    }.items()
)


def in_part(xml: str) -> etree._Element:
    """An element that can be put into a part."""
    return etree.fromstring(f"<x {_SPACES}>{xml}</x>")[0]
