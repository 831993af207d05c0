"""History, changes and diff as a person and a program use them, after true runs against a Drive over true HTTP."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree
from typer.testing import CliRunner

from materials_cli.cli.app import app
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.feed import to_atom
from materials_cli.history.digest import Digest
from materials_cli.messages import Language, verbatim
from materials_cli.model import Run
from support.decks import deck
from support.runs import NIGHT, run_of
from support.small_drive import run
from support.synced import made_once
from support.terminal import seen

SLIDES = [(f"Topic {n}", f"What is said on slide number {n}\nIt is about governments") for n in range(12)]
# What RFC 4287 asks of a feed as far as ours goes, in RELAX NG; its own schema is appendix B.
ATOM = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed"><attribute name="xml:lang"/><interleave>
    <ref name="head"/>
    <oneOrMore><element name="author"><element name="name"><ref name="words"/></element></element></oneOrMore>
    <zeroOrMore><element name="entry"><attribute name="xml:lang"/><interleave>
      <ref name="head"/>
      <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
      <optional><element name="proof" ns="urn:materials:history">
        <data type="string"><param name="pattern">[0-9a-f]+</param></data>
      </element></optional>
      <element name="content"><attribute name="type"><value>html</value></attribute><text/></element>
    </interleave></element></zeroOrMore>
  </interleave></element></start>
  <define name="head"><interleave>
    <element name="id"><data type="anyURI"><param name="pattern">urn:uuid:[0-9a-f\\-]{36}</param></data></element>
    <element name="title"><ref name="words"/></element>
    <element name="updated"><data type="dateTime"><param name="pattern">.*T.*Z</param></data></element>
  </interleave></define>
  <define name="words"><data type="token"><param name="minLength">1</param></data></define>
</grammar>
"""


@contextmanager
def a_night_of_changes(top: Path) -> Iterator[RunningServer]:
    """An archive that has seen two runs: everything new, then a night of changes."""
    world = World("Workshop")
    georgia = world.add_file("georgia.pptx", deck(*SLIDES), world.add_folder("Day 1"))
    old, gone = world.add_file("old name.txt", b"hello"), world.add_file("gone.txt", b"bye")
    for number in range(6):
        world.add_file(f"{number}.txt", str(number).encode())
    with start(world) as server, pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        patch.setenv("DRIVE_EMULATOR_HOST", server.address)

        def make() -> None:
            run("add", world.root, "--name", "c")
            run("sync")
            told = [(title, body.replace("said", "told")) for title, body in SLIDES[:4]]
            world.edit(georgia, deck(*told, *SLIDES[4:], *[(f"New {n}", "Unheard of things") for n in range(3)]))
            world.rename(old, "new [b]name.txt")
            world.trash(gone)
            for name in ("<i>one</i>.txt", "two\u202e.txt", "three.txt"):
                world.add_file(name, name.encode())
            run("sync")

        made_once(world, top, make)
        yield server
        assert not server.crashes


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[RunningServer]:
    with a_night_of_changes(tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def seen_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    top = tmp_path_factory.mktemp("night")
    with a_night_of_changes(top):
        yield top


@pytest.fixture
def archive(seen_once: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, for tests that only look."""
    monkeypatch.chdir(seen_once)
    return seen_once


def out(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == status, result.output
    return result.stdout


def data(*words: str) -> Any:
    return json.loads(out(*words, "--json"))


def test_the_last_night_in_one_sentence_and_its_particulars(archive: Path) -> None:
    told = out("changes")
    assert told.startswith(
        "c: 3 new, 1 replaced (12 → 15 slides; 4 slides' text changed), 1 renamed, 1 withdrawn by the owner (kept)\n"
    )
    assert "old name.txt → new [b]name.txt" in told
    assert "\u202e" not in told
    envelope = data("changes")
    assert envelope["schema"] == "materials/changes@1"
    assert [row["action"] for row in envelope["items"]] == ["add", "add", "add", "replace", "move", "withdraw"]
    replaced = envelope["items"][3]
    assert (replaced["text"]["before"], replaced["text"]["after"], replaced["text"]["changed"]) == (12, 15, 4)
    assert replaced["sha256"] != replaced["was_sha256"]
    assert [run_row["run"] for run_row in envelope["runs"]] == [2]
    assert envelope["summary"]["c"] in told
    assert "<h2>c</h2>" in out("changes", "--format", "html")
    assert "## c\n" in out("changes", "--format", "markdown")


def test_changes_need_no_old_bytes(drive: RunningServer, tmp_path: Path) -> None:
    before = out("changes")
    for path in (tmp_path / ".materials" / "versions").rglob("*"):
        if path.is_file():
            path.unlink()
    assert out("changes") == before


def test_since_a_day_a_run_or_the_last(archive: Path) -> None:
    everything = data("changes", "--since", "0")
    assert {row["action"] for row in everything["items"]} == {"add", "withdraw"}
    assert len(everything["items"]) == 12
    assert data("changes", "--since", "1")["items"] == data("changes")["items"]
    today = f"{datetime.now(UTC).astimezone() - timedelta(hours=1):%Y-%m-%d}"  # the runs were before midnight, perhaps
    assert data("changes", "--since", today)["items"] == everything["items"]
    tomorrow = f"{datetime.now(UTC).astimezone() + timedelta(days=1):%Y-%m-%d}"
    assert data("changes", "--since", tomorrow)["items"] == []
    assert "no runs since then" in run("changes", "--since", "2")
    assert data("changes", "--since", "yesterday")["items"] == everything["items"]
    assert "the number of a run" in run("changes", "--since", "someday", status=2)


def test_a_night_without_changes_points_to_the_last_one_with(drive: RunningServer) -> None:
    run("sync")
    told = run("changes")
    assert "no changes" in told
    assert "--since 1" in told
    assert "3 new" in run("changes", "--since", "1")


def test_history_of_runs_and_of_an_item(drive: RunningServer) -> None:
    runs = data("history")
    assert runs["schema"] == "materials/history@1"
    assert [(row["run"], row["status"]) for row in runs["items"]] == [(2, 0), (1, 0)]
    drive.world.unshare(drive.world.root)
    run("sync", status=4)
    assert "link_not_found" in out("history", "--limit", "1")
    assert "the last run failed" in out("changes")
    events = data("history", "georgia")["items"]
    assert [event["type"] for event in events[:2]] == ["metadata extraction", "ingestion"]
    assert "4 slides' text changed" in out("history", "georgia")
    assert len(data("history", "georgia", "--limit", "3")["items"]) == 3
    assert data("history", "gone.txt")["items"][0]["type"] == "withdrawal"


def test_history_can_be_proved(drive: RunningServer, tmp_path: Path) -> None:
    assert "none changed" in run("history", "--check")
    (chain,) = data("history", "--check")["items"]
    assert chain["head"] == data("changes")["head"]
    assert chain["events"] > 50
    assert chain["broken"] is None
    script = (
        "import sqlite3\n"
        "db = sqlite3.connect('.materials/catalogue.sqlite', isolation_level=None)\n"
        "db.execute('DROP TRIGGER event_is_final')\n"
        "db.execute(\"UPDATE event SET outcome = 'failure' WHERE number = 2\")\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    assert "broken_history" in run("history", "--check", status=5)


def test_two_versions_of_a_deck_slide_by_slide_and_word_by_word(archive: Path) -> None:
    told = out("diff", "georgia")
    assert told.startswith("12 → 15 slides; 4 slides' text changed\n")
    assert "~ slide 1: changed  Topic 0\n    What is [-said-] {+told+} on slide number 0\n" in told
    assert "+ slide 15: new  New 2\n    {+Unheard of things+}\n" in told
    rows = data("diff", "georgia")
    assert rows["schema"] == "materials/diff@1"
    assert [row["change"] for row in rows["items"]] == ["changed"] * 4 + ["added"] * 3
    assert ["removed", " said"] in rows["items"][0]["body"]
    assert rows["text"]["after"] == 15
    assert data("diff", "georgia#2")["items"] == data("diff", "georgia", "--slide", "2")["items"] == rows["items"][1:2]
    assert "No change in slide 9." in run("diff", "georgia#9")
    page = out("diff", "georgia", "--format", "html")
    assert "What is<del> said</del><ins> told</ins>" in page
    assert re.findall(r"<h(\d)", page) == ["1", *("2" for _ in rows["items"])], "no level is left out"


def test_versions_are_named_by_number_day_or_digest(drive: RunningServer) -> None:
    drive.world.edit(next(n.id for n in drive.world.nodes.values() if n.name == "georgia.pptx"), deck(*SLIDES[:3]))
    run("sync")
    versions = data("show", "georgia")["items"][0]["versions"]
    assert [row["before"] for row in (data("diff", "georgia", "--from", n)["text"] for n in ("1", "2"))] == [15, 12]
    assert data("diff", "georgia", "--from", versions[1]["sha256"][:12])["text"]["before"] == 12
    between = datetime.fromisoformat(versions[1]["fetched"]) + timedelta(microseconds=1000)
    assert data("diff", "georgia", "--from", between.isoformat())["from"]["sha256"] == versions[1]["sha256"]
    for wrong in ("3", "0", "zzzz", "ab"):
        assert "Its versions are:" in run("diff", "georgia", "--from", wrong, status=2)
    assert "bad_usage" in run("diff", "georgia", "--from", "2025-02-31", status=2)
    assert "has never been replaced" in run("diff", "three.txt", status=2)
    for name in ("georgia", "three.txt"):
        assert "was first fetched on" in run("diff", name, "--from", "2001-01-01", status=2)


def test_what_cannot_be_compared_says_why(drive: RunningServer, tmp_path: Path) -> None:
    world = drive.world
    world.edit(next(n.id for n in world.nodes.values() if n.name == "georgia.pptx"), b"no deck any more")
    run("sync")
    assert "nothing_to_compare" in run("diff", "georgia", status=2)
    (kept,) = {v["sha256"] for v in data("show", "georgia")["items"][0]["versions"][:1]}
    (tmp_path / ".materials" / "versions" / kept[:2] / kept).unlink()
    assert "bytes_missing" in run("diff", "georgia", status=5)


def test_on_a_terminal_words_are_marked_by_their_look(archive: Path) -> None:
    told = seen("diff", "georgia", folder=archive)
    assert "\x1b[9;31msaid\x1b[0m \x1b[4;32mtold\x1b[0m" in told
    assert "[-" not in told
    plain = re.sub("\x1b\\[[0-9;]*m", "", seen("changes", folder=archive))
    assert "3 new, 1 replaced (12 → 15 slides; 4 slides' text changed)" in plain
    assert "run 2" in seen("history", "georgia", folder=archive)
    assert "9 new" in seen("history", folder=archive)


def valid_feed(content: bytes) -> feedparser.FeedParserDict:
    schema = etree.RelaxNG(etree.fromstring(ATOM))
    schema.assertValid(etree.fromstring(content))
    parsed = feedparser.parse(content)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)
    return parsed


def test_the_feed_has_an_entry_for_each_run_that_changed_something(drive: RunningServer, tmp_path: Path) -> None:
    feed = tmp_path / "changes.atom"
    first = valid_feed(feed.read_bytes())
    assert [entry.title for entry in first.entries] == [
        "c: 3 new, 1 replaced (12 → 15 slides; 4 slides' text changed), 1 renamed, 1 withdrawn by the owner (kept)",
        "c: 9 new",
    ]
    assert "georgia.pptx" in first.entries[0].content[0].value
    assert first.feed.updated == first.entries[0].updated
    stamp = feed.stat().st_mtime_ns
    run("sync")
    assert feed.stat().st_mtime_ns == stamp
    drive.world.add_file("four.txt", b"4")
    run("sync")
    again = valid_feed(feed.read_bytes())
    assert [entry.id for entry in again.entries[1:]] == [entry.id for entry in first.entries]
    assert again.feed.id == first.feed.id
    assert not list(tmp_path.glob(".changes*"))


def test_a_feed_of_any_names_is_valid() -> None:
    entries = []
    for number, name in enumerate(("c", "<&>", "\x00\ud800]]>", "a\u202eb\ufffe")):
        brought = [replace(change, collection=name, path=f"{name}/{name}", reason=verbatim(name)) for change in NIGHT]
        run_made = run_of(number, collection=name)
        entries.append((run_made, partial(Digest, (run_made,), tuple(brought), "ab")))
    content = to_atom("W&<\x1b>\udcff", "ab", entries, Language("en"))
    assert content
    assert len(valid_feed(content).entries) == 4
    assert to_atom("W", "ab", entries, Language("ru"), content.decode()) is None
    valid_feed(to_atom("empty", "ab", [], Language("en")) or b"")


def test_an_entry_that_was_written_is_never_rewritten() -> None:
    def entry(number: int) -> tuple[Run, Callable[[], Digest]]:
        made = run_of(number)
        return made, partial(Digest, (made,), tuple(NIGHT), "ab")

    first = to_atom("W", "ab", [entry(1)], Language("en"))
    assert first
    again = to_atom("W", "ab", [entry(2), entry(1)], Language("ru"), first.decode())
    assert again
    old = first[first.index(b"<entry") : first.index(b"</feed>")]
    assert again.endswith(old + b"</feed>\n")
    assert "заменён".encode() in again.removesuffix(old + b"</feed>\n")
    assert [entry.title[:8] for entry in valid_feed(again).entries][1] == "c: 3 new"


def test_a_feed_that_cannot_be_written_stops_nothing_and_is_made_up_for(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MaterialsError(Code.DISK_REFUSED, verbatim("the disk said no"))

    drive.world.add_file("five.txt", b"5")
    with monkeypatch.context() as refusing:
        refusing.setattr("materials_cli.publication.write_feed", refuse)
        assert "The feed changes.atom cannot be written" in run("sync")
    assert (tmp_path / "c" / "five.txt").exists()
    run("sync")
    assert len(valid_feed((tmp_path / "changes.atom").read_bytes()).entries) == 3
