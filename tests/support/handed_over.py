"""An archive to be handed over, made once: names in seven scripts, hostile texts, versions, withdrawn files."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from materials_cli import trust
from materials_cli.config import FILE
from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from support.command import run
from support.decks import deck

NAMES = (
    "Цифровое правительство № 1.txt",
    "디지털 정부 – 발표.txt",
    "ციფრული საქართველო.txt",
    "Հայաստան․ ծառայություններ.txt",
    "ការអភិវឌ្ឍន៍.txt",
    "ລັດຖະບານ ດິຈິຕອນ.txt",
    "ডিজিটাল বাংলাদেশ.txt",
    "Cafe\u0301 😀.txt",
    "=cmd|'x'!A1; @sum {a} & <b> \\ %41 #$^_~|.txt",
    "two\nlines\tand more \u202etxt.exe.txt",
)
HOSTILE = "first\r\nER  - \r\nTY  - JOUR\r\n}\n@book{x, ]]> <script> \x00\x0b\x1b[31m \ufffe &amp; =1+1"
ABOUT = """
[collections.c.about]
title = "Workshop “A” & <B> {C} 50 %"
date = "2025-06-23/2025-06-25"
place = "Samarkand, Uzbekistan"
part_of = "The Forum"
organisers = ["UNDP | one", "Ministry & Co"]
project = "The Project"
countries = ["Georgia", "Казахстан"]
languages = ["English", "ru"]
rights = "CC-BY-4.0"
contact = "Secretariat"
"""


@pytest.fixture(scope="module")
def handed_over(made_for_all: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive, for the tests of a module; what they export is in its history, and nothing else may change it."""
    top = copied(made_for_all, tmp_path_factory.mktemp("handed over") / "archive")
    trust.begin(top)  # as `add` does
    return top


@pytest.fixture(scope="session")
def made_for_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive as it was made, which is only copied."""
    top = tmp_path_factory.mktemp("handed over")
    world = World("Folder")
    day = world.add_folder("Day 1 – 23 June")
    inner = world.add_folder("Session 2 = Cases", day)
    for number, name in enumerate(NAMES):
        world.add_file(name, f"text number {number}".encode(), inner if number % 2 else None)
    slides = deck("The state as a platform|Nino Beridze\nMinistry of Finance, Georgia")
    world.add_file("opening.pptx", slides, day)
    world.add_file("twin.pptx", slides, inner)
    edited = world.add_file("edited.txt", b"first", inner)
    gone = world.add_file("gone.txt", b"gone", inner)
    world.change(edited, description=HOSTILE)
    with pytest.MonkeyPatch.context() as patch, start(world) as server:
        patch.setenv("DRIVE_EMULATOR_HOST", server.address)
        at = ("--archive", str(top))
        run(*at, "add", world.root, "--name", "c")
        run(*at, "add", inner, "--name", "other")
        with (top / FILE).open("a", encoding="utf-8") as file:
            file.write(ABOUT)
        run(*at, "sync")
        world.edit(edited, b"second")
        world.trash(gone)
        run(*at, "sync")
        world.edit(edited, b"third")
        run(*at, "sync")
        run(*at, "edit", "c/twin.pptx", "--set", "creators=O’Neil {X} and \\Y (A & B, UZ); Ирина Ким", "--set", "rights=Ask us")
        run(*at, "edit", "c/edited.txt", "--set", "date=2025-06-23/2025-06~", "--set", "languages=zh-Hant")
        assert not server.violations
        assert not server.crashes
    return top


def exported(archive: Path, kind: str, target: Path, *more: str, status: int = 0) -> Path:
    """Export the archive to a place; return it."""
    run("--archive", str(archive), "export", kind, *more, "--to", str(target), status=status)
    return target


def entries(archive: Path) -> list[dict[str, Any]]:
    """The items of the manifest."""
    lines = (archive / "manifest.jsonl").read_text("utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["schema"] == "materials/item@1"]


def copied(archive: Path, target: Path) -> Path:
    """A copy of the archive that a test may damage."""
    return Path(shutil.copytree(archive, target, symlinks=True))
