"""Several archives are searched as one, from the command line: where they are, what hits lead to, and what cannot answer."""

import asyncio
import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from materials_cli import elsewhere
from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.app import app
from materials_cli.cli.browse import Browser
from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.scope import scope_of
from materials_cli.config import FILE, load
from materials_cli.elsewhere import meant, reach
from materials_cli.filenames import CATALOGUE
from materials_cli.model import Section
from materials_cli.published import publish
from materials_cli.search.filters import NO_FILTERS
from materials_cli.store.bucket import PUBLISHED, Bucket
from materials_cli.trust import confirm, standing
from support.small_catalogue import item, put
from support.terminal import session


def archive(folder: Path, *titles: str, more: str = "") -> Path:
    """An archive with a slide for each title, in a deck of its own."""
    (folder / ".materials").mkdir(parents=True)
    (folder / FILE).write_text(f"format = 1\n{more}", "utf-8")
    with Catalogue.open(folder / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        for title in titles:
            put(catalogue, item(f"{title}.pptx"), Section(1, title, f"{title} in the state"))
    return folder


@pytest.fixture
def hubs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three archives, in a folder that is none."""
    archive(tmp_path / "tashkent", "procurement of services", "budget")
    archive(tmp_path / "tbilisi", "public procurement", "harbour")
    archive(tmp_path / "seoul", "procurement", "identity")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(*words: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == status, done.output
    return done.stdout


def searched(*words: str, status: int = 0) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(printed("search", *words, "--json", status=status))
    return found


def archives(found: Mapping[str, Any]) -> list[str]:
    return sorted(row["archive"] for row in found["items"])


def test_folders_and_lone_catalogues_are_searched_as_one(hubs: Path) -> None:
    (hubs / "seoul" / ".materials" / "catalogue.sqlite").rename(hubs / "korea.sqlite")
    found = searched("procurement", "--in", "tashkent", "--in", "tbilisi", "--in", "korea.sqlite")
    assert archives(found) == ["korea", "tashkent", "tbilisi"]
    assert found["total"] == 3
    assert not found["notices"]
    rows = printed("search", "procurement", "--in", "tashkent", "--in", "tbilisi").splitlines()
    assert sorted(row.split("\t")[-1] for row in rows) == ["tashkent", "tbilisi"]


def test_the_number_of_a_hit_leads_to_its_archive(hubs: Path) -> None:
    (hubs / "seoul" / ".materials" / "catalogue.sqlite").rename(hubs / "korea.sqlite")
    places = "--in tashkent --in tbilisi --in korea.sqlite"
    lines = [f"materials search harbour {places}", "materials show 1#1", f"materials search identity {places}"]
    shown = session(*lines, "materials show 1", "cd seoul", "materials show 1", folder=hubs, status=2)
    assert "harbour in the state" in shown.partition("Hit 1:")[2]
    assert "identity in the state" in shown.rpartition("Hit 1:")[2]
    assert "No matching item" in shown


def test_one_archive_under_two_spellings_is_searched_once_and_that_is_said(hubs: Path) -> None:
    (hubs / "link").symlink_to("tashkent")
    inner = "tashkent/.materials/catalogue.sqlite"
    for again in ("./tashkent/", "tbilisi/../tashkent", "link", inner, str(hubs / "tashkent")):
        found = searched("budget", "--in", "tashkent", "--in", again, "--in", "seoul")
        assert archives(found) == ["tashkent"]
        (note,) = found["notices"]
        assert "same archive as “tashkent”" in note["reason"]
    assert not searched("budget", "--in", "tashkent", "--in", "tashkent")["notices"]


def test_what_means_the_same_by_the_tables_of_an_archive_is_found_in_all(hubs: Path) -> None:
    (hubs / "seoul" / "glossary.toml").write_text('[port]\nen = "harbour"\nko = "wharfside"\n', "utf-8")
    (hubs / "tashkent" / "names.toml").write_text("[port\n", "utf-8")
    found = searched("wharfside", "--in", "tashkent", "--in", "tbilisi", "--in", "seoul")
    assert archives(found) == ["tbilisi"]
    assert found["also"] == ["harbour"]
    assert [note["archive"] for note in found["notices"]] == ["tashkent"]
    (hubs / "tashkent" / "names.toml").write_text("#" * 1_000_001, "utf-8")
    assert "1000001" in searched("wharfside", "--in", "tashkent", "--in", "seoul")["notices"][0]["reason"]
    assert not searched("wharfside", "--in", "tbilisi", "--in", "seoul", "--only-these-words")["items"]


def test_what_cannot_be_searched_is_a_note_and_the_rest_answers(hubs: Path) -> None:
    (hubs / "broken").mkdir()
    (hubs / "broken" / "catalogue.sqlite").write_bytes(b"nonsense" * 1000)
    with Catalogue.open(archive(hubs / "newer") / ".materials" / "catalogue.sqlite", write=True) as newer:
        newer.connection.execute("PRAGMA user_version = 9999")
    (archive(hubs / "odd") / FILE).write_text("nonsense")
    (archive(hubs / "lost") / ".materials" / "catalogue.sqlite").rename(hubs / "lost" / ".materials" / "catalogue.copy.sqlite")
    (hubs / "lost" / "manifest.jsonl").write_text('{"id": "a"}\n')
    names = ["broken", "newer", "odd", "lost", "nowhere"]
    found = searched("harbour", *(word for name in ["tbilisi", *names] for word in ("--in", name)), status=3)
    assert archives(found) == ["tbilisi"]
    assert sorted(note["archive"] for note in found["notices"]) == sorted(names)
    for place, said in {
        "nowhere": "None of these archives",
        "~nobody-at-all/x": "no archive in",
        "all": "No archive found",
    }.items():
        refused = CliRunner().invoke(app, ["search", "harbour", "--in", place])
        assert refused.exit_code == 2
        assert said in refused.output


def test_what_an_object_store_has_published_is_searched_and_kept(hubs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(hubs / "cache"))
    (hubs / "bucket").mkdir()
    url = (hubs / "bucket").as_uri()
    store = Bucket(hubs / "tbilisi", url, single_writer=True)
    with store.lock():
        publish(store)
    assert archives(searched("harbour", "--in", url, "--in", "tashkent")) == ["bucket"]
    with Catalogue.open(store.catalogue, write=True) as catalogue:
        put(catalogue, item("ferry.pptx"), Section(1, "ferry", "ferries"))
    with store.lock():
        publish(store)
    assert archives(searched("ferry", "--in", url)) == ["bucket"]
    assert not list((hubs / "cache").rglob("rebuilt/*"))
    stamp = (hubs / "bucket" / PUBLISHED).rename(hubs / "stamp")
    os.mkfifo(hubs / "bucket" / PUBLISHED)  # it can be opened, and never answers
    asked = meant([url], None)
    while not (answer := reach(asked, patience=0.5))[0]:
        pass  # it has not come as far as the catalogue from before
    assert "too long" in str(answer[1]["bucket"])
    os.close(os.open(hubs / "bucket" / PUBLISHED, os.O_WRONLY | os.O_NONBLOCK))
    stamp.rename(hubs / "bucket" / PUBLISHED)
    (hubs / "bucket").rename(hubs / "away")
    gone = searched("ferry", "--in", url, status=3)
    assert archives(gone) == ["bucket"]
    assert [note["archive"] for note in gone["notices"]] == ["bucket"]


def test_a_catalogue_that_stops_coming_is_not_waited_for(hubs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(hubs / "cache"))
    monkeypatch.setattr(elsewhere, "_SPELL", 0.1)
    (hubs / "bucket").mkdir()
    url = (hubs / "bucket").as_uri()
    store = Bucket(hubs / "tbilisi", url, single_writer=True)
    with store.lock():
        publish(store)
    catalogue = hubs / "bucket" / CATALOGUE
    catalogue.unlink()
    os.mkfifo(catalogue)  # it can be opened, and never answers
    found, notes, _ = reach(meant([url], None), patience=2)
    assert not found
    assert "too long" in str(notes["bucket"])
    while True:
        with contextlib.suppress(OSError):  # nobody is reading yet
            os.close(os.open(catalogue, os.O_WRONLY | os.O_NONBLOCK))
            break


def test_settings_name_archives_and_count_once_they_are_confirmed(hubs: Path) -> None:
    settings = '[[archives]]\nname = "georgia"\nplace = "../tbilisi"\n[[archives]]\nname = "korea"\nplace = "../seoul"\n'
    home = archive(hubs / "home", "procurement at home", more=settings)
    words = ("procurement", "--archive", str(home))
    assert "unconfirmed_settings" in CliRunner().invoke(app, ["search", *words, "--in", "all"]).output
    assert archives(searched(*words, "--in", "tashkent")) == ["tashkent"]
    confirm(load(home))
    assert archives(searched(*words, "--in", "all")) == ["georgia", "home", "korea"]
    assert archives(searched(*words, "--in", "georgia", "--in", "tashkent")) == ["georgia", "tashkent"]
    (note,) = searched(*words, "--in", "gorgia", "--in", "tashkent", status=3)["notices"]
    assert note["reason"].endswith("Names in the settings: georgia, korea, all.")
    assert not any(archives({"items": [row for row in searched(*words)["items"] if row["archive"]]}))
    for name, place in {"georgia": "korea: ../seoul", "georgia: korea": "../seoul"}.items():
        (home / FILE).write_text(f'format = 1\n[[archives]]\nname = "{name}"\nplace = "{place}"\n')
        assert standing(load(home)).open
        confirm(load(home))
    (home / FILE).write_text("format = 1\n" + settings.replace("korea", "georgia"))
    assert "no other archive" in CliRunner().invoke(app, ["search", *words]).output


def test_archives_of_one_name_are_told_apart_and_copies_fold(hubs: Path) -> None:
    archive(hubs / "old" / "tashkent", "budget")
    found = searched("budget", "--in", "tashkent", "--in", "old/tashkent")
    assert archives(found) == sorted([str(hubs / "tashkent"), str(hubs / "old" / "tashkent")])
    assert len(printed("search", "budget", "--in", "tashkent", "--in", "old/tashkent").splitlines()) == 1


def test_the_screen_shows_which_archive_a_hit_is_from(hubs: Path) -> None:
    async def shown() -> list[str]:
        with scope_of(ArchiveContext(None), ["tashkent", "tbilisi", "nowhere"]) as scope:
            browser = Browser(scope, "", NO_FILTERS, ())
            async with browser.run_test(size=(100, 30)) as pilot:
                await pilot.press(*"harbour")
                await browser.workers.wait_for_complete()
                await pilot.pause()
                texts = [str(browser.query_one(name).render()) for name in ("#text", "#summary")]
                return [*(hit.archive for hit in browser.hits), *texts]

    name, text, summary = asyncio.run(shown())
    assert name == "tbilisi"
    assert "tbilisi" in text
    assert "nowhere" in summary
