"""The threads and the progress function of a run."""

from concurrent.futures import Executor
from dataclasses import dataclass

from materials_cli.model import Progress


@dataclass(frozen=True, slots=True)
class Crew:
    """workers: threads that list and download. progress: called with every step."""

    workers: Executor
    progress: Progress
