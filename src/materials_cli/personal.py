"""This user's own files outside of any archive, in the platform's folders, readable by nobody else from the first byte on."""

from pathlib import Path

from materials_cli.disk import disk_errors, replace_file


def settings_folder() -> Path:
    """The platform's own folder for a user's settings of this program."""
    import platformdirs  # noqa: PLC0415 - 10 ms that most runs do not need

    return Path(platformdirs.user_config_dir("materials", appauthor=False))


def state_folder() -> Path:
    """The platform's own folder for what this program remembers for a user."""
    import platformdirs  # noqa: PLC0415 - as above

    return Path(platformdirs.user_state_dir("materials", appauthor=False))


def cache_folder() -> Path:
    """The platform's own folder for what can be had again at any time."""
    import platformdirs  # noqa: PLC0415 - as above

    return Path(platformdirs.user_cache_dir("materials", appauthor=False))


def keep_private(path: Path, text: str) -> None:
    """Write a file in one step, in a folder that is this user's alone too."""
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(path, text.encode(), private=True)
