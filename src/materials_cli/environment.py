"""The programs that we start: where they are found, and their environment, which has none of our keys and passwords."""

import os
from collections.abc import Mapping

from materials_cli.redaction import redact

_OURS = ("GOOGLE_", "MATERIALS_", "CLOUDSDK_", "DRIVE_EMULATOR_HOST")
# What it takes to find and run Python, its libraries and tesseract, on every system.
_FOR_READING = ("LC_", "PYTHON", "COVERAGE_")
_FOR_READING_EXACTLY = {
    "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TESSDATA_PREFIX",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMFILES",
}  # fmt: skip


def find_program(name: str) -> str | None:
    """The path of a program on PATH, or None. Never one in the current folder, which may be an archive from somebody else.

    That is where Windows looks first, and other systems if PATH says so.
    """
    ends = os.environ.get("PATHEXT", ".EXE").split(";") if os.name == "nt" else [""]
    folders = filter(os.path.isabs, os.environ.get("PATH", os.defpath).split(os.pathsep))
    paths = (os.path.join(folder, f"{name}{end}") for folder in folders for end in ends)  # noqa: PTH118 - much quicker
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)  # noqa: PTH113 - they are texts


def for_reading(environ: Mapping[str, str]) -> dict[str, str]:
    """What a child that reads files from strangers needs, and nothing else."""
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in _FOR_READING_EXACTLY or name.upper().startswith(_FOR_READING)
    }


def for_programs(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the user's own programs: the present one without our settings and without any secret of ours."""
    return {name: value for name, value in environ.items() if not name.upper().startswith(_OURS) and redact(value) == value}
