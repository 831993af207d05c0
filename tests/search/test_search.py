"""What a person may type besides words, what comes first, and what the catalogue does when it is not as it should be."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from materials_cli.catalogue import index, migrations, schema
from materials_cli.catalogue.items import Catalogue
from materials_cli.errors import MaterialsError
from materials_cli.model import Fixity, Item, RemoteFile, Section, Text
from materials_cli.search.engine import search
from materials_cli.search.query import parse
from materials_cli.search.suggest import corrected

NOW = datetime(2025, 6, 24, tzinfo=UTC)


def item(name: str, collection: str = "c", modified: datetime = NOW) -> Item:
    remote = RemoteFile(id=f"id-{name}", drive_id=f"id-{name}", name=name, parent="root", modified=modified)
    path = f"{collection}/Day 1/{name}"
    return Item(
        collection=collection,
        remote=remote,
        path=path,
        media_type="application/x",
        fixity=Fixity(1, name),
        first_seen=NOW,
        fetched=NOW,
    )


def put(catalogue: Catalogue, held: Item, *sections: Section) -> None:
    catalogue.record(held)
    catalogue.put_text(held.collection, held.id, Text("slide", sections), held.fixity.sha256, 1)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    made = Catalogue.open(tmp_path / "catalogue.sqlite", write=True)
    put(
        made,
        item("opening.pptx"),
        Section(1, "Data exchange", "registries talk to each other"),
        Section(2, "Procurement", "the state buys data and pays for exchange of views", "mention the harbour"),
        Section(3, "One stop shop", "everything in one place"),
    )
    put(made, item("budget.xlsx", "d", datetime(2023, 6, 1, tzinfo=UTC)), Section(1, "Sheet", "procurement costs"))
    return made


def found(catalogue: Catalogue, text: str) -> list[tuple[str, int | None]]:
    return [(hit.item.remote.name, hit.section.number if hit.section else None) for hit in search(catalogue, text).hits]


def test_words_in_a_title_come_before_words_in_a_body(catalogue: Catalogue) -> None:
    assert found(catalogue, "data exchange")[0] == ("opening.pptx", 1)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("procurement -harbour", [("budget.xlsx", 1)]),
        ("registries OR harbour", [("opening.pptx", 1), ("opening.pptx", 2)]),
        ("procure*", [("budget.xlsx", 1), ("opening.pptx", 2)]),
        ("procurement kind:sheet", [("budget.xlsx", 1)]),
        ("procurement kind:slides", [("opening.pptx", 2)]),
        ("procurement year:2023", [("budget.xlsx", 1)]),
        ("procurement after:2025-01", [("opening.pptx", 2)]),
        ("procurement before:2025", [("budget.xlsx", 1)]),
        ("procurement before:yesterday year:2022-2024", [("budget.xlsx", 1)]),
        ("procurement after:30d", []),
        ("procurement collection:d", [("budget.xlsx", 1)]),
        ("harbour in:notes", [("opening.pptx", 2)]),
        ("registries in:notes", []),
        ("opening", [("opening.pptx", None)]),
    ],
)
def test_what_may_be_typed_besides_words(catalogue: Catalogue, typed: str, expected: list[tuple[str, int | None]]) -> None:
    assert sorted(found(catalogue, typed), key=str) == sorted(expected, key=str)


def test_who_quotes_means_the_phrase_and_is_told_when_nothing_has_it(catalogue: Catalogue) -> None:
    assert found(catalogue, '"data exchange"') == [("opening.pptx", 1)]
    assert not search(catalogue, '"data exchange"').phrases_split
    apart = search(catalogue, '"exchange data"')
    assert apart.phrases_split
    assert [hit.section and hit.section.number for hit in apart.hits] == [1, 2]


def test_another_spelling_is_proposed_only_for_words_that_nothing_has(catalogue: Catalogue) -> None:
    better = corrected(catalogue.connection, parse("procuremnt kind:sheet"))
    assert better is not None
    assert better.text == "Procurement kind:sheet"
    assert corrected(catalogue.connection, parse("procurement")) is None


def test_what_was_replaced_is_not_found_any_more(catalogue: Catalogue) -> None:
    put(catalogue, item("opening.pptx"), Section(1, "Other", "words"))
    assert found(catalogue, "registries") == []
    assert found(catalogue, "words") == [("opening.pptx", 1)]
    catalogue.connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_words_of_another_normaliser_are_made_anew(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.connection.execute("UPDATE setting SET value = '0' WHERE name = 'normaliser'")
    catalogue.connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    catalogue.close()
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as again:
        assert found(again, "registries") == [("opening.pptx", 1)]
        assert index.rebuild_if_outdated(again.connection) is False


def test_a_reader_sees_what_was_committed_while_a_writer_writes(catalogue: Catalogue, tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite") as reader, catalogue.transaction():
        put(catalogue, item("new.pptx"), Section(1, "", "unseen"))
        assert found(reader, "unseen") == []
        assert len(reader.items()) == 2
    assert found(catalogue, "unseen") == [("new.pptx", 1)]


def test_a_step_that_fails_leaves_the_catalogue_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalogue.sqlite"
    with Catalogue.open(path, write=True) as made:
        put(made, item("kept.pptx"), Section(1, "", "kept"))
    good = migrations.MIGRATIONS
    monkeypatch.setattr(schema, "MIGRATIONS", (*good, "CREATE TABLE added (x); CREATE TABLE added (x);"))
    with pytest.raises(sqlite3.OperationalError):
        Catalogue.open(path, write=True)
    monkeypatch.setattr(schema, "MIGRATIONS", (*good, "CREATE TABLE added (x);"))
    with pytest.raises(MaterialsError, match="older version"):
        Catalogue.open(path)
    with Catalogue.open(path, write=True) as migrated:
        assert found(migrated, "kept") == [("kept.pptx", 1)]
        assert migrated.connection.execute("PRAGMA user_version").fetchone()[0] == len(good) + 1


def test_names_with_anything_in_them_are_kept_exactly(catalogue: Catalogue) -> None:
    for name in ("\ud800lone.txt", "nul\0.txt", "line\nbreak.txt", "\u202eturned.txt"):
        held = item("plain.txt")
        catalogue.record(replace(held, remote=replace(held.remote, name=name), path=f"c/{name}"))
        kept = catalogue.held("c")["id-plain.txt"]
        assert (kept.remote.name, kept.path) == (name, f"c/{name}")
