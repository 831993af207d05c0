"""`materials diff`: compare two versions of an item, slide by slide and word by word."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.context import (
    ArchiveOption,
    JsonOption,
)
from materials_cli.cli.items import ItemArgument, Place, SlideOption, archive_of, find_place
from materials_cli.cli.layout import cells, padded
from materials_cli.cli.output import (
    is_terminal,
    moment,
    out,
    paged,
    print_hanging,
    print_json,
    print_raw,
    print_wrapped,
    say,
    styled,
)
from materials_cli.cli.versions import FromOption, find_version
from materials_cli.dates import rfc3339
from materials_cli.diff import ChangeKind, Comparison, Mark, compare
from materials_cli.errors import Code, MaterialsError
from materials_cli.export import difference
from materials_cli.export.digest import text_summary
from materials_cli.extract.pool import Pool
from materials_cli.messages import language, msg, placed, size, tr
from materials_cli.model import Fixity, Item, Text, Version
from materials_cli.pictures.draw import PROGRAM, SECONDS, draw_bytes
from materials_cli.pictures.kept import CARD, Picture, Pictures
from materials_cli.store.fixity import require_intact

_LOOKS = {Mark.SAME: "", Mark.ADDED: "green underline", Mark.REMOVED: "red strike"}
_SIGN_LOOKS = {
    ChangeKind.ADDED: "bold green",
    ChangeKind.REMOVED: "bold red",
    ChangeKind.MOVED: "bold cyan",
    ChangeKind.CHANGED: "bold yellow",
}


class Form(StrEnum):
    """The output formats of `diff`."""

    TEXT = "text"
    HTML = "html"


def diff(
    context: typer.Context,
    item: ItemArgument,
    *,
    slide: SlideOption = None,
    version: FromOption = "1",
    form: Annotated[Form, typer.Option("--format", "-f", help="Output format.")] = Form.TEXT,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Compare an item with an earlier version.

    Compares slide by slide and word by word.

    Example: materials diff georgia --from 1
    """
    here = archive_of(context, archive, item)

    def read(catalogue: Catalogue) -> tuple[Place, Version]:
        place = find_place(here, catalogue, item, slide)
        return place, find_version(place.item, catalogue.versions(place.item.collection, place.item.id), version or "1")

    place, was = here.asked(read)
    found = place.item
    store = here.store
    with Pool(1) as pool:
        before = _text_of(pool, store.versions.kept(was.fixity.sha256), was.fixity, was.path)
        after = _text_of(pool, store.held_path(found), found.fixity, found.path)
    comparison = _of_section(compare(before, after), place.number)
    if as_json:
        print_json(
            "materials/diff@1",
            [difference.change_row(change) for change in comparison.changes],
            collection=found.collection, id=found.id, path=found.path, text=dict(comparison.counts()),
            **{"from": _version_row(was), "to": {"sha256": found.fixity.sha256, "fetched": rfc3339(found.fetched)}},
        )  # fmt: skip
    elif form is Form.HTML:
        sides = ((store.versions.kept(was.fixity.sha256), was.fixity, was.path, before),
                 (store.held_path(found), found.fixity, found.path, after))  # fmt: skip
        shown = [_pictures(Pictures(store.root), *side) for side in sides]
        print_raw(difference.to_html(comparison, found.path.rpartition("/")[2], _facts(found, was), language(), shown))
    elif is_terminal():
        with paged():
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


def _text_of(pool: Pool, path: Path, fixity: Fixity, name: str) -> Text:
    """Extract the text of a file; raise bytes_missing, bytes_damaged or nothing_to_compare."""
    require_intact(path, fixity, name)
    text = pool.extract(path, name.rpartition("/")[2])
    if not text.sections:
        raise MaterialsError(Code.NOTHING_TO_COMPARE, text.note or msg("The file contains no text."), where=str(path))
    return text


def _pictures(kept: Pictures, path: Path, fixity: Fixity, name: str, text: Text) -> dict[int, Picture]:
    """The pictures of a version by number, drawn now if they never were; none where they cannot be kept."""
    if kept.drawing(fixity.sha256) is None:
        with suppress(MaterialsError), Pool(1, seconds=SECONDS, program=PROGRAM) as pool:
            draw_bytes(kept, pool, path, fixity, name, text)
    return {picture.number: picture for picture in kept.of(fixity.sha256) if picture.unit == text.unit and picture.by != CARD}


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
    print_wrapped(out(), styled(item.path, "bold"))
    facts = _facts(item, was)
    width = max(map(cells, facts))
    for name, fact in facts.items():
        print_hanging(out(), styled(f"  {padded(name, width)}  ", "dim"), fact, "dim")
    print_wrapped(out(), styled(f"  {tr(text_summary(comparison.counts()))}"))
    coloured = out().color_system is not None and not out().no_color
    for change in comparison.changes:
        out().print()
        head = styled(f"{difference.SIGNS[change.kind]} ", _SIGN_LOOKS[change.kind])
        head.append(tr(difference.heading(change, comparison.unit)), "bold").append(f"  {difference.title_of(change)}")
        print_wrapped(out(), head)
        for passage in difference.passages(change, language()):
            shown = styled("    ").append(f"{tr(passage.name)}: " if passage.name else "", "dim")
            for piece in passage.pieces:
                text = difference.indented(piece.text)
                bare = text.lstrip()
                begin, end = ("", "") if coloured else difference.MARKS[piece.mark]
                shown.append(text[: len(text) - len(bare)]).append(
                    f"{begin}{bare}{end}", _LOOKS[piece.mark] if coloured else ""
                )
            for line in shown.split("\n"):
                print_wrapped(out(), line)
