"""Items and texts in the catalogue: exact names, atomic writes and migrations, and an index in step with the texts."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from materials_cli.catalogue import index, migrations, schema
from materials_cli.catalogue.descriptions import own_of
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.causes import Cause
from materials_cli.errors import Code, MaterialsError
from materials_cli.history.events import Event, of_damage
from materials_cli.messages import msg
from materials_cli.model import Accession, Action, ActionKind, Section, Text
from support.small_catalogue import catalogue, found, item, put  # noqa: F401 - a fixture

# What the first version could say.
ROWS = """
    INSERT INTO item (number, collection, id, path, state, media_type, size, sha256, first_seen, fetched, verified, remote)
    VALUES (1, 'c', 'a', 'c/old.txt', 'held', 'text/plain', 3, lower(hex(zeroblob(32))), '2025-06-24T09:00:00Z',
        '2025-06-24T09:00:00Z', 1, '{"id": "a", "drive_id": "a", "name": "old.txt", "parent": "root"}');
    INSERT INTO version (collection, item, path, size, sha256, fetched, retired)
    VALUES ('c', 'a', 'c/old.txt', 2, replace(hex(zeroblob(32)), '0', '1'), '2025-06-23T09:00:00Z', '2025-06-24T09:00:00Z');
    INSERT INTO run (collection, started, ended, status, bytes)
    VALUES ('c', '2025-06-24T09:00:00Z', '2025-06-24T09:00:09Z', 0, 5);
    INSERT INTO section (place, number, title, body, notes, hidden) VALUES (1048576, 1, '', 'kept', '', 0);
"""


def test_replaced_text_is_no_longer_found(catalogue: Catalogue) -> None:
    put(catalogue, item("opening.pptx"), Section(1, "Other", "words"))
    assert found(catalogue, "registries") == []
    assert found(catalogue, "words") == [("opening.pptx", 1)]
    catalogue.connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_the_index_of_another_normaliser_is_rebuilt(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.connection.execute("UPDATE setting SET value = '0' WHERE name = 'normaliser'")
    catalogue.connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    catalogue.close()
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as again:
        assert found(again, "registries") == [("opening.pptx", 1)]
        assert index.rebuild_if_outdated(again.connection) is False


def test_an_item_costs_a_few_statements_however_many_languages_there_are(catalogue: Catalogue) -> None:
    asked: list[str] = []
    catalogue.connection.set_trace_callback(asked.append)
    put(catalogue, item("new.pptx"), Section(1, "", "Реестры говорят между собой о данных"), Section(2, "", "who buys data"))
    catalogue.connection.set_trace_callback(None)
    assert [statement for statement in asked if "words MATCH" in statement] == []
    updates = {statement for statement in asked if "UPDATE item" in statement}  # a trigger repeats its statement
    assert (len(updates), len([each for each in updates if "described = " in each])) == (1, 1)
    assert len([statement for statement in asked if "FROM section" in statement]) == 1  # what was there before
    (stored,) = catalogue.connection.execute("SELECT languages FROM item WHERE id = 'id-new.pptx'").fetchone()
    number = catalogue.connection.execute("SELECT number FROM item WHERE id = 'id-new.pptx'").fetchone()[0]
    assert list(json.loads(stored).items()) == list(index.count_languages(catalogue.connection, number)[number].items())
    assert set(json.loads(stored)) == {"en", "ru"}


def test_an_item_and_its_events_are_one_part_of_a_batch_and_so_is_its_text(catalogue: Catalogue) -> None:
    asked: list[str] = []
    new = item("new.pptx")
    with catalogue.transaction():
        catalogue.connection.set_trace_callback(asked.append)
        catalogue.record(new, [of_damage(new, msg("missing"))])
        catalogue.put_text(new.collection, new.id, Text("slide", (Section(1, "", "words"),)), new.fixity.sha256, 1)
        catalogue.connection.set_trace_callback(None)
    assert len([statement for statement in asked if statement.startswith("SAVEPOINT")]) == 2
    events = catalogue.connection.execute("SELECT outcome FROM event WHERE item = ? ORDER BY number", (new.id,))
    assert [outcome for (outcome,) in events] == ["failure", "success"]


def test_an_item_whose_events_cannot_be_written_is_not_recorded_though_its_batch_is(catalogue: Catalogue) -> None:
    lost, kept = item("lost.pptx"), item("kept.pptx")

    def events() -> Iterator[Event]:
        yield of_damage(lost, msg("missing"))
        raise MaterialsError(Code.DISK_REFUSED, msg("The disk is full."))

    with catalogue.transaction():
        with pytest.raises(MaterialsError):
            catalogue.record(lost, events())
        catalogue.record(kept)
    assert (catalogue.find(lost.collection, lost.id), catalogue.find(kept.collection, kept.id)) == (None, kept)
    assert found(catalogue, "lost") == []
    assert catalogue.connection.execute("SELECT 1 FROM event WHERE item = ?", (lost.id,)).fetchall() == []


def test_what_a_run_records_is_part_of_what_its_caller_undoes(catalogue: Catalogue) -> None:
    lost, kept = item("lost.pptx"), item("kept.pptx")
    asked: list[str] = []
    with Journal(catalogue, "c") as journal:
        with catalogue.transaction():
            with suppress(MaterialsError), catalogue.transaction():
                journal.record(Accession(Action(ActionKind.ADD, Cause.NEW, lost.remote), lost))
                raise MaterialsError(Code.DISK_REFUSED, msg("The disk is full."))
            catalogue.connection.set_trace_callback(asked.append)
            journal.record(Accession(Action(ActionKind.ADD, Cause.NEW, kept.remote), kept))
            catalogue.connection.set_trace_callback(None)
        journal.accessions.pop(0)
    assert [statement for statement in asked if statement.startswith("SAVEPOINT")] == []
    assert (catalogue.find(lost.collection, lost.id), catalogue.find(kept.collection, kept.id)) == (None, kept)
    assert {event.item for event in catalogue.events(catalogue.runs())} == {kept.id, None}


def test_what_was_never_read_is_described_by_its_name(catalogue: Catalogue) -> None:
    held = item("2025-06-24 Day 2 Uzbekistan.pptx")
    catalogue.record(held)
    own = own_of(catalogue, held)
    assert (own.day, own.date, [one.code for one in own.countries]) == (2, "2025-06-24", ["UZ"])
    catalogue.put_text(held.collection, held.id, Text("slide", ()), held.fixity.sha256, 1)
    assert own_of(catalogue, held) == own
    renamed = replace(held, path="c/Day 3.pptx", remote=replace(held.remote, name="Day 3.pptx"))
    catalogue.record(renamed)
    assert own_of(catalogue, renamed).day == 3


def test_a_reader_sees_only_committed_rows(catalogue: Catalogue, tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite") as reader, catalogue.transaction():
        put(catalogue, item("new.pptx"), Section(1, "", "unseen"))
        assert found(reader, "unseen") == []
        assert len(reader.items()) == 2
    assert found(catalogue, "unseen") == [("new.pptx", 1)]


def test_a_failed_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalogue.sqlite"
    with Catalogue.open(path, write=True) as made:
        put(made, item("kept.pptx"), Section(1, "", "kept"))
    good = migrations.MIGRATIONS
    monkeypatch.setattr(schema, "MIGRATIONS", (*good, "CREATE TABLE added (x); CREATE TABLE added (x);"))
    with pytest.raises(sqlite3.OperationalError):
        Catalogue.open(path, write=True)
    monkeypatch.setattr(schema, "MIGRATIONS", (*good, "CREATE TABLE added (x);"))
    with Catalogue.open(path) as reader:
        assert found(reader, "kept") == [("kept.pptx", 1)]
    with closing(sqlite3.connect(path)) as untouched:
        assert untouched.execute("PRAGMA user_version").fetchone()[0] == len(good)
    with Catalogue.open(path, write=True) as migrated:
        assert found(migrated, "kept") == [("kept.pptx", 1)]
        assert migrated.connection.execute("PRAGMA user_version").fetchone()[0] == len(good) + 1


@pytest.mark.parametrize("version", range(1, len(migrations.MIGRATIONS)))
def test_the_catalogue_of_each_earlier_version_is_read_as_it_is_and_migrated_without_a_loss(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as old:
        for script in migrations.MIGRATIONS[:version]:
            old.executescript(script)
        old.executescript(f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = {version};")
        old.executescript(ROWS)
        old.execute("UPDATE item SET note = ?", ('"empty"' if version >= 5 else "empty",))
        old.commit()
    before = path.read_bytes()
    for write in (False, True):
        with Catalogue.open(path, write=write) as now:
            (read,) = now.items()
            assert (read.path, read.fixity.sha256, str(read.note)) == ("c/old.txt", "0" * 64, "empty")
            assert [kept.fixity.sha256 for kept in now.versions("c", "a")] == ["1" * 64]
            assert [(run.status, run.bytes) for run in now.runs()] == [(0, 5)]
            assert now.connection.execute("SELECT body FROM section").fetchone()[0] == "kept"
        assert write or path.read_bytes() == before
    with closing(sqlite3.connect(path)) as migrated:
        assert migrated.execute("PRAGMA user_version").fetchone()[0] == len(migrations.MIGRATIONS)


def test_what_an_earlier_version_stored_of_a_file_is_read(catalogue: Catalogue) -> None:
    catalogue.record(item("old.pptx"))
    catalogue.connection.execute("UPDATE item SET remote = json_set(remote, '$.sha1', 'aa', '$.gone_field', 1)")
    assert catalogue.held("c")["id-old.pptx"].remote == item("old.pptx").remote


def test_names_with_any_characters_are_stored_exactly(catalogue: Catalogue) -> None:
    for name in ("\ud800lone.txt", "nul\0.txt", "line\nbreak.txt", "\u202eturned.txt"):
        held = item("plain.txt")
        catalogue.record(replace(held, remote=replace(held.remote, name=name), path=f"c/{name}"))
        kept = catalogue.held("c")["id-plain.txt"]
        assert (kept.remote.name, kept.path) == (name, f"c/{name}")


def test_what_was_never_read_is_selected_by_the_country_in_its_name(catalogue: Catalogue) -> None:
    catalogue.record(item("Kazakhstan registry.pptx"))
    assert found(catalogue, "country:kz") == found(catalogue, "registry country:kz") == [("Kazakhstan registry.pptx", None)]


def test_what_many_items_share_is_in_memory_once(catalogue: Catalogue) -> None:
    put(catalogue, item("closing.pptx"), Section(1, "", "the end"))
    one, other = (each for each in catalogue.items() if each.collection == "c")
    assert one.unit == "slide"
    assert (one.unit, one.media_type, one.collection) == (other.unit, other.media_type, other.collection)
    assert one.unit is other.unit
    assert one.media_type is other.media_type
    assert one.collection is other.collection
