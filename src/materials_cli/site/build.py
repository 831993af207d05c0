"""Writes the catalogue of pages: a folder, or one file."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import resources
from pathlib import Path

from materials_cli.disk import replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.formats import Request
from materials_cli.export.payload import Payload
from materials_cli.messages import Message, msg
from materials_cli.pictures.kept import Picture
from materials_cli.site.folder import Folder, updated
from materials_cli.site.holdings import Holdings
from materials_cli.site.index import search_data, search_script
from materials_cli.site.pages import Pages
from materials_cli.site.places import Bagged, picture_place
from materials_cli.site.table import scripts
from materials_cli.store.inside import file_size, is_file
from materials_cli.values import frozen

_STYLE, _ICON = "style.css", "icon.svg"
_SEARCH = "assets/search.js"
_EVERY_PAGE = ("assets/page.js", "data/words.js")
_OF_PAGES = {
    "search.html": ("data/items.js", _SEARCH, "assets/results.js"),
    "handout.html": ("data/items.js", _SEARCH, "assets/handout.js"),
}
_GENERATOR = b'<meta name="generator" content="materials '
_BEGINNING = 4000
# Files that no browser takes for a page with scripts, which could read whatever else lies beside it.
_SAFE = re.compile(
    "pp[ts][xm]?|od[pts]|key|pdf|doc[xm]?|rtf|pages|hwpx?|xls[xm]?|[ct]sv|numbers|txt|md"
    "|jpe?g|png|gif|webp|heic|mp[34]|mov|webm|m4a|wav|zip"
)


@frozen()
class Made:
    """What was written. flaws: why files of items did not go along; unread: how many of these this user may not read."""

    files: int
    flaws: tuple[Message, ...] = ()
    unread: int = 0


def at_once(_: Path, read: Callable[[], bytes | None]) -> bytes | None:
    """What is read of a file on a disk that is not expected to go."""
    return read()


def build_folder(
    holdings: Holdings, target: Path, request: Request | None = None, *, ask: Callable[..., bytes | None] = at_once
) -> Made:
    """Write or update the folder; raise bad_usage for a folder of somebody else, or a disk error.

    request: the archive, if the items' own files go along. ask: reads a picture; None if its disk does not answer.
    """
    with updated(target) as folder:
        holdings = holdings.without(_copy_pictures(holdings, folder, ask))
        for name, content in _code(holdings):
            folder.write(name, content)
        payload = Payload(request, folder.work) if request else None
        files = dict(_decks(holdings, folder, payload)) if payload else {}
        for name, text in Pages(holdings, files).folder({"": _EVERY_PAGE, **_OF_PAGES}):
            folder.write(name, text.encode("utf-8", "replace"))
    return Made(len(folder.names), tuple(payload.flaws) if payload else (), payload.unread if payload else 0)


def build_file(holdings: Holdings, target: Path) -> int:
    """Write the one file that holds everything; return its bytes. Raise bad_usage for a file of somebody else."""
    if target.exists() and not _is_ours(target):
        raise MaterialsError(
            Code.BAD_USAGE, msg("Something else is there already; nothing is overwritten."), where=str(target),
            fix=msg("Move it away, or choose another place: --single FILE"),
        )  # fmt: skip
    content = single_page(holdings).encode("utf-8", "replace")
    replace_file(target, content, public=True)
    return len(content)


def single_page(holdings: Holdings, files: Mapping[str, str] | None = None, *, bagged: Bagged | None = None) -> str:
    """The one file, as text. files: the addresses of the items' own files, by their keys. bagged: it is the page of a bag."""
    data = {f"data/{name}.js": text for name, text in scripts(holdings)}
    wanted = dict.fromkeys((*_EVERY_PAGE, *(name for names in _OF_PAGES.values() for name in names)))
    code = [data[name] if name in data else _asset(name.removeprefix("assets/")) for name in wanted]
    code += [text for _, text in search_data(holdings)]
    return Pages(holdings, files).single(_asset(_STYLE), _asset(_ICON), code, bagged)


def _code(holdings: Holdings) -> Iterator[tuple[str, bytes]]:
    """The style, the scripts and their data."""
    code = {name for names in (_EVERY_PAGE, *_OF_PAGES.values()) for name in names if name.startswith("assets/")}
    for name in (f"assets/{_STYLE}", f"assets/{_ICON}", *sorted(code)):
        yield name, _asset(name.removeprefix("assets/")).encode()
    for name, text in (*scripts(holdings), *search_data(holdings)):
        yield f"data/{name}.js", text.encode("ascii")


def _copy_pictures(holdings: Holdings, folder: Folder, ask: Callable[..., bytes | None]) -> set[Path]:
    """Copy the pictures; return those that a sync dropped meanwhile, or that cannot be had.

    Items with the same bytes share their pictures.
    What has the same name and size is the same: it is not copied again.
    """
    found, gone = dict[str, Picture](), set[Path]()
    for item in holdings.items:
        found |= {picture_place(item, section): section.picture for section in item.sections if section.picture}
    for name, picture in found.items():
        content = ask(picture.path, partial(_new, picture, name, folder))
        if content is None:
            gone.add(picture.path)
        elif content:
            folder.write(name, content)
    return gone


def _new(picture: Picture, name: str, folder: Folder) -> bytes | None:
    """A picture, empty if the folder has it; None if it was dropped."""
    size = file_size(picture.path)
    return b"" if size is not None and folder.has(name, size) else picture.read()


def _decks(holdings: Holdings, folder: Folder, payload: Payload) -> Iterator[tuple[str, str]]:
    """The files of the items, by the keys of these: each copied and checked on its way."""
    for item in holdings.items:
        archived = item.description.item
        name = f"files/{item.key}-{archived.fixity.sha256[:8]}.{_suffix(archived.path)}"
        if not item.deck:
            continue
        if folder.has(name, archived.fixity.size) or payload.put(archived, folder.place(name)):
            yield item.key, name
        else:
            folder.names.remove(name)


def _suffix(path: str) -> str:
    """The extension of a file in the catalogue. What a browser would run as a part of it has none of its own."""
    suffix = path.rpartition(".")[2].lower()
    return suffix if _SAFE.fullmatch(suffix) else "bin"


def _asset(name: str) -> str:
    if name == _SEARCH.removeprefix("assets/"):
        return search_script()
    return (resources.files(__package__) / "assets" / name).read_text("utf-8")


def _is_ours(file: Path) -> bool:
    if not is_file(file):
        return False
    with file.open("rb") as opened:
        return _GENERATOR in opened.read(_BEGINNING)
