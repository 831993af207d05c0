"""Files that hold secrets: in the platform's own folder for settings, readable by this user alone from the first byte on."""

import contextlib
import os
import tempfile
from pathlib import Path

import platformdirs

from materials_cli.errors import MaterialsError
from materials_cli.messages import english


def settings_folder() -> Path:
    """The platform's own folder for a user's settings of this program."""
    return Path(platformdirs.user_config_dir("materials", appauthor=False))


def keep_private(path: Path, text: str) -> None:
    """Write a file in one step; raise disk_refused. mkstemp gives it mode 0600."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        what = english("A secret cannot be stored: {reason}.", reason=error.strerror)
        raise MaterialsError("disk_refused", what, where=str(path)) from error
