"""`materials demo`: a tour with a sample workshop on a local Drive emulator, without network or credentials.

It runs the very commands a person will type, through the same code and true HTTP.
"""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.app import app
from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.output import say, say_whole
from materials_cli.config import FILE, load
from materials_cli.disk import reason
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg, tr, verbatim

DEFAULT_FOLDER = "materials-demo"


SLUG = "sample-workshop"


NEXT = ("list --tree", f"agenda {SLUG}/Agenda.docx", "search искусственный интеллект", "show georgia", "status")


SEARCHES = (("one", "stop", "shop"), ("전자정부",))


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="With --serve: serve this folder of real files.")
    ] = None,
    *,
    serve: Annotated[bool, typer.Option("--serve", help="Keep the Drive emulator running, for your own commands.")] = False,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="With --serve: listen on this port (0: any).")
    ] = 0,
) -> None:
    """Try materials on a sample workshop.

    Needs no network and no account.

    Example: materials demo
    """
    if folder is not None and not serve:
        raise MaterialsError(
            Code.BAD_USAGE,
            msg("A folder can only be given together with --serve."),
            fix=verbatim(f"materials demo --serve {folder}"),
        )
    if folder is not None and not folder.is_dir():
        what = msg("The folder to serve does not exist.")
        raise MaterialsError(Code.BAD_USAGE, what, where=str(folder), fix=msg("Give a folder that exists."))
    with _drive_here(folder, port) as (server, link):
        if serve:
            _keep_serving(server, link, folder)
        else:
            _tour(server, link, (ArchiveContext.of(context).named or Path(DEFAULT_FOLDER)).absolute())


@contextmanager
def _drive_here(folder: Path | None, port: int) -> Iterator[tuple[RunningServer, str]]:
    world = World.from_folder(folder) if folder else sample_world()
    try:
        running = start(world, port=port)
    except OSError as error:
        what = msg("Port {port} cannot be used: {reason}.", port=str(port), reason=reason(error))
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Choose another --port.")) from error
    with running as server:
        yield server, f"https://drive.google.com/drive/folders/{world.root}"


def _keep_serving(server: RunningServer, link: str, folder: Path | None) -> None:
    say(tr("The Drive emulator is running on {address}. Press Ctrl-C to stop it.", address=server.address))
    say(tr("In another terminal, in a folder of your own:"))
    say()
    say_whole(f"  export DRIVE_EMULATOR_HOST={server.address}", style="bold")
    say_whole(f"  {_program()} add {link}", style="bold")
    say_whole(f"  {_program()} sync", style="bold")
    if folder:
        say()
        say(tr("It serves the folder as it is now; restart it after you change the folder."))
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say(tr("Stopped."))


def _tour(server: RunningServer, link: str, archive: Path) -> None:
    """Run the commands of a first session one after another."""
    if (archive / FILE).exists() and not _is_ours(archive):
        what = msg("This archive was not created by the demo.")
        raise MaterialsError(Code.BAD_USAGE, what, where=str(archive), fix=msg("Run the demo in another folder."))
    here = os.path.relpath(archive) if archive.is_relative_to(Path.cwd()) else str(archive)
    say(tr("A sample workshop on a Drive emulator running on this computer. Nothing leaves it."))
    with _emulator(server.address):
        if not (archive / FILE).exists():
            _run("add", link, "--name", SLUG, archive=archive)
        _run("sync", archive=archive)
        _run("list", archive=archive)
        for words in SEARCHES:
            _run("search", *words, "--limit", "3", archive=archive)
        _run("site", "--to", str(Path(here, "catalogue")), archive=archive)
    say()
    say(tr("The archive is in {path}", path=archive))
    say(tr("Try next:"))
    say_whole(f"  cd {here}", style="bold")
    for command in NEXT:
        say_whole(f"  {_program()} {command}", style="bold")
    say(tr("This Drive ended with the demo. To sync from it again: {program} demo --serve", program=_program()))
    say(tr('Then add your own folder, in an archive of its own: {program} add "LINK"', program=_program()))


@contextmanager
def _emulator(address: str) -> Iterator[None]:
    """Point all commands of this process at the emulator, and restore the environment afterwards."""
    before = os.environ.get("DRIVE_EMULATOR_HOST")
    os.environ["DRIVE_EMULATOR_HOST"] = address
    try:
        yield
    finally:
        del os.environ["DRIVE_EMULATOR_HOST"]
        if before is not None:
            os.environ["DRIVE_EMULATOR_HOST"] = before


def _program() -> str:
    """How to call this program: by its name if the shell finds it, else by its full path."""
    found = shutil.which("materials")
    called = Path(sys.argv[0])
    if found is None and called.name in {"materials", "materials.exe"}:
        return f'"{called.absolute()}"' if " " in str(called.absolute()) else str(called.absolute())
    return "materials"


def _is_ours(archive: Path) -> bool:
    return any(collection.slug == SLUG for collection in load(archive).collections)


def _run(*words: str, archive: Path) -> None:
    """Print a command as one would type it, and run it."""
    typed = " ".join(f'"{word}"' if " " in word or "/" in word else word for word in words)
    say()
    say_whole(f"$ materials {typed}", style="bold green")
    status = app([f"--archive={archive}", *words], standalone_mode=False, prog_name="materials")
    if status:
        raise typer.Exit(status)
