"""The live bars of a run on a terminal, drawn by rich."""

from rich.console import RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from materials_cli.cli.output import err, safe
from materials_cli.messages import counted, size, tr, trn
from materials_cli.model import Step, StepKind

_SHOWN_FILES = 6
_NAME_WIDTH = 34


class _Fetched(ProgressColumn):
    """How much was downloaded, and how fast; empty if bytes are not what is counted."""

    def render(self, task: Task) -> RenderableType:
        """1.2 MB of 4 MB, 800 KB/s."""
        if not task.fields.get("bytes"):
            return ""
        done, whole = size(int(task.completed)), size(int(task.total)) if task.total else ""
        amount = tr("{done} of {whole}", done=done, whole=whole) if whole else tr(done)
        speed = tr("{size}/s", size=size(int(task.speed))) if task.speed else ""
        return Text(", ".join(filter(None, (amount, speed))))


class Bars:
    """A line for the whole run and one for each download. Not thread-safe."""

    def __init__(self) -> None:
        self._files: dict[str, TaskID] = {}
        self._overall: TaskID | None = None
        self._talk: TaskID | None = None
        self._done = 0
        self._total = 0
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            _Fetched(Column(no_wrap=True)),
            TimeRemainingColumn(),
            console=err(),
            transient=True,
        )

    def start(self) -> None:
        """Start the display."""
        self._progress.start()

    def stop(self) -> None:
        """Stop the display and clear it."""
        self._progress.stop()

    def show(self, step: Step) -> None:
        """Display one step."""
        match step.kind:
            case StepKind.STARTED:
                self._clear()
            case StepKind.LISTED:
                self._describe(
                    trn(
                        "Listing Drive: {files} in {count} folder",
                        "Listing Drive: {files} in {count} folders",
                        step.total or 0,
                        files=counted(step.amount, "file"),
                    )
                )
            case StepKind.WAITING:
                self._describe(safe(tr("{trouble} Retrying …", trouble=step.message or "")))
            case StepKind.READ:
                self._drop_overall()
                text = tr("Extracting text: {done} of {total}", done=step.amount, total=step.total)
                self._describe(text, step.amount, step.total)
            case StepKind.RECOGNISED | StepKind.CHECKED:
                self._describe(_progress_of(step), step.amount, step.total)
            case StepKind.PLANNED:
                self._plan(step)
            case StepKind.BEGIN:
                self._begin(step)
            case StepKind.BYTES:
                self._advance(step)
            case StepKind.DONE | StepKind.FAILED:
                self._finish(step)

    def _clear(self) -> None:
        """Reset the display for the next collection."""
        for task in self._progress.task_ids:
            self._progress.remove_task(task)
        self._files.clear()
        self._overall = self._talk = None
        self._done = self._total = 0

    def _describe(self, text: str, done: int = 0, total: int | None = None) -> None:
        if self._talk is None:
            self._talk = self._progress.add_task(text, total=total)
        self._progress.update(self._talk, description=text, completed=done, total=total)

    def _plan(self, step: Step) -> None:
        if self._talk is not None:
            self._progress.remove_task(self._talk)
            self._talk = None
        self._total = step.total or 0
        if self._total:
            self._overall = self._progress.add_task(self._overall_text(), total=step.amount or None, bytes=True)

    def _drop_overall(self) -> None:
        if self._overall is not None:
            self._progress.remove_task(self._overall)
            self._overall = None

    def _begin(self, step: Step) -> None:
        if len(self._files) < _SHOWN_FILES:
            name = safe(step.path.rpartition("/")[2])
            shown = name if len(name) <= _NAME_WIDTH else f"{name[: _NAME_WIDTH - 9]}…{name[-8:]}"
            self._files[step.path] = self._progress.add_task(f"  {shown}", total=step.total, bytes=True)

    def _advance(self, step: Step) -> None:
        if step.path in self._files:
            self._progress.advance(self._files[step.path], step.amount)
        if self._overall is not None:
            self._progress.advance(self._overall, step.amount)

    def _finish(self, step: Step) -> None:
        self._done += 1
        if step.path in self._files:
            self._progress.remove_task(self._files.pop(step.path))
        if self._overall is not None:
            self._progress.update(self._overall, description=self._overall_text())

    def _overall_text(self) -> str:
        return trn("{done} of {count} file", "{done} of {count} files", self._total, done=self._done)


def _progress_of(step: Step) -> str:
    if step.kind is StepKind.CHECKED:
        return trn("Comparing with the manifest: {count} file", "Comparing with the manifest: {count} files", step.amount)
    return tr("Recognising text in pictures: {done} of {total}", done=step.amount, total=step.total)
