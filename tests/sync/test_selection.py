"""What a collection wants: patterns, kinds, sizes, and that what is left out costs nobody anything."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.config import FILE, Collection
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.kinds import Kind
from materials_cli.model import RemoteFile
from materials_cli.sync.selection import left_out
from support.small_drive import BYTES, drive, items, kept, mirror, node, rules, run, world  # noqa: F401 - fixtures


def file(path: str, size: int = 10) -> RemoteFile:
    *folders, name = path.split("/")
    return RemoteFile(id=path, drive_id=path, name=name, parent="p", folders=tuple(folders), size=size)


def unwanted(path: str, **rules: object) -> bool:
    collection = Collection(slug="c", link="x", **rules)  # type: ignore[arg-type]
    return bool(left_out([file(path)], collection))


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.mp4", "Day 1/video.mp4", True),
        ("*.mp4", "Day 1/video.mp4.pdf", False),
        ("*.MP4", "video.mp4", True),
        ("photos", "Day 1/Photos/1.jpg", True),
        ("photos", "Day 1/My photos/1.jpg", False),
        ("photos/", "Photos/1.jpg", True),
        ("Day 1/*.pdf", "Day 1/a.pdf", True),
        ("Day 1/*.pdf", "Day 1/Session/a.pdf", False),
        ("Day 1/**/*.pdf", "Day 1/Session/a.pdf", True),
        ("Day 1/**", "Day 1/Session/a.pdf", True),
        ("/Day 1", "Day 1/a.pdf", True),
        ("/Session", "Day 1/Session/a.pdf", False),
        ("[draft]*", "[draft] a.pdf", True),
        ("[draft]*", "d.pdf", False),
        ("??.pdf", "ab.pdf", True),
        ("??.pdf", "abc.pdf", False),
        ("Семинар", "семинар/й.pdf", True),
        ("й.pdf", "и\u0306.pdf", True),
        ("a.b", "aXb", False),
    ],
)
def test_patterns_fit_names_and_paths_as_people_read_them(pattern: str, path: str, fits: bool) -> None:
    assert unwanted(path, exclude=(pattern,)) is fits
    assert unwanted(path, include=(pattern,)) is not fits


@given(st.text("ab*?/.[]()\\+", min_size=1, max_size=12), st.text("ab/.", min_size=1, max_size=12))
def test_any_text_is_a_pattern(pattern: str, path: str) -> None:
    assert unwanted(path, exclude=(pattern,)) in {True, False}


def fits(pattern: str, path: str) -> bool:
    """Whether a pattern with "/" matches a path, by trying everything."""
    if not pattern:
        return not path or path.startswith("/")
    if stars := re.match(r"\*\*+/?", pattern):
        rest = pattern[stars.end() :]
        skipped = (n for n in range(len(path) + 1) if not stars[0].endswith("/") or not n or path[n - 1] == "/")
        return any(fits(rest, path[n:]) for n in skipped)
    if pattern.startswith("*"):
        return any(fits(pattern[1:], path[n:]) for n in range(len(path.partition("/")[0]) + 1))
    same = bool(path) and (path[0] == pattern[0] or (pattern[0] == "?" and path[0] != "/"))
    return same and fits(pattern[1:], path[1:])


@given(st.text("ab*?/", min_size=1, max_size=9), st.text("ab/", min_size=1, max_size=9))
def test_a_pattern_fits_whatever_any_reading_of_its_stars_fits(pattern: str, path: str) -> None:
    path = "/".join(filter(None, path.split("/")))
    plain = pattern.rstrip("/").lstrip("/")
    if path and plain and "/" in pattern.rstrip("/"):
        assert unwanted(path, exclude=(pattern,)) is fits(plain, path)


@pytest.mark.parametrize("star", ["*a", "*?", "**a", "**/a", "**/*a*"])
def test_many_stars_take_no_longer_than_one(star: str) -> None:
    assert not unwanted("/".join(["a" * 30] * 8) + "/b", exclude=(star * 40 + "/c",))


@given(st.lists(st.text("abc./", min_size=1, max_size=6), min_size=1, max_size=6))
def test_a_star_fits_everything_and_without_rules_nothing_is_left_out(paths: list[str]) -> None:
    assert not any(unwanted(path) for path in paths)
    assert all(unwanted(path, exclude=("**",)) for path in paths)


def test_kinds_and_sizes() -> None:
    assert not unwanted("a.pptx", only=(Kind.SLIDES, Kind.PDF))
    assert unwanted("a.mp4", only=(Kind.SLIDES, Kind.PDF))
    assert not unwanted("a.pdf", max_size=10)
    assert unwanted("a.pdf", max_size=9)


def test_what_is_left_out_is_not_fetched_and_counted(drive: RunningServer, world: World, tmp_path: Path) -> None:
    rules(tmp_path, 'exclude = ["*.mp4"]\n')
    world.add_file("film.mp4", b"moving")
    before = drive.count(*BYTES)
    assert "1 excluded" in run("plan")
    assert "1 excluded" in run("sync")
    assert drive.count(*BYTES) == before
    assert "film.mp4" not in mirror(tmp_path)


def test_what_is_held_and_left_out_now_stays_and_follows_its_name(
    drive: RunningServer,
    world: World,
    tmp_path: Path,
) -> None:
    rules(tmp_path, 'exclude = ["0.txt", "new.txt"]\n')
    target = node(world, "0.txt")
    world.edit(target, b"other words")
    assert "1 excluded" in run("sync")
    assert mirror(tmp_path)["0.txt"] == b"file number 0"
    world.rename(target, "new.txt")
    assert "1 renamed" in run("sync")
    assert mirror(tmp_path)["new.txt"] == b"file number 0"
    world.trash(target)
    run("sync")
    assert items("--all")["new.txt"]["state"] == "withdrawn"


def test_rules_taken_back_bring_what_was_missed(drive: RunningServer, world: World, tmp_path: Path) -> None:
    before = (tmp_path / FILE).read_text("utf-8")
    rules(tmp_path, 'only = ["pdf"]\n')
    world.edit(node(world, "0.txt"), b"other words")
    world.rename(node(world, "0.txt"), "00.txt")
    run("sync")
    (tmp_path / FILE).write_text(before, "utf-8")
    run("sync")
    assert mirror(tmp_path)["00.txt"] == b"other words"
    assert len(kept(tmp_path)) == 1


def test_only_on_the_command_line_holds_for_this_run(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("a.pdf", b"%PDF-1.7")
    world.add_file("a.mp4", b"moving")
    assert "1 excluded" in run("sync", "--only", "pdf", "--only", "text")
    assert "a.pdf" in mirror(tmp_path)
    assert "a.mp4" not in mirror(tmp_path)
    run("sync")
    assert "a.mp4" in mirror(tmp_path)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('include = "*.pdf"', "must be a list"),
        ('only = ["slide"]', "did you mean “slides”"),
        ('max_size = "big"', "“big” is not a size"),
        ("max_size = 0", "“0” is not a size"),
        ("bandwidth = true", "“true” is not a rate"),
        ('formats = {slides = ["ppt"]}', "did you mean “pptx”"),
        ('formats = {deck = ["pptx"]}', "not a kind of Google document"),
        ("formats = 3", "must be a table"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(drive: RunningServer, tmp_path: Path, line: str, told: str) -> None:
    rules(tmp_path, line + "\n")
    assert told in run("plan", status=2)
