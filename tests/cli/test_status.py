"""`materials status`: quiet about what is no trouble, with the collection of every error, and a verdict at the end."""

import json
from pathlib import Path

from materials_cli.store.mirror import Store
from support.command import run
from support.two_collections import archive, ran  # noqa: F401 - a fixture


def last_line() -> str:
    return run("status").stdout.splitlines()[-1]


def well() -> bool:
    return bool(json.loads(run("status", "--json").stdout)["well"])


def test_the_last_line_is_a_verdict(archive: Path) -> None:
    assert last_line() == "Not synced yet: a, b. Next: materials sync"
    ran(archive, "a", 0)
    assert last_line() == "Not synced yet: b. Next: materials sync"
    ran(archive, "b", 0, hours_ago=30)
    assert last_line() == "No problems: 2 collections, up to date 30 hours ago."
    assert well()
    ran(archive, "b", 3, "b/talk.pptx")
    assert last_line() == "Problems in 1 collection: b. For causes and fixes: materials doctor"
    assert not well()
    with Store(archive).lock():
        assert "Running now: process" in last_line()


def test_an_archive_without_collections_says_what_to_do(archive: Path) -> None:
    (archive / "materials.toml").write_text("format = 1\n")
    assert last_line() == "No folder has been added to this archive. Next: materials add LINK"
    assert not well()


def test_every_error_stands_below_its_collection_whose_name_is_said_once(archive: Path) -> None:
    ran(archive, "a", 3, "a/talk.pptx", "1AbCdEf", "a")
    ran(archive, "b", 4, "b/1XyZ")
    lines = run("status").stdout.splitlines()
    failed = [line for line in lines if line in {"a", "b"} or line.startswith("  failed")]
    assert [line.strip().removeprefix("failed").strip() for line in failed] == [
        "a", "talk.pptx: it broke", "1AbCdEf: it broke", "it broke", "b", "1XyZ: it broke",
    ]  # fmt: skip


def test_a_title_that_is_the_name_is_said_once(archive: Path) -> None:
    settings = archive / "materials.toml"
    text = settings.read_text()
    for title, line in (("a", "\na\n"), ("A workshop", "\na  A workshop\n")):
        settings.write_text(text.replace("[collections.a]", f'[collections.a]\ntitle = "{title}"'))
        assert line in run("status").stdout
