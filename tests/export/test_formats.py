"""`materials export`: each format is made of the same descriptions; nothing in it is a formula, and nothing is overwritten."""

import json
from pathlib import Path

import openpyxl
import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.export.columns import COLUMNS
from materials_cli.export.formats import FORMATS
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures

ABOUT = '\n[collections.c.about]\ntitle = "=EVIL()"\nplace = "Khiva"\norganisers = ["A", "B"]\n'


def test_a_workbook_has_links_filters_a_fixed_heading_and_no_formula(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    rules(tmp_path, ABOUT)
    world.add_file("=cmd|'x'!A1.txt", b"x")
    run("sync")
    run("edit", "0.txt", "--set", "title=@SUM(1+1)")
    run("export", "xlsx", "--to", "book")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    sheet, collections = book["Items"], book["Collections"]
    heading = [cell.value for cell in sheet[1]]
    assert set(heading) == set(COLUMNS)
    assert sheet.max_row == 10
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n", "d"}
    column = {name: [row[heading.index(name)] for row in sheet.iter_rows(min_row=2)] for name in heading}
    assert "@SUM(1+1)" in [cell.value for cell in column["title"]]
    assert all(cell.hyperlink.target == cell.value for cell in column["source_url"])
    assert all(cell.is_date for cell in column["fetched"])
    assert [cell.value for cell in collections[2]][:3] == ["c", "=EVIL()", 9]
    assert "A; B" in [cell.value for cell in collections[2]]


def contents(made: Path) -> dict[str, bytes]:
    return {str(path.relative_to(made)): path.read_bytes() for path in (made, *made.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_never_overwrites_and_takes_the_chosen_collections(drive: RunningServer, tmp_path: Path, name: str) -> None:
    run("add", drive.world.root, "--name", "empty", "--no-check", status=2)
    target = tmp_path / f"out{FORMATS[name].suffix}"
    assert "8 items" in run("export", name, "c", "--to", str(target))
    before = contents(target)
    assert "nothing is overwritten" in run("export", name, "--to", str(target), status=2)
    assert contents(target) == before
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".new")]
    run("export", name, "nowhere", "--to", str(tmp_path / "other"), status=2)
    assert json.loads(run("export", name, "--to", str(tmp_path / "third"), "--json"))["items"][0]["items"] == 8


def test_an_unknown_format_is_named_with_the_known_ones(drive: RunningServer) -> None:
    assert "choose from " in run("export", "docx", status=2)


@pytest.mark.parametrize("name", FORMATS)
def test_the_readme_says_for_whom_a_format_is(name: str) -> None:
    table = (
        (Path(__file__).parents[2] / "README.md").read_text("utf-8").partition("## Handing it over")[2].partition("\n## ")[0]
    )
    assert f"`{name}`" in table
