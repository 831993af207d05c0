"""The differences between two versions of a document, told: as text with marks, as a page, and as rows for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from materials_cli.diff import Change, ChangeKind, Comparison, Mark, Piece, tokens, words
from materials_cli.export.digest import text_words
from materials_cli.export.escape import for_html, one_line
from materials_cli.export.page import page
from materials_cli.messages import Language, Message, msg, msgid, msgn, placed

SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.MOVED: ">", ChangeKind.CHANGED: "~"}
_MARKS = {Mark.SAME: ("", ""), Mark.REMOVED: ("[-", "-]"), Mark.ADDED: ("{+", "+}")}
_TAGS = {Mark.SAME: ("", ""), Mark.REMOVED: ("<del>", "</del>"), Mark.ADDED: ("<ins>", "</ins>")}
_PARTS = {"title": msg("title"), "body": None, "notes": msg("notes")}
_BECAME = {
    (True, True): msgid("{place}: moved and changed"),
    (True, False): msgid("{place}: moved"),
    (False, True): msgid("{place}: changed"),
}
_AROUND = 80
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of a title, a body or notes. name is None for the body. Words that stayed are cut to those nearby."""

    name: Message | None
    pieces: tuple[Piece, ...]


def passages(change: Change, say: Language) -> Iterator[Passage]:
    """The parts of a section whose words differ; none of one that only moved. The title of one that came or went is known."""
    for name in ("title", "body", "notes") if change.before and change.after else ("body", "notes"):
        before, after = (getattr(section, name) if section else "" for section in (change.before, change.after))
        pieces = words(before, after)
        if any(piece.mark is not Mark.SAME for piece in pieces):
            yield Passage(_PARTS[name], _cut(pieces, say))


def heading(change: Change, unit: str) -> Message:
    """What became of a section: slide 4, was 7: moved and changed."""
    before, after = change.before, change.after
    if before is None or after is None:
        section = after or before
        place = placed(unit, section.number if section else 0)
        return msg("{place}: new", place=place) if after else msg("{place}: removed", place=place)
    place = placed(unit, after.number)
    if before.number != after.number:
        place = msg("{place}, was {number}", place=place, number=str(before.number))
    became = _BECAME.get((change.moved, change.rewritten))
    if became is None:
        return msg("{place}: now hidden", place=place) if after.hidden else msg("{place}: now visible", place=place)
    told = msg(became, place=place)
    if before.hidden == after.hidden:
        return told
    return msg("{change}, now hidden", change=told) if after.hidden else msg("{change}, now visible", change=told)


def title_of(change: Change) -> str:
    """The title of a section, as it is now if it still is."""
    section = change.after or change.before
    return one_line(section.title) if section else ""


def to_text(comparison: Comparison, say: Language) -> str:
    """Marks as wdiff writes them: [-removed-] {+added+}."""
    written = [f"{say(text_words(comparison.counts()))}\n"]
    for change in comparison.changes:
        written.append(f"\n{SIGNS[change.kind]} {say(heading(change, comparison.unit))}  {title_of(change)}".rstrip() + "\n")
        for passage in passages(change, say):
            label = f"{say(passage.name)}: " if passage.name else ""
            marked = "".join(_framed(piece, indented(piece.text)) for piece in passage.pieces)
            written.append(f"    {label}{marked.strip()}\n")
    return "".join(written)


def to_html(comparison: Comparison, title: str, facts: Mapping[str, str], say: Language) -> str:
    """A page that stands alone. facts: what is compared with what."""
    told = [f"<h1><bdi>{for_html(title)}</bdi></h1>\n<p>{for_html(say(text_words(comparison.counts())))}"]
    told += [f"<br><small>{for_html(name)} {for_html(fact)}</small>" for name, fact in facts.items()]
    told.append("</p>\n")
    for change in comparison.changes:
        head = f"{for_html(say(heading(change, comparison.unit)))} <bdi>{for_html(title_of(change))}</bdi>"
        told.append(f'<article class="{change.kind}">\n<h3>{SIGNS[change.kind]} {head}</h3>\n')
        for passage in passages(change, say):
            label = f"<small>{for_html(say(passage.name))}</small> " if passage.name else ""
            marked = "".join(f"{_TAGS[p.mark][0]}{_lines(p.text)}{_TAGS[p.mark][1]}" for p in passage.pieces)
            told.append(f"<div>{label}{marked}</div>\n")
        told.append("</article>\n")
    return page(title, "".join(told), say.code)


def change_row(change: Change) -> dict[str, Any]:
    """One change for programs; words are whole, each run of them with its mark."""
    before, after = change.before, change.after
    return {
        "change": str(change.kind),
        "moved": change.moved,
        "before": before.number if before else None,
        "after": after.number if after else None,
        "hidden": after.hidden if after else None,
        **{
            name: [[str(p.mark), p.text] for p in words(getattr(before, name, ""), getattr(after, name, ""))]
            for name in ("title", "body", "notes")
        },
    }


def indented(text: str) -> str:
    """Text of several lines, safe to show below its heading."""
    return "\n    ".join(one_line(line) for line in text.split("\n"))


def _cut(pieces: tuple[Piece, ...], say: Language) -> tuple[Piece, ...]:
    """What stayed only near what did not; and of what did not, no more than anybody reads."""
    shown = []
    for number, piece in enumerate(pieces):
        text = piece.text
        if piece.mark is Mark.SAME:
            head = "".join(tokens(text[:_AROUND])[:-1]) if number else ""
            tail = "".join(tokens(text[-_AROUND:])[1:]) if number < len(pieces) - 1 else ""
            if len(text) > 3 * _AROUND:
                text = f"{head} … {tail}"
        elif len(text) > _LONGEST:
            more = say(msgn("… ({count} more character)", "… ({count} more characters)", len(text) - _LONGEST))
            text = f"{text[:_LONGEST]} {more}"
        shown.append(Piece(piece.mark, text))
    return tuple(shown)


def _framed(piece: Piece, text: str) -> str:
    """A piece between its marks; the space before it stays outside."""
    begin, end = _MARKS[piece.mark]
    bare = text.lstrip()
    return f"{text[: len(text) - len(bare)]}{begin}{bare}{end}"


def _lines(text: str) -> str:
    return "\n".join(for_html(line) for line in text.split("\n"))
