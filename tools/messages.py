"""Gathers the messages of the program into locale/, and compiles what is translated there: python tools/messages.py.

Messages are the constants that are given to msg, msgn, tr, trn, msgid and msgids, the help of the command line, and the
tables of whole texts. It needs the `dev` extra.
"""

import ast
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

import equivalents
from hatch_build import FORMER, compiled

os.environ["LANGUAGE"] = "en"  # help is translated as it is made
from materials_cli import __version__
from materials_cli import messages as language
from materials_cli.cli.app import app
from materials_cli.cli.commands import COMMANDS, load
from materials_cli.cli.typer_ext import paragraphs
from materials_cli.errors import EXIT_MEANINGS, Code
from materials_cli.help.explanations import EXPLANATIONS
from materials_cli.history.events import EventType
from materials_cli.kinds import Kind

SOURCE = Path(language.__file__).parent
_CALLS = {"tr": 1, "msg": 1, "msgid": 1, "trn": 2, "msgn": 2, "msgids": 2}
HEADER = "# The messages of materials. Made by tools/messages.py; only the translations are written by hand.\n#"
FORMER_HEADER = "# What earlier versions said, and archives may have kept. Made by tools/messages.py.\n#"


class Found(NamedTuple):
    """What the code says, and where: (one,) or (one, many)."""

    texts: tuple[str, ...]
    place: str


@cache
def messages() -> tuple[Found, ...]:
    """Every message of the program, in a fixed order; one that is said in several places comes several times."""
    with language.in_english():
        return tuple(_messages())


def _messages() -> Iterator[Found]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield from _called(path)
    for command in (get_command(app), *map(load, COMMANDS)):
        yield from (Found((text,), "help") for text in _help(command))
    for place, texts in _tables().items():
        yield from (Found((text,), place) for text in texts)
    yield from (Found(pair, "messages.py") for pair in language.NOUNS.values())
    yield from (Found((text,), "messages.py") for text in language.PLACES.values())
    yield from (Found((text,), "messages.py") for text in language.SEVERAL_PLACES.values())
    yield from (Found((text,), "messages.py") for text in language.SIZES)


def _called(path: Path) -> Iterator[Found]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            texts = tuple(text for text in given if isinstance(text, str))[: _CALLS[node.func.id]]
            if len(texts) == _CALLS[node.func.id]:
                yield Found(texts, path.relative_to(SOURCE).as_posix())


def _help(command: Any) -> Iterator[str]:
    """What --help shows, as it stands in the code: the command was made in English."""
    metavars = [getattr(command, "options_metavar", None), getattr(command, "subcommand_metavar", None), command.epilog]
    for parameter in command.params:
        metavars += [parameter.metavar, getattr(parameter, "help", None)]
    yield from filter(None, (*paragraphs(command.help), *metavars))
    for member in getattr(command, "commands", {}).values():
        yield from _help(member)


def _tables() -> dict[str, list[str]]:
    short = [text for code in Code for text in (code.why, code.fix)]
    long = [text for told in EXPLANATIONS.values() for text in (told.meaning, told.cause, *told.steps)]
    return {
        "kinds.py": list(Kind),
        "history/events.py": list(EventType),
        "codes.py": short,
        "exits.py": list(EXIT_MEANINGS.values()),
        "help": long,
    }


def catalog(name: str) -> Catalog:
    """The translations of one language, as they stand in locale/."""
    return _read(file_of(name, "po"), name)


def catalog_of_former(name: str) -> Catalog:
    """The translations of what earlier versions said."""
    return _read(_former_of(name), name)


def _former_of(name: str) -> Path:
    return file_of(name, "po").with_name(FORMER)


def _read(path: Path, name: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=name, domain=language.DOMAIN, abort_invalid=True)


def update(before: Catalog) -> Catalog:
    """Bring one language up to date with the code: what is new is added, what nobody says any more is dropped."""
    now = _empty(before, HEADER)
    for message in messages():
        known = before.get(message.texts[0])
        counted = len(message.texts) > 1
        now.add(
            message.texts if counted else message.texts[0],
            known.string if known and isinstance(known.string, tuple) is counted else None,
            locations=[(message.place, None)],  # type: ignore[list-item]
        )
    return now


def former(before: Catalog, now: Catalog, known: Catalog) -> Catalog:
    """What an archive may have kept in words that nobody says any more: it is still told in the reader's language.

    known: what was former already. What only the command line says, and tables of whole texts, no archive keeps.
    """
    kept = _empty(before, FORMER_HEADER)
    gone = [message for message in before if any(_may_be_kept(place) for place, _ in message.locations)]
    for message in (*known, *gone):
        if message.id and message.id not in now and message.id not in kept and all(strings(message)):
            kept.add(message.id, message.string)
    return kept


def _may_be_kept(place: str) -> bool:
    return place.endswith(".py") and not place.startswith("cli/") and place not in {*_tables(), "messages.py"}


def _empty(like: Catalog, header: str) -> Catalog:
    """A catalog of the same language."""
    return Catalog(
        locale=like.locale, domain=language.DOMAIN, header_comment=header, project="materials", version=__version__,
        fuzzy=False, msgid_bugs_address="the issues of the project", last_translator="the project",
        language_team="Russian", creation_date=like.creation_date, revision_date=like.creation_date,
    )  # fmt: skip


def file_of(name: str, kind: str) -> Path:
    """Where the translations of one language lie: "po" as text, "mo" compiled."""
    return language.FOLDER / name / "LC_MESSAGES" / f"{language.DOMAIN}.{kind}"


def main() -> None:
    """Update and compile Russian, and say what is not translated."""
    before = catalog("ru")
    known = update(before)
    for path, told in ((file_of("ru", "po"), known), (_former_of("ru"), former(before, known, catalog_of_former("ru")))):
        with path.open("wb") as file:
            write_po(file, told, width=120, include_lineno=False)
    file_of("ru", "mo").write_bytes(compiled(file_of("ru", "po")))
    equivalents.write(Path(__file__).parents[1])
    lacking = [message for message in known if message.id and not all(strings(message))]
    sys.stdout.write(f"{len(known)} messages, {len(lacking)} of them not translated\n")


def strings(message: Any) -> list[str]:
    """The translations of a message, one for each form of number."""
    told = message.string
    return list(told) if isinstance(told, tuple | list) else [told or ""]


if __name__ == "__main__":
    main()
