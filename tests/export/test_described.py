"""The manifest tells what each item is and which event it comes from, and each of its lines satisfies manifest.schema.json."""

import csv
import json
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest

from materials_cli.catalogue.descriptions import descriptions
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.export.columns import COLUMNS
from materials_cli.filenames import CSV, FEED, JSONL, RULES
from support.decks import deck
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures

ABOUT = """
[collections.c.about]
title = "The Workshop"
date = "2025-06-23/2025-06-25"
place = "Samarkand, Uzbekistan"
organisers = ["UNDP"]
countries = ["Georgia", "Казахстан"]
languages = ["English"]
rights = "CC-BY-4.0"
seats = 40
"""


def lines(top: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (top / JSONL).read_text("utf-8").splitlines()]


def item(top: Path, name: str) -> dict[str, Any]:
    return next(line for line in lines(top) if line.get("name") == name)


def test_every_line_satisfies_the_schema(drive: RunningServer, world: World, tmp_path: Path) -> None:
    rules(tmp_path, ABOUT)
    world.edit(node(world, "1.txt"), b"another text")
    world.trash(node(world, "2.txt"))
    world.add_file("=1+1 김.pptx", deck("Digital Georgia"), node(world, "Inner"))
    lost = world.add_file("lost.txt", b"lost")
    drive.faults.add(Fault(operation="media", target=lost, status=403, reason="cannotDownloadFile", times=None))
    run("sync", status=3)
    run("sync", status=3)
    schema = json.loads((tmp_path / RULES).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    valid = jsonschema.Draft202012Validator(schema)
    found = lines(tmp_path)
    assert {line["schema"] for line in found} == {"materials/item@1", "materials/collection@1", "materials/gap@1"}
    assert {line.get("state") for line in found} == {"held", "withdrawn", "failed", None}
    assert any(line.get("versions") for line in found)
    for line in found:
        valid.validate(line)
    for broken in ({**found[0], "sha256": "x"}, {**found[0], "described": {"title": ""}}, {"schema": "materials/item@1"}):
        with pytest.raises(jsonschema.ValidationError):
            valid.validate(broken)


def test_the_event_stands_in_the_manifest_as_people_recorded_it(drive: RunningServer, tmp_path: Path) -> None:
    rules(tmp_path, ABOUT)
    run("sync")
    (event,) = (line for line in lines(tmp_path) if line["schema"] == "materials/collection@1")
    assert event["about"]["place"] == "Samarkand, Uzbekistan"
    assert event["about"]["other"] == {"seats": "40"}
    assert (event["first_day"], event["last_day"]) == ("2025-06-23", "2025-06-25")
    assert (event["country_codes"], event["language_codes"]) == (["GE", "KZ"], ["en"])
    assert event["rights_uri"] == "https://creativecommons.org/licenses/by/4.0/"
    assert item(tmp_path, "0.txt")["described"]["rights"] == {
        "statement": "CC-BY-4.0", "uri": "https://creativecommons.org/licenses/by/4.0/", "source": "event",
    }  # fmt: skip
    before = (tmp_path / JSONL).read_bytes()
    run("sync")
    assert (tmp_path / JSONL).read_bytes() == before
    (tmp_path / FILE).write_text((tmp_path / FILE).read_text("utf-8").replace("Samarkand", "Khiva"), "utf-8")
    run("sync")
    assert b"Khiva, Uzbekistan" in (tmp_path / JSONL).read_bytes()
    assert "Khiva, Uzbekistan" in (tmp_path / CSV).read_text("utf-8-sig")


def test_what_is_new_is_told_with_its_event(drive: RunningServer, world: World, tmp_path: Path) -> None:
    rules(tmp_path, ABOUT)
    world.add_file("new.txt", b"new")
    run("sync")
    (category,) = feedparser.parse(tmp_path / FEED).entries[0].tags
    assert category.label == "The Workshop, 2025-06-23/2025-06-25, Samarkand, Uzbekistan"


def test_an_item_is_described_with_sources_and_counts(drive: RunningServer, world: World, tmp_path: Path) -> None:
    text = (
        b"The state asks what the people of this country need, and answers in their own languages. Nobody comes to an office."
    )
    folder = world.add_folder("Day 2", world.add_folder("Session 1"))
    world.add_file("Delegation of Georgia.txt", text, folder)
    world.add_file("a copy.txt", text)
    world.add_file("other bytes.txt", text + b"\n\n")
    run("sync")
    of_georgia = item(tmp_path, "Delegation of Georgia.txt")
    described = of_georgia["described"]
    assert (described["session"], described["day"]) == ("Session 1", 2)
    assert described["countries"] == [{"code": "GE", "source": "file name"}]
    assert described["words"] == 21
    assert described["languages"] == [{"code": "en", "sections": 1}]
    assert described["rights"]["statement"] == "undetermined"
    assert described["rights"]["uri"] == "http://rightsstatements.org/vocab/UND/1.0/"
    assert of_georgia["retrieved"]["way"] == "emulator"
    copies = [item(tmp_path, name) for name in ("Delegation of Georgia.txt", "a copy.txt", "other bytes.txt")]
    first = min(copies, key=lambda entry: (entry["first_seen"].rstrip("Z"), entry["id"]))["id"]
    assert [entry["described"]["same_text_as"] for entry in copies] == [None if e["id"] == first else first for e in copies]
    assert [bool(entry["described"]["same_bytes_as"]) for entry in copies].count(True) == 1


def test_copies_of_one_millisecond_are_told_apart_by_what_the_manifest_has(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    first, second = sorted(world.add_file(name, b"the same bytes in two files") for name in ("a copy.txt", "another.txt"))
    run("sync")
    with Catalogue.open(tmp_path / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        for item_id, microseconds in ((first, "000900"), (second, "000100")):
            catalogue.connection.execute(
                "UPDATE item SET first_seen = ? WHERE id = ?", (f"2026-01-02T03:04:05.{microseconds}Z", item_id)
            )
        same = {one.item.id: one.same_bytes for one in descriptions(catalogue, ())}
    assert (same[first], same[second]) == (None, first)


def test_the_table_has_every_column_and_no_formula(drive: RunningServer, world: World, tmp_path: Path) -> None:
    rules(tmp_path, ABOUT.replace("The Workshop", "=HYPERLINK()"))
    world.add_file("=cmd.txt", b"x")
    run("sync")
    with (tmp_path / CSV).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    row = next(row for row in rows if row["name"] == "'=cmd.txt")
    assert (row["title"], row["event"], row["event_date"]) == ("'=cmd", "'=HYPERLINK()", "2025-06-23/2025-06-25")
    assert (tmp_path / CSV).read_bytes().startswith(b"\xef\xbb\xbf")
