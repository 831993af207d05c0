"""status and doctor say when was last verified, which share of the archive, and which damage is known until it is restored."""

import json
import os
from pathlib import Path
from typing import Any

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support import command
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures


def known() -> dict[str, Any]:
    row: dict[str, Any] = json.loads(command.run("status", "--json").stdout)["items"][0]
    return row


def examined(status: int = 0) -> str:
    checks = json.loads(command.run("doctor", "--offline", "--json", status=status).stdout)["items"]
    return str(next(check["message"] for check in checks if check["check"] == "Verified"))


def rot(path: Path) -> None:
    seen, content = path.stat(), path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def test_the_share_and_the_time_of_the_last_verification_are_said(drive: RunningServer) -> None:
    assert known()["verified"] == {"items": 0, "of": 8, "first": None, "last": None}
    assert "verified" not in run("status")
    assert examined() == "not verified since it was downloaded"
    run("verify", "--sample", "30%")
    assert known()["verified"]["items"] == 3
    assert ": 3 of 8 items" in run("status")
    run("verify")
    assert run("status").count("all of it verified, ") == 1
    assert examined().startswith("all of it verified, ")


def test_damage_is_known_until_it_is_restored_or_found_intact(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.edit(node(world, "0.txt"), b"file number zero")
    run("sync")
    rot(tmp_path / "c" / "2.txt")
    (tmp_path / "c" / "4.txt").unlink()
    kept = next(path for path in (tmp_path / ".materials" / "versions").rglob("*") if path.is_file())
    before = kept.read_bytes()
    kept.write_bytes(b"?")
    run("verify", status=5)
    assert (known()["damaged"], known()["well"], known()["verified"]["items"]) == (3, False, 5)
    assert "3 items are damaged or missing; to restore them: materials verify --repair" in run("status")
    assert examined(3).startswith("3 items are damaged or missing; last verified ")
    run("sync")
    assert known()["damaged"] == 1
    kept.write_bytes(before)
    run("verify")
    assert (known()["damaged"], known()["well"], known()["verified"]["items"]) == (0, True, 8)
