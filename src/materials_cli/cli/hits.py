"""Output of hits: one entry for each deck, with all its matching slides and the matching words highlighted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from materials_cli.cli import last_hits
from materials_cli.cli.layout import cells, shortened, spans
from materials_cli.cli.output import (
    day,
    file_link,
    is_terminal,
    out,
    paged,
    print_hanging,
    print_rows,
    print_wrapped,
    safe,
    styled,
)
from materials_cli.dates import rfc3339
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message, msg, msgid, placed, placed_at, tr, trn
from materials_cli.model import State
from materials_cli.search.hit import Hit, Match
from materials_cli.search.query import Query
from materials_cli.words.fold import words

if TYPE_CHECKING:
    from pathlib import Path

    from rich.text import Text as Line

    from materials_cli.cli.scope import Here

_MOST_SLIDES = 8
_INDENT = "    "
_SHORTEST = 12  # cells below which a name is not shortened, and a title is left out


GROUPS = {
    Match.EXACT: msgid("Exact"),
    Match.FORM: msgid("Similar: in another form or alphabet"),
    Match.ALPHABET: msgid("Similar: in another form or alphabet"),
    Match.MEANING: msgid("The same in other languages and names"),
    Match.SOUND: msgid("Similar: only sounding alike"),
    Match.SOME: msgid("Similar: only some of the words"),
    Match.NEAR: msgid("By meaning"),
}


@dataclass(slots=True)
class Folded:
    """The hits in one deck, best first, and other items with the same content."""

    hits: list[Hit] = field(default_factory=list)
    twins: dict[tuple[str, str, str], Hit] = field(default_factory=dict)


def folded(hits: Sequence[Hit], query: Query) -> list[Folded]:
    """Group hits by deck, ordered by each deck's best hit; copies of a deck are grouped together, behind the one to show.

    What another archive says of its bytes may be untrue: a copy there counts as one only if it shows the same text.
    """
    decks: defaultdict[str, dict[tuple[str, str, str], list[Hit]]] = defaultdict(dict)
    for hit in hits:
        decks[hit.item.fixity.sha256].setdefault(hit.place[:3], []).append(hit)
    alike: defaultdict[tuple[str, str], list[list[Hit]]] = defaultdict(list)
    for digest, copies in decks.items():
        for copy in copies.values():
            alike[digest, copy[0].snippet if copy[0].archive else ""].append(copy)
    return [_led(copies, query) for copies in alike.values()]


def _led(copies: Sequence[list[Hit]], query: Query) -> Folded:
    """Copies of a deck behind the best one: a held one rather than one withdrawn, unless this has more words in its name."""
    first = copies[0]
    if len(copies) > 1 and first[0].item.state is State.WITHDRAWN:
        held = [copy for copy in copies if copy[0].item.state is not State.WITHDRAWN and copy[0].match is first[0].match]
        named = _in_name(first[0], query)
        first = next((copy for copy in held if _in_name(copy[0], query) >= named), first)
    return Folded(first, {copy[0].place[:3]: copy[0] for copy in copies if copy is not first})


def _in_name(hit: Hit, query: Query) -> int:
    """How many words of a query are in the name of a hit's item, in any form."""
    there = [word.forms for word in words(hit.item.path.rpartition("/")[2])]
    return sum(
        any(forms.fold == word.forms.fold or set(forms.stems) & set(word.forms.stems) for forms in there)
        for word in query.words
    )


def place(hit: Hit) -> str:
    """The position of a hit in its item: slide 3."""
    if hit.section is None:
        return ""
    where = placed(hit.item.unit or "section", hit.section.number)
    return tr("{place} (OCR)", place=where) if hit.section.ocr else tr(where)


def print_hits(decks: Sequence[Folded], scope: "Here", folder: "Path | None") -> None:
    """Print hits for a terminal or for a pipe. folder: the archive's in which the search was typed."""
    if is_terminal():
        with paged():
            _draw(decks, scope)
        last_hits.remember(folder, [deck.hits[0] for deck in decks], scope.roots)
    else:
        _print_rows(decks)


def _draw(decks: Sequence[Folded], scope: "Here") -> None:
    """Print hits to a terminal: position, file and title, the snippet, and more about the file."""
    headed = any(deck.hits[0].match is not Match.EXACT for deck in decks)
    for number, deck in enumerate(decks, 1):
        best = deck.hits[0]
        if headed and (number == 1 or GROUPS[best.match] != GROUPS[decks[number - 2].hits[0].match]):
            print_wrapped(out(), styled(tr(GROUPS[best.match]), "bold underline"))
        out().print(_heading(number, best, scope, out().width), soft_wrap=True)
        if best.snippet and not _is_title(best) and (best.section or best.marks):  # a name without a match is said above
            print_hanging(out(), styled(_INDENT), marked(best))
        print_hanging(out(), styled(_INDENT), " · ".join(_about(deck)), "dim")


def _heading(number: int, hit: Hit, scope: "Here", width: int) -> "Line":
    """Position, marks, file name and title in one line, of which the position is never cut."""
    head = styled("").append(f"{number:>2}  ", "dim")
    if hit.section:
        head.append(f"{place(hit)}  ", "cyan")
    for mark in marks_of(hit):
        head.append(f"{tr(mark)}  ", "yellow")
    name = shortened(safe(hit.item.path.rpartition("/")[2]), max(_SHORTEST, width - cells(head.plain)))
    head.append(name, file_link(_file(hit, scope), "bold"))
    room = width - cells(head.plain) - 2
    title = marked(hit) if _is_title(hit) else styled(_title_beside(hit))
    first, last = spans(title.plain, room - 2)[0] if room >= _SHORTEST else (0, 0)
    if last:
        head.append("  ").append_text(title[first:last]).append(" …" if last < len(title.plain.rstrip()) else "")
    return head


def _file(hit: Hit, scope: "Here") -> "Path | None":
    """The file of a hit, if its archive's files can be reached at all."""
    try:
        return scope.store_of(hit).place(hit.item)
    except MaterialsError:
        return None


def _is_title(hit: Hit) -> bool:
    """Whether the snippet is nothing but the title of the section."""
    return hit.section is not None and hit.snippet == " ".join(hit.section.title.split())


def _title_beside(hit: Hit) -> str:
    """The title of a section, unless the snippet begins with it."""
    title = " ".join(hit.section.title.split()) if hit.section else ""
    return "" if hit.snippet.casefold().startswith(title.casefold()) else safe(title)


def marks_of(hit: Hit) -> list[Message]:
    """What a hit is marked with: that its file is withdrawn, or that its text is not of the newest content."""
    found = {
        msg("withdrawn"): hit.item.state is State.WITHDRAWN,
        msg("earlier version"): hit.earlier,
        msg("new content waits"): hit.item.replacement is not None,
    }
    return [mark for mark, applies in found.items() if applies]


def _print_rows(decks: Sequence[Folded]) -> None:
    """Print hits to a pipe: path, position, title, snippet, date, other slides, match, what it lacks, marks, archive."""
    print_rows(
        (
            deck.hits[0].item.path, place(deck.hits[0]), deck.hits[0].section.title if deck.hits[0].section else "",
            deck.hits[0].snippet, day(deck.hits[0].item.remote.modified), " ".join(map(str, _others(deck))),
            deck.hits[0].match, ", ".join(deck.hits[0].missing), ", ".join(map(str, marks_of(deck.hits[0]))),
            *filter(None, [deck.hits[0].archive]),
        )
        for deck in decks
    )  # fmt: skip


def hit_row(hit: Hit) -> dict[str, Any]:
    """A hit as a JSON object. marks: character offsets into the snippet."""
    return {
        "archive": hit.archive or None,
        "item": hit.item.id,
        "collection": hit.item.collection,
        "path": hit.item.path,
        "deck": hit.item.title,
        "modified": rfc3339(hit.item.remote.modified),
        "unit": hit.item.unit,
        "section": hit.section.number if hit.section else None,
        "title": hit.section.title if hit.section else hit.item.title,
        "ocr": bool(hit.section and hit.section.ocr),
        "snippet": hit.snippet,
        "marks": [list(mark) for mark in hit.marks],
        "match": hit.match,
        "missing": list(hit.missing),
        "state": hit.item.state,
        "earlier_version": hit.earlier,
        "new_content_waits": hit.item.replacement is not None,
        "score": round(hit.score, 4),
    }


def marked(hit: Hit) -> "Line":
    """The snippet with the matching words highlighted."""
    line = styled("")
    at = 0
    for start, end in hit.marks:
        line.append(safe(hit.snippet[at:start]), "default").append(safe(hit.snippet[start:end]), "bold underline")
        at = end
    return line.append(safe(hit.snippet[at:]))


def _others(deck: Folded) -> list[int]:
    return [hit.section.number for hit in deck.hits[1:] if hit.section]


def _about(deck: Folded) -> list[str]:
    """A deck's date, its title if it is informative, its folder, its other matching slides, its copies."""
    item = deck.hits[0].item
    parts = [day(item.remote.modified), item.path.rpartition("/")[0]]
    title = (item.title or "").strip()
    section = deck.hits[0].section
    if title and title not in item.path and (section is None or title != section.title):
        parts.insert(1, tr("“{title}”", title=title))
    if missing := deck.hits[0].missing:
        parts.insert(0, tr("without {words}", words=", ".join(missing)))
    if others := _others(deck):
        places = tr(placed_at(item.unit or "section", sorted(others[:_MOST_SLIDES])))
        if (more := len(others) - _MOST_SLIDES) > 0:
            parts.append(trn("also {places} and {count} more", "also {places} and {count} more", more, places=places))
        else:
            parts.append(tr("also {places}", places=places))
    if deck.twins:
        parts.append(tr("identical to {names}", names=", ".join(map(_twin, deck.twins.values()))))
    return [part for part in (deck.hits[0].archive, *parts) if part]


def _twin(hit: Hit) -> str:
    name = hit.item.path.rpartition("/")[2]
    more = [*filter(None, [hit.archive]), *([tr("withdrawn")] if hit.item.state is State.WITHDRAWN else [])]
    return f"{name} ({', '.join(more)})" if more else name
