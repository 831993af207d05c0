"""Values made by `frozen` behave as those of dataclass(frozen=True, slots=True), at a fraction of the cost."""

import copy
import dataclasses
import pickle
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from materials_cli.values import frozen


class _Fields:
    name: str
    size: int = 0
    parts: list[str] = field(default_factory=list)

    @property
    def twice(self) -> int:
        return self.size * 2


OURS: Any = frozen()(type("Ours", (_Fields,), {**vars(_Fields), "__module__": __name__}))
THEIRS: Any = dataclass(frozen=True, slots=True)(type("Theirs", (_Fields,), {**vars(_Fields), "__module__": __name__}))


@frozen(kw_only=True)
class Named:
    """A value whose fields have names only."""

    first: str = "a"
    second: int


@frozen()
class Plain:
    """A value that other processes may get."""

    name: str
    size: int | None = None


@pytest.mark.parametrize("arguments", [("a",), ("a", 2), ("a", 2, ["x"])])
def test_a_value_is_made_compared_shown_and_replaced_as_a_dataclass(arguments: tuple[Any, ...]) -> None:
    ours, same, theirs = OURS(*arguments), OURS(*arguments), THEIRS(*arguments)
    assert ours == same
    assert ours != theirs
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert ours.twice == theirs.twice
    assert dataclasses.replace(ours, name="b") == OURS("b", *arguments[1:]) != ours
    assert OURS.__match_args__ == THEIRS.__match_args__


def test_each_value_has_its_own_default() -> None:
    one, other = OURS("a"), OURS("a")
    one.parts.append("x")
    assert other.parts == []


@pytest.mark.parametrize("arguments", [{}, {"name": "a", "unknown": 1}, {"size": 1}])
def test_wrong_arguments_are_refused(arguments: dict[str, Any]) -> None:
    for kind in (OURS, THEIRS):
        with pytest.raises(TypeError):
            kind(**arguments)
    with pytest.raises(TypeError):
        Named("a", second=1)  # type: ignore[call-arg]
    assert Named(second=1).first == "a"


def test_a_value_never_changes_and_has_no_room_for_more() -> None:
    value: Any = Plain("a")
    for name in ("name", "other"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, "b")
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(value, name)
    assert not hasattr(value, "__dict__")
    assert {Plain("a"): 1}[value] == 1


def test_a_value_can_be_copied_and_sent_to_another_process() -> None:
    value = Plain("a", 3)
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value  # noqa: S301 - our own bytes


def _fresh() -> Any:
    return frozen()(type("Fresh", (_Fields,), {**vars(_Fields), "__module__": __name__}))


def test_the_first_values_of_a_class_are_as_later_ones() -> None:
    fresh = _fresh()
    values = [fresh("a", parts=["x"]) for _ in range(50)]
    assert all(value == fresh(name="a", size=0, parts=["x"]) for value in values)


@pytest.mark.parametrize(
    ("given", "named"), [((), {}), (("a", 1, [], 2), {}), (("a",), {"name": "b"}), (("a",), {"other": 1}), ((), {"size": 1})]
)
def test_the_first_value_of_a_class_refuses_what_any_other_does(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    for fresh in (_fresh(), THEIRS):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            fresh(*given, **named)
    with pytest.raises(TypeError, match="positional"):
        cast("Any", Named)("x", 2)
