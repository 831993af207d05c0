"""What the reading commands show: tables, trees, hits, one item whole."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from materials_cli.cli.output import day, file_link, grid, moment, out, print_hanging, print_rows, safe, styled
from materials_cli.config import Collection
from materials_cli.export.manifest import rfc3339, row, run_row
from materials_cli.messages import counted, msgids, number, placed, retold, size, tr, trn
from materials_cli.model import ActionKind, Item, Run, Section, State, Text, Version

if TYPE_CHECKING:
    from rich.text import Text as Line

_MOST_NOTES = 10


CHANGES = {
    ActionKind.ADD: msgids("{count} new", "{count} new"),
    ActionKind.REPLACE: msgids("{count} changed", "{count} changed"),
    ActionKind.MOVE: msgids("{count} renamed or moved", "{count} renamed or moved"),
    ActionKind.UPDATE: msgids("{count} with new details", "{count} with new details"),
    ActionKind.RESTORE: msgids("{count} restored", "{count} restored"),
    ActionKind.WITHDRAW: msgids("{count} withdrawn by the owner (kept here)", "{count} withdrawn by the owner (kept here)"),
}


def changes(counts: Mapping[str, int]) -> str:
    """How many items what became of: 3 new, 1 restored; nothing where there are none."""
    return ", ".join(trn(*forms, counts[kind]) for kind, forms in CHANGES.items() if counts.get(kind))


def cells(item: Item) -> tuple[object, ...]:
    """The columns of one item in a pipe."""
    return item.path, item.kind, item.fixity.size, day(item.remote.modified), item.sections or "", item.id


def print_table(items: Sequence[Item], held_path: Callable[[Item], Path], *, grouped: bool) -> None:
    """Items under their folders, or with their folders when the order is another one. held_path: where a file lies."""
    groups = itertools.groupby(items, key=lambda item: item.path.rpartition("/")[0]) if grouped else [("", iter(items))]
    for place, (folder, members) in enumerate(groups):
        if grouped:
            if place:
                out().print()
            out().print(styled(folder, "bold"))
        table = grid(
            {"overflow": "fold", "ratio": 1},
            {"no_wrap": True, "min_width": 11},
            {"justify": "right", "no_wrap": True, "min_width": 6},
            {"no_wrap": True, "min_width": 10},
        )
        table.expand = True
        for item in members:
            shown = styled("  " if grouped else "")
            shown.append(safe(item.path.rpartition("/")[2] if grouped else item.path), file_link(held_path(item)))
            if item.state is State.WITHDRAWN:
                shown.append(f"  {tr('withdrawn')}", "yellow")
            table.add_row(shown, _extent(item), size(item.fixity.size), day(item.remote.modified))
        out().print(table)


def print_totals(items: Sequence[Item], hidden: int) -> None:
    """One line below a table."""
    line = f"{counted(len(items), 'item')}, {size(sum(item.fixity.size for item in items))}"
    if hidden:
        withdrawn = trn(
            "{count} withdrawn by the owner and kept (--all shows it)",
            "{count} withdrawn by the owner and kept (--all shows them)",
            hidden,
        )
        line = f"{line}; {withdrawn}"
    out().print()
    out().print(styled(line, "dim"))


def print_tree(items: Sequence[Item]) -> None:
    """Folders and files as a tree."""
    from rich.tree import Tree  # noqa: PLC0415 - nothing else draws trees

    tops: dict[str, Tree] = {}
    branches: dict[str, Tree] = {}
    for item in items:
        *folders, name = item.path.split("/")
        here = ""
        parent: Tree | None = None
        for folder in folders:
            here = f"{here}/{folder}"
            if here not in branches:
                label = styled(folder, "bold")
                branches[here] = parent.add(label) if parent else tops.setdefault(here, Tree(label, guide_style="dim"))
            parent = branches[here]
        if parent:
            parent.add(styled(name).append(f"  {_extent(item)}  {size(item.fixity.size)}", "dim"))
    for top in tops.values():
        out().print(top)


def print_item(item: Item, text: Text | None, versions: Sequence[Version], path: Path) -> None:
    """One item: what it is, where it is from, proof of its bytes, and its outline."""
    remote = item.remote
    facts: list[tuple[str, object]] = [
        (tr("Name"), remote.name),
        (tr("Title"), item.title),
        (tr("Kind"), f"{tr(str(item.kind))} ({item.media_type})"),
        (tr("Extent"), _extent(item) if item.sections else None),
        (tr("Size"), f"{size(item.fixity.size)} ({trn('{count} byte', '{count} bytes', item.fixity.size)})"),
        (tr("Here"), path),
        (tr("On Drive"), remote.web_link),
        (tr("Folder"), " / ".join(remote.folders)),
        (tr("Owner"), remote.owner),
        (tr("About"), remote.description),
        (tr("Created"), moment(remote.created) if remote.created else None),
        (tr("Modified"), moment(remote.modified) if remote.modified else None),
        (tr("First seen"), moment(item.first_seen)),
        (tr("Fetched"), moment(item.fetched)),
        (tr("Withdrawn"), moment(item.withdrawn) if item.withdrawn else None),
        ("SHA-256", item.fixity.sha256),
        (
            tr("Checked"),
            tr("compared with Drive's own checksum") if item.verified else tr("Drive states no checksum for it"),
        ),
        (tr("Id"), item.id),
        (tr("Note"), retold(item.note or "")),
        (tr("Earlier"), "; ".join(f"{moment(v.modified)}, {size(v.fixity.size)}" for v in versions)),
    ]
    _print_pairs([(label, styled(value)) for label, value in facts if value])
    if text and text.sections:
        out().print()
        _print_pairs([(placed(text.unit, section.number), _outlined(section)) for section in text.sections], justify="right")


def print_status(archive: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """The archive, one block a collection."""
    out().print(styled(f"{tr('Archive')}  {archive}", "bold"), soft_wrap=True)
    failed, note, text = _columns(tr("failed"), tr("note"), tr("text"))
    for status in rows:
        out().print()
        out().print(styled(status["collection"], "bold").append(f"  {safe(status['title'])}" if status["title"] else ""))
        held = f"  {counted(status['held'], 'item')}, {size(status['bytes'])}"
        if status["withdrawn"]:
            withdrawn = status["withdrawn"]
            kept = trn("{count} withdrawn by the owner and kept", "{count} withdrawn by the owner and kept", withdrawn)
            held = f"{held}; {kept}"
        out().print(styled(held))
        run = status["last_run"]
        if run is None:
            out().print(styled(f"  {tr('never synced. Next: materials sync')}"))
            continue
        told = tr(
            "last run {time}: {ending}; {changes}",
            time=run["started_here"],
            ending=_ending(run),
            changes=changes(run["counts"]) or tr("no changes"),
        )
        out().print(styled(f"  {told}"), soft_wrap=True)
        for failure in run["failures"]:
            print_hanging(out(), styled(f"  {failed}  ", "red"), f"{failure['path']}: {retold(failure['message'])}", "red")
        for notice in run["notices"]:
            print_hanging(out(), styled(f"  {note}  ", "yellow"), retold(notice), "yellow")
        for noted in status["notes"][:_MOST_NOTES]:
            print_hanging(out(), styled(f"  {text}  ", "dim"), f"{noted['path']}: {retold(noted['note'])}", "dim")
        if more := status["notes"][_MOST_NOTES:]:
            told = tr("… and {count} more: materials status --json", count=number(len(more)))
            out().print(styled(f"  {text}  {told}", "dim"), soft_wrap=True)


def full_row(item: Item, text: Text | None, versions: Sequence[Version]) -> dict[str, Any]:
    """An item for programs, with its outline and its earlier versions."""
    return {
        **row(item),
        "properties": dict(text.properties) if text else {},
        "outline": [
            {"section": s.number, "title": s.title, "hidden": s.hidden, "ocr": s.ocr, "body": s.body, "notes": s.notes}
            for s in (text.sections if text else ())
        ],
        "versions": [
            {
                "sha256": v.fixity.sha256, "bytes": v.fixity.size, "path": v.path,
                "modified": rfc3339(v.modified), "fetched": rfc3339(v.fetched), "retired": rfc3339(v.retired),
            }
            for v in versions
        ],
    }  # fmt: skip


def status_row(collection: Collection, items: Sequence[Item], run: Run | None) -> dict[str, Any]:
    """The state of one collection for programs."""
    held = [item for item in items if item.state is State.HELD]
    return {
        "collection": collection.slug,
        "title": collection.title,
        "link": collection.link,
        "held": len(held),
        "bytes": sum(item.fixity.size for item in held),
        "withdrawn": len(items) - len(held),
        "notes": [{"path": item.path, "id": item.id, "note": item.note} for item in held if item.note],
        "last_run": run and {**run_row(run), "started_here": moment(run.started)},
    }


def _columns(*labels: str) -> list[str]:
    width = max(map(len, labels))
    return [label.ljust(width) for label in labels]


def _ending(run: Mapping[str, Any]) -> str:
    if run["status"] is None:
        return tr("did not end")
    return tr("ended with status {status}", status=run["status"]) if run["status"] else tr("all well")


def _extent(item: Item) -> str:
    return counted(item.sections, item.unit or "section") if item.sections else tr(str(item.kind))


def _outlined(section: Section) -> "Line":
    title = section.title or section.body.strip().partition("\n")[0][:80]
    shown = styled(title or tr("(no text)"), "" if title else "dim")
    if section.hidden:
        shown.append(f"  {tr('hidden')}", "yellow")
    if section.ocr:
        shown.append(f"  {tr('OCR')}", "yellow")
    return shown


def _print_pairs(pairs: Sequence[tuple[str, "Line"]], justify: str = "left") -> None:
    """Labels and what they stand for: side by side on a terminal, whole and with a tab between them in a pipe."""
    if not out().is_terminal:
        print_rows((label, shown.plain) for label, shown in pairs)
        return
    table = grid({"style": "dim", "no_wrap": True, "justify": justify}, {"overflow": "fold"})
    for label, shown in pairs:
        table.add_row(label, shown)
    out().print(table)
