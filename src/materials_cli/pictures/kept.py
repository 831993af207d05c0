"""Pictures on the disk: in `.materials/pictures/`, in a folder for each digest of bytes, with a list that is written last.

They can be drawn again, so they are no part of the mirror, and a power cut may cost some: the list states their sizes. A folder
without its list was not finished, and counts for nothing.
"""

import base64
import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from materials_cli.disk import SHA256, disk_errors, open_plain, replace_file
from materials_cli.errors import MaterialsError
from materials_cli.filenames import INNER
from materials_cli.messages import Message
from materials_cli.pictures.drawn import JPEG, SUFFIXES
from materials_cli.store.inside import Inside, file_size, is_file, leads_elsewhere, open_if_there
from materials_cli.values import frozen
from materials_cli.watchdog import alive

FOLDER = "pictures"
CARD, PDFIUM, DOCUMENT_SVG, LIBREOFFICE, DRIVE = "card", "pdfium", "document-svg", "libreoffice", "drive"  # what draws
_LIST, _SCRATCH = "pictures.json", ".new-"
_SMALL, _MOST_PIXELS = 640, 2_000_000
_LARGEST_LIST = 4 * 1024**2


@frozen()
class Picture:
    """The picture of one slide or page. number: of its section, counted from 1. path: its file. width, height: pixels.

    by: what drew it; a "card" shows its text only, "drive" is Drive's own picture of slide 1. unit: what is numbered; pages of
    a document are no sections of it.
    """

    number: int
    path: Path
    media: str
    width: int
    height: int
    by: str
    unit: str

    def read(self) -> bytes | None:
        """The picture; None if it was dropped since it was found: a sync may do so at any time."""
        alive()
        file = open_if_there(self.path)
        if file is None:
            return None
        with file:
            return file.read()

    def inlined(self, *, small: bool = False) -> str:
        """The picture as an address that a page can hold (RFC 2397); empty if it was dropped since.

        small: the picture of a page with about half of its bytes, still legible.
        """
        content = self.read()
        if small and content and self.media == JPEG:
            content = _smaller(content)
        return "" if content is None else f"data:{self.media};base64,{base64.b64encode(content).decode('ascii')}"


def _smaller(content: bytes) -> bytes:
    """A JPEG that we keep, made small; as it is where nothing can do so."""
    try:
        from materials_cli.pictures import raster  # noqa: PLC0415 - the extra may not be installed
    except ImportError:
        return content
    made = raster.small(content, _SMALL, formats=("JPEG",), most=_MOST_PIXELS)
    return content if made is None else min(content, raster.to_jpeg(made), key=len)


@frozen()
class Drawing:
    """What was drawn of some bytes: each picture as (number, media type, width, height, by). sizes: the bytes of each.

    tools: name → version of all that could draw then. note: why there are cards. lacks: what was not installed and could draw
    more. unit: as of a Picture.
    """

    unit: str = "slide"
    pictures: Sequence[tuple[int, str, int, int, str]] = ()
    tools: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: Message | None = None
    lacks: str = ""
    sizes: Sequence[int] = ()

    @property
    def faceless(self) -> bool:
        """Whether nothing shows slide 1, and Drive has not been asked for its picture of that."""
        return DRIVE not in self.tools and all(by == CARD for number, *_, by in self.pictures if number == 1)

    def with_thumbnail(self, size: tuple[int, int] | None) -> "Drawing":
        """The same with Drive's picture of slide 1, of this width and height; None: it has none."""
        others = [each for each in self.pictures if each[0] != 1]
        pictures = self.pictures if size is None else ((1, JPEG, *size, DRIVE), *others)
        return replace(self, pictures=pictures, tools={**self.tools, DRIVE: "1"})

    def is_current(self, tools: Mapping[str, str], *, best: bool = False) -> bool:
        """Whether drawing again with these tools would make it no better. best: LibreOffice draws better than document-svg."""
        drawn = {by for *_, by in self.pictures} - {CARD, DRIVE}
        if best and LIBREOFFICE in tools and (DOCUMENT_SVG in drawn or self.lacks == DOCUMENT_SVG):
            return False
        if not drawn:
            return tools.items() <= self.tools.items()
        return all(tools.get(by, self.tools.get(by)) == self.tools.get(by) for by in drawn)


class Pictures:
    """The pictures of one archive. root: its folder. Others may read while one process draws."""

    def __init__(self, root: Path) -> None:
        self._inside = Inside(root)
        self.folder = root / INNER / FOLDER

    def of(self, digest: str) -> tuple[Picture, ...]:
        """The pictures of the bytes with this SHA-256, by number; none if nothing was drawn of them."""
        drawing = self.drawing(digest)
        if drawing is None:
            return ()
        folder = self._folder(digest)
        made = (
            (size, Picture(number, folder / f"{number}{SUFFIXES[media]}", media, width, height, by, drawing.unit))
            for size, (number, media, width, height, by) in zip(drawing.sizes, drawing.pictures, strict=True)
        )
        return tuple(picture for size, picture in made if file_size(picture.path) == size)

    def drawing(self, digest: str) -> Drawing | None:
        """What was drawn of these bytes; None if nothing was, or its list is damaged."""
        try:
            with open_plain(self._inside.refuse_links(self._folder(digest)) / _LIST) as file:
                return _read(json.loads(file.read(_LARGEST_LIST)))
        except (OSError, MaterialsError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, digest: str, drawing: Drawing, contents: Mapping[int, bytes | Path]) -> None:
        """Keep what was drawn, in place of what was kept before.

        contents: by number, the bytes or a file that has them, which is moved; what has none stays as it is.
        """
        folder = self._folder(digest)
        with disk_errors():
            self._inside.make_folder(folder)
            (folder / _LIST).unlink(missing_ok=True)
            names, sizes = {_LIST}, list[int]()
            for number, media, *_ in drawing.pictures:
                name = f"{number}{SUFFIXES[media]}"
                content = contents.get(number)
                if isinstance(content, bytes):
                    replace_file(folder / name, content, lasting=False)
                elif content:
                    content.replace(folder / name)
                sizes.append(file_size(folder / name) or 0)
                names.add(name)
            written = json.dumps(_written(replace(drawing, sizes=tuple(sizes))), ensure_ascii=False)
            replace_file(folder / _LIST, written.encode(), lasting=False)
            for left in folder.iterdir():
                if left.name not in names and is_file(left):
                    left.unlink(missing_ok=True)

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """A new empty folder while something is drawn; clear() removes what an interrupted drawing left."""
        folder = self.folder / f"{_SCRATCH}{name}"
        with disk_errors():
            shutil.rmtree(folder, ignore_errors=True)
            self._inside.make_folder(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear(self, held: Collection[str]) -> int:
        """Drop what an interrupted drawing left, and the pictures of bytes that are no longer held; return of how many."""
        gone = [folder for digest, folder in self._kept() if digest not in held]
        with disk_errors():
            for folder in chain(gone, self.folder.glob(f"{_SCRATCH}*")):
                with suppress(FileNotFoundError):  # whoever draws without the lock has finished meanwhile
                    shutil.rmtree(self._inside.refuse_links(folder))
                if folder in gone:
                    with suppress(OSError):  # others are in it
                        folder.parent.rmdir()
        return len(gone)

    def _kept(self) -> Iterator[tuple[str, Path]]:
        """The digests of which there are pictures, each with its folder."""
        if self.folder.is_dir() and not leads_elsewhere(self.folder):
            for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
                if SHA256.fullmatch(folder.name) and not leads_elsewhere(folder.parent):
                    yield folder.name, folder

    def _folder(self, digest: str) -> Path:
        if not SHA256.fullmatch(digest):
            raise ValueError(digest)
        return self.folder / digest[:2] / digest


def _written(drawing: Drawing) -> dict[str, Any]:
    return {
        "unit": drawing.unit,
        "pictures": list(drawing.pictures),
        "tools": dict(drawing.tools),
        "note": drawing.note and drawing.note.to_json(),
        "lacks": drawing.lacks,
        "sizes": list(drawing.sizes),
    }


def _read(content: Any) -> Drawing:
    """What a list says; raise ValueError, KeyError, TypeError or AttributeError for one that is not ours."""
    pictures = []
    for number, media, width, height, by in content["pictures"]:
        if media not in SUFFIXES or not all(type(each) is int and each > 0 for each in (number, width, height)):
            raise ValueError(media)
        pictures.append((number, media, width, height, str(by)))
    note = content["note"] and Message.from_json(content["note"])
    sizes = tuple(map(int, content["sizes"]))
    if len(sizes) != len(pictures):
        raise ValueError(len(sizes))
    return Drawing(str(content["unit"]), tuple(pictures), dict(content["tools"]), note, str(content["lacks"]), sizes)
