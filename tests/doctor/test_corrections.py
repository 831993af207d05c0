"""Files in metadata/ that cannot be taken in are named by doctor, with the reason; a closed folder loses no correction."""

import json
from pathlib import Path
from typing import Any

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support import command
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures
from support.unprivileged import unprivileged


def found() -> dict[str, Any] | None:
    checks = json.loads(command.run("doctor", "--offline", "--json").stdout)["items"]
    return next((check for check in checks if check["check"] == "Corrections"), None)


def test_each_wrong_file_is_named_with_its_reason(drive: RunningServer, world: World, tmp_path: Path) -> None:
    assert found() is None
    run("edit", "0.txt", "--set", "title=Harbours")
    right = found()
    assert right is not None
    assert (right["verdict"], right["message"]) == ("ok", "1 item has corrections")
    folder = tmp_path / "metadata"
    (folder / "broken.toml").write_text("id = [")
    (folder / "refused.toml").write_text(f'id = "{node(world, "2.txt")}"\nday = "first"\n')
    (folder / "strange.toml").write_text('id = "of-no-item"\ntitle = "Nobody\'s"\n')
    (folder / "agenda").mkdir()
    (folder / "agenda" / "c.toml").write_text('[[entry]]\nsession = "1"\n')
    wrong = found()
    assert wrong is not None
    assert wrong["verdict"] == "warning"
    parts = wrong["message"].split("; ")
    assert [part.partition(": ")[0] for part in parts if part.startswith("metadata/")] == [
        "metadata/broken.toml", "metadata/refused.toml", "metadata/agenda/c.toml",
    ]  # fmt: skip
    assert "day: must be the number of a day" in parts[1]
    assert "title" in parts[-2]
    assert parts[-1] == "A file in metadata/ is about “of-no-item”, and no item has this id"


def test_a_folder_that_may_not_be_entered_takes_no_correction_back(drive: RunningServer, tmp_path: Path) -> None:
    run("edit", "0.txt", "--set", "title=Harbours")
    with unprivileged():
        (tmp_path / "metadata").chmod(0)
        try:
            assert "Permission denied" in run("sync")
            assert "Permission denied" in run("edit", "0.txt", "--set", "title=Ports", status=6)
        finally:
            (tmp_path / "metadata").chmod(0o755)
    assert "Harbours" in run("show", "0.txt")
