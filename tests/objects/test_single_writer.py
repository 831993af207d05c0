"""A server that cannot keep two writers apart, and whoever says that there is only one."""

import json
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import item_to_json
from materials_cli.emulator.world import World
from support.command import run
from support.object_servers import Server, rclone, reach
from support.small_drive import node, served

__all__ = ["rclone"]


def test_an_unattended_sync_keeps_to_the_option(tmp_path: Path, rclone: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    world, folder = World("Folder"), tmp_path / "archive"
    world.add_file("talk.txt", b"A talk about digital services in Georgia")
    folder.mkdir()
    reach(monkeypatch, rclone.address)
    monkeypatch.setenv("MATERIALS_JITTER", "0")
    with served(world, tmp_path, monkeypatch):
        run("--archive", str(folder), "add", world.root, "--name", "c")
        run("--archive", str(folder), "move", "--to", f"s3://{rclone.bucket()}/p", "--single-writer")
        settings = folder / "materials.toml"
        settings.write_text(settings.read_text("utf-8").replace("single_writer = true", ""), "utf-8")
        refused = run("--archive", str(folder), "sync", "--cron", status=2).output
        assert "no_conditions" in refused
        assert not (folder / "manifest.jsonl").exists()
        run("--archive", str(folder), "sync", "--cron", "--single-writer")
        assert "talk.txt" in (folder / "manifest.jsonl").read_text("utf-8")


def test_notes_that_outlived_their_rows_bring_back_no_former_name_and_no_former_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bucket holds under no path, and still has earlier versions: that the bytes are there proves no note."""
    world, folder, incoming = World("Folder"), tmp_path / "archive", tmp_path / "archive" / ".materials" / "incoming"
    for number in range(3):
        world.add_file(f"{number}.txt", b"paper number %d, on procurement" % number)
    for made in (folder, tmp_path / "bucket"):
        made.mkdir()
    with served(world, tmp_path, monkeypatch):
        run("--archive", str(folder), "add", world.root, "--name", "c")
        run("--archive", str(folder), "move", "--to", (tmp_path / "bucket").as_uri(), "--single-writer")
        run("--archive", str(folder), "sync")
        with Catalogue.open(folder / ".materials" / "catalogue.sqlite") as catalogue:
            notes = [json.dumps(item_to_json(item)) for item in catalogue.held("c").values()]
        world.rename(node(world, "0.txt"), "renamed.txt")
        world.edit(node(world, "1.txt"), b"another paper, on procurement")
        run("--archive", str(folder), "sync")
        before = (folder / "manifest.jsonl").read_bytes()
        lines = (f"{number:032x}.part {note}\n" for number, note in enumerate(notes))
        (incoming / "left.done").write_text("".join(lines), "utf-8")
        assert "no changes" in run("--archive", str(folder), "sync").output
    assert (folder / "manifest.jsonl").read_bytes() == before
    assert not list(incoming.iterdir())
