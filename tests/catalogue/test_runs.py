"""What is asked of the runs after each of many collections in each of many nights."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from materials_cli.catalogue.items import Catalogue

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
            steps = [0]

            def step(steps: list[int] = steps) -> int:
                steps[0] += 1
                return 0

            catalogue.connection.set_progress_handler(step, 1)
            found = catalogue.last_listings()
            catalogue.connection.set_progress_handler(None, 1)
            assert {slug: run.id for slug, run in found.items()} == last
            costs.append(steps[0])
        assert max(costs) < 2 * costs[0]
