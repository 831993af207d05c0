"""A true terminal: no name acts upon it, nothing runs over its edge, and what is longer than it is paged."""

import re
from pathlib import Path

import pytest

from materials_cli.cli.layout import INDENT, cells
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.small_drive import drive, run, world  # noqa: F401 - fixtures
from support.terminal import seen, typed_into

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


LONG = (
    "Презентация министерства цифрового развития и общественных услуг 2025 года.txt",
    "ការបង្ហាញអំពីសេវាសាធារណៈនិងការអភិវឌ្ឍន៍ប្រព័ន្ធឌីជីថលរបស់រដ្ឋាភិបាលក្នុងឆ្នាំ.txt",
    "공공 서비스 디지털 전환을 위한 정부 간 협력 방안 및 향후 추진 과제에 관한 연구 보고서.txt",
    "with_underscores_and_no_space_at_all_but_shorter_than_a_line.txt",
)
COMMANDS = (
    "list", "list --tree", "plan", "search услуг", "changes", "history", "status", "show 0.txt", "help settings",
    "help offline", "doctor --offline", "plan --help",
)  # fmt: skip
LOOKS = re.compile("\x1b\\[[0-9;?]*[A-Za-z]|\x1b\\]8;[^\x1b]*\x1b\\\\")


def lines(shown: str) -> list[str]:
    """The lines that a person sees when it is over: what was live before is erased."""
    return LOOKS.sub("", shown.rpartition("\x1b[?25h")[2]).replace("\r", "").split("\n")


@pytest.fixture
def full(drive: RunningServer, world: World) -> None:
    for name in LONG[:2]:
        world.add_file(name, name.encode())
    run("sync")
    for name in LONG[2:]:
        world.add_file(name, name.encode())


@pytest.mark.usefixtures("full")
def test_at_80_columns_nothing_runs_over_the_edge_and_no_word_or_option_is_broken(tmp_path: Path) -> None:
    for command in COMMANDS:
        shown = seen(*command.split(), folder=tmp_path, columns=80, status=None, more={"LANGUAGE": "en"})
        over = [line for line in lines(shown) if cells(line) > 80]
        assert not [line for line in over if max(map(cells, line.split())) <= 80 - INDENT], command
        assert not [line for line in lines(shown) if line.endswith("-")], command
    shown = seen("plan", folder=tmp_path, columns=80)
    assert {word for name in LONG[2:] for word in name.split()} <= set(" ".join(lines(shown)).replace("c/", "").split())


@pytest.mark.usefixtures("full")
def test_in_a_list_the_name_comes_last_below_the_same_column(tmp_path: Path) -> None:
    rows = [line for line in lines(seen("list", folder=tmp_path, columns=80)) if re.match(r" +[0-9]+ B  ", line)]
    assert len(rows) == 10
    assert len({cells(row[: row.index(row.split(maxsplit=5)[5])]) for row in rows}) == 1


@pytest.mark.usefixtures("drive")
def test_what_is_longer_than_the_screen_goes_through_the_pager(tmp_path: Path) -> None:
    paged, status = typed_into(["list"], (), folder=tmp_path, size=(80, 8), PAGER="sed s/^/page:/")
    assert status == 0
    assert "page:c/Inner" in LOOKS.sub("", paged)
    assert lines(paged)[-2].startswith("8 items, ")
    quit_early, status = typed_into(["list"], (), folder=tmp_path, size=(80, 8), PAGER="head -n 1")
    assert status == 0
    assert "4.txt" not in quit_early
    for size, pager in (((80, 40), "sed s/^/page:/"), ((80, 8), "cat"), ((80, 8), "no-such-pager"), ((80, 8), "")):
        whole, status = typed_into(["list"], (), folder=tmp_path, size=size, PAGER=pager)
        assert status == 0
        assert "page:" not in whole
        assert "4.txt" in whole


@pytest.mark.usefixtures("drive")
def test_times_are_labelled_on_a_terminal_and_utc_in_a_pipe(tmp_path: Path) -> None:
    zone = {"TZ": "XXX-5:30"}
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d \+05:30  c", LOOKS.sub("", seen("history", folder=tmp_path, more=zone)))
    assert " UTC  c" in LOOKS.sub("", seen("history", folder=tmp_path, more={"TZ": "UTC"}))
    assert re.search(r"\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\tc\t", run("history"))
