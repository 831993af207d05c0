"""Writes the catalogue of pages: a folder, or one file."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from materials_cli.export.folder import new_folder
from materials_cli.site.holdings import Holdings
from materials_cli.site.index import scripts
from materials_cli.site.pages import pages

ASSETS = ("style.css", "page.js", "search.js")


def build(holdings: Holdings, target: Path) -> int:
    """Write the folder; return how many files are in it."""
    count = 0
    with new_folder(target) as folder:
        for count, (name, content) in enumerate(_files(holdings), 1):  # noqa: B007 - how many there were
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return count


def _files(holdings: Holdings) -> Iterator[tuple[str, bytes]]:
    for name, text in pages(holdings):
        yield name, text.encode("utf-8", "replace")
    for name in ASSETS:
        yield f"assets/{name}", (resources.files("materials_cli.site") / "assets" / name).read_bytes()
    for name, text in scripts(holdings):
        yield f"data/{name}.js", text.encode("ascii")
