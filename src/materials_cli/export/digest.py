"""Renders the digest of changes: as text for a mail or a terminal, as Markdown, as a page, and as rows for programs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from materials_cli.dates import local_time, rfc3339
from materials_cli.export.escape import for_html, for_markdown, one_line
from materials_cli.export.page import page
from materials_cli.history.counts import CHANGES
from materials_cli.history.digest import Changed, Digest, TextCounts
from materials_cli.messages import Language, Message, counted, joined, msg, msgid, msgids, msgn, verbatim
from materials_cli.model import ActionKind, Run

MAX_LINES = 50
_RENAMED, _MOVED_ELSEWHERE, _RENAMED_OR_MOVED = msgid("renamed"), msgid("moved"), msgid("renamed or moved")
_MOVES = {
    _RENAMED: msgids("{count} renamed", "{count} renamed"),
    _MOVED_ELSEWHERE: msgids("{count} moved", "{count} moved"),
    _RENAMED_OR_MOVED: CHANGES[ActionKind.MOVE],
}
_REWRITTEN = {
    "page": msgids("{count} page's text changed", "{count} pages' text changed"),
    "section": msgids("{count} section's text changed", "{count} sections' text changed"),
    "sheet": msgids("{count} sheet's text changed", "{count} sheets' text changed"),
    "slide": msgids("{count} slide's text changed", "{count} slides' text changed"),
}
_MOVED = {
    "page": msgids("{count} page moved", "{count} pages moved"),
    "section": msgids("{count} section moved", "{count} sections moved"),
    "sheet": msgids("{count} sheet moved", "{count} sheets moved"),
    "slide": msgids("{count} slide moved", "{count} slides moved"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One change: the item's path, its path before, both safe to print, and a remark."""

    path: str
    was: str = ""
    remark: Message | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one kind. more: the number left out. failed: these are failures."""

    label: Message
    lines: tuple[Line, ...]
    more: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """One collection: a sentence, the time of the runs, and the changes."""

    collection: str
    headline: Message
    when: Message
    groups: tuple[Group, ...]


def chapters(digest: Digest, limit: int = MAX_LINES) -> list[Chapter]:
    """A chapter for each collection. limit: the most lines of each kind."""
    return [_chapter(name, digest.of(name), limit) for name in digest.collections]


def headline(changed: Sequence[Changed]) -> Message:
    """The changes in one sentence, with details of the text if only one item was replaced."""
    parts = []
    for kind in ActionKind:
        if chosen := [change for change in changed if change.kind is kind]:
            part = _count(kind, chosen)
            if kind is ActionKind.REPLACE and len(chosen) == 1 and chosen[0].text:
                part = msg("{change} ({text})", change=part, text=text_summary(chosen[0].text))
            parts.append(part)
    return joined(parts, ", ") if parts else msg("no changes")


def text_summary(text: TextCounts) -> Message:
    """How a text changed, such as "12 → 15 slides; 4 slides' text changed"."""
    unit, before, after = text["unit"], text["before"], text["after"]
    added, removed, moved, changed = (text.get(name, 0) for name in ("added", "removed", "moved", "changed"))
    extent = counted(after, unit)
    parts = [extent if before == after else msg("{before} → {after}", before=before, after=extent)]
    if added and removed:
        parts.append(msg("{added} new, {removed} removed", added=added, removed=removed))
    if changed:
        parts.append(msgn(*_REWRITTEN.get(unit, _REWRITTEN["section"]), changed))
    if moved:
        parts.append(msgn(*_MOVED.get(unit, _MOVED["section"]), moved))
    if "changed" in text and not (added or removed or changed or moved):
        parts.append(msg("text unchanged"))
    return joined(parts, "; ")


def to_text(digest: Digest, say: Language, limit: int = MAX_LINES) -> str:
    """Plain text, for a mail or a terminal."""
    parts = []
    for chapter in chapters(digest, limit):
        groups = "".join(f"\n  {say(group.label)}\n{_lines(group, say, '    ', one_line)}" for group in chapter.groups)
        parts.append(f"{chapter.collection}: {say(chapter.headline)}\n  {say(chapter.when)}\n{groups}")
    return "\n".join(parts)


def to_markdown(digest: Digest, say: Language, limit: int = MAX_LINES) -> str:
    """Markdown, for an issue, a wiki or a chat."""
    parts = []
    for chapter in chapters(digest, limit):
        head = f"## {for_markdown(chapter.collection)}\n\n{say(chapter.headline)} – {say(chapter.when)}\n"
        groups = "".join(
            f"\n### {say(group.label)}\n\n{_lines(group, say, '- ', for_markdown, '**')}" for group in chapter.groups
        )
        parts.append(head + groups)
    return "\n".join(parts)


def to_html(digest: Digest, title: str, say: Language, limit: int = MAX_LINES) -> str:
    """A self-contained page."""
    parts = [f"<h1>{for_html(title)}</h1>\n"]
    for chapter in chapters(digest, limit):
        head = f"{for_html(say(chapter.headline))}<br><small>{for_html(say(chapter.when))}</small>"
        parts.append(f"<h2>{for_html(chapter.collection)}</h2>\n<p>{head}</p>\n{fragment(chapter, say)}")
    if digest.head:
        parts.append(f"<footer>{for_html(say(msg('Hash of the history up to here: {hash}', hash=digest.head)))}</footer>\n")
    return page(title, "".join(parts), say.code)


def fragment(chapter: Chapter, say: Language) -> str:
    """The changes of a chapter as HTML."""
    shown = []
    for group in chapter.groups:
        items = [*(_html_line(line, say) for line in group.lines), *filter(None, [_more(group, say)])]
        listed = "".join(f"<li>{item}</li>\n" for item in items)
        shown.append(f"<h3>{for_html(say(group.label))}</h3>\n<ul>\n{listed}</ul>\n")
    return "".join(shown)


def changed_row(change: Changed) -> dict[str, Any]:
    """One change for programs."""
    return {
        "collection": change.collection,
        "id": change.item,
        "action": str(change.kind),
        "path": change.path,
        "from": change.was_path,
        "reason": str(change.reason),
        "bytes": change.bytes,
        "sha256": change.sha256,
        "was_sha256": change.was,
        "text": change.text and dict(change.text),
        "time": rfc3339(change.time),
        "run": change.run,
    }


def summary(digest: Digest) -> Mapping[str, str]:
    """The sentence for each collection, for programs."""
    return {name: str(headline(digest.of(name).changed)) for name in digest.collections}


def _chapter(name: str, digest: Digest, limit: int) -> Chapter:
    groups = [
        _group(_label(kind, chosen), list(map(_line, chosen)), limit)
        for kind in ActionKind
        if (chosen := [change for change in digest.changed if change.kind is kind])
    ]
    groups += _last_run(name, digest.runs[-1], limit)
    return Chapter(one_line(name), headline(digest.changed), _when(digest.runs), tuple(groups))


def _last_run(name: str, last: Run, limit: int) -> Iterator[Group]:
    """What failed in the last run, what needs attention, and its notes."""
    if failures := [failure for failure in last.failures if not failure.is_remark]:
        failed = [Line(one_line(f.path.removeprefix(f"{name}/")), remark=f.message) for f in failures]
        label = msg("failed in the last run") if last.status == 3 else msg("the last run failed")
        yield replace(_group(label, failed, limit), failed=True)
    if remarks := [Line("", remark=failure.message) for failure in last.failures if failure.is_remark]:
        yield replace(_group(msg("needs attention"), remarks, limit), failed=True)
    if last.notices:
        yield _group(msg("notes from the last run"), [Line("", remark=notice) for notice in last.notices], limit)


def _group(label: Message, lines: Sequence[Line], limit: int) -> Group:
    return Group(label, tuple(lines[:limit]), max(0, len(lines) - limit))


def _line(change: Changed) -> Line:
    shown, was = (
        path and one_line(path.removeprefix(f"{change.collection}/")) for path in (change.path, change.was_path or "")
    )
    remark = None
    if change.kind is ActionKind.REPLACE:
        remark = text_summary(change.text) if change.text else change.reason
    elif change.kind in {ActionKind.RESTORE, ActionKind.WITHDRAW, ActionKind.UPDATE}:
        remark = change.reason
    return Line(shown, was, remark)


def _label(kind: ActionKind, changed: Sequence[Changed]) -> Message:
    labels = {
        ActionKind.ADD: msgid("new"),
        ActionKind.REPLACE: msgid("replaced"),
        ActionKind.UPDATE: msgid("with updated details"),
        ActionKind.WITHDRAW: msgid("withdrawn by the owner (kept)"),
        ActionKind.RESTORE: msgid("restored"),
    }
    return Message(labels.get(kind) or _movement(changed))


def _count(kind: ActionKind, changed: Sequence[Changed]) -> Message:
    """The number of changes of a kind, such as "3 new"."""
    return msgn(*(CHANGES[kind] if kind is not ActionKind.MOVE else _MOVES[_movement(changed)]), len(changed))


def _movement(changed: Sequence[Changed]) -> str:
    places = [((c.was_path or "").rpartition("/"), c.path.rpartition("/")) for c in changed]
    if all(before[0] == after[0] for before, after in places):
        return _RENAMED
    return _MOVED_ELSEWHERE if all(before[2] == after[2] for before, after in places) else _RENAMED_OR_MOVED


def _when(runs: Sequence[Run]) -> Message:
    last = runs[-1]
    moment = verbatim(local_time(last.started))
    if not last.ended:
        moment = msg("{time}, which did not finish", time=moment)
    if len(runs) == 1:
        return msg("run {number} on {time}", number=str(last.id), time=moment)
    return msgn(
        "{count} run, {first} to {last}, the last on {time}",
        "{count} runs, {first} to {last}, the last on {time}",
        len(runs),
        first=str(runs[0].id),
        last=str(last.id),
        time=moment,
    )


def _lines(group: Group, say: Language, bullet: str, escape: Callable[[object], str], emphasis: str = "") -> str:
    """The lines of a group as text or Markdown. escape: makes a text safe in that format."""
    lines = []
    for line in group.lines:
        was = f"{escape(line.was)} → " if line.was else ""
        name = f"{emphasis}{was}{escape(line.path)}{emphasis}" if line.path else ""
        remark = escape(say(line.remark)) if line.remark else ""
        lines.append(f"{bullet}{name}{f'  ({remark})' if name and remark else remark}\n")
    return "".join(lines) + (f"{bullet}{_more(group, say)}\n" if group.more else "")


def _more(group: Group, say: Language) -> str:
    return say(msg("… and {count} more", count=group.more)) if group.more else ""


def _html_line(line: Line, say: Language) -> str:
    was = f"<bdi>{for_html(line.was)}</bdi> → " if line.was else ""
    remark = for_html(say(line.remark)) if line.remark else ""
    if not line.path:
        return remark
    return f"{was}<bdi>{for_html(line.path)}</bdi>{f' <small>({remark})</small>' if remark else ''}"
