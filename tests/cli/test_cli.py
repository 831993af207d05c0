"""The command line as a person and as a program uses it, against the emulator over true HTTP."""

import csv
import io
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.faults import Fault, rate_limit
from materials_cli.emulator.server import RunningServer
from materials_cli.messages import verbatim
from support.command import begin, data, run
from support.sample_drive import drive  # noqa: F401 - a fixture
from support.synced import sync_first

TOP = Path(__file__).parents[2]
COMMANDS = (  # all that --help names
    "add", "plan", "sync", "index", "list", "search", "similar", "terms", "show", "open", "status", "changes", "history",
    "diff", "verify", "restore", "collection", "schedule", "notify", "doctor", "demo", "version", "help", "auth",
)  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def link(drive: RunningServer) -> str:
    return f"https://drive.google.com/drive/folders/{drive.world.root}?usp=sharing"


@pytest.fixture
def archive(drive: RunningServer, here: Path) -> Path:
    sync_first(drive.world, here, "sample")
    return here


def test_add_says_what_it_found_and_writes_it_down(drive: RunningServer, here: Path) -> None:
    told = run("add", f"  <{link(drive)}> ").stderr
    assert "17 files in 6 folders" in told
    assert "2 Google documents" in told
    text = (here / "materials.toml").read_text("utf-8")
    assert "[collections.sample-workshop-ppp-and-ai-in-digital]" in text
    assert drive.world.root in text


def test_a_folder_is_added_once(drive: RunningServer, here: Path) -> None:
    run("add", link(drive), "--name", "one")
    assert "collection_exists" in run("add", link(drive), "--name", "two", status=2).stderr


def test_add_from_a_file_keeps_what_it_says(drive: RunningServer, here: Path) -> None:
    run("add", "--no-check", "--from", str(TOP / "config" / "samarkand-2025.toml"))
    text = (here / "materials.toml").read_text("utf-8")
    assert 'place = "Samarkand, Uzbekistan"' in text
    assert "the days are not confirmed" in text
    assert drive.requests == []


def test_plan_tells_and_does_nothing(drive: RunningServer, here: Path) -> None:
    run("add", link(drive), "--name", "sample")
    plan = data("plan")
    assert plan["schema"] == "materials/plan@1"
    actions = plan["items"][0]["actions"]
    assert len(actions) == 17
    assert {action["reason"] for action in actions} == {"new on Drive"}
    assert drive.count("media", "export", "link") == 0
    assert not (here / "sample").exists()
    assert not (here / ".materials").exists()


def test_a_second_sync_downloads_nothing_and_says_so(drive: RunningServer, here: Path) -> None:
    run("add", link(drive), "--name", "sample")
    run("sync")
    before = drive.count("media", "export", "link")
    assert before > 0
    assert "no changes" in run("sync").stderr
    assert drive.count("media", "export", "link") == before


def test_the_manifest_is_what_lies_in_the_mirror(archive: Path) -> None:
    done = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=archive, check=False, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"")
    rows = [json.loads(line) for line in (archive / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert [row["path"] for row in rows] == sorted(row["path"] for row in rows)
    assert all((archive / row["path"]).stat().st_size == row["bytes"] for row in rows)
    assert {row["name"] for row in rows} >= {'Q&A: "risk sharing" 50/50? <draft>.pptx', "Agenda.docx"}
    table = list(csv.DictReader(io.StringIO((archive / "manifest.csv").read_text("utf-8-sig"))))
    assert [row["path"] for row in table] == [row["path"] for row in rows]


def test_two_files_of_one_name_are_both_kept(archive: Path) -> None:
    assert len(list((archive / "sample").glob("Agenda*.docx"))) == 2


def test_list_filters_and_sorts(archive: Path) -> None:
    assert len(data("list")["items"]) == 17
    assert [i["name"] for i in data("list", "--kind", "sheet")["items"]] == ["Participants.xlsx"]
    assert len(data("list", "--name", "*georgia*")["items"]) == 1
    assert len(data("list", "--name", "делегация")["items"]) == 0
    assert {i["modified"][:10] for i in data("list", "--since", "2025-06-24", "--before", "2025-06-25")["items"]} == {
        "2025-06-24"
    }
    assert len(data("list", "--since", "2025-06")["items"]) == 17
    assert data("list", "--since", "yesterday")["items"] == data("list", "--before", "2025-06")["items"] == []
    assert "“someday” is not a date." in run("list", "--since", "someday", status=2).stderr
    for order, field in (("size", "bytes"), ("modified", "modified")):
        found = [i[field] for i in data("list", "--sort", order)["items"]]
        assert found == sorted(found, reverse=True)
        assert [i[field] for i in data("list", "--sort", order, "--reverse")["items"]] == sorted(found)
    assert run("list", "--format", "paths", "--kind", "pdf").stdout == "sample/Concept note.pdf\n"
    assert len(run("list", "--format", "jsonl").stdout.splitlines()) == 17
    assert run("list", "--format", "csv").stdout.startswith("\ufeffcollection,path,name")
    assert "└── " in run("list", "--tree").stdout
    assert run("list").stdout.count("\n") == 17


def test_json_has_one_envelope_and_times_in_utc(archive: Path) -> None:
    for words in (("list",), ("status",), ("plan",), ("search", "agenda"), ("show", "Participants.xlsx")):
        envelope = data(*words)
        assert envelope["schema"] == f"materials/{words[0]}@1"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", envelope["generated"])
        assert isinstance(envelope["items"], list)
    item = data("list", "--kind", "pdf")["items"][0]
    assert item["modified"] == "2025-06-20T09:30:00Z"
    assert isinstance(item["bytes"], int)
    assert item["fixity"] == "verified at source"


@pytest.mark.parametrize(
    ("words", "path", "section"),
    [
        ("one stop shop", "Summary of the working groups.pptx", 2),
        ("interoperability", "Opening – Models of PPP.pptx", 4),
        ("искусственного интеллекта", "Искусственный интеллект в госуправлении.pptx", 1),
        ("еще поставщик", "Искусственный интеллект в госуправлении.pptx", 4),
        ("디지털플랫폼정부", "전자정부와 민관협력.pptx", 2),
        ("жекеменшик", "Delegation of Kazakhstan – Цифрлық қызметтер.pptx", 1),
        ("qo'llab-quvvatlash", "Delegation of Uzbekistan – Raqamli davlat xizmatlari.pptx", 3),
        ("სარკმლის", "Delegation of Georgia – ელექტრონული მმართველობა.pptx", 2),
        ("գործընկերություն", "Delegation of Armenia – Թվային փոխակերպում.pptx", 2),
        ("ប្រជាពលរដ្ឋ", "Delegation of Cambodia – រដ្ឋាភិបាលឌីជីថល.pptx", 2),
    ],
)
def test_search_finds_the_deck_and_the_slide(archive: Path, words: str, path: str, section: int) -> None:
    hit = data("search", words)["items"][0]
    assert hit["path"].rpartition("/")[2] == path
    assert hit["section"] == section
    assert hit["score"] > 0
    assert hit["marks"]
    assert {"item", "path", "section", "title", "snippet", "score"} <= set(hit)


@pytest.mark.parametrize(
    "words", ["", "   ", '"', "AND OR NOT", "a*b(c", "NEAR(", "title:x", "\x00", "-" * 50, "[bold]x[/bold]", "'; DROP"]
)
def test_whatever_is_typed_is_a_query(archive: Path, words: str) -> None:
    run("search", "--", words)


def test_a_misspelt_word_is_answered_with_a_better_one(archive: Path) -> None:
    assert "Did you mean:  materials search interoperability\n" in run("search", "intreoperability").stderr


def test_show_open_and_status(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("show", "georgia").stdout
    assert "slide 2\tიუსტიციის სახლის გამოცდილება" in shown
    assert "compared with Drive's own checksum" in shown
    outline = data("show", "georgia")["items"][0]["outline"]
    assert [section["section"] for section in outline] == [1, 2, 3, 4]
    assert outline[1]["notes"] == "აჩვენეთ რიგის მართვის სისტემა."
    bin_folder = archive / "bin"
    bin_folder.mkdir()
    opener = bin_folder / "xdg-open"
    opener.write_text('#!/bin/sh\nprintf "%s" "$1" > "$OPENED"\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_folder}:{os.environ['PATH']}")
    monkeypatch.setenv("OPENED", str(archive / "opened"))
    run("open", "georgia")
    assert (archive / "opened").read_text().endswith("ელექტრონული მმართველობა.pptx")
    status = data("status")["items"][0]
    assert status["held"] == 17
    assert status["last_run"]["status"] == 0


def test_an_item_is_found_by_path_id_prefix_or_words(archive: Path) -> None:
    item = data("list", "--kind", "pdf")["items"][0]
    for words in (item["path"], item["id"], item["id"][:8], "Concept note.pdf", "concept", "note concept"):
        assert data("show", words)["items"][0]["id"] == item["id"]
    told = run("show", "delegation", status=2).stderr
    assert "ambiguous_item" in told
    assert told.count("Delegation of") == 5
    assert "unknown_item" in run("show", "nowhere", status=2).stderr


def test_the_archive_is_found_from_below_and_by_name(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archive / "sample" / "Day 1")
    assert len(data("list")["items"]) == 17
    monkeypatch.chdir("/")
    assert len(data("list", "--archive", str(archive))["items"]) == 17
    assert len(json.loads(run("--archive", str(archive), "list", "--json").stdout)["items"]) == 17
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(archive))
    assert len(data("list")["items"]) == 17
    monkeypatch.delenv("MATERIALS_ARCHIVE")
    assert "no_archive" in run("list", status=2).stderr


def test_wrong_starts_are_each_told_in_their_own_words(
    drive: RunningServer, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not_a_folder_link" in run("add", "hello", status=2).stderr
    assert (
        "file_link" in run("add", "https://docs.google.com/document/d/1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez/edit", status=2).stderr
    )
    assert "link_not_found" in run("add", "1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez", status=4).stderr
    file_id = next(n.id for n in drive.world.nodes.values() if n.name == "Concept note.pdf")
    assert "file_link" in run("add", f"https://drive.google.com/open?id={file_id}", status=2).stderr
    drive.world.unshare(drive.world.root)
    assert "link_not_found" in run("add", link(drive), status=4).stderr
    monkeypatch.setenv("DRIVE_EMULATOR_HOST", "192.0.2.1:80")
    assert "bad_emulator_host" in run("add", link(drive), status=2).stderr
    monkeypatch.delenv("DRIVE_EMULATOR_HOST")
    assert "the public page, without a credential" in run("auth", "status").stderr
    assert not (here / "materials.toml").exists()


def test_a_folder_in_the_bin_is_told(drive: RunningServer, here: Path) -> None:
    drive.world.trash(drive.world.root)
    assert "folder_trashed" in run("add", link(drive), status=4).stderr


def test_lost_access_stops_the_run_and_keeps_everything(drive: RunningServer, archive: Path) -> None:
    drive.world.unshare(drive.world.root)
    assert "link_not_found" in run("sync", status=4).stderr
    assert len(data("list")["items"]) == 17


def test_a_file_that_fails_does_not_end_the_run(drive: RunningServer, here: Path) -> None:
    run("add", link(drive), "--name", "sample")
    target = next(n.id for n in drive.world.nodes.values() if n.name == "Concept note.pdf")
    drive.faults.add(Fault(operation="media", target=target, status=403, reason="downloadQuotaExceeded"))
    told = run("sync", status=3).stderr
    assert "Concept note.pdf" in told
    assert len(data("list")["items"]) == 16
    assert data("status")["items"][0]["last_run"]["failures"][0]["code"] == "download_quota"
    run("sync")
    assert len(data("list")["items"]) == 17


def test_a_request_to_slow_down_is_obeyed_and_no_failure(drive: RunningServer, here: Path) -> None:
    run("add", link(drive), "--name", "sample")
    drive.faults.add(rate_limit("list", retry_after=0), rate_limit("media", retry_after=0, status=429))
    run("sync")


def test_hostile_names_and_texts_stay_harmless(drive: RunningServer, here: Path) -> None:
    world = drive.world
    world.add_file("../../escape.txt", b"x")
    world.add_file("\x1b[31mred\x07.txt", b"\x1b]0;owned\x07 text")
    world.add_file("[bold red]markup[reverse].txt", b"[link=https://evil.example]click[/link]")
    world.add_file("=HYPERLINK(1).txt", b"formula")
    world.add_file("name\nwith\u202eline.txt", b"line")
    run("add", link(drive), "--name", "sample")
    run("sync")
    assert not (here.parent / "escape.txt").exists()
    assert (here / "sample" / "..／..／escape.txt").exists()
    for words in (("list",), ("list", "--tree"), ("search", "click"), ("show", "markup"), ("status",)):
        printed = run(*words).output
        assert "\x1b" not in printed
        assert "\u202e" not in printed
    assert "[bold red]markup[reverse].txt" in run("list").stdout
    assert "[link=https://evil.example]" in run("search", "click").stdout
    table = list(csv.DictReader(io.StringIO(run("list", "--format", "csv").stdout.removeprefix("\ufeff"))))
    assert not any(value.startswith(("=", "+", "@")) for row in table for value in row.values())
    names = {row["name"] for row in data("list")["items"]}
    assert "../../escape.txt" in names


def test_an_archive_from_a_newer_version_is_left_alone(archive: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(archive / ".materials" / "catalogue.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "newer_archive" in run("list", status=2).stderr
    assert "newer_archive" in run("sync", status=2).stderr


def test_a_damaged_catalogue_is_told(archive: Path) -> None:
    (archive / ".materials" / "catalogue.sqlite").write_bytes(b"not a database" * 1000)
    for rest in archive.glob(".materials/catalogue.sqlite-*"):
        rest.unlink()
    assert "bad_catalogue" in run("list", status=5).stderr


def test_two_runs_at_once_are_refused_by_name(archive: Path) -> None:
    from materials_cli.store.mirror import Store

    with Store(archive).lock():
        told = run("sync", status=75).stderr
    assert "locked" in told
    assert f"process {os.getpid()}" in told


def test_a_wrong_key_is_told_and_never_shown(drive: RunningServer, here: Path) -> None:
    from materials_cli.drive.api import ApiSource
    from materials_cli.drive.credentials import Credential
    from materials_cli.drive.wire import Wire
    from materials_cli.errors import MaterialsError

    drive.world.open = False
    drive.world.keys = {"AIzaGood"}
    with Wire(Credential(f"http://{drive.address}", verbatim("a test"), "AIzaSecret")) as wire:
        with pytest.raises(MaterialsError) as caught:
            ApiSource(wire).describe(drive.world.root)
        assert caught.value.code == "bad_key"
        assert "AIzaSecret" not in f"{caught.value.what!s}{caught.value.where!s}{caught.value!r}"
    with Wire(Credential(f"http://{drive.address}", verbatim("a test"), "AIzaGood")) as wire:
        assert ApiSource(wire).describe(drive.world.root)["id"] == drive.world.root


def test_a_key_is_stored_readable_by_its_owner_alone(drive: RunningServer, here: Path) -> None:
    told = run("auth", "set-key", stdin="AIzaSecretKey\n").stderr
    assert "AIzaSecretKey" not in told
    stored = next(here.rglob("api-key"))
    assert stored.read_text() == "AIzaSecretKey\n"
    assert stored.stat().st_mode & 0o777 == 0o600
    run("auth", "logout")
    assert not stored.exists()


def test_no_network_is_told_as_such(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from materials_cli.drive import wire

    monkeypatch.setattr(wire, "_TRIES", 1)
    monkeypatch.setenv("DRIVE_EMULATOR_HOST", "127.0.0.1:9")
    told = run("add", "1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez", status=75).stderr
    assert "offline" in told


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = run(command, "--help").stdout
    assert "Example: materials" in shown or command == "auth"


def test_the_demo_ends_by_itself_and_can_be_run_again(here: Path) -> None:
    first = run("demo").output
    assert "17 new" in first
    assert "no changes" in run("demo").output
    assert len(data("list", "--archive", str(here / "materials-demo"))["items"]) == 17


@pytest.fixture
def in_the_background() -> Iterator[None]:
    """As a script starts the tests with `&`: SIGINT is ignored, and so it would be by what they start."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_background")
def test_ctrl_c_ends_with_130_and_the_next_run_goes_on(drive: RunningServer, here: Path) -> None:
    run("add", link(drive), "--name", "sample")
    drive.faults.add(Fault(operation="wire-media", delay=30, times=None))
    process = begin("sync", cwd=here)
    while drive.count("media") < 3:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=300)
    assert process.returncode == 130, told
    assert "Traceback" not in told
    drive.faults.clear()
    run("sync")
    assert len(data("list")["items"]) == 17
