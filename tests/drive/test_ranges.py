"""A download that goes on after a cut, where the answer holds other bytes than those that were asked for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.drive import wire
from materials_cli.emulator.faults import Fault, Misranged
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.small_drive import mirror, run

DATA = os.urandom(700_000)
CUT = wire.CHUNK


@pytest.fixture(params=["digests", "no digests", "public page"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def drive(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """One file on a Drive that states its digest, states none, or is read from its public page."""
    monkeypatch.setattr(wire, "_LONGEST_PAUSE", 0.01)
    monkeypatch.chdir(tmp_path)
    world = World("Folder")
    world.change(world.add_file("deck.bin", DATA), hashes=way == "digests")
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        if way == "public page":
            monkeypatch.setenv("MATERIALS_KEYLESS", "1")
        run("add", world.root, "--name", "c", "--no-check")
        yield server
        assert not server.crashes


def strike(drive: RunningServer, way: str, *faults: Fault) -> None:
    """Let faults strike the download."""
    for fault in faults:
        fault.operation = "page-media" if way == "public page" else "media"
    drive.faults.add(*faults)


def asked(drive: RunningServer) -> list[str | None]:
    """The ranges of the requests for bytes, in order, but for those that only ask what a file is now."""
    ranges = [r.headers.get("range") for r in drive.requests if r.operation in {"media", "page-media"}]
    return [asked for asked in ranges if asked != "bytes=0-0"]


@pytest.mark.parametrize("answer", [None, *Misranged])
def test_a_cut_download_is_put_together_of_the_right_bytes(
    drive: RunningServer, way: str, tmp_path: Path, answer: Misranged | None
) -> None:
    strike(drive, way, Fault(cut=CUT), Fault(misranged=answer))
    run("sync")
    assert mirror(tmp_path) == {"deck.bin": DATA}
    begun_anew = [None, f"bytes={CUT}-", None]
    gone_on = [None, f"bytes={CUT}-", f"bytes={CUT + (len(DATA) - CUT) // 2}-"]
    expected = {None: begun_anew[:2], Misranged.WHOLE: begun_anew[:2], Misranged.SHORTER: gone_on}
    assert asked(drive) == expected.get(answer, begun_anew)


@pytest.mark.parametrize("answer", sorted(set(Misranged) - {Misranged.SHORTER, Misranged.SECOND_HALF}))
def test_a_server_that_always_answers_a_range_wrongly_is_asked_for_the_whole_file(
    drive: RunningServer, way: str, tmp_path: Path, answer: Misranged
) -> None:
    strike(drive, way, Fault(cut=CUT), Fault(misranged=answer, times=None))
    run("sync")
    assert mirror(tmp_path) == {"deck.bin": DATA}


def test_bytes_that_came_before_the_last_try_failed_are_kept_for_the_next_run(
    drive: RunningServer, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_TRIES", 2)
    strike(drive, way, Fault(cut=CUT), Fault(misranged=Misranged.SHORTER, times=None))
    assert "a part of the file that was not requested" in run("sync", status=3)
    assert mirror(tmp_path) == {}
    assert (tmp_path / "SHA256SUMS").read_bytes() == b""
    drive.faults.clear()
    run("sync")
    assert mirror(tmp_path) == {"deck.bin": DATA}
    assert asked(drive)[-1] == f"bytes={CUT + (len(DATA) - CUT) // 2}-"


def test_a_part_that_nobody_asked_for_is_refused(
    drive: RunningServer, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_TRIES", 2)
    strike(drive, way, Fault(misranged=Misranged.SECOND_HALF, times=None))
    assert "a part of the file that was not requested" in run("sync", status=3)
    assert mirror(tmp_path) == {}
