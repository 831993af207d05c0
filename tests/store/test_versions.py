"""Retired bytes: kept under their digest, and restored only while they are undamaged."""

import hashlib
import os
from pathlib import Path

import pytest

from materials_cli.errors import MaterialsError
from materials_cli.store.inside import Inside
from materials_cli.store.versions import Versions, digest_of

BYTES = b"an earlier version"
SHA256 = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    """Versions that have taken one file."""
    retired = tmp_path / "talk.txt"
    retired.write_bytes(BYTES)
    kept = Versions(Inside(tmp_path), tmp_path / "versions")
    assert SHA256 not in kept
    kept.take(retired, SHA256)
    assert not retired.exists()
    return kept


def test_bytes_are_restored_as_a_copy(versions: Versions, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert versions.bring_out(SHA256, copy, last=False) == copy
    assert copy.read_bytes() == versions.path(SHA256).read_bytes() == BYTES
    assert SHA256 in versions


def test_bytes_that_nothing_else_needs_are_moved(versions: Versions, tmp_path: Path) -> None:
    assert versions.bring_out(SHA256, tmp_path / "copy", last=True) == versions.path(SHA256)
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("rotten", [b"an earlier versioN", b"an earl", None])
def test_damaged_bytes_are_never_restored(versions: Versions, tmp_path: Path, rotten: bytes | None, last: bool) -> None:
    if rotten is None:
        versions.path(SHA256).unlink()
    else:
        versions.path(SHA256).write_bytes(rotten)
    assert versions.bring_out(SHA256, tmp_path / "copy", last=last) is None
    assert not (tmp_path / "copy").exists()


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
def test_a_symlink_never_counts_as_a_version(versions: Versions, tmp_path: Path) -> None:
    kept = versions.path(SHA256)
    outside = kept.rename(tmp_path / "outside")
    kept.symlink_to(outside)
    with pytest.raises(MaterialsError, match="is a symbolic link"):
        versions.bring_out(SHA256, tmp_path / "copy", last=True)
    assert digest_of(kept) == ""
    kept.unlink()
    kept.parent.rmdir()
    kept.parent.symlink_to(tmp_path)
    with pytest.raises(MaterialsError, match="is a symbolic link"):
        versions.take(outside, SHA256)
    assert outside.read_bytes() == BYTES


@pytest.mark.parametrize("digest", ["", "../../outside", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_digest_is_never_a_path(versions: Versions, digest: str) -> None:
    with pytest.raises(MaterialsError) as refused:
        versions.path(digest)
    assert refused.value.code == "bad_catalogue"
