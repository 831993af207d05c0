"""The border around one file of a run: what fails there costs no other file."""

from collections.abc import Iterator
from contextlib import contextmanager

from materials_cli.catalogue.journal import Journal
from materials_cli.disk import disk_errors
from materials_cli.errors import Code, Reach, stopped_at
from materials_cli.messages import msg
from materials_cli.model import Action, ActionKind, Failure, Step, StepKind
from materials_cli.sync.crew import Crew


@contextmanager
def alone(journal: Journal, crew: Crew, action: Action) -> Iterator[None]:
    """The border around one file: a failure that concerns only that file is recorded, and the run continues."""
    try:
        with disk_errors():
            yield
    except Exception as error:  # noqa: BLE001 - see stopped_at()
        failure = stopped_at(Reach.FILE, error)
        path = action.path or (action.held.path if action.held else "")
        if action.fetch or action.kind is ActionKind.RESTORE:
            crew.progress(Step(StepKind.FAILED, path))
        if failure.code is Code.FILE_GONE:
            journal.notices.append(msg("{path}: deleted from Drive between listing and download.", path=path))
            return
        item = action.file.id if action.file else action.held.id if action.held else None
        journal.fail(Failure(path, failure.code, failure.what, item, failure.trace))
