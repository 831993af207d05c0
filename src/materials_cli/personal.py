"""This user's own files outside of any archive, in the platform's folders, readable by nobody else from the first byte on."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

from materials_cli.disk import disk_errors, replace_file


def settings_folder() -> Path:
    """The platform's own folder for a user's settings of this program. Raise FileNotFoundError for a user without a home."""
    return _folder("config")


def state_folder() -> Path:
    """The platform's own folder for what this program remembers for a user. Raises the same."""
    return _folder("state")


def cache_folder() -> Path:
    """The platform's own folder for what can be had again at any time. Raises the same."""
    return _folder("cache")


def _folder(kind: str) -> Path:
    from platformdirs import PlatformDirs  # noqa: PLC0415 - 10 ms that most runs do not need

    try:
        return Path(getattr(PlatformDirs("materials", appauthor=False), f"user_{kind}_dir"))
    except RuntimeError as error:  # in a container, a user may be a mere number
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "~") from error


def is_only_ours(found: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether something is of the expected type (see `stat`), not a symlink, and only this user can have written it."""
    return is_kind(found.st_mode) and (os.name == "nt" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022))


def keep_private(path: Path, text: str) -> None:
    """Write a file in one step, in a folder that is this user's alone too."""
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(path, text.encode(), private=True)
