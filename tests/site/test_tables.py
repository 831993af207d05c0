"""What the scripts of the pages take from the search of the command line is there, written as JavaScript reads it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import materials_cli.site
from materials_cli.site.tables import tables

SCRIPTS = sorted((Path(materials_cli.site.__file__).parent / "assets" / "search").glob("*.js"))
TABLES = tables()


def patterns(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from [each] if name == "pattern" and isinstance(each, str) else patterns(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from patterns(each)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_takes_only_constants_that_there_are(script: Path) -> None:
    text = script.read_text("utf-8")
    known = {alias: module for alias, module in re.findall(r"const (\w+) = tables\.(\w+);", text) if module in TABLES}
    for alias, module in (known | {f"tables.{module}": module for module in TABLES}).items():
        taken = set(re.findall(rf"(?<![\w.]){re.escape(alias)}\.([A-Z][A-Z_]+)\b", text))
        assert taken <= TABLES[module].keys(), module


def test_no_pattern_has_what_javascript_cannot_read() -> None:
    found = list(patterns(TABLES))
    assert len(found) > 20
    assert not [pattern for pattern in found if re.search(r"\(\?>|(?<!\\)[+*?]\+|\(\?P", pattern)]
