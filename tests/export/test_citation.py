"""A citation names people, event, slide and checksum, in each form that reference managers read."""

import json
from pathlib import Path

import pytest

from materials_cli.addresses import address
from support.command import data, run
from support.judges import judged_by


def cite(archive: Path, *words: str) -> str:
    return run("--archive", str(archive), "cite", *words).stdout


def test_a_slide_is_cited_with_all_that_proves_it(handed_over: Path) -> None:
    line = cite(handed_over, "c/Day 1 – 23 June/opening.pptx#1")
    assert line.count("\n") == 1
    row = data("--archive", str(handed_over), "cite", "c/Day 1 – 23 June/opening.pptx#1")["items"][0]
    for part in ("Nino Beridze", "“The state as a platform”", "Samarkand, Uzbekistan", "2025-06-23", "slide 1", row["sha256"]):
        assert part in line
    assert row["address"] == address(row["item"], 1)
    assert row["address"] in line
    assert row["citation"] == line.rstrip("\n")


def test_what_is_no_longer_on_drive_is_cited_as_such(handed_over: Path) -> None:
    assert "No longer on Drive." in cite(handed_over, "c/Day 1 – 23 June/Session 2 = Cases/gone.txt")


def test_each_form_says_the_same(handed_over: Path) -> None:
    item = "c/Day 1 – 23 June/opening.pptx#1"
    whole, slide = (json.loads(cite(handed_over, name, "--format", "csl-json"))[0] for name in (item[:-2], item))
    assert slide["id"] == f"{whole['id']}-1"
    assert "slide 1: The state as a platform." in slide["note"]
    assert cite(handed_over, item, "--format", "ris").startswith("TY  - ")
    entry = cite(handed_over, item, "-f", "bibtex")
    read = judged_by("bibtexparser", "import sys, bibtexparser as b; print(len(b.parse_string(sys.argv[1]).entries))", entry)
    assert read.strip() == "1"


def test_another_form_is_refused_with_those_there_are(handed_over: Path) -> None:
    assert "plain, bibtex, csl-json, ris" in run("--archive", str(handed_over), "cite", "opening", "-f", "apa", status=2).output


@pytest.mark.parametrize("number", [None, 4])
def test_an_address_stays_the_same_for_good(number: int | None) -> None:
    assert address("1AbC", number) == "#4321815213" + ("/4" if number else "")
