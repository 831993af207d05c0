"""Who does the work of a run."""

from concurrent.futures import Executor
from dataclasses import dataclass

from materials_cli.model import Progress


@dataclass(frozen=True, slots=True)
class Crew:
    """Workers list and fetch (many threads), and somebody watches the progress."""

    workers: Executor
    progress: Progress
