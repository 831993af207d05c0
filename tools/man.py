"""Writes a man page for every command, made from its help: python tools/man.py FOLDER, such as ~/.local/share/man/man1."""

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

os.environ["LANGUAGE"] = "en"  # help is translated as it is made
from materials_cli import __version__
from materials_cli.cli.app import app
from materials_cli.errors import EXIT_MEANINGS

_EXAMPLE = re.compile(r"Example: (materials .*)")


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of each page."""
    yield from _pages(get_command(app), "materials", None)


def _pages(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    context = command.context_class(command, info_name=name, parent=parent, **command.context_settings)
    yield context.command_path.replace(" ", "-"), "\n".join(_page(command, context)) + "\n"
    for member, its_command in _members(command, context).items():
        yield from _pages(its_command, member, context)


def _page(command: Any, context: Any) -> Iterator[str]:
    name = context.command_path.replace(" ", "-")
    summary, *paragraphs = command.help.split("\n\n")
    today = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    yield f'.TH {name.upper()} 1 {today} "materials {__version__}"'
    yield from (".nh", ".ad l")
    yield from (".SH NAME", rf"{escaped(name)} \- {escaped(summary.rstrip('.'))}")
    yield from (
        ".SH SYNOPSIS",
        rf"\fB{escaped(context.command_path)}\fR {escaped(' '.join(command.collect_usage_pieces(context)))}",
    )
    yield from (".SH DESCRIPTION", escaped(summary))
    examples = [found[1] for text in paragraphs if (found := _EXAMPLE.fullmatch(text))]
    for text in paragraphs:
        if not _EXAMPLE.fullmatch(text):
            yield from (".PP", escaped(text))
    records = [(p.param_type_name, record) for p in command.get_params(context) if (record := p.get_help_record(context))]
    for kind, heading in (("argument", "ARGUMENTS"), ("option", "OPTIONS")):
        yield from _list(heading, [record for of, record in records if of == kind])
    members = _members(command, context).items()
    yield from _list("COMMANDS", [(f"{name}-{member}(1)", its.help.partition("\n")[0]) for member, its in members])
    if examples:
        yield from (".SH EXAMPLES", ".EX", *map(escaped, examples), ".EE")
    if context.parent is None:
        yield from _list("EXIT STATUS", [(str(int(status)), meaning) for status, meaning in EXIT_MEANINGS.items()])
    else:
        parent = context.parent.command_path.replace(" ", "-")
        yield from (".SH SEE ALSO", rf"\fB{escaped(parent)}\fR(1)")


def _list(heading: str, records: list[tuple[str, str]]) -> Iterator[str]:
    """A section of terms, each with what it means."""
    if records:
        yield f".SH {heading}"
    for term, text in records:
        yield from (".TP", rf"\fB{escaped(term)}\fR", escaped(text))


def _members(command: Any, context: Any) -> dict[str, Any]:
    names = command.list_commands(context) if hasattr(command, "list_commands") else []
    return {name: command.resolve_command(context, [name])[1] for name in names}


def escaped(text: str) -> str:
    """A text of one paragraph as roff shows it letter by letter."""
    line = re.sub(r"\s+", " ", text).strip().replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{line}" if line[:1] in {".", "'"} else line


def main() -> None:
    """Write all pages into the folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        (folder / f"{name}.1").write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
