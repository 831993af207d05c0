"""`materials search --interactive`: search interactively, with results updated as you type. Only this imports Textual."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import typer
from rich.text import Text as Line
from textual import events, work
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from materials_cli.cli.hits import GROUPS, marked, marks_of, place
from materials_cli.cli.inline import encoder
from materials_cli.cli.layout import spans
from materials_cli.cli.open import open_file
from materials_cli.cli.output import day, safe
from materials_cli.cli.scope import Here, lines_of
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.messages import Message, msg, msgid, tr, trn
from materials_cli.pictures.drawn import JPEG
from materials_cli.pictures.kept import Pictures
from materials_cli.search.engine import Results
from materials_cli.search.equivalents import shipped
from materials_cli.search.filters import Filters
from materials_cli.search.hit import Hit, Match
from materials_cli.search.match import MatchLevel
from materials_cli.search.query import parse
from materials_cli.search.snippet import highlight

if TYPE_CHECKING:
    from materials_cli.search.clauses import Clauses

_MOST_HITS = 50
_LINES_ABOVE = 3
_PICTURE = "F2"
# The first ones are seen in a narrow window, too.
_KEYS = (
    ("Enter", msgid("open")),
    ("Esc", msgid("quit")),
    ("F1", msgid("help")),
    ("↑ ↓", msgid("select")),
    (msgid("PgUp PgDn"), msgid("scroll")),
    (_PICTURE, msgid("picture")),
)


_NO_PICTURES = msgid("This terminal does not say that it can show pictures (kitty, iTerm2, WezTerm and foot do).")


class _Words(Input):
    """The query. A question mark asks for help before anything is typed; later it belongs to the query."""

    async def _on_key(self, event: events.Key) -> None:
        if event.character == "?" and not self.value:
            event.stop()
            event.prevent_default()
            self.app.push_screen(_Help())


class _Hits(OptionList, can_focus=False):
    """The hits, while the keys stay with the query. One click selects a hit, two open it."""

    async def _on_click(self, event: events.Click) -> None:
        event.prevent_default()
        at = event.style.meta.get("option")
        if at is not None and not self.get_option_at_index(at).disabled:
            self.highlighted = at
            if event.chain > 1:
                self.action_select()


class _Help(ModalScreen[None]):
    """What the keys do and how to narrow a search; any key or click closes it."""

    def compose(self) -> ComposeResult:
        """Create the widgets."""
        lines = (
            tr("Type words in any language; the results follow what you type."),
            tr("“a phrase” in quotes matches exactly; -word excludes a word."),
            tr("kind:slides, lang:ru, year:2025, in:title narrow a search."),
            "",
            tr("↑ ↓ or a click: select a result"),
            tr("PgUp PgDn or the wheel: scroll its text"),
            tr("Enter or a double click: open it"),
            tr("F2: show the picture of the page, where the terminal can"),
            tr("F1, or ? before anything is typed: this help"),
            tr("Esc or Ctrl-C: quit"),
            "",
            tr("Press any key to go back."),
        )
        yield Static(Line("\n".join(lines)), id="help", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Go back."""
        event.stop()
        self.dismiss()

    def on_click(self) -> None:
        """Go back."""
        self.dismiss()


class Browser(App[MaterialsError]):
    """The query at the top, hits on the left, the text of the selected slide on the right.

    It returns the error that ended it, if there was one.
    """

    TITLE = "materials"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "scroll(-1)"),
        Binding("pagedown", "scroll(1)"),
        Binding("escape", "quit"),
        Binding("f1", "help"),
        Binding("f2", "picture"),
        Binding("ctrl+c", "interrupt", priority=True),
    ]
    CSS = """
    #hits { width: 2fr; border: none; }
    #hits > .option-list--option-disabled { color: $text-muted; text-style: underline; }
    #preview { width: 3fr; padding: 0 2; scrollbar-gutter: stable; }
    #summary { height: auto; max-height: 3; padding: 0 2; color: $text-muted; }
    #keys { dock: bottom; height: 1; padding: 0 2; background: $panel; }
    _Help { align: center middle; }
    #help { width: auto; max-width: 90%; height: auto; padding: 1 3; border: round $primary; background: $surface; }
    """

    def __init__(self, scope: Here, query: str, filters: Filters, collections: Sequence[str]) -> None:
        super().__init__()
        self._scope = scope
        self._query = query
        self._narrowed_by = filters
        self._collections = collections
        self._table = shipped()
        self.hits: tuple[Hit, ...] = ()
        self._lines: list[Hit | None] = []
        self._clauses: Clauses = ()

    def compose(self) -> ComposeResult:
        """Create the widgets."""
        yield _Words(self._query, placeholder=tr("Type to search"), id="words", select_on_focus=False)
        yield Static(id="summary", markup=False)
        with Horizontal():
            yield _Hits(id="hits", markup=False)
            with VerticalScroll(id="preview", can_focus=False):
                yield Static(id="text", markup=False)
        keys = Line()
        for key, what in (each for each in _KEYS if each[0] != _PICTURE or encoder(os.environ)):
            keys.append(tr(key), "bold").append(f" {tr(what)}   ")
        yield Static(keys, id="keys", markup=False)

    def on_mount(self) -> None:
        """Focus the query, which holds the words given on the command line."""
        self.query_one("#words", Input).focus()

    def on_resize(self) -> None:
        """Wrap the text of the selected hit anew."""
        self.call_after_refresh(self._preview)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search on every change; a late result is discarded."""
        self.find(event.value)

    def on_input_submitted(self) -> None:
        """Open the selected hit on Enter."""
        self._open()

    def on_option_list_option_highlighted(self) -> None:
        """Show the text of the selected hit."""
        self._preview()

    def on_option_list_option_selected(self) -> None:
        """Open the hit that was clicked twice."""
        self._open()

    @work(thread=True, exclusive=True)
    def find(self, query: str) -> None:
        """Search in a thread."""
        try:
            for found in self._scope.found(parse(query, self._narrowed_by), self._collections, _MOST_HITS, self._table):
                self._show_if_asked(query, found)
                if get_current_worker().is_cancelled:
                    return
        except MaterialsError as error:
            self.call_from_thread(self.exit, error)

    def _show_if_asked(self, query: str, found: Results) -> None:
        """Show what was found, unless something else is looked for by now."""
        if not get_current_worker().is_cancelled:
            self.call_from_thread(self._show, query, found)

    def action_move(self, by: int) -> None:
        """Select the hit before or after the selected one."""
        hits = self.query_one("#hits", OptionList)
        if by < 0:
            hits.action_cursor_up()
        else:
            hits.action_cursor_down()

    def action_scroll(self, by: int) -> None:
        """Scroll the text of the selected hit by a page."""
        preview = self.query_one("#preview", VerticalScroll)
        preview.scroll_relative(y=by * max(1, preview.size.height - 1), animate=False)

    def action_help(self) -> None:
        """Show what the keys do."""
        self.push_screen(_Help())

    def action_interrupt(self) -> None:
        """Leave as Ctrl-C does."""
        self.exit(return_code=int(ExitStatus.INTERRUPTED))

    def action_picture(self) -> None:
        """Show the picture of the selected slide or page on the terminal, until Enter is pressed."""
        shown = _picture_of(self._scope, self.selected)
        if isinstance(shown, Message):
            self._say(tr(shown))
            return
        try:
            with self.suspend():
                sys.stdout.write(f"\x1b[2J\x1b[H{shown}\n{tr('Press Enter to go back.')} ")
                sys.stdout.flush()
                sys.stdin.readline()
        except SuspendNotSupported:  # as on Windows
            self._say(tr(_NO_PICTURES))

    @property
    def selected(self) -> Hit | None:
        """The selected hit."""
        at = self.query_one("#hits", OptionList).highlighted
        return self._lines[at] if at is not None and at < len(self._lines) else None

    def _open(self) -> None:
        """Open the selected hit, at its slide if its program supports that."""
        hit = self.selected
        if hit is None:
            return
        try:
            self._say(open_file(self._scope.store_of(hit), hit.item, hit.section.number if hit.section else None))
        except MaterialsError as error:
            self._say(f"{tr(error.what)} {error.where}")

    def _show(self, query: str, found: Results) -> None:
        """Show what was found; what is selected stays so while more is found for the same query."""
        selected = self.selected if self._clauses == found.query.content().clauses else None
        self.hits = found.hits
        self._clauses = found.query.content().clauses
        options, headed, before = list[Option](), any(hit.match is not Match.EXACT for hit in found.hits), ""
        self._lines = []
        for hit in found.hits:
            if headed and GROUPS[hit.match] != before:
                options.append(Option(Line(tr(GROUPS[hit.match]), no_wrap=True, overflow="ellipsis"), disabled=True))
                self._lines.append(None)
            options.append(Option(_line(hit)))
            self._lines.append(hit)
            before = GROUPS[hit.match]
        hits = self.query_one("#hits", OptionList)
        hits.clear_options()
        hits.add_options(options)
        if found.hits:
            hits.highlighted = self._lines.index(selected) if selected and selected in self._lines else int(headed)
        self._preview()
        self._say("\n".join([*filter(None, [_summary(query, found)]), *lines_of(self._scope.notes)]))

    def _preview(self) -> None:
        """Show the text of the selected hit from a little above the first word that was searched for."""
        hit, first = self.selected, None
        lines: list[Line] = []
        if hit is not None:
            lines += self._wrapped(Line(safe(hit.item.path), "bold"))
            facts = (safe(hit.archive), place(hit), day(hit.item.remote.modified), *map(tr, marks_of(hit)))
            lines += [*self._wrapped(Line("  ".join(filter(None, facts)), "cyan")), Line()]
            if hit.section is None:
                lines += self._wrapped(marked(hit))
            else:
                notes = f"{tr('Speaker notes:')}\n{hit.section.notes}" if hit.section.notes.strip() else ""
                for text, style in ((hit.section.title, "bold"), (hit.section.body, ""), (notes, "italic")):
                    for line in text.splitlines() if text.strip() else ():
                        for shown in self._wrapped(self._marked(line, style)):
                            first = len(lines) if first is None and shown.spans else first
                            lines.append(shown)
                    lines.append(Line())
        self.query_one("#text", Static).update(Line("\n").join(lines))
        preview = self.query_one("#preview", VerticalScroll)
        self.call_after_refresh(preview.scroll_to, y=max(0, (first or 0) - _LINES_ABOVE), animate=False)

    def _wrapped(self, text: Line) -> list[Line]:
        """A text in lines as wide as the preview, so that it is known where each begins."""
        width = self.query_one("#preview", VerticalScroll).scrollable_content_region.width
        return [text[start:end] for start, end in spans(text.plain, max(1, width))]

    def _marked(self, line: str, style: str) -> Line:
        """A line of a slide with the words that were searched for."""
        highlights = highlight([line], self._clauses, MatchLevel.TRUNCATED)
        shown = Line(safe(highlights.texts[0]), style)
        for span in highlights.spans[0]:
            shown.stylize("bold underline", span.start, span.end)
        return shown

    def _say(self, text: str) -> None:
        self.query_one("#summary", Static).update(Line(safe(text)))


def run(scope: Here, query: str, filters: Filters, collections: Sequence[str]) -> None:
    """Run the interactive search; raise what ended it."""
    scope.is_empty()  # a catalogue that cannot be read is told before the screen changes
    with scope:
        browser = Browser(scope, query, filters, collections)
        error = browser.run()
    if error:
        raise error
    if browser.return_code:
        raise typer.Exit(browser.return_code)


def _picture_of(scope: Here, hit: Hit | None) -> str | Message:
    """The picture of a hit as this terminal takes it; why it is not shown, otherwise."""
    encode = encoder(os.environ)
    if encode is None:
        return msg(_NO_PICTURES)
    number = hit.section.number if hit and hit.section else 1
    kept = Pictures(scope.store_of(hit).root).of(hit.item.fixity.sha256) if hit else ()
    found = next((picture for picture in kept if picture.number == number and hit and picture.unit == hit.item.unit), None)
    if found is None or found.media != JPEG:
        return msg("There is no picture of it that a terminal can show: pages of PDF have one (materials pictures).")
    try:
        return encode(found.read() or b"")
    except (ImportError, OSError, ValueError):
        return msg("The picture cannot be read: `materials pictures --all` draws it again.")


def _line(hit: Hit) -> Line:
    line = Line(no_wrap=True, overflow="ellipsis").append(f"{place(hit)}  " if hit.section else "", "cyan")
    for mark in marks_of(hit):
        line.append(f"{tr(mark)}  ", "yellow")
    return line.append(safe(hit.item.path.rpartition("/")[2]), "bold").append("\n").append_text(marked(hit))


def _summary(query: str, found: Results) -> str:
    if not query.strip():
        return ""
    if found.query.only_excludes:
        return tr("Only what to leave out was typed, and nothing to look for.")
    shown = len(found.hits)
    if not shown:
        return tr("No results.")
    count = trn("{count} result", "{count} results", shown)
    if shown < found.whole:
        count = tr("The best {shown} of {total} results", shown=shown, total=found.whole)
    if found.correction:
        return f"{tr('No match for that spelling. Showing results for: {words}', words=found.correction)} ({count})"
    if found.absent:
        words = ", ".join(tr("“{title}”", title=word) for word in found.absent)
        absent = trn(
            "{words} is nowhere in the archive.", "{words} are nowhere in the archive.", len(found.absent), words=words
        )
        return f"{absent} ({count})"
    if found.phrases_split:
        return f"{tr('No match for the exact phrase. Showing results with its words.')} ({count})"
    return count
