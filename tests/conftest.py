"""What every test may ask for; the look of the terminal is pinned so that tests see plain text."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from typer.main import get_command

from materials_cli import redaction
from materials_cli.cli.commands import load
from materials_cli.extract import pronom
from materials_cli.extract.formats import extract
from materials_cli.extract.pool import READER, Pool
from materials_cli.messages import decide_again, language
from materials_cli.model import Text

# Laws are about what is true, not about how fast: a busy machine is no bug. Each run tries the same examples, so that a commit
# passes or fails wherever it is tested; `pytest --hypothesis-profile=random` tries others.
CALM = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("random", CALM)
settings.register_profile("steady", CALM, derandomize=True)
settings.load_profile("steady")

pytest_plugins = ["support.handed_over", "support.synced"]  # their fixtures are made once for all modules

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"

for _name in (
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "CLICOLOR_FORCE",
    "GOOGLE_API_KEY",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "MATERIALS_KEYLESS",
    "DRIVE_EMULATOR_HOST",
    "MATERIALS_ARCHIVE",
):
    os.environ.pop(_name, None)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes are started here: one of them compiles for all
os.environ["NO_COLOR"] = "1"
os.environ["MATERIALS_JITTER"] = "0"
os.environ["COLUMNS"] = "100"
os.environ["TERM"] = "dumb"
os.environ["LANGUAGE"] = "en"

# Under nohup, or in the background of a shell, these are ignored, and so they would be in every command that a test starts.
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)


# All tests live as long as their process: as in a command, Python looks for garbage less often, and not among them.
gc.set_threshold(20_000)


def pytest_collection_finish() -> None:
    """What was collected is no garbage."""
    gc.freeze()


# Hypothesis draws numbers and words from the modules that are imported by then, and other tests import some, too.
providers._get_local_constants = Constants


@pytest.fixture(autouse=True)
def no_secret_of_another_test() -> Iterator[None]:
    """A process knows the secrets that it read: here, those of one test alone."""
    yield
    redaction._in_use.clear()
    redaction.redact.cache_clear()


_ONE_READER = threading.Lock()


@pytest.fixture(autouse=True)
def _reading_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same code reads texts here in this process, since a child takes longer to start than most tests.

    The children are the business of tests/extract, and of every test that starts a command in a process of its own. One text
    at a time, as in a child: PDFium cannot be used by two threads. Where the extra [pronom] is there, children read: one of
    them names formats, which no test process may, since it starts a runtime of its own.
    """
    asking = Pool.extract

    def read(pool: Pool, path: Path, name: str) -> Text:
        if pool._program != READER or pool._stopped:
            return asking(pool, path, name)
        with _ONE_READER:
            return extract(path, name)

    if "extract" not in request.path.parts and not pronom.is_installed():
        monkeypatch.setattr(Pool, "extract", read)


@pytest.fixture(autouse=True, scope="session")
def _without_waiting_for_the_disk() -> Iterator[None]:
    """No test can cut the power, so none needs to wait until a disk has everything; an open file is still asked for.

    That we flush, and in which order, is seen from outside, in processes of their own (tests/store/test_disk.py).
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)
        yield


@pytest.fixture(autouse=True, scope="session")
def _commands_made_once() -> Iterator[None]:
    """A process makes its commands once; so does this one, for each language."""

    def once(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
        made = cache(lambda _language, what: make(what))
        return lambda what: made(language(), what)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("materials_cli.cli.app.load", once(load))
        patch.setattr("typer.testing._get_command", once(get_command))
        yield


@pytest.fixture(autouse=True, scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that is shown on the terminals of tests is kept in the folders of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real documents in many languages, where the machine has them."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real documents is not on this machine")
    return CORPUS


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Choose the language of this process by the variables that are given, LANG and its like."""

    def choose(**variables: str) -> None:
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        decide_again()

    yield choose
    monkeypatch.undo()
    decide_again()
