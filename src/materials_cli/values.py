"""Frozen values whose classes cost a start next to nothing.

`dataclass(frozen=True, slots=True)` writes and compiles seven methods for every class, 0.5 ms each time the program starts. The
classes made here share those methods, and compile one, __init__, once so many values are made that it is worth its time.
Fields, replace(), asdict() and pattern matching are those of dataclasses.
"""

import itertools
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

_T = TypeVar("_T")
_FEW = 32  # values of a class: to compile its __init__ takes as long as to fill some hundred without it


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, kw_only: bool = False) -> Callable[[type[_T]], type[_T]]:
    """Make a class a dataclass that is frozen and has slots. kw_only: its fields are given by name only."""

    def made(plain: type[_T]) -> type[_T]:
        for name, method in _SHARED.items():
            if name not in vars(plain):
                setattr(plain, name, method)
        slotted: Any = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(plain)

        so_far = itertools.count()

        def first(self: Any, *given: Any, **named: Any) -> None:
            if next(so_far) >= _FEW or not _filled(self, given, named):
                slotted.__init__ = _init_of(slotted)
                slotted.__init__(self, *given, **named)

        slotted.__init__ = first
        slotted._held = staticmethod(_getter_of(tuple(slotted.__dataclass_fields__)))  # noqa: SLF001 - its own
        return cast("type[_T]", slotted)

    return made


def _filled(value: Any, given: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Set the slots of a value to what __init__ was given; False if that is not what its fields take: __init__ will say so."""
    known: dict[str, Any] = value.__dataclass_fields__
    wanted = named | dict(zip(value.__match_args__, given, strict=False))
    if len(wanted) < len(given) + len(named) or not known.keys() >= wanted.keys():
        return False
    for name in known.keys() - wanted.keys():
        each = known[name]
        held = each.default if each.default_factory is MISSING else each.default_factory()
        if held is MISSING:
            return False
        wanted[name] = held
    for name, held in wanted.items():
        object.__setattr__(value, name, held)
    return True


def _init_of(slotted: Any) -> Any:
    """The method __init__ of a class: its parameters are the fields, and it sets their slots."""
    parameters, body = list[str](), list[str]()
    known: dict[str, Any] = {"MISSING": MISSING}
    for each in sorted(fields(slotted), key=lambda each: bool(each.kw_only)):
        name, default = each.name, ""
        known[f"put_{name}"] = getattr(slotted, name).__set__
        if each.default is not MISSING:
            known[f"default_{name}"], default = each.default, f"=default_{name}"
        elif each.default_factory is not MISSING:
            known[f"make_{name}"], default = each.default_factory, "=MISSING"
            body.append(f" if {name} is MISSING: {name} = make_{name}()")
        if each.kw_only and "*" not in parameters:
            parameters.append("*")
        parameters.append(f"{name}{default}")
        body.append(f" put_{name}(self, {name})")
    exec("\n".join([f"def __init__(self, {', '.join(parameters)}):", *body]), known)  # noqa: S102 - the names of fields
    return known["__init__"]


def _getter_of(names: tuple[str, ...]) -> Callable[[Any], tuple[object, ...]]:
    """What gets these attributes of a value, all at once: values are hashed and compared thousands of times in a search."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _state(self: Any) -> tuple[object, ...]:
    return cast("tuple[object, ...]", self._held(self))


def _restore(self: Any, state: tuple[object, ...]) -> None:
    for name, held in zip(self.__dataclass_fields__, state, strict=True):
        object.__setattr__(self, name, held)


def _equal(self: Any, other: object) -> bool:
    return _state(self) == _state(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_state(self))


def _shown(self: Any) -> str:
    held = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__qualname__}({held})"


def _refuse(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed")


_SHARED = {
    "__getstate__": _state, "__setstate__": _restore, "__eq__": _equal, "__hash__": _hash, "__repr__": _shown,
    "__setattr__": _refuse, "__delattr__": _refuse,
}  # fmt: skip
