"""What is printed for programs comes piece by piece: no more is held than what is written at once."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.list import _SORT_KEYS, Sort
from materials_cli.cli.output import print_json, print_rows
from materials_cli.export.escape import for_json
from support.small_catalogue import catalogue, item  # noqa: F401 - a fixture

LONG = "x" * 1000
ODD = [
    "a b/c.pdf",
    "a/b/c.pdf",
    "a/c.pdf",
    "a.b/c.pdf",
    "a/b.pdf",
    "a/b/a/z.pdf",
    "ab/c.pdf",
    "a/b c/z.pdf",
    "Ж/я.pdf",
    "a/б.pdf",
]


@pytest.mark.parametrize(
    "show",
    [
        pytest.param(lambda rows: print_rows([row["name"]] for row in rows), id="rows"),
        pytest.param(lambda rows: print_json("materials/test@1", rows), id="json"),
    ],
)
def test_the_first_rows_are_written_before_the_last_are_read(
    show: Callable[[Iterable[Mapping[str, str]]], None], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    written = []

    def rows() -> Iterator[Mapping[str, str]]:
        for number in range(300):
            yield {"name": f"{number} {LONG}"}
            written.append(len(capfdbinary.readouterr().out))

    show(rows())
    assert any(written[:200])


@pytest.mark.parametrize("items", [[], [{}], [{"a": [1, {"b": "\n\t"}]}, {"c": "ქართული"}]])
def test_the_envelope_is_a_whole(items: list[dict[str, Any]], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_json("materials/test@1", iter(items), more=[1])
    printed = capfdbinary.readouterr().out.decode()
    envelope = {"schema": "materials/test@1", "generated": json.loads(printed)["generated"], "more": [1], "items": items}
    assert printed == for_json(envelope, indent=2) + "\n"


@pytest.mark.parametrize("reverse", [False, True])
def test_items_come_by_their_folders_as_they_are_sorted_elsewhere(catalogue: Catalogue, *, reverse: bool) -> None:
    for path in ODD:
        catalogue.record(item(path))
    wanted = sorted(catalogue.items(), key=_SORT_KEYS[Sort.PATH], reverse=reverse)
    assert [each.path for each in catalogue.each_by_folder(reverse=reverse)] == [each.path for each in wanted]
    assert {Path(each.path).name for each in wanted} >= {Path(path).name for path in ODD}
