"""An e-mail address that stands in the place of an owner's name on Drive is in nothing that the archive hands on."""

import re
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.words.addresses import unaddressed
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures

ADDRESS = re.compile(rb"nino\.b|gov\.ge")


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Nino Beridze", "Nino Beridze"), ("nino.b@gov.ge", None), ("<nino.b@gov.ge>", None), (None, None), ("", ""),
        ("Nino Beridze (nino.b@gov.ge)", "Nino Beridze"), ("nino.b＠gov.ge", None), ("Team @ ministry", "Team @ ministry"),
    ],
)  # fmt: skip
def test_a_name_keeps_what_is_no_address(name: str | None, left: str | None) -> None:
    assert unaddressed(name) == left


def test_no_address_of_an_owner_is_handed_on(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for number, owner in enumerate(("nino.b@gov.ge", "Nino Beridze <nino.b@gov.ge>", "Anna Lee")):
        world.change(node(world, f"{number}.txt"), owner=owner)
    run("sync")
    run("export", "bag", "--to", "bag")
    run("export", "csv", "--to", "table.csv")
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in written if ADDRESS.search(path.read_bytes())]
    assert "Anna Lee" in (tmp_path / "manifest.csv").read_text("utf-8-sig")
    assert "Nino Beridze" in (tmp_path / "bag" / "data" / "manifest.jsonl").read_text("utf-8")
    assert "gov.ge" not in run("show", "0.txt") + run("list", "--json") + run("show", "1.txt", "--json")
