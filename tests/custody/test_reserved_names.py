"""A name that no collection may have any more: what an early version made under it is renamed, and nothing else moves."""

import json
from pathlib import Path

import pytest

from materials_cli import slugs
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.small_drive import BYTES, drive, items, mirror, node, run, world  # noqa: F401 - fixtures


def test_a_collection_called_metadata_gets_another_name(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, asked = mirror(tmp_path), [drive.count(way) for way in BYTES]
    run("edit", "0.txt", "--set", "title=Corrected")
    (corrections,) = (path.read_bytes() for path in (tmp_path / "metadata").glob("*.toml"))
    with monkeypatch.context() as early:
        early.setattr(slugs, "may_be_slug", lambda _: True)
        (tmp_path / "metadata").rename(tmp_path / "kept")
        early.setattr("materials_cli.curation.may_be_slug", lambda _: True)
        run("collection", "rename", "c", "metadata")
        for path in (tmp_path / "kept").iterdir():
            path.rename(tmp_path / "metadata" / path.name)
    told = run("sync", status=2)
    assert "materials collection rename metadata" in told
    run("collection", "rename", "metadata", "c")
    assert mirror(tmp_path) == before
    assert [path.read_bytes() for path in (tmp_path / "metadata").glob("*.toml")] == [corrections]
    run("sync")
    assert json.loads(run("show", "0.txt", "--json"))["items"][0]["described"]["title"] == "Corrected"
    assert [drive.count(way) for way in BYTES] == asked
    assert "agree with the last events" in run("history", "--check")
    run("verify")


def test_a_folder_on_drive_may_be_called_metadata(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("inside.txt", b"inside", world.add_folder("metadata"))
    run("sync")
    run("edit", "inside.txt", "--set", "title=Corrected")
    assert (tmp_path / "c" / "metadata" / "inside.txt").is_file()
    world.add_file("other.txt", b"other", top := world.add_folder("Metadata"))
    run("collection", "detach", "c")
    run("add", top)
    run("sync")
    assert items()["other.txt"]["path"] == "metadata-2/other.txt"
    run("export", "--to", "bag")
    run("import", "bag", "--to", "again")
    assert (tmp_path / "again" / "c" / "metadata" / "inside.txt").read_bytes() == b"inside"
