"""What may stand in a history that came from elsewhere."""

import json
from typing import Any

import pytest

from materials_cli.history.told import require_event, require_run

RUN: dict[str, Any] = {
    "id": 1, "collection": "c", "started": "2026-01-01T00:00:00Z", "ended": "2026-01-01T00:00:01.500000Z", "status": 3,
    "counts": {"add": 2}, "bytes": 7, "unchanged": 0, "notices": [{"text": "Note", "fields": {}}],
    "failures": [{"path": "c/a", "code": "gone", "message": "Earlier sentence", "item": None, "trace": "", "ended_run": False}],
}  # fmt: skip
DETAIL: dict[str, Any] = {"action": "add", "path": "c/a", "sha256": "ab", "bytes": 7, "reason": {"text": "new", "fields": {}}}
EVENT: dict[str, Any] = {
    "number": 1, "run": 1, "time": "2026-01-01T00:00:00Z", "type": "ingestion", "collection": "c", "item": "a",
    "outcome": "success", "detail": json.dumps(DETAIL), "hash": "",
}  # fmt: skip


def test_what_this_program_records_may_stand_there() -> None:
    require_run(RUN)
    require_run({**RUN, "ended": None, "status": None, "failures": [], "notices": ["Earlier sentence"]})
    require_event(EVENT)
    require_event({**EVENT, "item": None, "type": "exporting", "detail": '{"what a later version tells": [1]}'})


@pytest.mark.parametrize(
    "change",
    [
        {"counts": True},
        {"counts": ["add"]},
        {"counts": {"add": "2"}},
        {"id": True},
        {"id": 1 << 63},
        {"bytes": -1},
        {"bytes": None},
        {"started": "2026-01-01"},
        {"started": "2026-01-01T00:00:00+00:00"},
        {"started": None},
        {"ended": 5},
        {"notices": {}},
        {"notices": [5]},
        {"failures": [{}]},
        {"failures": [{**RUN["failures"][0], "more": 1}]},
        {"failures": ["x"]},
        {"collection": "a\0b"},
        {"status": "3"},
    ],
)
def test_a_run_that_none_of_ours_is_like_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        require_run({**RUN, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"type": "unheard of"},
        {"outcome": "maybe"},
        {"detail": "[]"},
        {"detail": "no JSON"},
        {"detail": '{"bytes": NaN}'},
        {"time": ""},
        {"detail": json.dumps(DETAIL | {"path": 5})},
        {"detail": json.dumps(DETAIL | {"bytes": 1.5})},
        {"run": "1"},
        {"hash": []},
        {"detail": json.dumps(DETAIL | {"action": "conjure"})},
        {"detail": json.dumps(DETAIL | {"text": {"unit": "slide"}})},
        {"detail": json.dumps({"action": "add", "path": "c/a"})},
        {"detail": "{}"},
        {"item": None, "type": "filename change"},
        {"item": None, "type": "deaccession"},
        {"item": 5},
        {"detail": {}},
    ],
)
def test_an_event_that_its_readers_could_not_read_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        require_event({**EVENT, **change})


@pytest.mark.parametrize("name", [*RUN])
def test_nothing_may_be_missing(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        require_run({key: value for key, value in RUN.items() if key != name})
