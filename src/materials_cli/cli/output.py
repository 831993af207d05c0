"""How things look: safe text, sizes and times for people, the one JSON envelope for programs.

Data goes to stdout, talk to stderr. On a terminal a table is drawn; in a pipe the same columns come whole, separated
by tabs, as gh does. rich is drawn in only where something is drawn: TAB and `--help` have no time for it.
"""

import json
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

from materials_cli.export.escape import one_line
from materials_cli.messages import Message, in_english, tr, trn


def out() -> "Console":
    """Where data goes."""
    return _console(sys.stdout)


def err() -> "Console":
    """Where talk goes."""
    return _console(sys.stderr)


def _console(stream: Any) -> "Console":
    """Look and interactivity follow the stream alone, whatever FORCE_COLOR or a build server says."""
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
    """Whether a person looks at what is written there, usually on stdout."""
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
    """Safe text as rich draws it, with no markup in it."""
    from rich.text import Text  # noqa: PLC0415

    return Text(safe(_text(text)), style=style)


def file_link(path: Path | None, style: str = "") -> "Style":
    """A style that makes a file's name a link to it, where the terminal knows links (OSC 8); nothing in a pipe."""
    from rich.style import Style  # noqa: PLC0415

    return Style.parse(style) + Style(link=path.absolute().as_uri() if path else None)


def say(*parts: object, style: str = "") -> None:
    """Talk to the person."""
    err().print(styled(" ".join(map(_text, parts)), style), soft_wrap=not err().is_terminal)


def say_whole(text: object, style: str = "") -> None:
    """Say what may be copied, such as a command, without a line break in it."""
    err().print(styled(text, style), soft_wrap=True)


def print_json(schema: str, items: Sequence[Mapping[str, Any]], **more: Any) -> None:
    """The envelope of every `--json`: schema, time of making, items."""
    envelope = {"schema": schema, "generated": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **more, "items": list(items)}
    print_raw(json.dumps(envelope, ensure_ascii=False, indent=2, default=str) + "\n")


def print_raw(text: str) -> None:
    """Write data exactly as it is, in UTF-8 whatever the locale."""
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(text.encode("utf-8", "replace"))
        buffer.flush()


def print_rows(rows: Iterable[Sequence[object]]) -> None:
    """Rows for a pipe: whole, separated by tabs; in English, as far as they are made while they are written."""
    with in_english():
        text = "".join("\t".join(safe("" if cell is None else cell) for cell in row) + "\n" for row in rows)
    print_raw(text)


def grid(*columns: Mapping[str, Any]) -> "Table":
    """A table without lines, as wide as it needs to be."""
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(**column)
    return table


def print_hanging(console: "Console", lead: "Text", text: object, style: str = "") -> None:
    """A text behind its label: on a terminal no word is broken, and all lines begin where the first does; else one line."""
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
    """The day, as everybody can read it."""
    return f"{time.astimezone():%Y-%m-%d}" if time else ""


def moment(time: datetime | None) -> str:
    """Day and minute in this machine's own time."""
    return f"{time.astimezone():%Y-%m-%d %H:%M}" if time else tr("never")


def ago(time: datetime, now: datetime | None = None) -> str:
    """How long ago, in the largest unit that tells enough."""
    seconds = ((now or datetime.now(UTC)) - time).total_seconds()
    if seconds >= 2 * 86_400:
        return trn("{count} day ago", "{count} days ago", int(seconds // 86_400))
    if seconds >= 2 * 3_600:
        return trn("{count} hour ago", "{count} hours ago", int(seconds // 3_600))
    if seconds >= 2 * 60:
        return trn("{count} minute ago", "{count} minutes ago", int(seconds // 60))
    return tr("just now")
