"""Copies from an object store: checked before each use, bounded, and never dropped while they are read."""

import hashlib
import os
from pathlib import Path

from materials_cli.store.cache import Cache
from materials_cli.store.inside import Inside


def test_copies_are_bounded_and_checked(tmp_path: Path) -> None:
    contents = {hashlib.sha256(each).hexdigest(): each for each in (bytes([number]) * 100 for number in range(8))}
    fetched: list[str] = []

    def fetch(sha256: str, target: Path) -> bool:
        fetched.append(sha256)
        if sha256 in contents:
            target.write_bytes(contents[sha256])
        return sha256 in contents

    cache = Cache(Inside(tmp_path), tmp_path / "cache", fetch, most=350)
    first, *others = contents
    with cache.lending(first) as path:
        os.utime(path, (0, 0))
        for digest in others:
            with cache.lending(digest) as copy:
                assert copy.read_bytes() == contents[digest]
            os.utime(copy, (1, 1))
        assert path.read_bytes() == contents[first]
    files = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= 350
    assert fetched == list(contents)
    cache.path(first).write_bytes(b"somebody wrote here")
    with cache.lending(first) as path:
        assert path.read_bytes() == contents[first]
    assert fetched == [*contents, first]
    with cache.lending("0" * 64) as path:
        assert not path.exists()
