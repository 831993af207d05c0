"""An export appears only when it is whole: it is made in a folder beside its place."""

import contextlib
import glob
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from materials_cli.disk import disk_error, flush_disk, flush_folders
from materials_cli.errors import MaterialsError

_ABANDONED = 86_400.0  # seconds


@contextlib.contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A folder beside `target` to work in; it goes however that ends. Errors name `target`, which a person has typed."""
    for left in target.parent.glob(f".{glob.escape(target.name[:40])}.{'[0-9a-f]' * 16}.new"):  # of an export that was killed
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left)
    folder = target.with_name(f".{target.name[:40]}.{os.urandom(8).hex()}.new")
    try:
        folder.mkdir()
        yield folder
    except OSError as error:
        raise disk_error(error, Path(_named(str(error.filename or folder), folder, target))) from error
    except MaterialsError as error:
        error.where = _named(error.where, folder, target) if isinstance(error.where, str) else error.where
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _named(place: str, folder: Path, target: Path) -> str:
    """A place as a person knows it: what is in the folder to work in will be in `target`."""
    path = Path(place)
    return str(target / path.relative_to(folder)) if path.is_relative_to(folder) else place


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
