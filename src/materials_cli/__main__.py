"""Lets `python -m materials_cli` do what `materials` does."""

from materials_cli.cli.app import run


def main() -> None:
    """Run the command line and leave with its exit status."""
    run()


if __name__ == "__main__":
    main()
