"""What `materials triage` found, as it is printed: by kinds, by items, and each find with the words around it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from materials_cli.cli.output import is_terminal, out, print_columns, print_hanging, print_rows, print_wrapped, say, styled
from materials_cli.messages import Message, msg, msgid, tr, trn
from materials_cli.triage.found import MEANINGS, Decision, Find, FindKind

if TYPE_CHECKING:
    from rich.text import Text

    from materials_cli.deciding import Examined

_DECISIONS = {
    Decision.PUBLISH: msgid("publish"), Decision.REDACT: msgid("redact"), Decision.WITHHOLD: msgid("withhold"),
}  # fmt: skip
_STYLES = {Decision.PUBLISH: "green", Decision.REDACT: "cyan", Decision.WITHHOLD: "red", None: "yellow"}
_MOST_ITEMS = 40


def decision_label(decision: Decision | None) -> Message:
    """A decision for people."""
    return msg(_DECISIONS[decision]) if decision else msg("undecided")


def around(find: Find) -> "Text":
    """A find, marked, with the words around it, on one line."""
    text = styled(" ".join(find.before[-30:].split()) + " " if find.before.strip() else "", "dim")
    text.append_text(styled(find.text or tr(find.name), "bold reverse" if is_terminal() else ""))
    return text.append_text(styled(" " + " ".join(find.after[:30].split()) if find.after.strip() else "", "dim"))


def finds_of_kinds(one: "Examined", kinds: Sequence[FindKind]) -> list[Find]:
    """The finds of an item, only of some kinds if any are given."""
    return [find for find in one.finds if not kinds or find.kind in kinds]


def print_examined(examined: list["Examined"], kinds: Sequence[FindKind], *, whole: bool) -> None:
    """Print what was found: by kinds and items or, with whole, each find; in a pipe always each."""
    if kinds:
        examined = [one for one in examined if finds_of_kinds(one, kinds)]
    if not is_terminal():
        print_rows(_cells(examined, kinds))
        return
    if not whole:
        _print_kinds(examined)
    for one in examined if whole else ():
        _print_item(one, kinds)
    if not whole:
        _print_items(examined)
    print_state(examined)


def _cells(examined: Iterable["Examined"], kinds: Sequence[FindKind]) -> Iterable[Sequence[object]]:
    """A line for each find, and one for each item without any."""
    for one in examined:
        finds: list[Find | None] = [*finds_of_kinds(one, kinds)]
        for find in finds or [None]:
            decision = one.decided.on(find) if find else one.decision
            place = find.place(one.item.unit or "section") if find else ""
            yield (
                one.item.path, one.item.id, find.kind if find else "", str(place), find.text if find else "",
                decision or "undecided", one.decision or "undecided",
            )  # fmt: skip


def _print_kinds(examined: list["Examined"]) -> None:
    """A table of the kinds of what was found."""
    found, items, unsettled = Counter[FindKind](), Counter[FindKind](), Counter[FindKind]()
    for one in examined:
        found.update(find.kind for find in one.finds)
        items.update({find.kind for find in one.finds})
        unsettled.update({find.kind for find in one.open})
    head = [tr("kind"), tr("finds"), tr("items"), tr("undecided"), tr("what it is")]
    rows = [[styled(text, "bold") for text in head]]
    for kind in FindKind:
        if found[kind]:
            numbers = [styled(str(found[kind])), styled(str(items[kind]))]
            rows.append(
                [styled(kind, "cyan"), *numbers, styled(str(unsettled[kind]), "yellow"), styled(tr(MEANINGS[kind]), "dim")]
            )
    clear = sum(not one.finds for one in examined)
    if len(rows) > 1:
        print_columns(rows, right=(1, 2, 3))
    print_wrapped(out(), styled(trn("{count} item has no finds.", "{count} items have no finds.", clear), "dim"))


def _print_items(examined: list["Examined"]) -> None:
    """The items that are undecided, with the kinds of what was found."""
    unsettled = [one for one in examined if one.decision is None and one.finds]
    for one in unsettled[:_MOST_ITEMS]:
        counts = Counter(find.kind for find in one.open)
        text = ", ".join(f"{kind} {count}" for kind, count in counts.items())
        again = f"  {tr('undecided again: something new was found')}" if one.is_new() else ""
        print_hanging(out(), styled(f"  {one.item.path}  ", ""), styled(text + again, "yellow"))
    if len(unsettled) > _MOST_ITEMS:
        more = len(unsettled) - _MOST_ITEMS
        print_wrapped(out(), styled(f"  {trn('… and {count} more', '… and {count} more', more)}"))


def _print_item(one: "Examined", kinds: Sequence[FindKind]) -> None:
    """An item with all that was found in it."""
    print_hanging(out(), styled(f"{one.item.path}  ", "bold"), styled(tr(decision_label(one.decision)), _STYLES[one.decision]))
    for find in finds_of_kinds(one, kinds):
        decision = one.decided.on(find)
        place = tr(find.place(one.item.unit or "section"))
        lead = (
            styled(f"  {find.kind}  ", "cyan")
            + styled(f"{place}  ")
            + styled(f"{tr(decision_label(decision))}  ", _STYLES[decision])
        )
        print_hanging(out(), lead, around(find))


def print_state(examined: list["Examined"]) -> None:
    """How many items have which decision, and what to do next."""
    counts = Counter(one.decision for one in examined)
    parts = [f"{tr(decision_label(decision))} {counts[decision]}" for decision in (*Decision, None) if counts[decision]]
    say(", ".join(parts) or tr("The archive is empty. Next: materials sync"))
    if counts[None]:
        say(
            tr("What is undecided is not published. Next: materials triage --interactive, or --decide (see --help)"),
            style="dim",
        )
