"""What the scripts of the pages take from the search of the command line is there, written as JavaScript reads it."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import materials_cli.site
from materials_cli.search.filters import Filters
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


def test_the_pages_know_every_filter() -> None:
    typed = re.findall(
        r'(?:case|\||name ==) "(\w+)"', inspect.getsource(Filters.with_filter) + inspect.getsource(Filters._with_place)
    )
    here = next(script for script in SCRIPTS if script.stem == "filters").read_text("utf-8")
    assert {"kind", "type", "country", "before"} <= set(typed)
    assert [name for name in typed if f'case "{name}":' not in here] == []
