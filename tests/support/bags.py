"""Bags in tests: an archive with names that are awkward anywhere, and other people's programs that judge what is exported."""

import subprocess
import sys
from pathlib import Path

from materials_cli.emulator.world import World
from support.decks import deck

NAMES = (
    "전자정부 발표.pptx", "ქართული სლაიდები.txt", "Հայերեն.txt", "ភាសាខ្មែរ.txt", "ລາວ.txt", "বাংলা.txt",
    "Қазақша: 100% өнім?.txt", "100%.txt", "100％.txt", "re\u0301sume\u0301.txt", "a\nb.txt", "CON.txt", " space ",
    "emoji 🙂.txt", "%0A%25.txt", "-rf.txt", "\\back.txt", "<b>&amp;\"'.txt", "=1+1.csv", "x" * 250 + ".txt",
    "%" * 100 + ".txt", "right\u202eto\u2066left.txt", "line\u2028end\ufeff.txt", "\x85 next.txt",
)  # fmt: skip
ABOUT = """
[collections.c.about]
title = "The Workshop"
date = "2025-06-23/2025-06-25"
place = "Samarkand, Uzbekistan"
part_of = "The Forum"
organisers = ["UNDP", "ACSH"]
rights = "CC-BY-4.0"
contact = "Secretariat"
"""
_PROFILE = """
import bagit, bagit_profile, json, sys
profile = json.load(open("bagit-profile.json", encoding="utf-8"))
url = profile["BagIt-Profile-Info"]["BagIt-Profile-Identifier"]
sys.exit(not bagit_profile.Profile(url, profile=profile).validate(bagit.Bag(".")))
"""


def add_awkward_files(world: World) -> None:
    """Add a file for each of these names, half of them in a folder."""
    folder = world.add_folder("День 1 / 50 %")
    for number, name in enumerate(NAMES):
        content = deck("Digital Georgia") if name.endswith(".pptx") else f"file {name}".encode()
        world.add_file(name, content, folder if number % 2 else None)


def accepted(bag: Path) -> bool:
    """Whether bagit.py accepts a bag."""
    return _ends_well(bag, "-m", "bagit", "--quiet", "--validate", ".")


def fits_its_profile(bag: Path) -> bool:
    """Whether bagit_profile.py accepts a bag. Its own command line needs a setuptools of long ago."""
    return _ends_well(bag, "-c", _PROFILE)


def _ends_well(bag: Path, *words: str) -> bool:
    done = subprocess.run([sys.executable, *words], cwd=bag, check=False, capture_output=True, text=True)
    assert "No module named" not in done.stderr
    return done.returncode == 0


def sums_hold(folder: Path, *lists: str) -> bool:
    """Whether sha256sum accepts these lists."""
    return all(
        subprocess.run(["sha256sum", "-c", "--quiet", each], cwd=folder, check=False, capture_output=True).returncode == 0
        for each in lists
    )
