"""What is on its way is known by its end where nothing else tells, and what passes by itself is tried again."""

import io
from pathlib import Path

import pytest

from materials_cli.drive import download
from materials_cli.drive.whole import is_whole
from materials_cli.drive.wire import Wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.small_drive import drive, mirror, node, run, world  # noqa: F401 - fixtures


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pptx", b"PK\x03\x04 parts PK\x05\x06" + bytes(18)),
        ("a.PDF", b"%PDF-1.7\n1 0 obj\n%%EOF\n"),
        ("a.html", b"<!doctype html><p>text</p></HTML>\n"),
        ("a.rtf", b"{\\rtf1 text}\0"),
    ],
)
def test_a_file_without_its_end_is_not_whole(name: str, content: bytes) -> None:
    assert is_whole(io.BytesIO(content), name)
    assert not is_whole(io.BytesIO(content[: len(content) // 2]), name)
    assert is_whole(io.BytesIO(content[: len(content) // 2]), "a.txt")


def test_the_end_of_a_package_inside_another_is_not_its_own() -> None:
    inner = b"PK\x05\x06" + bytes(18)
    whole = b"PK\x03\x04" + inner + bytes(200) + inner
    assert is_whole(io.BytesIO(whole), "a.pptx")
    assert is_whole(io.BytesIO(whole[:-2] + b"\x03\0abc"), "a.pptx")
    assert not is_whole(io.BytesIO(whole[:-10]), "a.pptx")


@pytest.mark.parametrize("fault", [{"corrupt": True}, {"status": 200, "html": True}], ids=["other bytes", "a page"])
def test_what_passes_by_itself_is_tried_again_in_the_same_run(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: dict[str, object]
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    monkeypatch.setattr("materials_cli.drive.pace.Pace.slow_down", lambda *_: None)
    target = world.add_file("new.txt", b"new")
    drive.faults.add(Fault(operation="media", target=target, times=2, **fault))  # type: ignore[arg-type]
    run("sync")
    assert mirror(tmp_path)["new.txt"] == b"new"


def test_a_file_that_drips_is_given_up_and_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    monkeypatch.setattr(download, "_LONG", 0.2)
    target = world.add_file("drips.txt", b"d" * 10_000)
    world.add_file("fine.txt", b"fine")
    drive.faults.add(Fault(operation="media", target=target, times=None, drip=0.05))
    assert "c/drips.txt: The download came to a standstill." in run("sync", status=3)
    assert mirror(tmp_path)["fine.txt"] == b"fine"
    drive.faults.clear()
    run("sync")
    assert mirror(tmp_path)["drips.txt"] == b"d" * 10_000
