"""The environment of the programs that we start, without our keys and passwords."""

from collections.abc import Mapping

from materials_cli.redaction import redact

_OURS = ("GOOGLE_", "MATERIALS_", "CLOUDSDK_", "DRIVE_EMULATOR_HOST")
# What it takes to find and run Python, its libraries and tesseract, on every system.
_FOR_READING = ("LC_", "PYTHON", "COVERAGE_")
_FOR_READING_EXACTLY = {
    "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TESSDATA_PREFIX",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMFILES",
}  # fmt: skip


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
