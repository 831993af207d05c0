"""What Azure refuses is told as what others refuse. See test_stores.py and test_archives.py for all that is alike."""

from base64 import b64encode
from pathlib import Path

import pytest

from materials_cli.store.objects import Objects
from support.command import run
from support.object_servers import Server, azurite, reach
from support.small_drive import drive, world  # noqa: F401 - fixtures

__all__ = ["azurite"]
_WRONG = b64encode(b"wrong-secret-value").decode()


@pytest.mark.usefixtures("drive")
def test_a_wrong_key_no_bucket_and_one_of_somebody_else_are_told_apart(
    azurite: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach(monkeypatch, azurite.address, "az")
    assert "no such bucket" in run("move", "--to", "az://nothing-here/p", status=4).output
    url = azurite.place()
    Objects(url).write("somebody/else.txt", b"somebody else's")
    assert "not_our_bucket" in run("move", "--to", url, status=2).output
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", _WRONG)
    refused = run("move", "--to", url, status=4).output
    assert "store_refused" in refused
    assert "403" in refused
    assert _WRONG not in refused
