"""Slides of PowerPoint packages as SVG, with document-svg (extra `[pictures]`).

It gives up a deck for one slide that it cannot read. So a deck that it refuses is halved, until what it refuses is one slide.
Source: the README of document-svg.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from materials_cli.extract.package import DAMAGED, Package, UnreadableError, attribute
from materials_cli.extract.pptx import slide_parts
from materials_cli.messages import msg
from materials_cli.pictures import raster
from materials_cli.pictures.anchors import Anchors
from materials_cli.pictures.drawn import SVG, Drawn, Sheet, put
from materials_cli.pictures.kept import DOCUMENT_SVG
from materials_cli.pictures.mend import mend
from materials_cli.pictures.prepare import prepared
from materials_cli.pictures.svg import clean, to_bytes

MOST = 2_000
_LARGEST_PACKED = 32 * 1024**2
_SLIDE = re.compile(r"ppt/slides/[^/]+\.xml", re.IGNORECASE)
_LARGEST_PART, _LARGEST_SLIDE, _LARGEST_DECK, _MOST_EVENTS = 64 * 1024**2, 32 * 1024**2, 512 * 1024**2, 2_000_000


def draw_slides(path: Path, package: Package, into: Path) -> Drawn:
    """Draw all slides of a deck; those that cannot be drawn are left out."""
    package.refuse_bombs()
    parts = slide_parts(package)
    if package.damaged and not parts:
        raise UnreadableError(msg(DAMAGED))
    if len(parts) > MOST:
        raise UnreadableError(msg("The deck has more slides than any genuine one would."))
    deck = into / "deck.pptx"
    if package.damaged:
        _pack(package, deck, range(len(parts)))
    elif not _prepare(path, package, deck, len(parts)):
        _place(path, deck)
    sheets: list[Sheet] = []
    for number, svg in _drawn(package, deck, range(len(parts))):
        try:
            made = clean(svg, _encoded, mend)
        except (UnreadableError, RecursionError):
            continue
        sheets.append(put(into, number + 1, SVG, (made.width, made.height), to_bytes(made.root)))
    return Drawn(DOCUMENT_SVG, "slide", tuple(sheets), len(parts), len(parts) + 1)


def _drawn(package: Package, deck: Path, numbers: range) -> Iterator[tuple[int, bytes]]:
    """Each slide that can be drawn, by its number (from 0), as document-svg draws it. deck: has only these."""
    pages = _pages(deck, len(numbers))
    if pages is not None:
        yield from zip(numbers, pages, strict=True)
    elif len(numbers) > 1:
        half = len(numbers) // 2
        for part in (numbers[:half], numbers[half:]):
            _pack(package, deck, part)
            yield from _drawn(package, deck, part)


def _pages(deck: Path, count: int) -> list[bytes] | None:
    """The pages of a deck; None if they cannot be drawn, or are others than were asked for."""
    import document_svg  # noqa: PLC0415 - the extra may not be installed

    try:
        report: Any = document_svg.preview(
            deck, max_pages=MOST, include_metadata=False, precision=2, jobs=1, max_zip_entry_bytes=_LARGEST_PART,
            max_svg_bytes=_LARGEST_SLIDE, max_total_svg_bytes=_LARGEST_DECK, max_xml_events=_MOST_EVENTS,
        )  # fmt: skip
    except (RuntimeError, ValueError, OSError):
        return None
    pages = [page["svg"].encode("utf-8", "surrogatepass") for page in report["pages"]]
    return pages if len(pages) == count else None


def _pack(package: Package, deck: Path, numbers: Sequence[int]) -> None:
    """Write a deck of only these slides (numbers from 0), with all else that it has."""
    main = package.main_part() or "ppt/presentation.xml"
    anchors = Anchors(package)
    deck.unlink(missing_ok=True)
    with zipfile.ZipFile(deck, "w", zipfile.ZIP_STORED) as packed:
        for name in package.names:
            try:
                content = package.read(name)
            except UnreadableError:
                continue
            if name == main:
                content = _only(package, main, numbers)
            elif _SLIDE.fullmatch(name):
                content = prepared(content, name, anchors)
            packed.writestr(name, content)


def _prepare(path: Path, package: Package, deck: Path, count: int) -> bool:
    """Write a deck with what would be passed over; False if it is too large to be written again."""
    if path.stat().st_size > _LARGEST_PACKED:
        return False
    try:
        _pack(package, deck, range(count))
    except OSError:
        deck.unlink(missing_ok=True)
        return False
    return True


def _only(package: Package, main: str, numbers: Sequence[int]) -> bytes:
    root = package.xml(main)
    listed = root.find("{*}sldIdLst")
    for number, slide in enumerate(listed.findall("*") if listed is not None else ()):
        if number not in numbers or not attribute(slide, "id", of="relationships"):
            listed.remove(slide)  # type: ignore[union-attr]  # it has the slide
    return etree.tostring(root)


def _place(path: Path, deck: Path) -> None:
    """Let a file be read under the name of what it is: bytes in versions/ have no name."""
    try:
        deck.symlink_to(path.absolute())
    except OSError:
        deck.write_bytes(path.read_bytes())


_known: dict[bytes, tuple[str, bytes] | None] = {}


def _encoded(content: bytes) -> tuple[str, bytes] | None:
    """As raster.encoded(). The pictures of a template come again on every slide."""
    key = hashlib.sha256(content).digest()
    if key not in _known:
        if len(_known) > 64:
            _known.clear()
        _known[key] = raster.encoded(content)
    return _known[key]
