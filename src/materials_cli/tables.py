"""Tables in TOML that lie beside the module which uses them."""

from pathlib import Path
from typing import Any


def table(module: str, name: str) -> dict[str, Any]:
    """A table. module: the `__file__` of the module that it lies beside."""
    import tomllib  # noqa: PLC0415 - not every child process that reads files reads a table

    return tomllib.loads(Path(module).with_name(name).read_text("utf-8"))
