"""Names from Drive on a true terminal: no command lets them act upon it, whatever the form of its output."""

from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.small_drive import drive, run, world  # noqa: F401 - fixtures
from support.terminal import seen

NAME = "\x1b]0;owned\x07 \x9b31m \u202egpj.exe\u2066 \x1b]52;c;eA==\x07.txt"


@pytest.mark.parametrize(
    "words",
    ["list --format csv", "list --format jsonl", "list --json", "list", "changes", "changes --format markdown", "status"],
)
def test_names_do_not_act_upon_the_terminal(drive: RunningServer, world: World, tmp_path: Path, words: str) -> None:
    file = world.add_file(NAME, b"a nasty name")
    world.change(file, downloadable=False)
    world.add_file(f"b{NAME}", b"another one")
    run("sync", status=3)
    shown = seen(*words.split(), folder=tmp_path)
    assert "owned" in shown
    assert not [sign for sign in ("\x1b]0", "\x1b]52", "\x07", "\x9b", "\u202e", "\u2066") if sign in shown]
