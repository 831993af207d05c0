"""What is asked of an archive elsewhere is waited for as long as it goes on."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from materials_cli.attended import Watch
from materials_cli.catalogue import migrations, schema
from materials_cli.catalogue.items import Catalogue
from materials_cli.watchdog import alive, silence


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
