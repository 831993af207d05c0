"""Compiles what means the same in other languages: python tools/equivalents.py.

The build hook does it whenever the project is installed; after an edit of names.toml or glossary.toml, run it by hand.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "src"))

from materials_cli.search.equivalents import COMPILED, Concept, compiled, concepts_in

SEARCH = Path("src", "materials_cli", "search")
COUNTRIES = Path("src", "materials_cli", "describe", "countries.toml")
TABLES = ("languages.toml", "names.toml", "glossary.toml")


def concepts(top: Path) -> Iterator[Concept]:
    """All concepts of the program's own tables."""
    tables = [list(concepts_in((top / SEARCH / name).read_text("utf-8"))) for name in TABLES]
    more = {concept.id: concept for table in tables for concept in table}
    for code, names in tomllib.loads((top / COUNTRIES).read_text("utf-8")).items():
        people = more.pop(code, None)
        yield Concept(code, {"": tuple(names.split("|")), **(people.terms if people else {})})
    yield from more.values()


def text_of(top: Path) -> str:
    """What is to be compiled."""
    return compiled(concepts(top))


def write(top: Path) -> None:
    """Compile the tables of a source tree."""
    (top / SEARCH / COMPILED).write_bytes(text_of(top).encode())


if __name__ == "__main__":
    write(TOP)
