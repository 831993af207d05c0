"""Whatever happens, the mirror tells the truth and no bytes are lost: the corners where that is easily broken."""

import hashlib
from pathlib import Path

from materials_cli.emulator.faults import download_quota
from materials_cli.emulator.server import RunningServer
from support.empty_drive import drive  # noqa: F401 - a fixture
from support.small_drive import kept, run, sums_hold


def test_many_files_of_the_same_bytes_come_back_at_once(drive: RunningServer, tmp_path: Path) -> None:
    content = b"\0same bytes " * 200_000  # no text, which would be read
    for number in range(24):
        drive.world.add_file(f"{number}.bin", content)
    run("sync")
    drive.world.trash(next(n.id for n in drive.world.nodes.values() if n.name == "0.bin"))
    run("sync")
    for path in (tmp_path / "c").iterdir():
        path.unlink()
    assert "23 restored" in run("sync")
    assert len(list((tmp_path / "c").iterdir())) == 23
    assert sums_hold(tmp_path)


def test_what_comes_back_is_kept_once(drive: RunningServer, tmp_path: Path) -> None:
    """Bytes leave versions/ with the last item that needs them there; as long as one does, they stay."""
    drive.world.add_file("other.txt", b"other")
    twins = [drive.world.add_file(f"{name}.txt", b"the same") for name in ("a", "b")]
    edited = drive.world.add_file("edited.txt", b"the same")
    run("sync")
    for node in twins:
        drive.world.trash(node)
    run("sync", "--accept-withdrawals")
    for node, left in zip(twins, (1, 0), strict=True):
        drive.world.restore(node)
        assert "1 restored" in run("sync")
        assert len(kept(tmp_path)) == left
    drive.world.edit(edited, b"other bytes")
    drive.world.trash(twins[0])
    run("sync")
    drive.world.restore(twins[0])
    run("sync")
    assert kept(tmp_path) == {hashlib.sha256(b"the same").hexdigest()}
    run("verify")


def test_what_a_cut_run_left_in_versions_is_kept_once(drive: RunningServer, tmp_path: Path) -> None:
    """A copy of what is in the mirror goes with the next complete run; bytes that are nowhere else stay."""
    contents = {"held": b"held", "withdrawn": b"gone", "unknown": b"whose?"}
    drive.world.add_file("held.txt", contents["held"])
    withdrawn = drive.world.add_file("withdrawn.txt", contents["withdrawn"])
    run("sync")
    drive.world.trash(withdrawn)
    run("sync", "--accept-withdrawals")
    for content in contents.values():
        digest = hashlib.sha256(content).hexdigest()
        place = tmp_path / ".materials" / "versions" / digest[:2] / digest
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)
    new = drive.world.add_file("new.txt", b"cannot be fetched")
    drive.faults.add(download_quota(new))
    run("sync", status=3)
    assert len(kept(tmp_path)) == 3
    drive.faults.clear()
    run("sync")
    assert kept(tmp_path) == {hashlib.sha256(contents[name]).hexdigest() for name in ("withdrawn", "unknown")}


def test_a_new_file_never_takes_the_place_of_one_that_is_held_back(drive: RunningServer, tmp_path: Path) -> None:
    old = [drive.world.add_file(f"talk {number}.txt", f"old talk {number}".encode()) for number in range(9)]
    run("sync")
    for node in old[:8]:
        drive.world.trash(node)
    drive.world.add_file("talk 0.txt", b"the new talk, another file")
    assert "--accept-withdrawals" in run("sync", status=3)
    assert (tmp_path / "c" / "talk 0.txt").read_bytes() == b"old talk 0"
    assert len(list((tmp_path / "c").iterdir())) == 10
    assert sums_hold(tmp_path)
    run("sync", "--accept-withdrawals")
    assert (tmp_path / "c" / "talk 0.txt").read_bytes() == b"the new talk, another file"
    digest = hashlib.sha256(b"old talk 0").hexdigest()
    assert (tmp_path / ".materials" / "versions" / digest[:2] / digest).read_bytes() == b"old talk 0"
    assert sums_hold(tmp_path)
    assert "no changes" in run("sync")


def test_a_file_lost_here_and_then_taken_away_there_is_told(drive: RunningServer, tmp_path: Path) -> None:
    lost = drive.world.add_file("lost.txt", b"lost")
    drive.world.add_file("other.txt", b"other")
    run("sync")
    (tmp_path / "c" / "lost.txt").unlink()
    drive.world.trash(lost)
    assert "lost.txt: its file was already missing from this disk" in run("sync")
