"""`status --max-age`: what monitoring is told, by true runs of the catalogue."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.freshness import age
from support.command import run
from support.two_collections import archive, ran  # noqa: F401 - a fixture


def test_an_archive_that_was_never_synced_is_stale(archive: Path) -> None:
    assert run("status", "--max-age", "36h", status=3).stdout == "stale: last brought up to date: a (never), b (never)\n"


def test_the_oldest_of_the_latest_successes_decides(archive: Path) -> None:
    ran(archive, "a", 0, hours_ago=50)
    ran(archive, "a", 3, hours_ago=5)
    ran(archive, "b", 0, hours_ago=30)
    ran(archive, "b", 75, hours_ago=1)
    assert run("status", "--max-age", "36h").stdout == "ok: 2 collections, brought up to date 30 hours ago\n"
    assert run("status", "--max-age", "1d", status=3).stdout == "stale: last brought up to date: b (30 hours ago)\n"


def test_a_collection_that_is_followed_no_more_does_not_count(archive: Path) -> None:
    ran(archive, "a", 0, hours_ago=1)
    ran(archive, "b", 0, hours_ago=1)
    ran(archive, "old", 0, hours_ago=900)
    assert run("status", "--max-age", "2h").stdout.startswith("ok: ")


def test_a_run_that_did_not_end_is_no_success(archive: Path) -> None:
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        catalogue.begin_run("a", datetime.now(UTC))
    run("status", "--max-age", "36h", status=3)


def test_programs_are_told_too(archive: Path) -> None:
    for collection in "ab":
        ran(archive, collection, 0, hours_ago=5)
    assert json.loads(run("status", "--max-age", "6h", "--json").stdout)["fresh"] is True
    assert json.loads(run("status", "--max-age", "4h", "--json", status=3).stdout)["fresh"] is False
    assert "fresh" not in json.loads(run("status", "--json").stdout)


def test_an_archive_without_collections_is_stale(archive: Path) -> None:
    (archive / "materials.toml").write_text("format = 1\n")
    assert "no folder has been added" in run("status", "--max-age", "1w", status=3).stdout


@pytest.mark.parametrize(("text", "hours"), [("36h", 36), ("2d", 48), ("90m", 1.5), ("90 min", 1.5), ("1W", 168)])
def test_ages_as_people_write_them(text: str, hours: float) -> None:
    assert age(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["36", "h", "-1h", "1.5h", "yesterday", "99999999h"])
def test_what_is_no_age_is_told(archive: Path, text: str) -> None:
    assert "36h" in run("status", f"--max-age={text}", status=2).stderr
