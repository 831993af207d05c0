"""An archive on a network disk is recognised, and its catalogue uses a journal that is safe there."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from materials_cli import mounts
from materials_cli.catalogue.items import Catalogue
from materials_cli.errors import MaterialsError
from materials_cli.mounts import is_remote, network_type
from support.command import run

LINK = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAA"


@contextmanager
def mounted(kind: str, point: Path, patch: pytest.MonkeyPatch, table: Path) -> Iterator[None]:
    """Let a folder lie on a file system of this type, as Linux tells it."""
    written = str(point).replace("\\", r"\134").replace(" ", r"\040")
    table.write_text(
        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
        f"99 27 0:52 / {written} rw,relatime shared:1 master:2 - {kind} server:/export rw,vers=4.2\n"
        f"98 27 0:53 / {written}-other rw,relatime - nfs4 server:/other rw\n"
    )
    with patch.context() as patched:
        patched.setattr(mounts, "MOUNTS", table)
        yield


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.rclone", "9p", "ceph"])
def test_network_disks_are_recognised(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "a share"
    share.mkdir()
    (tmp_path / "link").symlink_to(share)
    with mounted(kind, share, monkeypatch, tmp_path / "mountinfo"):
        assert network_type(share / "new" / "archive") == kind
        assert network_type(tmp_path / "link") == kind
        assert network_type(tmp_path) is None
        assert network_type(tmp_path / "a share but local") is None


@pytest.mark.parametrize("kind", ["ext4", "tmpfs", "overlay", "fuseblk", "fuse.gocryptfs", "fuse", "btrfs", "vfat"])
def test_disks_of_this_computer_are_not(kind: str) -> None:
    assert not is_remote(kind)


def test_where_nothing_tells_the_disk_counts_as_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "missing")
    assert network_type(tmp_path) is None


def journal(path: Path) -> str:
    connection = sqlite3.connect(path)
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()
    return str(mode)


def test_the_catalogue_uses_a_journal_that_is_safe_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share, table = tmp_path / "share", tmp_path / "mountinfo"
    share.mkdir()
    path = share / "catalogue.sqlite"
    Catalogue.open(path, write=True).close()
    assert journal(path) == "wal"
    with mounted("nfs4", share, monkeypatch, table):
        with Catalogue.open(path, write=True) as catalogue:
            assert catalogue.connection.execute("PRAGMA synchronous").fetchone()[0] == 3
            catalogue.set_manifest_stamp("x")
            assert not path.with_name(f"{path.name}-shm").exists()
            with Catalogue.open(path) as reader:
                assert reader.manifest_stamp()[0] == "x"
        assert journal(path) == "delete"
    with Catalogue.open(path, write=True):
        assert journal(path) == "wal"


def test_what_a_cut_run_left_in_the_journal_is_not_read_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "share"
    share.mkdir()
    path = share / "catalogue.sqlite"
    with mounted("nfs4", share, monkeypatch, tmp_path / "mountinfo"):
        Catalogue.open(path, write=True).close()
        writer = sqlite3.connect(path, isolation_level=None)
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute(
            "INSERT INTO setting SELECT hex(randomblob(8)), hex(randomblob(4000)) FROM (VALUES (1), (2), (3), (4), (5))"
        )
        content, log = path.read_bytes(), path.with_name(f"{path.name}-journal").read_bytes()
        writer.execute("ROLLBACK")
        writer.close()
        assert log
        path.write_bytes(content)
        path.with_name(f"{path.name}-journal").write_bytes(log)
        with pytest.raises(MaterialsError, match="interrupted"), Catalogue.open(path) as reader:
            reader.manifest_stamp()
        with Catalogue.open(path, write=True) as catalogue:
            assert catalogue.items() == []


def test_add_and_doctor_say_what_it_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "share"
    share.mkdir()
    monkeypatch.chdir(share)
    with mounted("cifs", share, monkeypatch, tmp_path / "mountinfo"):
        assert "on a network disk (cifs)" in run("add", LINK, "--no-check", "--name", "c").stderr
        assert "The archive is on a network disk (cifs)" in run("doctor", "--offline").stdout
    assert "network disk" not in run("doctor", "--offline").stdout
