"""`materials verify` reads all that is held: what is changed, gone or added in the mirror or in versions/ is named."""

import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.custody.verify import Trouble, Verification, verify
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.model import Step, StepKind
from materials_cli.store.mirror import Store
from support import command
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures


@pytest.fixture
def archive(drive: RunningServer, world: World, tmp_path: Path) -> Path:
    """In the mirror are seven files, in versions/ an earlier version of 0.txt and the withdrawn 1.txt."""
    world.edit(node(world, "0.txt"), b"file number zero")
    world.trash(node(world, "1.txt"))
    run("sync")
    return tmp_path


def kept_file(top: Path, content: bytes) -> Path:
    digest = hashlib.sha256(content).hexdigest()
    return top / ".materials" / "versions" / digest[:2] / digest


def verified(status: int = 0, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(command.run("verify", *words, "--json", status=status).stdout)
    return found


def troubles(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["trouble"], row["file"]) for row in found["items"]]


def rot(path: Path) -> None:
    """Change one bit and nothing else, as a failing disk does."""
    seen, content = path.stat(), path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def test_an_intact_archive_is_read_whole(archive: Path) -> None:
    found = verified()
    assert (found["files"], found["items"]) == (9, [])
    assert found["bytes"] == 8 * len(b"file number 0") + len(b"file number zero")
    assert run("verify").endswith("9 files verified, 120 B: all present and intact.\n")
    assert run("verify", "--quiet") == ""


def test_what_is_missing_damaged_or_unexpected_is_named_with_what_to_do(archive: Path) -> None:
    rot(archive / "c" / "2.txt")
    (archive / "c" / "4.txt").unlink()
    rot(kept_file(archive, b"file number 0"))
    kept_file(archive, b"file number 1").unlink()
    (archive / "c" / "mine.txt").write_text("mine")
    (archive / ".materials" / "versions" / "note.txt").write_text("whose?")
    (archive / "c" / "Inner" / ".DS_Store").write_text("the system's")
    place = {n: kept_file(archive, b"file number %d" % n).relative_to(archive).as_posix() for n in (0, 1)}
    found = verified(5)
    assert sorted(troubles(found)) == sorted(
        [
            ("missing", "c/4.txt"), ("missing", place[1]), ("damaged", "c/2.txt"), ("damaged", place[0]),
            ("unexpected", ".materials/versions/note.txt"), ("unexpected", "c/mine.txt"),
        ]
    )  # fmt: skip
    rows = {row["file"]: row for row in found["items"]}
    assert {rows[file]["role"] for file in ("c/4.txt", "c/2.txt")} == {"mirror"}
    assert (rows[place[0]]["role"], rows[place[0]]["path"]) == ("version", "c/0.txt")
    assert (rows[place[1]]["role"], rows[place[1]]["path"]) == ("withdrawn", "c/Inner/1.txt")
    assert "materials sync" in rows["c/2.txt"]["hint"]
    assert f"backup of {place[1]}" in rows[place[1]]["hint"]
    printed = command.run("verify", status=5).stdout.splitlines()
    assert [tuple(line.split("\t")[:2]) for line in printed] == [(kind.upper(), file) for kind, file in troubles(found)]
    assert "1 missing" not in run("verify", "--quiet", status=5)


def test_what_it_says_to_do_about_the_mirror_helps(archive: Path) -> None:
    rot(archive / "c" / "2.txt")
    (archive / "c" / "4.txt").unlink()
    assert len(verified(5)["items"]) == 2
    (archive / "c" / "2.txt").rename(archive.parent / "2.txt")
    run("sync")
    assert verified()["items"] == []


def test_a_file_of_ones_own_is_named_and_does_not_count(archive: Path) -> None:
    (archive / "c" / "mine.txt").write_text("mine")
    assert troubles(verified(0)) == [("unexpected", "c/mine.txt")]
    assert "1 unexpected" in run("verify")
    (archive / ".materials" / "versions" / "note.txt").write_text("whose?")
    assert len(troubles(verified(3))) == 2


def test_a_file_that_was_moved_within_the_mirror_is_recognised(archive: Path) -> None:
    (archive / "c" / "2.txt").rename(archive / "c" / "Inner" / "renamed.txt")
    (archive / "c" / "mine.txt").write_text("file number 7")  # as long as the one that was moved, and a copy of another
    found = verified(3)
    assert troubles(found) == [("moved", "c/Inner/renamed.txt"), ("unexpected", "c/mine.txt")]
    assert (found["items"][0]["path"], "materials sync" in found["items"][0]["hint"]) == ("c/2.txt", True)
    run("sync")
    assert troubles(verified()) == [("unexpected", "c/mine.txt")]
    (archive / "c" / "2.txt").rename(archive / "2.txt")
    assert troubles(verified(5))[0] == ("missing", "c/2.txt")


def test_one_collection_is_verified_alone(archive: Path, world: World) -> None:
    run("add", world.add_folder("Other"), "--name", "d", "--no-check")
    rot(archive / "c" / "2.txt")
    assert verified(5, "c")["items"][0]["file"] == "c/2.txt"
    assert verified(0, "d")["files"] == 0


@pytest.mark.skipif(os.name == "nt", reason="symlinks need a privilege there")
def test_a_link_in_the_place_of_a_file_is_not_followed(archive: Path) -> None:
    for place in (archive / "c" / "2.txt", kept_file(archive, b"file number 0")):
        place.rename(archive.parent / place.name)
        place.symlink_to(archive.parent / place.name)
    (archive / "c" / "elsewhere").symlink_to(archive.parent)
    kinds = [kind for kind, _ in troubles(verified(5))]
    assert kinds == ["damaged", "damaged", "unexpected"]


def test_what_a_sync_changes_meanwhile_is_no_damage(archive: Path, world: World) -> None:
    world.edit(node(world, "2.txt"), b"changed while it was read")
    world.rename(node(world, "4.txt"), "four.txt")
    begun: list[Step] = []

    def meanwhile(step: Step) -> None:
        begun.append(step)
        if step.kind is StepKind.PLANNED:
            run("sync")

    assert Archive(archive, progress=meanwhile).verify().findings == ()
    assert begun[0].total == 9
    assert sum(step.kind is StepKind.DONE for step in begun) == 10  # with the version that the sync made


def test_doctor_reads_versions_and_names_what_nobody_knows(archive: Path) -> None:
    fixity = {row["check"]: row for row in command.data("doctor", "--offline")["items"]}["Fixity"]
    assert fixity["message"] == "9 files present and intact"
    stranger = archive / ".materials" / "versions" / "note.txt"
    stranger.write_text("whose?")
    assert "UNEXPECTED .materials/versions/note.txt" in run("doctor", "--offline")
    rot(kept_file(archive, b"file number 0"))
    told = " ".join(run("doctor", "--offline", status=3).split())
    assert "DAMAGED c/0.txt (an earlier version)" in told
    kept_file(archive, b"file number 0").unlink()
    told = " ".join(run("doctor", "--offline", status=3).split())
    assert "MISSING c/0.txt (an earlier version)" in told


def test_diff_and_show_check_what_they_read(archive: Path) -> None:
    (version,) = command.data("show", "0.txt")["items"][0]["versions"]
    assert (version["number"], version["on_disk"]) == (1, "intact")
    assert version["reason"].startswith("changed on Drive")
    assert f"SHA-256 {version['sha256']}; changed on Drive" in run("show", "0.txt")
    kept = kept_file(archive, b"file number 0")
    rot(kept)
    assert "bytes_damaged" in run("diff", "0.txt", status=5)
    assert "its bytes are not those that were archived" in run("show", "0.txt")
    kept.unlink()
    assert "bytes_missing" in run("diff", "0.txt", status=5)
    rot(archive / "c" / "0.txt")
    item = command.data("show", "0.txt")["items"][0]
    assert (item["on_disk"], item["versions"][0]["on_disk"]) == ("damaged", "missing")


def test_bytes_that_were_lost_before_they_were_replaced_are_no_version(archive: Path, world: World) -> None:
    (archive / "c" / "2.txt").unlink()
    world.edit(node(world, "2.txt"), b"another two")
    run("sync")
    assert command.data("show", "2.txt")["items"][0]["versions"] == []
    assert "not on this disk" not in run("verify")
    assert "missing" in run("history", "2.txt")


def _damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    match how:
        case "gone":
            path.unlink()
        case "longer":
            path.write_bytes(content + b"\0")
        case "shorter" if content:
            path.write_bytes(content[:-1])
        case _:
            rot(path) if content else path.unlink()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.sets(st.integers(0, 8)), how=st.sampled_from(["gone", "longer", "shorter", "bit"]))
def test_whatever_is_damaged_is_found_and_nothing_else(archive: Path, which: set[int], how: str) -> None:
    def look() -> Verification:
        with ThreadPoolExecutor(2) as workers:
            return verify(Store(archive), [], workers, lambda _: None)

    with Catalogue.open(archive / ".materials" / "catalogue.sqlite") as catalogue:
        places = sorted([archive / item.path for item in catalogue.items() if item.withdrawn is None])
    places += sorted(path for path in (archive / ".materials" / "versions").rglob("*") if path.is_file())
    undo: list[Callable[[], object]] = []
    chosen = [places[number] for number in which]
    for place in chosen:
        seen, content = place.stat(), place.read_bytes()
        undo += [
            lambda place=place, content=content: place.write_bytes(content),  # type: ignore[misc]
            lambda place=place, seen=seen: os.utime(place, ns=(seen.st_atime_ns, seen.st_mtime_ns)),  # type: ignore[misc]
        ]
        _damage(place, how)
    try:
        found = look()
    finally:
        for step in undo:
            step()
    assert {finding.place for finding in found.findings} == {place.relative_to(archive).as_posix() for place in chosen}
    assert all(finding.trouble is not Trouble.UNEXPECTED for finding in found.findings)
    assert look().findings == ()


def test_damage_that_is_known_is_no_good_state_until_it_is_restored(archive: Path) -> None:
    rot(archive / "c" / "2.txt")
    verified(5)
    assert "1 item is damaged or missing; to restore it: materials verify --repair" in run("status")
    assert json.loads(run("status", "--json"))["well"] is False
    run("sync")
    assert "No problems" in run("status")
