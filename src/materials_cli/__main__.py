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


if __name__ == "__main__":
    main()
