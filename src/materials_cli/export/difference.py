"""Renders the differences between two versions of a document as text with marks, as a page, and as rows for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from materials_cli.diff import Change, ChangeKind, Comparison, Mark, Piece, tokens, words
from materials_cli.export.digest import text_summary
from materials_cli.export.escape import for_html, one_line
from materials_cli.export.page import page
from materials_cli.messages import Language, Message, msg, msgid, msgn, placed
from materials_cli.pictures.kept import Picture

SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.MOVED: ">", ChangeKind.CHANGED: "~"}
MARKS = {Mark.SAME: ("", ""), Mark.REMOVED: ("[-", "-]"), Mark.ADDED: ("{+", "+}")}
_TAGS = {Mark.SAME: ("", ""), Mark.REMOVED: ("<del>", "</del>"), Mark.ADDED: ("<ins>", "</ins>")}
_PARTS = {"title": msg("title"), "body": None, "notes": msg("notes")}
_CHANGES = {
    (True, True): msgid("{place}: moved and changed"),
    (True, False): msgid("{place}: moved"),
    (False, True): msgid("{place}: changed"),
}
_NOTHING: Mapping[int, Picture] = MappingProxyType({})
_AROUND = 80
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Passage:
    """How a title, a body or notes changed. name: None for the body. pieces: long ones are shortened."""

    name: Message | None
    pieces: tuple[Piece, ...]


def passages(change: Change, say: Language) -> Iterator[Passage]:
    """The parts of a section whose words differ; not the title of an added or removed one, which is in its heading."""
    for name in ("title", "body", "notes") if change.before and change.after else ("body", "notes"):
        before, after = (getattr(section, name) if section else "" for section in (change.before, change.after))
        pieces = words(before, after)
        if any(piece.mark is not Mark.SAME for piece in pieces):
            yield Passage(_PARTS[name], _cut(pieces, say))


def heading(change: Change, unit: str) -> Message:
    """How a section changed, such as "slide 4, was 7: moved and changed"."""
    before, after = change.before, change.after
    if before is None or after is None:
        section = after or before
        place = placed(unit, section.number if section else 0)
        return msg("{place}: new", place=place) if after else msg("{place}: removed", place=place)
    place = placed(unit, after.number)
    if before.number != after.number:
        place = msg("{place}, was {number}", place=place, number=str(before.number))
    text = _CHANGES.get((change.moved, change.rewritten))
    if text is None:
        return msg("{place}: now hidden", place=place) if after.hidden else msg("{place}: now visible", place=place)
    shown = msg(text, place=place)
    if before.hidden == after.hidden:
        return shown
    return msg("{change}, now hidden", change=shown) if after.hidden else msg("{change}, now visible", change=shown)


def title_of(change: Change) -> str:
    """The current title of a section or, if it was removed, its last."""
    section = change.after or change.before
    return one_line(section.title) if section else ""


def to_text(comparison: Comparison, say: Language) -> str:
    """Plain text with the marks of wdiff: [-removed-] {+added+}."""
    lines = [f"{say(text_summary(comparison.counts()))}\n"]
    for change in comparison.changes:
        lines.append(f"\n{SIGNS[change.kind]} {say(heading(change, comparison.unit))}  {title_of(change)}".rstrip() + "\n")
        for passage in passages(change, say):
            label = f"{say(passage.name)}: " if passage.name else ""
            marked = "".join(_framed(piece, indented(piece.text)) for piece in passage.pieces)
            lines.append(f"    {label}{marked.strip()}\n")
    return "".join(lines)


def to_html(
    comparison: Comparison,
    title: str,
    facts: Mapping[str, str],
    say: Language,
    pictures: Sequence[Mapping[int, Picture]] = (_NOTHING, _NOTHING),
) -> str:
    """A self-contained page. facts: label → value, of the versions that are compared. pictures: of both, by number."""
    html = [f"<h1><bdi>{for_html(title)}</bdi></h1>\n<p>{for_html(say(text_summary(comparison.counts())))}"]
    html += [f"<br><small>{for_html(name)} {for_html(fact)}</small>" for name, fact in facts.items()]
    html.append("</p>\n")
    for change in comparison.changes:
        head = f"{for_html(say(heading(change, comparison.unit)))} <bdi>{for_html(title_of(change))}</bdi>"
        html.append(f'<article class="{change.kind}">\n<h2>{SIGNS[change.kind]} {head}</h2>\n')
        html.append(_side_by_side(change, comparison.unit, pictures, say))
        for passage in passages(change, say):
            label = f"<small>{for_html(say(passage.name))}</small> " if passage.name else ""
            marked = "".join(f"{_TAGS[p.mark][0]}{_lines(p.text)}{_TAGS[p.mark][1]}" for p in passage.pieces)
            html.append(f"<div>{label}{marked}</div>\n")
        html.append("</article>\n")
    return page(title, "".join(html), say.code)


def _side_by_side(change: Change, unit: str, pictures: Sequence[Mapping[int, Picture]], say: Language) -> str:
    """The pictures of a section before and after, as far as there are any."""
    shown = []
    for section, known in zip((change.before, change.after), pictures, strict=True):
        if section and (picture := known.get(section.number)) and (address := picture.inlined()):
            place = for_html(say(placed(unit, section.number)))
            size = f'width="{picture.width}" height="{picture.height}"'
            shown.append(f'<figure><img src="{address}" alt="" {size}><figcaption>{place}</figcaption></figure>')
    return f'<div class="pictures">{"".join(shown)}</div>\n' if shown else ""


def change_row(change: Change) -> dict[str, Any]:
    """One change for programs, with all its words in marked pieces."""
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
    """Text of several lines, safe to print and indented below its heading."""
    return "\n    ".join(one_line(line) for line in text.split("\n"))


def _cut(pieces: tuple[Piece, ...], say: Language) -> tuple[Piece, ...]:
    """Shorten unchanged pieces to the words near a change, and long changes to their beginning."""
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
    """A piece between its marks, with the space before it outside them."""
    begin, end = MARKS[piece.mark]
    bare = text.lstrip()
    return f"{text[: len(text) - len(bare)]}{begin}{bare}{end}"


def _lines(text: str) -> str:
    return "\n".join(for_html(line) for line in text.split("\n"))
