"""This user's own files outside of any archive, in the platform's folders, readable by nobody else from the first byte on."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from materials_cli.disk import disk_errors, replace_file

if TYPE_CHECKING:
    from platformdirs import PlatformDirs


def settings_folder() -> Path:
    """The platform's own folder for a user's settings of this program."""
    return _folders().user_config_path


def state_folder() -> Path:
    """The platform's own folder for what this program remembers for a user."""
    return _folders().user_state_path


def cache_folder() -> Path:
    """The platform's own folder for what can be had again at any time."""
    return _folders().user_cache_path


def _folders() -> "PlatformDirs":
    from platformdirs import PlatformDirs  # noqa: PLC0415 - 10 ms that most runs do not need

    return PlatformDirs("materials", appauthor=False)


def is_only_ours(found: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether something is of the expected type (see `stat`), not a symlink, and only this user can have written it."""
    return is_kind(found.st_mode) and (os.name == "nt" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022))


def keep_private(path: Path, text: str) -> None:
    """Write a file in one step, in a folder that is this user's alone too."""
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(path, text.encode(), private=True)
