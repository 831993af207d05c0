"""What is asked of the runs after each of many collections in each of many nights."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import remove_collection, rename_collection
from materials_cli.history.events import of_return
from materials_cli.model import Run

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_last_listings_cost_as_much_after_a_hundred_nights_as_after_one(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as catalogue:
        costs, last = list[int](), dict[str, int]()
        for night in range(100):
            with catalogue.transaction():
                for slug in ("kazakhstan", "georgia", "samarkand"):
                    number = catalogue.begin_run(slug, BEGUN + timedelta(days=night))
                    status = 75 if slug == "georgia" and night > 97 else 3 if slug == "samarkand" else 0
                    catalogue.connection.execute("UPDATE run SET ended = started, status = ? WHERE id = ?", (status, number))
                    last[slug] = number if status != 75 else last[slug]
            with counted(catalogue) as steps:
                found = catalogue.last_listings()
            assert {slug: run.id for slug, run in found.items()} == last
            costs.append(sum(steps))
        assert max(costs) < 2 * costs[0]


def test_present_names_cost_as_much_after_a_hundred_nights_as_after_one(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as catalogue:
        rename_collection(catalogue.connection, "tashkent", "samarkand")
        remove_collection(catalogue.connection, "georgia")
        catalogue.note([of_return("georgia")])
        costs = list[int]()
        for night in range(100):
            number = catalogue.begin_run("samarkand", BEGUN + timedelta(days=night))
            catalogue.end_run(Run(number, "samarkand", BEGUN, BEGUN, 0, {}, 0, 7, (), ()))
            with counted(catalogue) as steps:
                assert catalogue.present_name("tashkent") == "samarkand"
            costs.append(sum(steps))
            assert catalogue.present_name("georgia") == "georgia"
        assert max(costs) == costs[0]


@contextmanager
def counted(catalogue: Catalogue) -> Iterator[list[int]]:
    """The steps of SQLite's machine meanwhile."""
    steps = list[int]()
    catalogue.connection.set_progress_handler(lambda: steps.append(1), 1)
    yield steps
    catalogue.connection.set_progress_handler(None, 1)
