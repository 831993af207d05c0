"""Lets `python -m materials_cli` do what `materials` does."""

import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        from materials_cli.libraries import keep_quiet  # noqa: PLC0415 - Ctrl-C may come while this is drawn in

        keep_quiet()
        from materials_cli.cli.app import run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
