"""The digest of what has changed, told: as text for a mail or a terminal, Markdown, a page, and rows for programs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from materials_cli.export.escape import for_html, for_markdown, one_line
from materials_cli.export.manifest import rfc3339
from materials_cli.export.page import page
from materials_cli.history.digest import Changed, Digest, TextCounts
from materials_cli.messages import counted, msgid, msgids, number, retold, tr, trn
from materials_cli.model import ActionKind, Run

MOST = 50
_RENAMED, _MOVED_ELSEWHERE, _RENAMED_OR_MOVED = msgid("renamed"), msgid("moved"), msgid("renamed or moved")
_COUNTS = {
    ActionKind.ADD: msgids("{count} new", "{count} new"),
    ActionKind.REPLACE: msgids("{count} replaced", "{count} replaced"),
    ActionKind.UPDATE: msgids("{count} with new details", "{count} with new details"),
    ActionKind.WITHDRAW: msgids("{count} withdrawn by the owner (kept)", "{count} withdrawn by the owner (kept)"),
    ActionKind.RESTORE: msgids("{count} restored", "{count} restored"),
    _RENAMED: msgids("{count} renamed", "{count} renamed"),
    _MOVED_ELSEWHERE: msgids("{count} moved", "{count} moved"),
    _RENAMED_OR_MOVED: msgids("{count} renamed or moved", "{count} renamed or moved"),
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
    """One thing that is told: its path, where it was before, and what else there is to say. All safe to show."""

    path: str
    was: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind. more: how many are not listed, so that a mail stays a mail. failed: they are what failed."""

    label: str
    lines: tuple[Line, ...]
    more: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """One collection: a sentence, when it was looked at, and the particulars."""

    collection: str
    headline: str
    when: str
    groups: tuple[Group, ...]


def chapters(digest: Digest, most: int = MOST) -> list[Chapter]:
    """A chapter for each collection that ran, with at most so many lines of each kind."""
    return [_chapter(name, digest.of(name), most) for name in digest.collections]


def headline(changed: Sequence[Changed]) -> str:
    """What has changed, in one sentence; details of a replaced text where there is but one."""
    parts = []
    for kind in ActionKind:
        if chosen := [change for change in changed if change.kind is kind]:
            part = _count(kind, chosen)
            if kind is ActionKind.REPLACE and len(chosen) == 1 and chosen[0].text:
                part += f" ({text_words(chosen[0].text)})"
            parts.append(part)
    return ", ".join(parts) or tr("nothing has changed")


def text_words(text: TextCounts) -> str:
    """What became of a text: 12 → 15 slides; 4 slides' text changed."""
    unit, before, after = text["unit"], text["before"], text["after"]
    added, removed, moved, changed = (text.get(name, 0) for name in ("added", "removed", "moved", "changed"))
    parts = [counted(after, unit) if before == after else f"{number(before)} → {counted(after, unit)}"]
    if added and removed:
        parts.append(tr("{added} new, {removed} gone", added=number(added), removed=number(removed)))
    if changed:
        parts.append(trn(*_REWRITTEN.get(unit, _REWRITTEN["section"]), changed))
    if moved:
        parts.append(trn(*_MOVED.get(unit, _MOVED["section"]), moved))
    if "changed" in text and not (added or removed or changed or moved):
        parts.append(tr("the same text"))
    return "; ".join(parts)


def to_text(digest: Digest, most: int = MOST) -> str:
    """Plain text, for a mail or a terminal."""
    told = []
    for chapter in chapters(digest, most):
        groups = "".join(f"\n  {group.label}\n{_lines(group, '    ', one_line)}" for group in chapter.groups)
        told.append(f"{chapter.collection}: {chapter.headline}\n  {chapter.when}\n{groups}")
    return "\n".join(told)


def to_markdown(digest: Digest, most: int = MOST) -> str:
    """Markdown, for an issue, a wiki or a chat."""
    told = []
    for chapter in chapters(digest, most):
        head = f"## {for_markdown(chapter.collection)}\n\n{chapter.headline} – {chapter.when}\n"
        groups = "".join(f"\n### {group.label}\n\n{_lines(group, '- ', for_markdown, '**')}" for group in chapter.groups)
        told.append(head + groups)
    return "\n".join(told)


def to_html(digest: Digest, title: str, most: int = MOST) -> str:
    """A page that stands alone."""
    told = [f"<h1>{for_html(title)}</h1>\n"]
    for chapter in chapters(digest, most):
        head = f"{for_html(chapter.headline)}<br><small>{for_html(chapter.when)}</small>"
        told.append(f"<h2>{for_html(chapter.collection)}</h2>\n<p>{head}</p>\n{fragment(chapter)}")
    if digest.head:
        told.append(f"<footer>{for_html(tr('History up to here is proved by {hash}', hash=digest.head))}</footer>\n")
    return page(title, "".join(told))


def fragment(chapter: Chapter) -> str:
    """The particulars of a chapter as HTML."""
    shown = []
    for group in chapter.groups:
        items = [*map(_html_line, group.lines), *filter(None, [_more(group)])]
        listed = "".join(f"<li>{item}</li>\n" for item in items)
        shown.append(f"<h3>{for_html(group.label)}</h3>\n<ul>\n{listed}</ul>\n")
    return "".join(shown)


def changed_row(change: Changed) -> dict[str, Any]:
    """One change for programs."""
    return {
        "collection": change.collection,
        "id": change.item,
        "action": str(change.kind),
        "path": change.path,
        "from": change.was_path,
        "reason": change.reason,
        "bytes": change.bytes,
        "sha256": change.sha256,
        "was_sha256": change.was,
        "text": change.text and dict(change.text),
        "time": rfc3339(change.time),
        "run": change.run,
    }


def summary(digest: Digest) -> Mapping[str, str]:
    """The sentence for each collection, for programs that only pass it on."""
    return {name: headline(digest.of(name).changed) for name in digest.collections}


def _chapter(name: str, digest: Digest, most: int) -> Chapter:
    groups = []
    for kind in ActionKind:
        if chosen := [change for change in digest.changed if change.kind is kind]:
            label = _word(kind, chosen)
            groups.append(_group(label, [_line(change) for change in chosen], most))
    last = digest.runs[-1]
    if last.failures:
        failed = [Line(one_line(f.path.removeprefix(f"{name}/")), remark=one_line(retold(f.message))) for f in last.failures]
        label = tr("failed in the last run") if last.status == 3 else tr("the last run failed")
        groups.append(replace(_group(label, failed, most), failed=True))
    if last.notices:
        groups.append(_group(tr("notes of the last run"), [Line(one_line(retold(notice))) for notice in last.notices], most))
    return Chapter(one_line(name), headline(digest.changed), _when(digest.runs), tuple(groups))


def _group(label: str, lines: Sequence[Line], most: int) -> Group:
    return Group(label, tuple(lines[:most]), max(0, len(lines) - most))


def _line(change: Changed) -> Line:
    shown, was = (
        path and one_line(path.removeprefix(f"{change.collection}/")) for path in (change.path, change.was_path or "")
    )
    remark = ""
    if change.kind is ActionKind.REPLACE:
        remark = text_words(change.text) if change.text else retold(change.reason)
    elif change.kind in {ActionKind.RESTORE, ActionKind.WITHDRAW, ActionKind.UPDATE}:
        remark = retold(change.reason)
    return Line(shown, was, one_line(remark))


def _word(kind: ActionKind, changed: Sequence[Changed]) -> str:
    words = {
        ActionKind.ADD: msgid("new"),
        ActionKind.REPLACE: msgid("replaced"),
        ActionKind.UPDATE: msgid("with new details"),
        ActionKind.WITHDRAW: msgid("withdrawn by the owner (kept)"),
        ActionKind.RESTORE: msgid("restored"),
    }
    return tr(words.get(kind) or _movement(changed))


def _count(kind: ActionKind, changed: Sequence[Changed]) -> str:
    """How many of them, and what became of them: 3 new."""
    return trn(*_COUNTS[kind if kind is not ActionKind.MOVE else _movement(changed)], len(changed))


def _movement(changed: Sequence[Changed]) -> str:
    places = [((c.was_path or "").rpartition("/"), c.path.rpartition("/")) for c in changed]
    if all(before[0] == after[0] for before, after in places):
        return _RENAMED
    return _MOVED_ELSEWHERE if all(before[2] == after[2] for before, after in places) else _RENAMED_OR_MOVED


def _when(runs: Sequence[Run]) -> str:
    last = runs[-1]
    moment = f"{last.started.astimezone():%Y-%m-%d %H:%M}"
    if not last.ended:
        moment = tr("{time}, which did not end", time=moment)
    if len(runs) == 1:
        return tr("run {number} of {time}", number=last.id, time=moment)
    return trn(
        "{count} run, {first} to {last}, the last of {time}",
        "{count} runs, {first} to {last}, the last of {time}",
        len(runs),
        first=runs[0].id,
        last=last.id,
        time=moment,
    )


def _lines(group: Group, begin: str, fit: Callable[[object], str], strong: str = "") -> str:
    """The lines of a group as text or Markdown."""
    written = []
    for line in group.lines:
        was = f"{fit(line.was)} → " if line.was else ""
        remark = f"  ({fit(line.remark)})" if line.remark else ""
        written.append(f"{begin}{strong}{was}{fit(line.path)}{strong}{remark}\n")
    return "".join(written) + (f"{begin}{_more(group)}\n" if group.more else "")


def _more(group: Group) -> str:
    return tr("… and {count} more", count=number(group.more)) if group.more else ""


def _html_line(line: Line) -> str:
    was = f"<bdi>{for_html(line.was)}</bdi> → " if line.was else ""
    remark = f" <small>({for_html(line.remark)})</small>" if line.remark else ""
    return f"{was}<bdi>{for_html(line.path)}</bdi>{remark}"
