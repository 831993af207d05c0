"""Everything that happens is recorded permanently, as PREMIS events in a chain of hashes, however a run ends."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.drive import wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.errors import Code, MaterialsError
from materials_cli.history.events import Event, EventType, Outcome
from materials_cli.messages import verbatim
from support.decks import deck
from support.empty_drive import drive  # noqa: F401 - a fixture
from support.runs import run_of
from support.small_drive import run


def rows(top: Path, question: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(top / ".materials" / "catalogue.sqlite")) as connection, connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(question)]


def events(top: Path, name: str = "") -> list[tuple[str, str, dict[str, Any]]]:
    """Type, outcome and detail of the events of a named item, or of the runs."""
    item = f"item = (SELECT id FROM item WHERE name = '{name}')" if name else "item IS NULL"  # noqa: S608 - a test's own name
    return [
        (row["type"], row["outcome"], json.loads(row["detail"]))
        for row in rows(top, f"SELECT * FROM event WHERE {item} ORDER BY number")  # noqa: S608 - names of this test
    ]


def event_types(top: Path, name: str) -> list[str]:
    return [kind for kind, _, _ in events(top, name)]


def test_the_history_of_a_file_as_premis_events(drive: RunningServer, tmp_path: Path) -> None:
    world = drive.world
    file = world.add_file("talk.txt", b"first words")
    world.add_file("other.txt", b"other")
    run("sync")
    arrival = ["capture", "message digest calculation", "fixity check", "ingestion"]
    assert event_types(tmp_path, "talk.txt") == [*arrival, "metadata extraction"]
    run("sync")
    assert len(event_types(tmp_path, "talk.txt")) == 5
    world.edit(file, b"second words")
    run("sync")
    world.rename(file, "speech.txt")
    run("sync")
    world.trash(file)
    run("sync")
    world.restore(file)
    run("sync")
    life = events(tmp_path, "speech.txt")
    assert [kind for kind, _, _ in life][5:] == [
        *arrival, "metadata extraction", "filename change", "withdrawal", "replication",
    ]  # fmt: skip
    assert [detail["action"] for _, _, detail in life if "action" in detail] == [
        "add", "replace", "move", "withdraw", "restore",
    ]  # fmt: skip
    renaming = next(detail for kind, _, detail in life if kind == "filename change")
    assert (renaming["from"], renaming["path"]) == ("c/talk.txt", "c/speech.txt")
    assert {outcome for _, outcome, _ in life} == {"success"}
    runs = rows(tmp_path, "SELECT * FROM run")
    assert [detail["counts"] for _, _, detail in events(tmp_path)] == [json.loads(row["counts"]) for row in runs]
    assert {row["run"] for row in rows(tmp_path, "SELECT run FROM event")} == {row["id"] for row in runs}


def test_a_replacement_records_how_many_sections_changed(drive: RunningServer, tmp_path: Path) -> None:
    slides = [(f"Slide {n}", f"What is said on slide number {n}") for n in range(12)]
    file = drive.world.add_file("deck.pptx", deck(*slides))
    run("sync")
    changed = [(title, f"{body}, and more") for title, body in slides[:4]]
    drive.world.edit(file, deck(*changed, *slides[4:], *[(f"New {n}", "Unheard of") for n in range(3)]))
    run("sync")
    assert events(tmp_path, "deck.pptx")[-1][2]["text"] == {
        "unit": "slide", "before": 12, "after": 15, "added": 3, "removed": 0, "moved": 0, "changed": 4,
    }  # fmt: skip
    drive.world.edit(file, b"PK\x03\x04 no deck any more")
    run("sync")
    kind, outcome, detail = events(tmp_path, "deck.pptx")[-1]
    assert (kind, outcome, "text" in detail) == ("metadata extraction", "failure", False)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(operation="get", status=404, reason="notFound"), 4, "link_not_found"),
        (Fault(status=403, reason="dailyLimitExceeded", domain="usageLimits", times=None), 75, "rate_limited"),
    ],
    ids=["access lost", "rate-limited"],
)
def test_a_run_that_could_not_list_the_folder_is_recorded(
    drive: RunningServer, tmp_path: Path, fault: Fault, status: int, code: str
) -> None:
    drive.world.add_file("a.txt", b"a")
    run("sync")
    drive.faults.add(fault)
    run("sync", status=status)
    last = rows(tmp_path, "SELECT * FROM run ORDER BY id")[-1]
    assert last["status"] == status
    assert [failure["code"] for failure in json.loads(last["failures"])] == [code]
    kind, outcome, detail = events(tmp_path)[-1]
    assert (kind, outcome, detail["error"]["code"]) == ("execution", "failure", code)
    assert detail["error"]["message"]


def test_a_run_without_a_network_is_recorded(drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_TRIES", 1)
    monkeypatch.setenv("DRIVE_EMULATOR_HOST", "127.0.0.1:9")
    run("sync", status=75)
    assert rows(tmp_path, "SELECT * FROM run")[-1]["status"] == 75
    assert events(tmp_path)[-1][2]["error"]["code"] == "offline"


@pytest.mark.parametrize(
    ("error", "status"),
    [(MaterialsError(Code.OFFLINE, verbatim("No network.")), 75), (KeyboardInterrupt(), 130), (ValueError("a bug"), 1)],
    ids=["offline", "interrupted", "a bug"],
)
def test_a_run_has_an_end_whatever_ends_it(tmp_path: Path, error: BaseException, status: int) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as catalogue:
        with pytest.raises(type(error)), Journal(catalogue, "c"):
            raise error
        (run_row,) = catalogue.runs("c")
        (event,) = catalogue.events([run_row])
    assert run_row.status == status
    assert run_row.ended is not None
    assert [failure.code for failure in run_row.failures] == {75: ["offline"], 130: [], 1: ["bug"]}[status]
    assert (event.type, event.outcome, event.detail["status"]) == (EventType.EXECUTION, Outcome.FAILURE, status)


def test_a_run_with_an_invalid_credential_is_recorded(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRIVE_EMULATOR_HOST")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    run("sync", status=4)
    assert events(tmp_path)[-1][2]["error"]["code"] == "bad_account_file"


def test_failed_downloads_and_local_edits_are_recorded(drive: RunningServer, tmp_path: Path) -> None:
    world = drive.world
    edited = world.add_file("edited.txt", b"as on Drive")
    run("sync")
    refused = world.add_file("refused.txt", b"refused")
    drive.faults.add(Fault(operation="media", target=refused, status=403, reason="cannotDownloadFile"))
    (tmp_path / "c" / "edited.txt").write_bytes(b"scribbled on")
    run("sync", status=3)
    failed = rows(tmp_path, f"SELECT * FROM event WHERE item = '{refused}'")  # noqa: S608 - an id of this test
    assert [(row["type"], row["outcome"], json.loads(row["detail"])["code"]) for row in failed] == [
        ("capture", "failure", "download_forbidden")
    ]
    damage = [row for row in rows(tmp_path, f"SELECT * FROM event WHERE item = '{edited}'") if row["outcome"] == "failure"]  # noqa: S608
    assert [row["type"] for row in damage] == ["fixity check"]
    assert ".materials/aside" in damage[0]["detail"]


def test_events_and_runs_can_only_be_added(drive: RunningServer, tmp_path: Path) -> None:
    drive.world.add_file("a.txt", b"a")
    run("sync")
    with closing(sqlite3.connect(tmp_path / ".materials" / "catalogue.sqlite")) as connection, connection:
        for statement in (
            "UPDATE event SET detail = '{}' WHERE number = 1",
            "DELETE FROM event WHERE number = 1",
            "INSERT OR REPLACE INTO event SELECT * FROM event WHERE number = 1",
            "UPDATE run SET status = 0 WHERE id = 1",
            "DELETE FROM run",
        ):
            with pytest.raises(sqlite3.IntegrityError, match=r"never|only"):
                connection.execute(statement)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE event SET outcome = 'success', time = '2020-01-01T00:00:00Z' WHERE number = 3",
        "DELETE FROM event WHERE number = 3",
        "UPDATE event SET hash = 'ab' WHERE number = 3",
        "UPDATE event SET number = 0 WHERE number = 3",
        "UPDATE run SET status = 3",
        "UPDATE run SET failures = '[1]'",
    ],
)
def test_tampering_is_detected_even_without_the_triggers(drive: RunningServer, tmp_path: Path, tampering: str) -> None:
    drive.world.add_file("a.txt", b"a")
    run("sync")
    place = tmp_path / ".materials" / "catalogue.sqlite"
    with Catalogue.open(place) as catalogue:
        assert catalogue.check_history().broken is None
        assert catalogue.check_history().events == len(rows(tmp_path, "SELECT 1 FROM event"))
    with closing(sqlite3.connect(place)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(tampering)
    with Catalogue.open(place) as catalogue:
        assert catalogue.check_history().broken is not None


def test_the_documented_rule_verifies_the_chain(drive: RunningServer, tmp_path: Path) -> None:
    drive.world.add_file("a.txt", b"a")
    run("sync")
    script = (
        "import hashlib, json, sqlite3\n"
        "before = ''\n"
        "for *row, proof in sqlite3.connect('.materials/catalogue.sqlite').execute('SELECT * FROM event ORDER BY number'):\n"
        "    before = hashlib.sha256((before + json.dumps(row, separators=(',', ':'))).encode()).hexdigest()\n"
        "    assert before == proof\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)


ANY = st.text(st.characters(exclude_categories=[]), max_size=20)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(EventType), ANY, ANY, st.booleans()), max_size=6))
def test_events_with_any_name_are_stored_and_the_chain_is_valid(
    tmp_path_factory: pytest.TempPathFactory, happened: list[tuple[EventType, str, str, bool]]
) -> None:
    place = tmp_path_factory.mktemp("history")
    made = [
        Event(
            type=kind, collection="c", item=item, outcome=Outcome.SUCCESS if well else Outcome.FAILURE, detail={"action": path},
            time=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for kind, item, path, well in happened
    ]  # fmt: skip
    with Catalogue.open(place / "catalogue.sqlite", write=True) as catalogue:
        run_id = catalogue.begin_run("c", datetime.now(UTC))
        catalogue.note(made)
        catalogue.end_run(run_of(run_id, ended=datetime.now(UTC)))
        chain = catalogue.check_history()
        assert (chain.events, chain.broken) == (len(made) + 1, None)
        found = catalogue.events(catalogue.runs("c"))
    assert [(e.type, e.item, e.outcome, dict(e.detail), e.time) for e in found[:-1]] == [
        (e.type, e.item, e.outcome, dict(e.detail), e.time) for e in made
    ]
    assert [e.number for e in found] == list(range(1, len(made) + 2))
    shutil.rmtree(place)
