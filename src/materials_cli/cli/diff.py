"""`materials diff`: compare two versions of an item, slide by slide and word by word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from materials_cli.cli.context import (
    ArchiveContext,
    ArchiveOption,
    JsonOption,
)
from materials_cli.cli.items import ItemArgument, SlideOption, find_place
from materials_cli.cli.output import is_terminal, moment, out, print_json, print_raw, safe, say, styled
from materials_cli.dates import read_period
from materials_cli.diff import ChangeKind, Comparison, Mark, compare
from materials_cli.errors import Code, MaterialsError
from materials_cli.export import difference
from materials_cli.export.digest import text_summary
from materials_cli.export.manifest import rfc3339
from materials_cli.extract.pool import Pool
from materials_cli.messages import Message, joined, language, msg, placed, size, tr, verbatim
from materials_cli.model import Item, Text, Version

_LOOKS = {Mark.SAME: "", Mark.ADDED: "green underline", Mark.REMOVED: "red strike"}
_SIGN_LOOKS = {
    ChangeKind.ADDED: "bold green",
    ChangeKind.REMOVED: "bold red",
    ChangeKind.MOVED: "bold cyan",
    ChangeKind.CHANGED: "bold yellow",
}
_DATE = re.compile(r"\d{4}-")
_PREFIX = re.compile("[0-9a-f]{4,64}")


class Form(StrEnum):
    """The output formats of `diff`."""

    TEXT = "text"
    HTML = "html"


def diff(
    context: typer.Context,
    item: ItemArgument,
    *,
    slide: SlideOption = None,
    version: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="VERSION",
            help="A number counted back (1: the previous version), a date, or the start of a SHA-256.",
        ),
    ] = "1",
    form: Annotated[Form, typer.Option("--format", "-f", help="Output format.")] = Form.TEXT,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Compare an item with an earlier version.

    Compares slide by slide and word by word.

    Example: materials diff georgia --from 1
    """
    here = ArchiveContext.of(context, archive)
    with here.catalogue() as catalogue:
        place = find_place(here, catalogue, item, slide)
        found = place.item
        was = find_version(found, catalogue.versions(found.collection, found.id), version)
    store = here.store
    with Pool(1) as pool:
        before = _text_of(pool, store.versions.path(was.fixity.sha256), was.path)
        after = _text_of(pool, store.held_path(found), found.path)
    comparison = _of_section(compare(before, after), place.number)
    if as_json:
        print_json(
            "materials/diff@1",
            [difference.change_row(change) for change in comparison.changes],
            collection=found.collection, id=found.id, path=found.path, text=dict(comparison.counts()),
            **{"from": _version_row(was), "to": {"sha256": found.fixity.sha256, "fetched": rfc3339(found.fetched)}},
        )  # fmt: skip
    elif form is Form.HTML:
        print_raw(difference.to_html(comparison, found.path.rpartition("/")[2], _facts(found, was), language()))
    elif is_terminal():
        _print_difference(comparison, found, was)
    else:
        print_raw(difference.to_text(comparison, language()))
    if place.number and not comparison.changes:
        say(tr("No change in {place}.", place=placed(comparison.unit, place.number)))


def _of_section(comparison: Comparison, number: int | None) -> Comparison:
    """Restrict a comparison to the section that has this number now."""
    if number is None:
        return comparison
    return replace(comparison, changes=tuple(c for c in comparison.changes if c.after and c.after.number == number))


def find_version(item: Item, versions: Sequence[Version], text: str) -> Version:
    """Find a version by number, date or digest. versions: newest first. Raise unknown_version, listing the versions."""
    given = text.strip().lower()
    if given.isdecimal() and 1 <= int(given) <= len(versions):
        return versions[int(given) - 1]
    found = [version for version in versions if _PREFIX.fullmatch(given) and version.fixity.sha256.startswith(given)]
    if not found and (end := _end_of(given)):
        found = [version for version in versions if version.fetched < end <= _until(item, versions, version)]
    if len({version.fixity.sha256 for version in found}) != 1:
        raise MaterialsError(Code.UNKNOWN_VERSION, _refusal(item, versions, text))
    return found[0]


def _text_of(pool: Pool, path: Path, name: str) -> Text:
    """Extract the text of a file; raise bytes_missing or nothing_to_compare."""
    if not path.is_file():
        what = msg("The bytes of “{name}” are not on this disk.", name=safe(name))
        raise MaterialsError(Code.BYTES_MISSING, what, where=str(path))
    text = pool.extract(path, name.rpartition("/")[2])
    if not text.sections:
        raise MaterialsError(Code.NOTHING_TO_COMPARE, text.note or msg("The file contains no text."), where=str(path))
    return text


def _until(item: Item, versions: Sequence[Version], version: Version) -> datetime:
    """The time until which a version was the current one."""
    later = [other.fetched for other in versions if other.fetched > version.fetched]
    return min([*later, item.fetched if item.fetched > version.fetched else version.retired])


def _end_of(given: str) -> datetime | None:
    """The end of a date; None if the text does not look like one."""
    try:
        return read_period(given, datetime.now(UTC)).end
    except MaterialsError:
        if _DATE.match(given):
            raise
        return None


def _refusal(item: Item, versions: Sequence[Version], text: str) -> Message:
    name = item.path.rpartition("/")[2]
    if not versions:
        return msg("“{name}” has no earlier version: it was never replaced.", name=name)
    head = msg("“{name}” has no earlier version “{version}”. Its versions are:", name=name, version=text)
    return joined((head, *(_candidate(number, version) for number, version in enumerate(versions, 1))), "\n         ")


def _candidate(number: int, version: Version) -> Message:
    label = msg("fetched {time}, {size}", time=moment(version.fetched), size=size(version.fixity.size))
    return joined((verbatim(f"{number}  {version.fixity.sha256[:12]}"), label), "  ")


def _version_row(version: Version) -> dict[str, Any]:
    """An earlier version as a JSON object."""
    return {
        "sha256": version.fixity.sha256,
        "bytes": version.fixity.size,
        "path": version.path,
        "fetched": rfc3339(version.fetched),
        "retired": rfc3339(version.retired),
    }


def _facts(item: Item, was: Version) -> Mapping[str, str]:
    """The two versions that are compared, by label."""
    return {
        tr("from"): f"{moment(was.fetched)}, {tr(size(was.fixity.size))}, SHA-256 {was.fixity.sha256[:12]}",
        tr("to"): f"{moment(item.fetched)}, {tr(size(item.fixity.size))}, SHA-256 {item.fixity.sha256[:12]}",
    }


def _print_difference(comparison: Comparison, item: Item, was: Version) -> None:
    """Print a comparison, with changed words marked."""
    out().print(styled(item.path, "bold"), soft_wrap=True)
    facts = _facts(item, was)
    width = max(map(len, facts))
    for name, fact in facts.items():
        out().print(styled(f"  {name:<{width}}  {fact}", "dim"), soft_wrap=True)
    out().print(styled(f"  {tr(text_summary(comparison.counts()))}"))
    for change in comparison.changes:
        out().print()
        head = styled(f"{difference.SIGNS[change.kind]} ", _SIGN_LOOKS[change.kind])
        out().print(
            head.append(tr(difference.heading(change, comparison.unit)), "bold").append(f"  {difference.title_of(change)}")
        )
        for passage in difference.passages(change, language()):
            shown = styled("    ").append(f"{tr(passage.name)}: " if passage.name else "", "dim")
            for piece in passage.pieces:
                text = difference.indented(piece.text)
                bare = text.lstrip()
                shown.append(text[: len(text) - len(bare)]).append(bare, _LOOKS[piece.mark])
            out().print(shown)
