"""Runs and events as an archive remembers them, for tests of what is made from them."""

from dataclasses import replace
from datetime import UTC, datetime

from materials_cli.history.digest import Changed
from materials_cli.messages import verbatim
from materials_cli.model import ActionKind, Run

WHEN = datetime(2026, 11, 24, 3, 17, tzinfo=UTC)

GREW = {"unit": "slide", "before": 12, "after": 15, "added": 3, "removed": 0, "moved": 0, "changed": 4}


def changed(kind: ActionKind, path: str = "c/a", **fields: object) -> Changed:
    made = Changed(
        collection="c", item=path, kind=kind, path=path, was_path=None, reason=verbatim("because"), bytes=1, sha256="0a",
        was=None, text=None, time=WHEN, run=1,
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]


def run_of(number: int = 1, **fields: object) -> Run:
    made = Run(number, "c", WHEN, WHEN, 0, {}, 0, 0, (), ())
    return replace(made, **fields)  # type: ignore[arg-type]


NIGHT = [
    *[changed(ActionKind.ADD, f"c/{n}") for n in range(3)],
    changed(ActionKind.REPLACE, "c/deck.pptx", text=GREW),
    changed(ActionKind.MOVE, "c/new.txt", was_path="c/old.txt"),
    changed(ActionKind.WITHDRAW, "c/gone.txt"),
]
