"""Lets `python -m materials_cli` do what `materials` does."""

import gc
import os
import sys

_OBJECTS = 60_000  # made between two searches for garbage: what is imported has none, and Python would search it every 700


def main() -> None:
    """Run the command line and leave with its exit status."""
    while len(sys.argv) > 1 and sys.argv[1].startswith("--env="):  # from a Windows task, which has no environment of its own
        name, _, value = sys.argv.pop(1).removeprefix("--env=").partition("=")
        os.environ[name] = value
    _name_files_in_utf8()
    gc.set_threshold(_OBJECTS)
    try:
        from materials_cli.libraries import keep_quiet  # noqa: PLC0415 - Ctrl-C may come while this is drawn in

        keep_quiet()
        from materials_cli.cli.app import run  # noqa: PLC0415 - what it draws in may warn: quiet comes first

        run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()  # or all objects would be searched once more before the process ends


def _name_files_in_utf8() -> None:
    """Begin anew where file names are in the locale's encoding, which lacks most scripts; Python 3.15 has UTF-8 (PEP 686)."""
    if sys.getfilesystemencoding() == "utf-8" or sys.flags.utf8_mode:
        return
    os.environ["PYTHONUTF8"] = "1"  # for the processes that read files, too
    if sys.stdout:
        os.environ.setdefault("PYTHONIOENCODING", sys.stdout.encoding)  # the terminal stays as it is
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 - this very program


if __name__ == "__main__":
    main()
