"""The mirror follows Drive: what happens there, and what goes wrong on the way, through the real command line."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from materials_cli.cli.app import app
from materials_cli.emulator.faults import Fault, backend_error, sorry_page
from materials_cli.emulator.sample import export_of, sample_world
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.small_drive import BYTES, PPTX, drive, impatient, items, kept, mirror, node, run, world  # noqa: F401 - fixtures


def test_the_mirror_holds_what_drive_holds(drive: RunningServer, tmp_path: Path) -> None:
    assert mirror(tmp_path) == {f"Inner/{n}.txt" if n % 2 else f"{n}.txt": f"file number {n}".encode() for n in range(8)}


def test_a_rename_and_a_move_are_renames_on_disk_without_a_download(drive: RunningServer, world: World, tmp_path: Path) -> None:
    before = drive.count(*BYTES)
    world.rename(node(world, "0.txt"), "zero.txt")
    world.move(node(world, "1.txt"), world.root)
    told = run("sync")
    assert "2 renamed or moved" in told
    assert drive.count(*BYTES) == before
    assert mirror(tmp_path)["zero.txt"] == b"file number 0"
    assert mirror(tmp_path)["1.txt"] == b"file number 1"
    assert "Inner/1.txt" not in mirror(tmp_path)


def test_two_files_can_swap_their_names(drive: RunningServer, world: World, tmp_path: Path) -> None:
    before = drive.count(*BYTES)
    a, b = node(world, "0.txt"), node(world, "2.txt")
    world.rename(a, "2.txt")
    world.rename(b, "0.txt")
    run("sync")
    assert drive.count(*BYTES) == before
    assert mirror(tmp_path)["2.txt"] == b"file number 0"
    assert mirror(tmp_path)["0.txt"] == b"file number 2"


def test_a_replaced_file_is_fetched_and_its_old_bytes_are_kept(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.edit(node(world, "0.txt"), b"other")
    assert "1 replaced" in run("sync")
    assert mirror(tmp_path)["0.txt"] == b"other"
    assert hashlib.sha256(b"file number 0").hexdigest() in kept(tmp_path)
    shown = json.loads(CliRunner().invoke(app, ["show", "0.txt", "--json"]).stdout)["items"][0]
    assert [v["bytes"] for v in shown["versions"]] == [13]


def test_what_the_owner_takes_away_is_withdrawn_and_kept_and_can_come_back(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    target = node(world, "0.txt")
    world.trash(target)
    assert "1 withdrawn" in run("sync")
    assert "0.txt" not in mirror(tmp_path)
    assert "0.txt" not in items()
    assert items("--all")["0.txt"]["state"] == "withdrawn"
    assert hashlib.sha256(b"file number 0").hexdigest() in kept(tmp_path)
    assert "no changes" in run("sync")
    before = drive.count(*BYTES)
    world.restore(target)
    assert "1 restored" in run("sync")
    assert drive.count(*BYTES) == before
    assert mirror(tmp_path)["0.txt"] == b"file number 0"


def test_a_list_that_is_not_complete_withdraws_nothing(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.trash(node(world, "0.txt"))
    drive.faults.add(Fault(operation="list", target=world.root, incomplete=True))
    assert "incomplete" in run("sync", status=3)
    assert "0.txt" in mirror(tmp_path)


def test_a_folder_that_cannot_be_listed_withdraws_nothing(drive: RunningServer, world: World, tmp_path: Path) -> None:
    drive.faults.add(Fault(operation="list", target=node(world, "Inner"), status=404, reason="notFound"))
    assert "“Inner” cannot be listed" in run("sync", status=3)
    assert len(mirror(tmp_path)) == 8


def test_a_folder_that_is_suddenly_empty_is_not_believed(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for number in range(8):
        world.trash(node(world, f"{number}.txt"))
    assert "--accept-withdrawals" in run("sync", status=3)
    assert len(mirror(tmp_path)) == 8
    run("sync", "--accept-withdrawals")
    assert mirror(tmp_path) == {}
    assert len(kept(tmp_path)) == 8


def test_a_file_lost_or_edited_here_is_put_right_and_the_edited_copy_kept(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "c" / "0.txt").unlink()
    (tmp_path / "c" / "2.txt").write_bytes(b"my own words")
    told = run("sync")
    assert "2 restored" in told
    assert mirror(tmp_path)["0.txt"] == b"file number 0"
    assert mirror(tmp_path)["2.txt"] == b"file number 2"
    aside = [p for p in (tmp_path / ".materials" / "aside").rglob("*") if p.is_file()]
    assert [p.read_bytes() for p in aside] == [b"my own words"]


def test_a_file_of_somebody_else_in_the_way_is_moved_aside(drive: RunningServer, world: World, tmp_path: Path) -> None:
    (tmp_path / "c" / "new.txt").write_bytes(b"not ours")
    world.add_file("new.txt", b"from drive")
    assert "another file was in its place" in run("sync")
    assert mirror(tmp_path)["new.txt"] == b"from drive"
    assert next(p for p in (tmp_path / ".materials" / "aside").rglob("new.txt")).read_bytes() == b"not ours"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(operation="media", cut=3),
        Fault(operation="media", hung_up=True),
        backend_error("media", times=1),
        backend_error("list", times=1),
        Fault(operation="get", status=500, reason="backendError"),
    ],
    ids=["cut in the middle", "hung up", "500 on media", "503 on list", "500 on get"],
)
def test_a_passing_fault_is_outlived(
    drive: RunningServer, world: World, tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, tries=6)
    world.add_file("new.txt", b"0123456789")
    drive.faults.add(fault)
    run("sync")
    assert mirror(tmp_path)["new.txt"] == b"0123456789"


def test_wrong_bytes_are_never_taken_in(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("new.txt", b"0123456789")
    drive.faults.add(Fault(operation="media", corrupt=True, times=None))
    assert "SHA-256" in run("sync", status=3)
    assert "new.txt" not in mirror(tmp_path)
    drive.faults.clear()
    run("sync")
    assert mirror(tmp_path)["new.txt"] == b"0123456789"


def test_the_sorry_page_is_never_taken_for_content(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from materials_cli.drive import wire

    monkeypatch.setattr(wire, "_TRIES", 1)
    world.add_file("new.txt", b"0123456789")
    drive.faults.add(sorry_page("media", times=1))
    assert "rate_limited" in run("sync", status=75)
    assert "new.txt" not in mirror(tmp_path)


def test_names_of_every_kind_are_kept_and_stay_the_same(drive: RunningServer, world: World, tmp_path: Path) -> None:
    names = [
        "same.txt",
        "same.txt",
        "SAME.txt",
        "é.txt",
        "e\u0301.txt",
        "a/b.txt",
        "..",
        "CON.txt",
        "x" * 300 + ".txt",
        "end. ",
    ]
    for number, name in enumerate(names):
        world.add_file(name, f"content {number}".encode())
    run("sync")
    first = mirror(tmp_path)
    assert len(first) == 8 + len(names)
    assert {f"content {n}".encode() for n in range(len(names))} <= set(first.values())
    assert "no changes" in run("sync")
    assert mirror(tmp_path) == first
    manifest = [json.loads(line)["name"] for line in (tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert sorted(manifest) == sorted([*names, *(f"{n}.txt" for n in range(8))])


def test_shortcuts_are_followed_and_loops_are_not(drive: RunningServer, world: World, tmp_path: Path) -> None:
    inner = node(world, "Inner")
    world.add_shortcut("to file.txt", node(world, "1.txt"))
    world.add_shortcut("to folder", inner)
    world.add_shortcut("to the top", world.root, inner)
    world.add_shortcut("to nothing", "1" + "x" * 32)
    told = run("sync")
    found = mirror(tmp_path)
    assert found["to file.txt"] == b"file number 1"
    assert not [path for path in found if path.startswith("to folder")]
    assert "to nothing: The shortcut's target is deleted or not shared" in told
    assert "no changes" in run("sync")


def test_a_blob_without_a_digest_is_mirrored_all_the_same(drive: RunningServer, world: World, tmp_path: Path) -> None:
    bare = world.add_file("bare.txt", b"no digest")
    world.change(bare, hashes=False)
    run("sync")
    assert mirror(tmp_path)["bare.txt"] == b"no digest"
    assert items()["bare.txt"]["fixity"] == "unverified at source"
    before = drive.count(*BYTES)
    run("sync")
    assert drive.count(*BYTES) == before


def test_a_version_that_rises_by_itself_changes_nothing(drive: RunningServer, world: World) -> None:
    before = drive.count(*BYTES)
    world.touch(node(world, "0.txt"))
    assert "no changes" in run("sync")
    assert drive.count(*BYTES) == before


def test_pages_shorter_than_asked_for_lose_nothing(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for number in range(30):
        world.add_file(f"more {number}.txt", f"more {number}".encode())
    world.page_cap = 7
    run("sync")
    assert len(mirror(tmp_path)) == 38


def test_a_google_document_is_exported_and_what_cannot_be_becomes_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(sample_world()) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        monkeypatch.chdir(tmp_path)
        run("add", server.world.root, "--name", "c")
        run("sync")
        assert not server.violations
    names = {path.rpartition("/")[2] for path in mirror(tmp_path)}
    assert {"Summary of the working groups.pptx", "Feedback form.url"} <= names
    link = next((tmp_path / "c").rglob("Feedback form.url")).read_bytes()
    assert link.startswith(b"[InternetShortcut]\r\nURL=https://")


def test_a_failing_export_link_falls_back_to_the_export(drive: RunningServer, world: World, tmp_path: Path) -> None:
    data = (Path(__file__).parents[2] / "src/materials_cli/emulator/sample/google-slides.pptx").read_bytes()
    native = world.add_native("Deck", "presentation", {PPTX: export_of(data)})
    drive.faults.add(Fault(operation="link", target=native, status=404, reason="notFound", times=None))
    run("sync")
    assert mirror(tmp_path)["Deck.pptx"].startswith(b"PK")
    assert drive.count("export") == 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read where Linux shows it")
def test_memory_does_not_grow_with_the_file(drive: RunningServer, world: World, tmp_path: Path) -> None:
    import subprocess
    import sys

    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    world.add_file("big.bin", big)
    script = (
        "from materials_cli.cli.app import app\n"
        "try: app(['sync'])\n"
        "except SystemExit: pass\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (tmp_path / "c" / "big.bin").stat().st_size == 200 * 1024 * 1024
    assert int(done.stdout.split()[-1]) < 120 * 1024


def test_what_is_not_listed_but_still_there_is_withdrawn_by_the_second_run_alone(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    target = node(world, "0.txt")
    drive.faults.add(Fault(operation="list", target=world.root, omit=frozenset({target})))
    assert "withdrawn if the next run confirms it" in run("sync")
    assert "0.txt" in mirror(tmp_path)
    assert "no changes" in run("sync")
    drive.faults.add(Fault(operation="list", target=world.root, omit=frozenset({target}), times=2))
    run("sync")
    assert "0.txt" in mirror(tmp_path)
    assert "1 withdrawn" in run("sync")
    assert "0.txt" not in mirror(tmp_path)


def test_a_folder_that_one_list_lacks_is_told_in_one_line_and_its_return_is_no_change(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    folder = world.add_folder("Day 1")
    for number in range(2):
        world.add_file(f"talk {number}.txt", str(number).encode(), folder)
    run("sync")
    drive.faults.add(Fault(operation="list", target=world.root, omit=frozenset({folder})))
    told = run("sync")
    assert told.count("not listed this time") == 1
    assert "c/Day 1: 2 items not listed this time; withdrawn if the next run confirms it." in " ".join(told.split())
    assert "no changes, 10 unchanged" in run("sync")
    assert "Day 1" not in run("changes")
    assert {found["missed"] for found in items().values()} == {None}
