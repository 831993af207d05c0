"""Output: tables and text for a terminal, rows for a pipe, the JSON envelope for programs.

Data goes to stdout, talk to stderr. On a terminal a table is drawn; in a pipe the same columns come whole, separated
by tabs, as gh does. rich is drawn in only where something is drawn: TAB and `--help` have no time for it.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.style import Style
    from rich.table import Table
    from rich.text import Text

from materials_cli.export.escape import for_json, one_line, printable
from materials_cli.kinds import is_document
from materials_cli.messages import Message, in_english, tr, trn


def out() -> "Console":
    """The console for data, on stdout."""
    return _console(sys.stdout)


def err() -> "Console":
    """The console for messages, on stderr."""
    return _console(sys.stderr)


def _console(stream: Any) -> "Console":
    """Style and interactivity depend only on the stream, not on FORCE_COLOR or a CI environment."""
    from materials_cli.cli.console import Console  # noqa: PLC0415 - what goes into a pipe is not drawn

    terminal = is_terminal(stream)
    return Console(
        file=stream,
        force_terminal=terminal,
        force_interactive=terminal,
        color_system="auto" if terminal else None,
        width=None if stream.isatty() else _width(),
        highlight=False,
        markup=False,
        emoji=False,
    )


def is_terminal(stream: Any = None) -> bool:
    """Whether a stream is a terminal; by default, stdout."""
    stream = stream or sys.stdout
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdigit() and int(columns) > 0 else 100


safe = one_line
_NARROW = 24


def _text(text: object) -> str:
    return tr(text) if isinstance(text, Message) else str(text)


def styled(text: object, style: str = "") -> "Text":
    """Sanitised text for rich, without markup."""
    from rich.text import Text  # noqa: PLC0415

    return Text(safe(_text(text)), style=style)


def file_link(path: Path | None, style: str = "") -> "Style":
    """A style that links a name to its file on terminals that support links (OSC 8); to its folder, unless it is a document."""
    from rich.style import Style  # noqa: PLC0415

    if path and not is_document(path.name):
        path = path.parent
    return Style.parse(style) + Style(link=path.absolute().as_uri() if path else None)


def say(*parts: object, style: str = "") -> None:
    """Print a message to stderr."""
    err().print(styled(" ".join(map(_text, parts)), style), soft_wrap=not err().is_terminal)


def say_whole(text: object, style: str = "") -> None:
    """Print text that may be copied, such as a command, to stderr without line breaks."""
    err().print(styled(text, style), soft_wrap=True)


def print_json(schema: str, items: Sequence[Mapping[str, Any]], **more: Any) -> None:
    """Print the JSON envelope: schema, time of creation, items."""
    envelope = {"schema": schema, "generated": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **more, "items": list(items)}
    print_raw(for_json(envelope, indent=2) + "\n")


def print_raw(text: str) -> None:
    """Write data in UTF-8, regardless of the locale: unchanged, but for a terminal without what could control it."""
    if sys.stdout.isatty():
        text = printable(text)
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(text.encode("utf-8", "replace"))
        buffer.flush()


def print_rows(rows: Iterable[Sequence[object]]) -> None:
    """Print rows to a pipe, separated by tabs. Messages translated while it is iterated are in English."""
    with in_english():
        text = "".join("\t".join(safe("" if cell is None else cell) for cell in row) + "\n" for row in rows)
    print_raw(text)


def grid(*columns: Mapping[str, Any]) -> "Table":
    """A table without borders, as wide as its content."""
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(**column)
    return table


def print_hanging(console: "Console", lead: "Text", text: object, style: str = "") -> None:
    """Print a label and a text: on a terminal, wrapped with a hanging indent; else on one line."""
    from rich.table import Table  # noqa: PLC0415

    content = styled(text, style)
    if not console.is_terminal or console.width < lead.cell_len + _NARROW:
        console.print(lead + content, soft_wrap=True)
        return
    table = Table.grid()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(lead, content)
    console.print(table)


def day(time: datetime | None) -> str:
    """A date as YYYY-MM-DD."""
    return f"{time.astimezone():%Y-%m-%d}" if time else ""


def moment(time: datetime | None) -> str:
    """A date and time to the minute, in local time."""
    return f"{time.astimezone():%Y-%m-%d %H:%M}" if time else tr("never")


def ago(time: datetime, now: datetime | None = None) -> str:
    """How long ago, in a suitable unit."""
    seconds = ((now or datetime.now(UTC)) - time).total_seconds()
    if seconds >= 2 * 86_400:
        return trn("{count} day ago", "{count} days ago", int(seconds // 86_400))
    if seconds >= 2 * 3_600:
        return trn("{count} hour ago", "{count} hours ago", int(seconds // 3_600))
    if seconds >= 2 * 60:
        return trn("{count} minute ago", "{count} minutes ago", int(seconds // 60))
    return tr("just now")
