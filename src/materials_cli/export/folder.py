"""An export appears only when it is whole: it is made in a folder beside its place."""

import contextlib
import glob
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from materials_cli.disk import disk_errors, flush_disk, flush_folders

_ABANDONED = 86_400.0  # seconds


@contextlib.contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A folder beside `target` to work in; it goes however that ends."""
    for left in target.parent.glob(f".{glob.escape(target.name[:40])}.{'[0-9a-f]' * 16}.new"):  # of an export that was killed
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left)
    folder = target.with_name(f".{target.name[:40]}.{os.urandom(8).hex()}.new")
    with disk_errors():
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder beside `target` that takes its place once all is in it; nothing is left of it if anything fails."""
    with beside(target) as folder:
        yield folder
        settle(folder, target)


def settle(made: Path, target: Path) -> None:
    """Let what was made take its place, once all of it is on the disk."""
    flush_disk(made.parent)
    made.replace(target)
    flush_folders([target.parent])
