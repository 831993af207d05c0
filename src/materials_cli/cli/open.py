"""`materials open`: open an item in its default program, at a slide if the program supports that.

PDF viewers and browsers take a page on their command line. PowerPoint, Keynote and LibreOffice Impress take none (their
manuals know only "start the show"), nor does Preview; there the person is shown which slide to go to.
"""

import os
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.context import ArchiveOption, JsonOption
from materials_cli.cli.items import ItemArgument, Place, SlideOption, archive_of, find_place
from materials_cli.cli.output import print_json, say
from materials_cli.cli.versions import FromOption, meant_version
from materials_cli.custody.restore import current, lend, tidy_lent
from materials_cli.environment import find_program, for_programs
from materials_cli.errors import Code, MaterialsError
from materials_cli.kinds import Kind
from materials_cli.messages import msg, placed, tr
from materials_cli.model import Item, State, Version
from materials_cli.opening import web_address
from materials_cli.store.mirror import Store


def _by_index(path: Path, page: int) -> list[str]:
    return [f"--page-index={page}", str(path)]


def _in_browser(path: Path, page: int) -> list[str]:
    return [f"{path.as_uri()}#page={page}"]


# By the program's name in its .desktop file; taken from each program's manual.
_AT_PAGE: dict[str, Callable[[Path, int], list[str]]] = {
    **dict.fromkeys(("evince", "papers", "atril", "xreader"), _by_index),
    "okular": lambda path, page: ["--page", str(page), str(path)],
    "zathura": lambda path, page: [f"--page={page}", str(path)],
    "mupdf": lambda path, page: [str(path), str(page)],
    "qpdfview": lambda path, page: [f"{path}#{page}"],
    **dict.fromkeys(
        ("firefox", "chromium", "chromium-browser", "google-chrome", "brave-browser", "microsoft-edge"), _in_browser
    ),
}


def open_item(
    context: typer.Context,
    item: ItemArgument,
    *,
    slide: SlideOption = None,
    version: FromOption = None,
    source: Annotated[bool, typer.Option("--source", help="Open its page on Drive instead of the local file.")] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Open an item in its default program.

    A withdrawn item or an earlier version is opened as a read-only copy under its own name.

    Example: materials open georgia#3
    """
    here = archive_of(context, archive, item)
    if source and version is not None:
        raise MaterialsError(Code.BAD_USAGE, msg("--source and --from cannot be combined."), fix=msg("Use only one of them."))

    def read(catalogue: Catalogue) -> tuple[Place, Version | None]:
        place = find_place(here, catalogue, item, slide)
        found = place.item
        return place, meant_version(found, catalogue.versions(found.collection, found.id), version) if version else None

    place, earlier = here.asked(read)
    found = place.item
    message = open_source(found) if source else open_file(here.store, found, place.number, earlier)
    if as_json:
        digest = (earlier or found).fixity.sha256
        opened = {"path": found.path, "id": found.id, "section": place.number, "source": source, "sha256": digest}
        print_json("materials/open@1", [opened])
    else:
        say(message)


def open_source(item: Item) -> str:
    """Open an item's page on Drive and return a message about it; raise unknown_item or nothing_to_open_with."""
    target = item.remote.web_link or f"https://drive.google.com/open?id={item.remote.drive_id}"
    if not target.startswith(("https://", "http://")):
        raise MaterialsError(Code.UNKNOWN_ITEM, msg("Drive gave no usable link for this item."), where=target)
    return open_page(target)


def open_page(target: str) -> str:
    """Open a web page and return a message about it; raise nothing_to_open_with."""
    if not webbrowser.open(target):
        raise MaterialsError(
            Code.NOTHING_TO_OPEN_WITH, msg("No browser could be started."), where=target,
            fix=msg("Copy the link into a browser."),
        )  # fmt: skip
    return tr("Opened {link}", link=target)


def open_file(store: Store, item: Item, number: int | None, version: Version | None = None) -> str:
    """Open an item's file, at a section if its viewer supports that, and return a message about it.

    version: earlier bytes. These, and those of a withdrawn item, are opened as a copy: what is archived is not to be edited,
    and its name is a checksum. Raise unknown_item, nothing_to_open_with, bytes_missing or bytes_damaged.
    """
    tidy_lent()
    lent = version or (current(item) if item.state is State.WITHDRAWN or not store.on_disk else None)
    path = lend(store, item, lent) if lent else store.held_path(item)
    if not path.exists():
        raise MaterialsError(
            Code.UNKNOWN_ITEM, msg("The file is not on this disk."), where=str(path),
            why=msg("It was moved or deleted outside this program."),
            fix=msg("`materials sync` restores it."),
        )  # fmt: skip
    if address := web_address(path):
        return open_page(address)
    if number is not None and item.kind is Kind.PDF and _open_at(path.absolute(), number):
        return tr("Page {number}: opened {path}", path=path, number=str(number))
    if not _open(str(path.absolute())):
        raise MaterialsError(Code.NOTHING_TO_OPEN_WITH, msg("It could not be opened."), where=str(path))
    if number is None:
        return tr("Opened {path}", path=path)
    place = placed(item.unit or "section", number)
    return tr("Go to {place}: opened {path} (its program cannot open it there).", path=path, place=place)


def _open_at(path: Path, page: int) -> bool:
    """Open a PDF at a page, if this computer's viewer supports that."""
    ask = find_program("xdg-mime")
    if ask is None:
        return False
    words = [ask, "query", "default", "application/pdf"]
    answer = subprocess.run(words, check=False, capture_output=True, text=True, env=for_programs(os.environ))
    name = answer.stdout.strip().removesuffix(".desktop").rpartition(".")[2].lower()
    viewer = next((known for known in sorted(_AT_PAGE, key=len, reverse=True) if name.startswith(known)), None)
    program = find_program(viewer) if viewer else None
    if program is None or viewer is None:
        return False
    # It keeps running after this command and is detached from its terminal.
    silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in range(3)]
    os.posix_spawn(
        program, [program, *_AT_PAGE[viewer](path, page)], for_programs(os.environ), file_actions=silent, setpgroup=0
    )
    return True


def _open(path: str) -> bool:
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - opens a file with its default program on Windows
        return True
    opener = find_program("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        return False
    answer = subprocess.run(
        [opener, path], check=False, stdin=subprocess.DEVNULL, capture_output=True, env=for_programs(os.environ)
    )
    return answer.returncode == 0
