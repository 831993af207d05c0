"""Changes to the tables of materials.toml: one is renamed, taken out, or given a key. Every other line stays as it is.

Lines are changed as text, since a comment belongs to what it stands above or beside, which no parser knows. The result counts
only if it says exactly what was meant; a file that is written in another way is left alone, and the person is told what to do.
"""

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from materials_cli.configfile import parse
from materials_cli.disk import replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg

_ANY_HEADER = re.compile(r"\s*\[")
Tables = dict[str, Any]


def rename_table(file: Path, above: str, old: str, new: str) -> None:
    """Rename the table [above.OLD] and those below it; its place and its comments stay. Raise bad_settings."""

    def change(tables: Tables) -> Tables:
        return {new if name == old else name: table for name, table in tables.items()}

    def renamed(line: str) -> str:
        found = _header(above, old).match(line)
        return f"{found['start']}{new}{found['end']}{line[found.end() :]}" if found else line

    lines = _lines(file)
    _put(file, above, change, map(renamed, lines), msg("Rename it there by hand: [{table}].", table=f"{above}.{new}"))


def set_key(file: Path, above: str, name: str, key: str, value: object) -> None:
    """Give the table [above.NAME] a key, a text or true; None takes the key out. Raise bad_settings."""

    def change(tables: Tables) -> Tables:
        others = {known: content for known, content in tables[name].items() if known != key}
        return {**tables, name: others if value is None else {**others, key: value}}

    written = json.dumps(value, ensure_ascii=False)
    lines = _lines(file)
    at = next((number for number, line in enumerate(lines) if _is_own(line, above, name)), len(lines) - 1)
    end = next((number for number in range(at + 1, len(lines)) if _ANY_HEADER.match(lines[number])), len(lines))
    present = re.compile(rf"(\s*{key}\s*=\s*)(\"[^\"]*\"|'[^']*'|true|false)(?=\s*(?:#|$))")
    place = next((number for number in range(at + 1, end) if present.match(lines[number])), None)
    if place is None and value is not None:
        lines.insert(at + 1, f"{key} = {written}{_line_end(lines)}")
    elif place is not None and value is None:
        del lines[place]
    elif place is not None:
        lines[place] = present.sub(lambda found: f"{found[1]}{written}", lines[place], count=1)
    by_hand = msg("Write it there by hand, below [{table}]: {line}", table=f"{above}.{name}", line=f"{key} = {written}")
    _put(file, above, change, lines, by_hand)


def set_top_key(file: Path, key: str, value: object) -> None:
    """Give materials.toml a key above its first table, a text or true; None takes the key out. Raise bad_settings."""
    before = parse(file).content
    lines = _lines(file)
    first = next((number for number, line in enumerate(lines) if _ANY_HEADER.match(line)), len(lines))
    own = re.compile(rf"\s*{key}\s*=")
    top = [line for line in lines[:first] if not own.match(line)]
    written = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    if value is not None:
        _add_key(top, f"{written}{_line_end(lines)}")
    lines = [*top, *lines[first:]]
    others = {name: content for name, content in before.items() if name != key}
    by_hand = msg("Write it there by hand, above the first table: {line}", line=written)
    _replace(
        file,
        "".join(lines),
        others if value is None else {**others, key: value},
        msg("It is written in an unusual way."),
        by_hand,
    )


def _add_key(top: list[str], line: str) -> None:
    """Put the line after the last key of these lines, before the comments that belong to what follows."""
    end = len(top)
    while end > 0 and (not top[end - 1].strip() or top[end - 1].lstrip().startswith("#")):
        end -= 1
    if end and not top[end - 1].endswith("\n"):
        top[end - 1] += _line_end(top)
    top.insert(end, line)


def written_table(file: Path, above: str, name: str) -> str:
    """The lines of the table [above.NAME] and those below it, with the comment above them; plain if it is written otherwise."""
    start, end = _span(_lines(file), above, name)
    text = "".join(_lines(file)[start:end])
    with suppress(tomllib.TOMLDecodeError):
        if repr(tomllib.loads(text)) == repr({above: {name: parse(file).content[above][name]}}):
            return text
    import tomlkit  # noqa: PLC0415 - seldom needed

    return tomlkit.dumps({above: {name: parse(file).content[above][name]}})


def take_out_table(file: Path, above: str, name: str) -> None:
    """Take out the table [above.NAME] and those below it, with the comment above them. Raise bad_settings."""

    def change(tables: Tables) -> Tables:
        return {known: table for known, table in tables.items() if known != name}

    lines = _lines(file)
    start, end = _span(lines, above, name)
    by_hand = msg("Take [{table}] out by hand.", table=f"{above}.{name}")
    _put(file, above, change, (*lines[:start], *lines[end:]), by_hand)


def _span(lines: list[str], above: str, name: str) -> tuple[int, int]:
    """The lines of a table, with the block of comments above it, and without those that stand above the next table."""
    header = _header(above, name)
    start = next((number for number, line in enumerate(lines) if header.match(line)), len(lines))
    end = next(
        (n for n in range(start + 1, len(lines)) if _ANY_HEADER.match(lines[n]) and not header.match(lines[n])), len(lines)
    )
    while end < len(lines) and end - 1 > start and lines[end - 1].lstrip().startswith("#"):
        end -= 1
    while start > 0 and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start, end


def _header(above: str, name: str) -> re.Pattern[str]:
    """The header of a table, or of one below it: `start` is what stands before the name, `end` what stands after it."""
    quoted = rf"(?:{re.escape(name)}|\"{re.escape(name)}\"|'{re.escape(name)}')"
    return re.compile(rf"(?P<start>\s*\[\s*{re.escape(above)}\s*\.\s*){quoted}(?P<end>\s*[\].])")


def _is_own(line: str, above: str, name: str) -> bool:
    found = _header(above, name).match(line)
    return found is not None and found["end"].endswith("]")


def _lines(file: Path) -> list[str]:
    return parse(file).source.splitlines(keepends=True)


def _line_end(lines: list[str]) -> str:
    return "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"


def _put(file: Path, above: str, change: Callable[[Tables], Tables], lines: Any, by_hand: Message) -> None:
    """Replace the file, if its lines now say what `change` makes of the tables; else raise bad_settings."""
    before: Mapping[str, Any] = parse(file).content
    wanted = {**before, above: change(before[above])}
    why = msg("It does not define each collection as a table of its own: [{above}.NAME].", above=above)
    _replace(file, "".join(lines), wanted, why, by_hand)


def _replace(file: Path, text: str, wanted: Tables, why: Message, by_hand: Message) -> None:
    """Replace the file, if its text says what is wanted; else raise bad_settings."""
    said: Mapping[str, Any] = {}
    with suppress(tomllib.TOMLDecodeError):
        said = tomllib.loads(text)
    empty: Tables = {name: {} for name, content in wanted.items() if content == {}}
    if _value_text({**empty, **said}) != _value_text(wanted):
        what = msg("This file cannot be changed automatically.")
        raise MaterialsError(Code.BAD_SETTINGS, what, where=str(file), why=why, fix=by_hand)
    mark = b"\xef\xbb\xbf" if file.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    replace_file(Path(os.path.realpath(file)), mark + text.encode())  # a link stays a link


def _value_text(content: Mapping[str, Any]) -> str:
    """What a file says, however it orders the keys of a table; the order of the collections counts."""
    return repr({name: table for name, table in content.items() if not isinstance(table, dict)}) + repr(
        [
            (name, list(table), json.dumps(table, sort_keys=True, default=repr))
            for name, table in sorted(content.items())
            if isinstance(table, dict)
        ]
    )
