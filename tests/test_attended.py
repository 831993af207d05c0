"""What is asked of an archive elsewhere is waited for as long as it goes on."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from threading import enumerate as enumerate_threads

import pytest

from materials_cli.attended import HungError, Watch, attended
from materials_cli.catalogue import migrations, schema
from materials_cli.catalogue.items import Catalogue
from materials_cli.cli import far
from materials_cli.cli.far import context_at
from materials_cli.elsewhere import among, reach
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message
from materials_cli.others import Other
from materials_cli.search.many import Part
from materials_cli.watchdog import alive, silence
from support.hubs import make_hubs


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The only entry is the time."""
    told = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: told[0])
    alive()
    return told


def test_what_tells_that_it_goes_on_is_late_only_once_it_is_silent(now: list[float]) -> None:
    watch = Watch()

    def ask() -> list[str | None]:
        for now[0] in (8.0, 16.0, 24.0):
            alive()
        late = []
        for now[0] in (33.0, 35.0):
            late.append(watch.late())
        return late

    assert watch.asked("far", 10, ask) == [None, "far"]
    assert watch.late() is None


def test_a_catalogue_of_an_earlier_version_tells_that_it_is_being_copied(now: list[float], tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(migrations.MIGRATIONS[0])
        old.executescript(f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = 1;")
    now[0] = 100.0
    with Catalogue.open(path):
        assert silence() == 0


@pytest.fixture
def gate() -> Iterator[Event]:
    """What a disk that has gone waits for; it comes back with the end of the test."""
    made = Event()
    yield made
    made.set()
    for thread in waiting():
        thread.join()


def waiting() -> list[Thread]:
    """The threads that were left behind."""
    return [thread for thread in enumerate_threads() if thread.name == "attended"]


def test_who_has_not_answered_yet_is_not_asked_again(gate: Event) -> None:
    asked = list[int]()
    with pytest.raises(HungError):
        attended(lambda watch: watch.asked("far", 0, gate.wait))
    for _ in range(3):
        with pytest.raises(HungError):
            attended(lambda watch: watch.asked("far", 60, lambda: asked.append(1)))
    assert attended(lambda watch: watch.asked("near", 60, lambda: "here")) == "here"
    assert not asked
    assert len(waiting()) == 1
    gate.set()
    waiting()[0].join()
    attended(lambda watch: watch.asked("far", 60, lambda: asked.append(1)))
    assert asked


def test_an_archive_that_hangs_costs_a_long_lived_program_one_thread(gate: Event, tmp_path: Path) -> None:
    make_hubs(tmp_path, ("budget",), ("budget",))
    places = [Other(name, str(tmp_path / name)) for name in ("tashkent", "korea.sqlite")]

    def ask(parts: list[Part], watch: Watch) -> tuple[list[str], dict[str, Message]]:
        for part in parts:
            watch.asked(part.name, 0 if part.name == "tashkent" else 60, gate.wait if part.name == "tashkent" else bool)
        return [part.name for part in parts], {}

    for _ in range(3):
        found, silent = among(reach(places).found, ask)
        assert found == ["korea.sqlite"]
        assert [*silent] == ["tashkent"]
        assert len(waiting()) == 1


def test_a_disk_that_goes_ends_a_command_with_an_error(gate: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_hubs(tmp_path, ("budget",), ("budget",))
    here = context_at(tmp_path / "tashkent")
    monkeypatch.setattr(far, "_PATIENCE", 0.0)
    with pytest.raises(MaterialsError) as caught:
        here.asked(lambda _: gate.wait())
    assert caught.value.code is Code.DISK_REFUSED
    assert caught.value.where == str(tmp_path / "tashkent")


def test_what_sqlite_does_is_a_sign_of_life(now: list[float], tmp_path: Path) -> None:
    make_hubs(tmp_path, ("budget",), ("budget",))

    def read(catalogue: Catalogue) -> float:
        now[0] = 100.0
        assert silence() == 100
        numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT max(i) FROM n"
        catalogue.connection.execute(numbers).fetchone()
        return silence()

    assert context_at(tmp_path / "tashkent").asked(read) == 0


def test_an_error_that_counts_as_nothing_is_raised_all_the_same() -> None:
    class EmptyError(Exception):
        """As libraries have them that gather errors."""

        def __len__(self) -> int:
            return 0

    def work(_: Watch) -> None:
        raise EmptyError

    with pytest.raises(EmptyError):
        attended(work)
