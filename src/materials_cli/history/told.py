"""What may stand in a history that came from elsewhere: what this program records, so that whoever reads it can do so. Pure.

Whoever makes a history can make its hashes, too, so they prove nothing about its form.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from materials_cli.history.events import EventType, Outcome
from materials_cli.model import ActionKind

_MOST = 1 << 63
_Is = Callable[[Any], bool]


def require_run(row: Mapping[str, Any]) -> None:
    """Raise ValueError with the name of a value that no run has. row: its columns, by name."""
    _require(row, _RUN, {*_RUN})


def require_event(row: Mapping[str, Any]) -> None:
    """The same of an event. What readers rely on is in its detail, and of the expected kind; the rest may be anything."""
    _require(row, _EVENT, {*_EVENT})
    detail = json.loads(row["detail"], parse_constant=_refuse)
    if not isinstance(detail, dict):
        raise ValueError("detail")  # noqa: TRY004 - callers expect one error
    needed = {"path", "sha256", "reason"} if "action" in detail else set[str]()
    if row["item"] is None:
        needed |= _OF_COLLECTION.get(row["type"], set()) if row["collection"] else set()
    elif row["outcome"] == Outcome.SUCCESS:
        needed |= _OF_ITEM.get(row["type"], set())
    _require(detail, _DETAIL, needed)


def _require(values: Mapping[str, Any], kinds: Mapping[str, _Is], needed: set[str]) -> None:
    for name in needed | (values.keys() & kinds.keys()):
        if name not in values or (name in kinds and not kinds[name](values[name])):
            raise ValueError(name)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _is_time(value: Any) -> bool:
    """Whether it is a time as the catalogue has it, whose texts sort in their order."""
    if not isinstance(value, str) or not value.endswith("Z"):
        return False
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return False
    return time.tzinfo is UTC and f"{time.isoformat()[:-6]}Z" == value


def _maybe(kind: _Is) -> _Is:
    return lambda value: value is None or kind(value)


def _one_of(values: Any) -> _Is:
    known = set(map(str, values))
    return lambda value: isinstance(value, str) and value in known


def _are_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_number, value.values()))


def _compares_texts(value: Any) -> bool:
    if not isinstance(value, dict) or not {"unit", "before", "after"} <= value.keys():
        return False
    return all(_is_text(each) if name == "unit" else _is_number(each) for name, each in value.items())


def _is_failure(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"path", "code", "message"} <= value.keys() <= _FAILURE.keys()
        and all(_FAILURE[name](each) for name, each in value.items())
    )


def _is_message(value: Any) -> bool:
    return isinstance(value, str | dict)


_FAILURE: Mapping[str, _Is] = {
    "path": _is_text, "code": _is_text, "message": _is_message, "item": _maybe(_is_text), "trace": _is_text,
    "ended_run": lambda value: isinstance(value, bool),
}  # fmt: skip
_RUN: Mapping[str, _Is] = {
    "id": _is_number, "collection": _is_text, "started": _is_time, "ended": _maybe(_is_time), "status": _maybe(_is_number),
    "counts": _are_counts, "bytes": _is_number, "unchanged": _is_number,
    "notices": lambda value: isinstance(value, list) and all(map(_is_message, value)),
    "failures": lambda value: isinstance(value, list) and all(map(_is_failure, value)),
}  # fmt: skip
_EVENT: Mapping[str, _Is] = {
    "number": _is_number, "run": _maybe(_is_number), "time": _is_time, "type": _one_of(EventType), "collection": _is_text,
    "item": _maybe(_is_text), "outcome": _one_of(Outcome), "detail": _is_text, "hash": _is_text,
}  # fmt: skip
_DETAIL: Mapping[str, _Is] = {
    **dict.fromkeys(("path", "from", "sha256", "was", "was_id", "expected", "unit", "state"), _is_text),
    **dict.fromkeys(("source", "last_hash", "code"), _is_text),
    **dict.fromkeys(("bytes", "sections", "last_run", "items", "failed", "failures"), _is_number),
    **dict.fromkeys(("reason", "message", "note", "found", "compared_with"), _is_message),
    "action": _one_of(ActionKind), "status": _maybe(_is_number), "counts": _are_counts, "text": _compares_texts,
}  # fmt: skip
_OF_ITEM: Mapping[str, set[str]] = {
    EventType.CAPTURE: {"bytes"}, EventType.DIGEST: {"sha256"}, EventType.EXTRACTION: {"sections", "unit"},
    EventType.RENAMING: {"path"}, EventType.INGESTION: {"path", "bytes", "sha256"}, EventType.QUARANTINE: {"bytes", "sha256"},
}  # fmt: skip
_OF_COLLECTION: Mapping[str, set[str]] = {
    EventType.RENAMING: {"from", "last_run"}, EventType.DEACCESSION: {"last_run"}, EventType.EXECUTION: {"status", "failures"},
}  # fmt: skip
