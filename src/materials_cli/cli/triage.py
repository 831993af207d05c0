"""`materials triage`: what in the archive may be private, and what of it may be published."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption, free_place, named_file
from materials_cli.cli.found import finds_of_kinds, print_examined, print_state
from materials_cli.cli.items import find_item, next_step
from materials_cli.cli.output import (
    err,
    is_terminal,
    paged,
    print_hanging,
    print_json,
    say,
    styled,
)
from materials_cli.cli.progress import Display
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.export.escape import one_line
from materials_cli.messages import Message, msg, tr, trn
from materials_cli.triage.found import Decision, FindKind
from materials_cli.values import frozen

if TYPE_CHECKING:
    from materials_cli.deciding import Examined, Taken, Triage
    from materials_cli.model import Item

_UNDO = "none"


def triage(  # noqa: PLR0913 - each argument is an option of the command
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[COLLECTION|ITEM]...", help="Only these collections or items.")
    ] = None,
    *,
    items: Annotated[
        list[str] | None, typer.Option("--item", metavar="ITEM", help="Only this item, with all that was found (repeatable).")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", "-k", metavar="KIND", help="Only this kind of find (repeatable).")
    ] = None,
    decide: Annotated[
        str | None, typer.Option("--decide", metavar="DECISION", help="publish, redact or withhold; none takes it back.")
    ] = None,
    without_finds: Annotated[
        bool, typer.Option("--without-finds", help="With --decide: all items in which nothing was found.")
    ] = False,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="Ask about what is undecided, one by one.")] = False,
    target: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write a table for any spreadsheet.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Take the decisions from such a table.")] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show what may be private in the archive, and decide what may be published.

    It finds e-mail addresses, telephone, identity, passport and account numbers, marks such as “for official use only”,
    people named as authors, speaker notes, hidden slides, comments, where photos were taken, and what no program could
    read.

    Decide on each item: publish it; redact it (its text without what was found, no pictures of those slides, not the file
    itself); or withhold it, even its name. What is undecided counts as withheld. If something new is found later, the
    item is undecided again.

    Example: materials triage --decide publish --without-finds
    """
    here = ArchiveContext.of(context, archive)
    slugs, named = _parted(here, names or [])
    wanted = _Wanted(
        slugs=slugs,
        items=[*(items or ()), *named],
        kinds=[_kind(word) for word in kind or ()],
        decide=decide,
        without_finds=without_finds,
        interactive=interactive,
        target=free_place(here.outside(target, "--to"), "--to") if target else None,
        table=table,
    )
    _refuse_nonsense(wanted)
    with Display() as display:
        from materials_cli.deciding import Triage  # noqa: PLC0415 - TAB and `--help` do without what it needs

        triage = Triage(here.opened(display.step))
        done = _carried_out(here, triage, wanted)
    for each in done.wrong:
        print_hanging(err(), styled(f"  {tr('note')}  ", "yellow"), tr(each), "yellow")
    if as_json:
        more = {} if done.taken is None else _refusals(done.taken)
        print_json("materials/triage@1", [_row(one, wanted.kinds) for one in done.examined], **more)
    else:
        _tell(triage, wanted, done)
        _say_if_nothing_is_held(here, wanted, done)
    if done.taken and done.taken.refused:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _say_if_nothing_is_held(here: ArchiveContext, wanted: "_Wanted", done: "_Done") -> None:
    if not (done.examined or done.taken or wanted.slugs or wanted.items):
        say(next_step(here.config))


@frozen(kw_only=True)
class _Wanted:
    """What was asked for."""

    slugs: Sequence[str]
    items: Sequence[str]
    kinds: Sequence[FindKind]
    decide: str | None
    without_finds: bool
    interactive: bool
    target: Path | None
    table: Path | None


@frozen()
class _Done:
    """What was found, and done. taken: from a table; changed: the items that were decided on."""

    examined: "list[Examined]"
    wrong: "list[Message]"
    taken: "Taken | None"
    changed: "list[Item] | None"


def _parted(here: ArchiveContext, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names as those of collections, and the words of items."""
    known = {collection.slug for collection in here.config.collections}
    return [name for name in names if name in known], [name for name in names if name not in known]


def _carried_out(here: ArchiveContext, triage: "Triage", wanted: _Wanted) -> _Done:
    chosen = _chosen(here, wanted.items)
    taken = triage.take(named_file(wanted.table)) if wanted.table else None
    examined, wrong = triage.examine(wanted.slugs)
    if chosen:
        examined = [one for one in examined if (one.item.collection, one.item.id) in chosen]
    if not wanted.decide:
        return _Done(examined, wrong, taken, None)
    about = [one.item for one in examined]
    changed = triage.decide(about, _decision(wanted.decide), wanted.kinds, without_finds=wanted.without_finds)
    return _Done(_again(triage, wanted.slugs, examined), wrong, taken, changed)


def _tell(triage: "Triage", wanted: _Wanted, done: _Done) -> None:
    """Print what a person asked for."""
    if wanted.target:
        triage.write(done.examined, wanted.target)
        say(
            tr(
                "Written: {file}. Fill in the column “decision”, then read it in: materials triage --csv {file}",
                file=wanted.target,
            )
        )
    elif wanted.interactive:
        from materials_cli.cli.walk import walk  # noqa: PLC0415 - only who asks for it

        walk(triage, done.examined, wanted.kinds)
    elif done.taken is not None:
        _print_taken(done.taken)
    elif done.changed is not None:
        say(trn("{count} item was decided on.", "{count} items were decided on.", len(done.changed)))
        print_state(done.examined)
    else:
        with paged():
            print_examined(done.examined, wanted.kinds, whole=bool(wanted.items or wanted.kinds))


def _kind(word: str) -> FindKind:
    try:
        return FindKind(word.strip().lower())
    except ValueError:
        what = msg("“{kind}” is not a kind of find; choose from {known}.", kind=word, known=", ".join(FindKind))
        raise MaterialsError(Code.BAD_USAGE, what) from None


def _decision(word: str) -> Decision | None:
    if word.strip().lower() == _UNDO:
        return None
    try:
        return Decision(word.strip().lower())
    except ValueError:
        known = ", ".join((*Decision, _UNDO))
        raise MaterialsError(
            Code.BAD_USAGE, msg("“{value}” is not a decision; choose from {known}.", value=word, known=known)
        ) from None


def _refuse_nonsense(wanted: _Wanted) -> None:
    """Raise bad_usage for options that do not go together: nothing is published by a slip."""
    named = bool(wanted.items or wanted.kinds)
    if wanted.decide:
        _decision(wanted.decide)
        if not (named or wanted.without_finds):
            raise MaterialsError(
                Code.BAD_USAGE, msg("--decide needs an item, --kind or --without-finds."),
                fix=msg("For example: materials triage --decide publish --kind author"),
            )  # fmt: skip
    if wanted.without_finds and (wanted.kinds or not wanted.decide):
        raise MaterialsError(Code.BAD_USAGE, msg("--without-finds needs --decide, and no --kind."))
    if wanted.table and (named or wanted.decide or wanted.interactive):
        raise MaterialsError(Code.BAD_USAGE, msg("--csv takes all decisions from its table: give no items, kinds or decision."))
    if wanted.interactive and not is_terminal():
        fix = msg("Use --decide, or a table: --to FILE, then --csv FILE")
        raise MaterialsError(Code.BAD_USAGE, msg("--interactive needs a terminal."), fix=fix)


def _chosen(here: ArchiveContext, words: Iterable[str]) -> set[tuple[str, str]]:
    words = list(words)
    if not words:
        return set()
    with here.catalogue() as catalogue:
        found = [find_item(here, catalogue, [word]) for word in words]
    return {(item.collection, item.id) for item in found}


def _again(triage: "Triage", slugs: Sequence[str], before: Iterable["Examined"]) -> list["Examined"]:
    """The same items, as they are now."""
    wanted = {(one.item.collection, one.item.id) for one in before}
    return [one for one in triage.examine(slugs)[0] if (one.item.collection, one.item.id) in wanted]


def _print_taken(taken: "Taken") -> None:
    for item in taken.changed:
        say(item.path)
    say(trn("{count} item was decided on.", "{count} items were decided on.", len(taken.changed)))
    for one in taken.refused:
        place = tr("row {number}", number=str(one.row))
        print_hanging(err(), styled(f"  {place}  ", "red"), f"{one.path}: {tr(one.reason)}", "red")


def _refusals(taken: "Taken") -> dict[str, Any]:
    return {"refused": [{"row": one.row, "path": one.path, "reason": one.reason} for one in taken.refused]}


def _row(one: "Examined", kinds: Sequence[FindKind]) -> dict[str, Any]:
    """An item as a JSON object."""
    item = one.item
    return {
        "collection": item.collection,
        "id": item.id,
        "path": item.path,
        "decision": one.decision or "undecided",
        "decided": {"item": one.decided.whole, "kinds": {str(k): str(d) for k, d in one.decided.kinds.items()}},
        "undecided_again": one.is_new(),
        "finds": [
            {
                "kind": find.kind, "name": find.name or None, "field": find.field, "section": find.section or None,
                "text": find.text, "before": one_line(find.before), "after": one_line(find.after),
                "decision": one.decided.on(find) or "undecided",
            }
            for find in finds_of_kinds(one, kinds)
        ],
    }  # fmt: skip
