"""What a child hands back: files in the folder that it was given, one for each picture."""

from pathlib import Path
from typing import NamedTuple

SVG, JPEG = "image/svg+xml", "image/jpeg"
SUFFIXES = {SVG: ".svg", JPEG: ".jpg"}


class Sheet(NamedTuple):
    """One picture in that folder: the number of the slide or page, media type, width and height in pixels."""

    number: int
    media: str
    width: int
    height: int

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.number}{SUFFIXES[self.media]}"


class Drawn(NamedTuple):
    """The pictures of a file, or of some of its pages. by: what drew them. pages: how many the whole file has.

    next: the number of the first page that was not looked at.
    """

    by: str
    unit: str
    sheets: tuple[Sheet, ...] = ()
    pages: int = 0
    next: int = 1


def put(into: Path, number: int, media: str, size: tuple[int, int], content: bytes) -> Sheet:
    """Write one picture."""
    sheet = Sheet(number, media, *size)
    (into / sheet.file).write_bytes(content)
    return sheet
