"""Output: tables and text for a terminal, rows for a pipe, the JSON envelope for programs.

Data goes to stdout, talk to stderr. On a terminal a table is drawn; in a pipe the same columns come whole, separated
by tabs, as gh does. rich is drawn in only where something is drawn: TAB and `--help` have no time for it.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

from materials_cli.dates import local_time
from materials_cli.export.escape import for_json, one_line, printable
from materials_cli.kinds import is_document
from materials_cli.messages import Message, in_english, tr, trn

_AT_ONCE = 1 << 16  # characters


def out() -> "Console":
    """The console for data: on stdout or, inside paged(), on the page."""
    return _console(_page[-1] if _page else sys.stdout)


def err() -> "Console":
    """The console for messages, on stderr."""
    return _console(sys.stderr)


def _console(stream: Any) -> "Console":
    """Style and interactivity depend only on the stream, not on FORCE_COLOR or a CI environment."""
    from materials_cli.cli.console import Console  # noqa: PLC0415 - what goes into a pipe is not drawn

    paging = stream in _page
    terminal = paging or is_terminal(stream)
    return Console(
        file=stream,
        force_terminal=terminal,
        force_interactive=terminal,
        color_system="auto" if terminal else None,
        width=None if paging or stream.isatty() else _width(),
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
_page: list[StringIO] = []


@contextmanager
def paged() -> Iterator[None]:
    """Show what is printed inside page by page if it is longer than the terminal; a pipe gets it directly."""
    if not is_terminal() or _page:
        yield
        return
    _page.append(StringIO())
    try:
        yield
    finally:
        from materials_cli.cli.pager import show  # noqa: PLC0415 - a pipe needs none

        show(_page.pop().getvalue())


def _text(text: object) -> str:
    return tr(text) if isinstance(text, Message) else str(text)


def styled(text: object, style: str = "") -> "Text":
    """Sanitised text for rich, without markup."""
    from rich.text import Text  # noqa: PLC0415 - what goes into a pipe needs no rich

    return Text(safe(_text(text)), style=style)


def file_link(path: Path | None, style: str = "") -> "Style":
    """A style that links a name to its file on terminals that support links (OSC 8); to its folder, unless it is a document."""
    from rich.style import Style  # noqa: PLC0415 - as above

    if path and not is_document(path.name):
        path = path.parent
    return Style.parse(style) + Style(link=path.absolute().as_uri() if path else None)


def say(*parts: object, style: str = "") -> None:
    """Print a message to stderr."""
    print_wrapped(err(), styled(" ".join(map(_text, parts)), style))


def say_whole(text: object, style: str = "") -> None:
    """Print text that may be copied, such as a command, to stderr without line breaks."""
    err().print(styled(text, style), soft_wrap=True)


def print_json(schema: str, items: Iterable[Mapping[str, Any]], **more: Any) -> None:
    """Print the JSON envelope: schema, time of creation, items. The items are printed one by one, as they come."""
    print_pieces(_envelope({"schema": schema, "generated": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **more}, items))


def _envelope(head: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    opened = for_json(head, indent=2).removesuffix("\n}")
    yield f'{opened},\n  "items": ['
    between = ""
    for item in items:
        text = for_json(item, indent=2).replace("\n", "\n    ")  # a text has no line end in JSON
        yield f"{between}\n    {text}"
        between = ","
    yield "\n  ]\n}\n" if between else "]\n}\n"


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


def print_pieces(pieces: Iterable[str]) -> None:
    """Write data that comes piece by piece, of which no more is held than what is written at once."""
    held, size = list[str](), 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _AT_ONCE:
            print_raw("".join(held))
            held, size = [], 0
    print_raw("".join(held))


def print_rows(rows: Iterable[Sequence[object]]) -> None:
    """Print rows to a pipe, separated by tabs. Messages translated while it is iterated are in English."""
    with in_english():
        print_pieces("\t".join(safe("" if cell is None else cell) for cell in row) + "\n" for row in rows)


def for_the_reader() -> AbstractContextManager[None]:
    """Around lines that are a table in a pipe: they follow the reader's language on a terminal alone, as print_rows() does."""
    return nullcontext() if is_terminal() else in_english()


def print_wrapped(console: "Console", text: "Text", beside: str = "") -> None:
    """Print a text: on a terminal, wrapped between words and indented as it begins; else on one line.

    beside: how the text begins, if what follows is to stand beside that.
    """
    plain = text.plain
    lead = len(beside) or len(plain) - len(plain.lstrip(" "))
    print_hanging(console, text[:lead], text[lead:])


def print_hanging(console: "Console", lead: "Text", text: object, style: str = "") -> None:
    """Print a label and a text: on a terminal, wrapped with a hanging indent; else on one line."""
    from rich.text import Text  # noqa: PLC0415 - what goes into a pipe needs no rich

    from materials_cli.cli.layout import hanging  # noqa: PLC0415 - what goes into a pipe is not laid out

    content = text if isinstance(text, Text) else styled(text, style)
    for line in hanging(lead, content, console.width) if console.is_terminal else (styled("") + lead + content,):
        console.print(line, soft_wrap=True)


def print_branch(lead: "Text", text: "Text", below: str, facts: "Text | None" = None) -> None:
    """Print a line of a tree: on a terminal, wrapped beside its guides; else on one line. below: see layout.branch()."""
    from materials_cli.cli.layout import branch  # noqa: PLC0415 - what goes into a pipe is not laid out

    console, facts = out(), styled("") if facts is None else facts
    lines = branch(lead, text, facts, styled(below, "dim"), console.width) if console.is_terminal else (lead + text + facts,)
    for line in lines:
        console.print(line, soft_wrap=True)


def print_columns(rows: "Iterable[Sequence[Text]]", right: Iterable[int] = ()) -> None:
    """Print a table whose last column is as wide as the terminal allows. right: the columns that are aligned to the right."""
    from materials_cli.cli.layout import columns  # noqa: PLC0415 - as above

    console = out()
    for line in columns(rows, console.width, right):
        console.print(line, soft_wrap=True)


def day(time: datetime | None) -> str:
    """A date as YYYY-MM-DD: the local one for a person, that of UTC in a pipe."""
    return f"{time.astimezone(None if is_terminal() else UTC):%Y-%m-%d}" if time else ""


def moment(time: datetime | None) -> str:
    """A date and time: for a person local, with its distance from UTC; in a pipe UTC, as in JSON."""
    if time is None:
        return tr("never")
    if not is_terminal():
        return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return local_time(time)


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
