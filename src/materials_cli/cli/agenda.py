"""`materials agenda`: compare the agenda of an event with what the archive holds."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from materials_cli.agenda.formats import read_agenda, read_pasted
from materials_cli.agenda.holdings import compared
from materials_cli.agenda.kept import kept
from materials_cli.agenda.match import Comparison, Deck, Expected, Talk
from materials_cli.agenda.slots import Agenda, Slot
from materials_cli.archive import Archive
from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionOption, JsonOption, named_file
from materials_cli.cli.described import named_country
from materials_cli.cli.items import find_item, is_name
from materials_cli.cli.output import is_terminal, out, print_hanging, print_json, print_rows, say, styled
from materials_cli.cli.progress import tell_notice
from materials_cli.config import Collection
from materials_cli.editing import Editor
from materials_cli.errors import Code, MaterialsError
from materials_cli.help.letters import LANGUAGES, LETTERS
from materials_cli.messages import msg, preferred, tr, trn

_STYLES = {"✓": "green", "✗": "red", "?": "yellow"}


def agenda(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="A table, calendar or text with the agenda, here or in the archive; “-” to paste it."
        ),
    ] = None,
    *,
    collection: CollectionOption = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show which talks of an agenda are in the archive, and which are missing.

    The agenda is kept in metadata/ for the next time. Without FILE, it is compared again.

    Example: materials agenda programme.docx
    """
    here = ArchiveContext.of(context, archive)
    chosen = _one(here.collections(collection))
    if file is None:
        known = kept(here.store, chosen.slug)
        if known is None:
            raise MaterialsError(
                Code.BAD_USAGE, msg("No agenda of “{slug}” has been read yet.", slug=chosen.slug),
                fix=msg("materials agenda FILE: a table, calendar or text with the agenda."),
            )  # fmt: skip
    else:
        known = read_pasted(sys.stdin.buffer) if str(file) == "-" else _read(here, file)
    with here.catalogue() as catalogue:
        result = compared(catalogue, chosen.slug, known)
    if file is not None:
        Editor(Archive(here.config.archive, here.config, progress=tell_notice)).keep_agenda(chosen.slug, known)
    if as_json:
        print_json(
            "materials/agenda@1",
            [_row(one) for one in result.expected],
            collection=chosen.slug,
            others=[_deck(deck) for deck in result.others],
            missing={"certain": sum(one.missing for one in result.expected), "at_least": result.at_least_missing},
        )
        return
    if not is_terminal():
        print_rows(_cells(one) for one in result.expected)
    else:
        _print(result)
    _print_summary(result)
    if is_terminal() and (lacking := [one for one in result.expected if one.missing]):
        _print_letter(chosen, lacking)


def _read(here: ArchiveContext, file: Path) -> Agenda:
    """The agenda in a file or, if there is none of this name here, in the item of the archive with this path or name."""
    if not file.expanduser().exists():
        with here.catalogue() as catalogue:
            if is_name(catalogue, str(file)):
                with here.store.reading_item(find_item(here, catalogue, [str(file)])) as held:
                    return read_agenda(held)
    return read_agenda(named_file(file))


def _one(collections: tuple[Collection, ...]) -> Collection:
    if len(collections) != 1:
        raise MaterialsError(
            Code.BAD_USAGE,
            msg("An agenda belongs to one collection."),
            fix=msg("Name it: materials agenda FILE --collection NAME"),
        )
    return collections[0]


def _state(one: Expected) -> str:
    return "missing" if one.missing else "held" if one.decks else "unsure"


def _cells(one: Expected) -> Sequence[object]:
    """The columns for a pipe: state, day, start, session, title, speakers, paths."""
    slot = one.talk.slot
    who = "; ".join(speaker.label for speaker in one.talk.speakers)
    return (
        _state(one),
        slot.day or "",
        slot.start,
        slot.number,
        slot.title,
        who,
        "; ".join(d.path for d in one.decks or one.perhaps),
    )


def _row(one: Expected) -> dict[str, Any]:
    slot = one.talk.slot
    return {
        "state": _state(one),
        "title": slot.title,
        "session": slot.session or None,
        "number": slot.number or None,
        "day": slot.day and slot.day.isoformat(),
        "day_number": slot.day_number or None,
        "start": slot.start or None,
        "speakers": [
            {"name": s.name or None, "organisation": s.organisation or None, "country": s.country or None}
            for s in one.talk.speakers
        ],
        "items": [_deck(deck) for deck in one.decks],
        "perhaps": [_deck(deck) for deck in one.perhaps],
    }


def _deck(deck: Deck) -> dict[str, str]:
    return {"id": deck.id, "path": deck.path}


def _print(result: Comparison) -> None:
    """The entries by day and session, each with its decks; then the decks of no entry."""
    day = slot = None
    for one in result.expected:
        if (one.talk.slot.day, one.talk.slot.day_number) != day:
            day = (one.talk.slot.day, one.talk.slot.day_number)
            if heading := _day(one.talk.slot):
                out().print(styled(heading, "bold"))
        if one.talk.slot is not slot:
            slot = one.talk.slot
            print_hanging(out(), styled("  "), _slot(slot))
        for mark, line in _lines(one):
            print_hanging(out(), styled(f"    {mark} ", _STYLES[mark]), line)
    if shown := _unplaced(result):
        out().print(styled(tr("Not in the agenda"), "bold"))
        for deck in shown:
            print_hanging(out(), styled("    "), _place(deck))


def _unplaced(result: Comparison) -> list[Deck]:
    """The slide decks of no talk."""
    maybe = [deck for one in result.expected for deck in one.perhaps]
    return [deck for deck in result.others if deck.slides and deck not in maybe]


def _place(deck: Deck) -> str:
    """The path of a deck in its collection."""
    return deck.path.partition("/")[2] or deck.path


def _day(slot: Slot) -> str:
    number = tr("Day {number}", number=slot.day_number) if slot.day_number else ""
    return " · ".join(filter(None, (number, slot.day.isoformat() if slot.day else "")))


def _slot(slot: Slot) -> str:
    number = tr("Session {number}", number=slot.number) if slot.number else ""
    return "  ".join(filter(None, (slot.start, ": ".join(filter(None, (number, slot.title))))))


def _lines(one: Expected) -> Iterator[tuple[str, str]]:
    """A mark and a text for each deck of a talk, or for its lack."""
    who = _who(one.talk)
    before = f"{who}: " if who else ""
    if one.missing:
        yield "✗", f"{before}{tr('nothing yet')}"
    for deck in one.decks:
        yield "✓", f"{before}{_place(deck)}"
    if one.perhaps:
        yield "?", f"{before}{tr('perhaps {names}', names=', '.join(map(_place, one.perhaps)))}"


def _print_summary(result: Comparison) -> None:
    total = len(result.expected)
    held, missing = sum(bool(one.decks) for one in result.expected), sum(one.missing for one in result.expected)
    unsure, others = total - held - missing, len(_unplaced(result))
    more = result.at_least_missing - missing
    sentences = [
        trn("{held} of {count} talk is in the archive.", "{held} of {count} talks are in the archive.", total, held=held),
        trn("{count} is missing.", "{count} are missing.", missing) if missing else "",
        trn("{count} is not certain.", "{count} are not certain.", unsure) if unsure else "",
        trn("At least {count} of those is missing, too.", "At least {count} of those are missing, too.", more) if more else "",
        trn("{count} item belongs to no talk.", "{count} items belong to no talk.", others) if others else "",
    ]
    say(" ".join(filter(None, sentences)))


def _print_letter(collection: Collection, lacking: list[Expected]) -> None:
    """A reminder, ready to copy, in the reader's language."""
    name = preferred(LANGUAGES)
    talks = "\n".join(f"– {_talk_line(one.talk)}" for one in lacking)
    out().print()
    out().print(styled(tr("A reminder, ready to copy:"), "bold"))
    for line in LETTERS["talks"][name].replace("LINK", collection.link).replace("TALKS", talks).splitlines():
        out().print(styled(line), soft_wrap=True)


def _talk_line(talk: Talk) -> str:
    return ", ".join(filter(None, (_day(talk.slot), _slot(talk.slot), _who(talk))))


def _who(talk: Talk) -> str:
    """The speakers of a talk; their countries by the names that the reader knows."""
    return "; ".join(replace(speaker, country=named_country(speaker.country)).label for speaker in talk.speakers)
