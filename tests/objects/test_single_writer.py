"""A server that cannot keep two writers apart, and whoever says that there is only one."""

from pathlib import Path

import pytest

from materials_cli.emulator.world import World
from support.command import run
from support.object_servers import Server, rclone, reach
from support.small_drive import served

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
