"""`materials search --interactive`: search interactively, with results updated as you type. Only this imports Textual."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from rich.text import Text as Line
from textual import work
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.hits import GROUPS, marked, place
from materials_cli.cli.open import open_file
from materials_cli.cli.output import day, safe
from materials_cli.errors import MaterialsError
from materials_cli.messages import tr, trn
from materials_cli.search.engine import Results, search
from materials_cli.search.filters import Filters
from materials_cli.search.hit import Hit, Match
from materials_cli.search.match import MatchLevel
from materials_cli.search.snippet import highlight

if TYPE_CHECKING:
    from materials_cli.search.clauses import Clauses

_MOST_HITS = 50
_LINES_ABOVE = 3


class Browser(App[MaterialsError]):
    """The query at the top, hits on the left, the text of the selected slide on the right.

    It returns the error that ended it, if there was one.
    """

    TITLE = "materials"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #hits { width: 2fr; border: none; }
    #preview { width: 3fr; padding: 0 2; }
    #summary { height: 1; padding: 0 2; color: $text-muted; }
    """

    def __init__(self, here: ArchiveContext, query: str, filters: Filters, collections: Sequence[str]) -> None:
        super().__init__()
        self.bind("down", "to_hits", description=tr("Results"))
        self.bind("ctrl+o", "open", description=tr("Open"))
        self.bind("escape", "back", description=tr("Back / quit"))
        self._here = here
        self._query = query
        self._narrowed_by = filters
        self._collections = collections
        self.hits: tuple[Hit, ...] = ()
        self._clauses: Clauses = ()

    def compose(self) -> ComposeResult:
        """Create the widgets."""
        yield Input(self._query, placeholder=tr("Type to search"), id="words", select_on_focus=False)
        yield Static(id="summary")
        with Horizontal():
            yield OptionList(id="hits", markup=False)
            with VerticalScroll(id="preview", can_focus=False):
                yield Static(id="text", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Focus the query, which holds the words given on the command line."""
        self.query_one("#words", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search on every change; a late result is discarded."""
        self.find(event.value)

    def on_input_submitted(self) -> None:
        """Open the best hit on Enter."""
        self.action_open()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the text of the highlighted hit."""
        self._preview(self.hits[event.option_index] if event.option_index < len(self.hits) else None)

    def on_option_list_option_selected(self) -> None:
        """Open the selected hit on Enter."""
        self.action_open()

    @work(thread=True, exclusive=True)
    def find(self, query: str) -> None:
        """Search the catalogue in a thread."""
        try:
            with self._here.catalogue() as catalogue:
                found = search(catalogue, query, filters=self._narrowed_by, collections=self._collections, limit=_MOST_HITS)
        except MaterialsError as error:
            self.call_from_thread(self.exit, error)
            return
        if not get_current_worker().is_cancelled:
            self.call_from_thread(self._show, query, found)

    def action_to_hits(self) -> None:
        """Move the focus to the hits."""
        self.query_one("#hits", OptionList).focus()

    async def action_back(self) -> None:
        """Move the focus from the hits to the query, or exit from there."""
        words = self.query_one("#words", Input)
        if words.has_focus:
            self.exit()
        else:
            words.focus()

    def action_open(self) -> None:
        """Open the highlighted hit, at its slide if its program supports that."""
        at = self.query_one("#hits", OptionList).highlighted
        if at is None or at >= len(self.hits):
            return
        hit = self.hits[at]
        try:
            self._say(open_file(self._here.store, hit.item, hit.section.number if hit.section else None))
        except MaterialsError as error:
            self._say(f"{tr(error.what)} {error.where}")

    def _show(self, query: str, found: Results) -> None:
        self.hits = found.hits
        self._clauses = found.query.content().clauses
        options = self.query_one("#hits", OptionList)
        options.clear_options()
        options.add_options([Option(_line(hit)) for hit in found.hits])
        if found.hits:
            options.highlighted = 0
        else:
            self._preview(None)
        self._say(_summary(query, found))

    def _preview(self, hit: Hit | None) -> None:
        shown, first = Line(), None
        if hit is not None:
            shown.append(f"{safe(hit.item.path)}\n", "bold").append(
                f"{place(hit)}  {day(hit.item.remote.modified)}\n\n", "cyan"
            )
            if hit.section is None:
                shown.append_text(marked(hit))
            else:
                for text, style in ((hit.section.title, "bold"), (hit.section.body, ""), (hit.section.notes, "italic dim")):
                    for line in text.splitlines() if text.strip() else ():
                        marked_line, is_hit = self._marked(line, style)
                        first = len(shown.plain.splitlines()) if is_hit and first is None else first
                        shown.append_text(marked_line).append("\n")
                    shown.append("\n")
        self.query_one("#text", Static).update(shown)
        self.query_one("#preview", VerticalScroll).scroll_to(y=max(0, (first or 0) - _LINES_ABOVE), animate=False)

    def _marked(self, line: str, style: str) -> tuple[Line, bool]:
        """A line of a slide with the words that were searched for, and whether it has any."""
        highlights = highlight([line], self._clauses, MatchLevel.TRUNCATED)
        shown = Line(safe(highlights.texts[0]), style)
        for span in highlights.spans[0]:
            shown.stylize("bold underline", span.start, span.end)
        return shown, bool(highlights.spans[0])

    def _say(self, text: str) -> None:
        self.query_one("#summary", Static).update(Line(safe(text)))


def run(here: ArchiveContext, query: str, filters: Filters, collections: Sequence[str]) -> None:
    """Run the interactive search; raise what ended it."""
    with here.catalogue():
        browser = Browser(here, query, filters, collections)
    if error := browser.run():
        raise error
    if browser.return_code:
        raise typer.Exit(browser.return_code)


def _line(hit: Hit) -> Line:
    line = Line(safe(hit.item.path.rpartition("/")[2]), "bold", no_wrap=True, overflow="ellipsis")
    line.append(f"  {place(hit)}", "cyan")
    if hit.match is not Match.EXACT:
        line.append(f"  {tr(GROUPS[hit.match])}", "dim")
    line.append("\n")
    return line.append_text(marked(hit))


def _summary(query: str, found: Results) -> str:
    if not query.strip():
        return ""
    if found.correction:
        return tr("No match for that spelling. Showing results for: {words}", words=found.correction)
    if found.absent and found.hits:
        words = ", ".join(f"“{word}”" for word in found.absent)
        return trn("{words} is nowhere in the archive.", "{words} are nowhere in the archive.", len(found.absent), words=words)
    if found.phrases_split and found.hits:
        return tr("No match for the exact phrase. Showing results with its words.")
    return trn("{count} result", "{count} results", len(found.hits)) if found.hits else tr("No results.")
