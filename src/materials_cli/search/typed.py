"""Whether a value has the types that it is declared to have: a catalogue from elsewhere may hold anything in any column."""

import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


def is_typed(value: Any) -> bool:
    """Whether the fields of a dataclass, and of those in it, have their types; what is not declared exactly may be anything."""
    kind: Any = type(value)
    return all(_is(getattr(value, name), hint) for name, hint in _declared(kind).items())


@cache
def _declared(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _is(value: Any, hint: Any) -> bool:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return any(_is(value, each) for each in inner)
    if origin is tuple and isinstance(value, tuple):
        return _are(value, inner)
    return _is_of(value, origin or hint) if isinstance(origin or hint, type) else True


def _are(values: tuple[Any, ...], hints: tuple[Any, ...]) -> bool:
    """Whether the values of a tuple have their types, or all of them one."""
    if hints[1:] == (...,):
        return all(_is(each, hints[0]) for each in values)
    return len(values) == len(hints) and all(map(_is, values, hints))


def _is_of(value: Any, kind: type) -> bool:
    fits = isinstance(value, (int, float) if kind is float else kind) and (kind is bool or not isinstance(value, bool))
    return fits and (not is_dataclass(kind) or is_typed(value))
