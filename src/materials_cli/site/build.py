"""Writes the catalogue of pages: a folder, or one file."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from materials_cli.disk import replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg
from materials_cli.site.folder import Content, write_folder
from materials_cli.site.holdings import Holdings
from materials_cli.site.index import search_data, search_script
from materials_cli.site.pages import Pages
from materials_cli.site.places import picture_place
from materials_cli.site.table import scripts
from materials_cli.store.inside import is_file
from materials_cli.values import frozen

_STYLE = "style.css"
_SEARCH = "assets/search.js"
_EVERY_PAGE = ("assets/page.js", "data/words.js")
_OF_PAGES = {
    "search.html": ("data/items.js", _SEARCH, "assets/results.js"),
    "handout.html": ("data/items.js", "assets/handout.js"),
}
_GENERATOR = b'<meta name="generator" content="materials '
_BEGINNING = 4000


@frozen()
class Decks:
    """The items' own files that go along. files: the path of each in the catalogue, by the key of its item; its copy there."""

    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    copies: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))


def build_folder(holdings: Holdings, target: Path, decks: Decks | None = None) -> int:
    """Write or update the folder; return how many files it has. Raise bad_usage for a folder of somebody else."""
    return write_folder(target, _files(holdings, decks or Decks()))


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


def single_page(holdings: Holdings, files: Mapping[str, str] | None = None, *, searchable: bool = True) -> str:
    """The one file, as text. files: the addresses of the items' own files, by their keys."""
    data = {f"data/{name}.js": text for name, text in scripts(holdings)}
    wanted = dict.fromkeys(
        (
            *_EVERY_PAGE,
            *(name for page, names in _OF_PAGES.items() if searchable or page == "handout.html" for name in names),
        )
    )
    code = tuple(data[name] if name in data else _asset(name.removeprefix("assets/")) for name in wanted)
    if searchable:
        code += tuple(text for _, text in search_data(holdings))
    return Pages(holdings, files).single(_asset(_STYLE), code, searchable=searchable)


def _files(holdings: Holdings, decks: Decks) -> Iterator[tuple[str, Content]]:
    """Everything in the folder. What pages need comes before them."""
    code = {name for names in (_EVERY_PAGE, *_OF_PAGES.values()) for name in names if name.startswith("assets/")}
    for name in (f"assets/{_STYLE}", *sorted(code)):
        yield name, _asset(name.removeprefix("assets/")).encode()
    for name, text in (*scripts(holdings), *search_data(holdings)):
        yield f"data/{name}.js", text.encode("ascii")
    yield from dict(_pictures(holdings)).items()
    yield from decks.copies.items()
    for name, text in Pages(holdings, decks.files).folder({"": _EVERY_PAGE, **_OF_PAGES}):
        yield name, text.encode("utf-8", "replace")


def _pictures(holdings: Holdings) -> Iterator[tuple[str, Path]]:
    for item in holdings.items:
        for section in item.sections:
            if section.picture:
                yield picture_place(item, section), section.picture.path


def _asset(name: str) -> str:
    if name == _SEARCH.removeprefix("assets/"):
        return search_script()
    return (resources.files(__package__) / "assets" / name).read_text("utf-8")


def _is_ours(file: Path) -> bool:
    if not is_file(file):
        return False
    with file.open("rb") as opened:
        return _GENERATOR in opened.read(_BEGINNING)
