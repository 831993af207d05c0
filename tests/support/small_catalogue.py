"""A catalogue of two items whose texts are easy to tell apart."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Fixity, Item, RemoteFile, Section, Text
from materials_cli.search.engine import search

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
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue.open(tmp_path / "catalogue.sqlite", write=True)
    put(
        made,
        item("opening.pptx"),
        Section(1, "Data exchange", "registries talk to each other"),
        Section(2, "Procurement", "the state buys data and pays for exchange of views", "mention the harbour"),
        Section(3, "One stop shop", "everything in one place"),
    )
    put(made, item("budget.xlsx", "d", datetime(2023, 6, 1, tzinfo=UTC)), Section(1, "Sheet", "procurement costs"))
    yield made
    made.close()


def found(catalogue: Catalogue, text: str) -> list[tuple[str, int | None]]:
    return [(hit.item.remote.name, hit.section.number if hit.section else None) for hit in search(catalogue, text).hits]
