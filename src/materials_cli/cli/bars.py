"""The live display of an operation on a terminal, drawn by rich: what it is doing, how far it is, and its largest files."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from rich.live import Live
from rich.text import Text

from materials_cli.cli.layout import cells, hanging, padded, shortened
from materials_cli.cli.output import err, safe, styled
from materials_cli.cli.phases import Course, Flight
from materials_cli.messages import msg, size, tr

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TURNS = 8.0  # pictures a second
_SHOWN_FILES = 3
_LASTING = 0.5  # seconds after which a file is named, so that small ones do not flash by
_SHORTEST_BAR, _LONGEST_BAR = 8, 40


class Bars:
    """Draws the course that is lent, several times a second, from a thread of its own."""

    def __init__(self, course: Callable[[], AbstractContextManager[Course]]) -> None:
        self._course = course
        self._lines: tuple[object, int] = (None, 0)
        self._console = err()
        self._live: Live | None = None

    def start(self) -> None:
        """Start the display: a new one, since one that was stopped would erase what was printed after it."""
        self._live = Live(
            get_renderable=self._drawn, console=self._console, transient=True, refresh_per_second=_TURNS,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self._live.start(refresh=True)

    def stop(self) -> None:
        """Stop the display and clear it."""
        if self._live:
            self._live.stop()

    def note(self, text: str, style: str) -> None:
        """Print a text above the display."""
        for line in hanging(styled(""), styled(text, style), self._console.width):
            self._console.print(line, soft_wrap=True)

    def _drawn(self) -> Text:
        """The lines of this moment. Within a phase they never become fewer, so that nothing below them jumps."""
        with self._course() as course:
            lines = list(lines_of(course, self._console.width, course.clock()))
            phase, before = self._lines
            most = max(len(lines), before) if phase is course.now else len(lines)
            self._lines = course.now, most
        return Text("\n", no_wrap=True).join([*lines, *[Text()] * (most - len(lines))])


def lines_of(course: Course, width: int, now: float) -> Iterator[Text]:
    """What an operation is doing, its figures, a wait in full, and its largest files, in lines of this width."""
    stage = course.now
    head = f"{_SPINNER[int(now * _TURNS) % len(_SPINNER)]} {course.heading}"
    room = min(_LONGEST_BAR, width - cells(head) - 2)
    line = styled(head)
    if stage and stage.total and room >= _SHORTEST_BAR:
        share = (stage.bytes + stage.resumed) / stage.whole if stage.whole else stage.done / stage.total
        full = round(min(1.0, max(0.0, share)) * room)
        line.append("  ").append("━" * full, "green").append("─" * (room - full), "dim")
    yield line
    if figures := " · ".join(map(tr, course.figures())):
        yield from hanging(styled("  "), styled(figures, "dim"), width)
    if waiting := course.waiting:
        yield from hanging(styled("  "), styled(waiting, "yellow"), width)
    flights = [flight for flight in course.flights.values() if now - flight.began >= _LASTING]
    flights.sort(key=lambda flight: -(flight.total or flight.done))
    amounts = [_amount(flight) for flight in flights[:_SHOWN_FILES]]
    wide = max(map(cells, amounts), default=0)
    for flight, amount in zip(flights, amounts, strict=False):
        lead = f"  {padded(amount, wide)}  "
        yield styled("").append(lead, "dim").append(shortened(safe(flight.name), width - cells(lead)))


def _amount(flight: Flight) -> str:
    done = size(flight.done)
    return tr(msg("{done} of {whole}", done=done, whole=size(flight.total)) if flight.total else done)
