"""Tables in TOML that lie beside the module which uses them."""

import tomllib
from pathlib import Path
from typing import Any


def table(module: str, name: str) -> dict[str, Any]:
    """A table. module: the `__file__` of the module that it lies beside."""
    return tomllib.loads(Path(module).with_name(name).read_text("utf-8"))
