"""`materials export bag`: accepted by programs that others wrote, honest about what is missing, and whole or not there."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree

from materials_cli.archive import Archive
from materials_cli.config import FILE
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.export.formats import Options
from materials_cli.handover import hand_over
from materials_cli.history.events import EventType
from materials_cli.model import Step, StepKind
from support.bags import ABOUT, NAMES, accepted, add_awkward_files, fits_its_profile, sums_hold
from support.judges import judged_by
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures

LISTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
_MADE: list[Path] = []  # once, and copied for each test
_KEPT = tempfile.TemporaryDirectory(prefix="bags-")
PREMIS = "{http://www.loc.gov/premis/v3}"


def rows(bag: Path, name: str = "manifest.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (bag / "data" / name).read_text("utf-8").splitlines()]


def crate_of(bag: Path) -> dict[str, Any]:
    graph = json.loads((bag / "data" / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    return {entity["@id"]: entity for entity in graph}


@pytest.fixture
def bag(drive: RunningServer, world: World, tmp_path: Path) -> Path:
    """A bag of an archive with awkward names, an earlier version and a withdrawn item."""
    if _MADE:
        shutil.copytree(_MADE[0], tmp_path, dirs_exist_ok=True)
        return tmp_path / "out"
    add_awkward_files(world)
    rules(tmp_path, ABOUT)
    run("sync")
    world.edit(node(world, "1.txt"), b"another text")
    world.trash(node(world, "2.txt"))
    run("sync")
    run("sync")
    run("edit", "3.txt", "--set", "creators=Nino Beridze (Ministry of Finance, Georgia)")
    assert "withdrew" not in run("export", "--versions", "--to", "out")
    _MADE.append(Path(shutil.copytree(tmp_path, Path(_KEPT.name, "made"))))
    return tmp_path / "out"


def test_others_accept_it_whatever_the_files_are_called(bag: Path) -> None:
    assert accepted(bag)
    assert sums_hold(bag, *LISTS)
    assert sums_hold(bag / "data", "SHA256SUMS")
    assert fits_its_profile(bag)
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    held = [row for row in rows(bag) if row.get("state") == "held"]
    assert {row["name"] for row in held} >= set(NAMES)
    assert all((bag / "data" / row["file"]).stat().st_size == row["bytes"] for row in held)
    assert not [path for path in bag.rglob("*") if "%" in path.name]
    info = (bag / "bag-info.txt").read_text("utf-8")
    assert "Source-Organization: UNDP\nSource-Organization: ACSH\n" in info
    assert "The Workshop, Samarkand, Uzbekistan, 2025-06-23/2025-06-25" in info


def test_the_history_can_be_checked_as_the_bag_says(bag: Path) -> None:
    script = re.search(r"<<'END'\n(.*?)\nEND", (bag / "VERIFY.txt").read_text("utf-8"), re.DOTALL)
    assert script
    check = [sys.executable, "-c", script[1]]
    done = subprocess.run(check, cwd=bag, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == [row for row in rows(bag, "history.jsonl") if "hash" in row][-1]["hash"]
    history = bag / "data" / "history.jsonl"
    history.write_text(history.read_text("utf-8").replace("another", "one more").replace("withdrawal", "capture"), "utf-8")
    assert subprocess.run(check, cwd=bag, check=False, capture_output=True).returncode


@pytest.mark.parametrize("change", ["flipped", "removed", "added"])
def test_tampering_is_noticed_by_others(bag: Path, change: str) -> None:
    file = bag / "data" / "c" / "0.txt"
    if change == "flipped":
        file.write_bytes(b"X" + file.read_bytes()[1:])
    elif change == "removed":
        file.unlink()
    else:
        file.with_name("new.txt").write_bytes(b"new")
    assert not accepted(bag)
    assert sums_hold(bag, *LISTS) == (change == "added")  # as VERIFY.txt says of sha256sum


def test_the_crate_describes_every_file_the_event_and_the_rights(bag: Path) -> None:
    crate = crate_of(bag)
    files = [entity for entity in crate.values() if "File" in entity["@type"]]
    assert all(entity["description"] and entity["contentSize"] for entity in files)
    assert all(entity["@id"].isprintable() and "\ufffd" not in entity["@id"] for entity in files)
    assert all((bag / "data" / unquote(entity["@id"])).is_file() for entity in files)
    page = (bag / "data" / "ro-crate-preview.html").read_text("utf-8")
    links = {html.unescape(link) for link in re.findall('href="([^"]+)"', page)}
    assert {entity["@id"] for entity in files if entity["@id"].startswith("c/")} <= links
    assert "PresentationDigitalDocument" in next(e["@type"] for e in files if e["@id"].endswith(".pptx"))
    event = crate["#event-c"]
    assert (event["startDate"], event["endDate"]) == ("2025-06-23", "2025-06-25")
    root = crate["./"]
    assert (len(root["publisher"]), root["about"]) == (2, {"@id": "#event-c"})
    licence = crate[root["license"]["@id"]]
    assert (licence["name"], bool(licence["description"])) == ("CC-BY-4.0", True)
    author = crate[crate["c/Inner/3.txt"]["author"]["@id"]]
    assert (author["name"], crate[author["affiliation"]["@id"]]["name"]) == ("Nino Beridze", "Ministry of Finance")


def test_the_events_are_in_the_words_of_premis(bag: Path) -> None:
    tree = etree.parse(bag / "data" / "premis.xml").getroot()
    order = [child.tag.removeprefix(PREMIS) for child in tree]
    assert order == sorted(order, key=["object", "event", "agent"].index)
    events = [event for event in rows(bag, "history.jsonl") if "hash" in event]
    assert [e.findtext(f"{PREMIS}eventType") for e in tree.iter(f"{PREMIS}event")] == [event["type"] for event in events]
    assert {e["type"] for e in events} <= set(EventType)
    pairs = [[part.text for part in fixity][:2] for fixity in tree.iter(f"{PREMIS}fixity")]
    digests = {digest for algorithm, digest in pairs if algorithm == "SHA-256"}
    assert digests == {line.split("  ")[0] for line in (bag / "data" / "SHA256SUMS").read_text("utf-8").splitlines()}


def test_a_validator_of_ro_crates_accepts_it(bag: Path) -> None:
    script = (Path(__file__).parents[1] / "support" / "crate_validator.py").read_text("utf-8")
    issues = judged_by("rocrate_validator", script, bag / "data").splitlines()
    # Nobody recorded these; and RFC 3987 has no place for U+FFFD itself.
    assert [issue for issue in issues if not re.search("ORCID|ROR|URL|contactPoint|%EF%BF%BD", issue)] == []


def test_what_is_not_asked_for_is_not_in_it(bag: Path, tmp_path: Path) -> None:
    assert "1 item that its owner withdrew is not in it: --versions adds it" in run("export", "bag", "c", "--to", "current")
    current = tmp_path / "current"
    assert accepted(current)
    assert not (current / "data" / ".materials").exists()
    assert {row["state"] for row in rows(current) if "state" in row} == {"held"}
    assert not any(row.get("versions") for row in rows(current))
    assert {row["state"] for row in rows(bag) if "state" in row} == {"held", "withdrawn"}
    assert len(list((bag / "data" / ".materials" / "versions").rglob("*/*"))) == 2
    assert (bag / "data" / "metadata").is_dir()
    assert [row.get("type") for row in rows(current, "history.jsonl")].count("exporting") == 1  # the one before


def test_what_may_be_secret_stays_here(drive: RunningServer, tmp_path: Path) -> None:
    rules(tmp_path, '\n[notify]\nping = "https://hc-ping.com/secret"\napprise = ["tgram://secret"]\ncommand = ["/bin/true"]\n')
    assert "notify.ping, notify.apprise" in run("export", "--to", "out")
    text = (tmp_path / "out" / "data" / FILE).read_text("utf-8")
    assert "secret" not in text
    assert "/bin/true" in text
    assert tmp_path.as_posix() not in (tmp_path / "out" / "data" / "history.jsonl").read_text("utf-8")


def test_what_is_missing_or_damaged_is_named_and_left_out(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "c" / "0.txt").unlink()
    (tmp_path / "c" / "2.txt").write_bytes(b"file number X")
    for words in ((), ("--hard-links",), ("--zip",)):
        out = run("export", *words, "--to", f"out{len(words)}{''.join(words)}", status=5)
        assert "c/0.txt: not on this disk" in out
        assert "c/2.txt: its bytes are not" in out
    bag = tmp_path / "out0"
    assert accepted(bag)
    assert {row["path"]: row["code"] for row in rows(bag) if "code" in row} == {
        "c/0.txt": "bytes_missing", "c/2.txt": "bytes_damaged",
    }  # fmt: skip
    assert "Missing-File: c/0.txt: not on this disk" in (bag / "bag-info.txt").read_text("utf-8")
    assert "c/0.txt: not on this disk" in (bag / "data" / "ro-crate-preview.html").read_text("utf-8")


def test_an_export_that_is_cut_leaves_nothing(drive: RunningServer, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()

    def cut(step: Step) -> None:
        if step.kind is StepKind.DONE and step.path == "c/4.txt":
            raise KeyboardInterrupt

    for options in (Options(), Options(zip=True)):
        with pytest.raises(KeyboardInterrupt):
            hand_over(Archive(tmp_path), "bag", (), target / "bag", cut, options)
        assert not list(target.iterdir())


def test_a_zip_has_the_same_files_and_the_same_bytes_each_time(drive: RunningServer, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        run("export", "--zip", "--to", f"{number}/bag")
    first, second = (zipfile.ZipFile(tmp_path / str(number) / "bag.zip") for number in range(2))
    history = {"bag/data/history.jsonl", "bag/data/premis.xml", "bag/data/ro-crate-metadata.json"}
    known = {entry.filename: entry.CRC for entry in first.infolist()}
    changed = {entry.filename for entry in second.infolist() if known[entry.filename] != entry.CRC}
    assert changed <= history | {f"bag/{name}" for name in (*LISTS, "bag-info.txt")}  # the first export is in the history
    assert [(e.filename, e.date_time, e.external_attr) for e in first.infolist()] == [
        (e.filename, e.date_time, e.external_attr) for e in second.infolist()
    ]
    second.extractall(tmp_path / "opened")
    assert accepted(tmp_path / "opened" / "bag")


def test_hard_links_share_the_file_and_say_so(drive: RunningServer, tmp_path: Path) -> None:
    assert "edits the archive" in run("export", "--hard-links", "--to", "out")
    assert (tmp_path / "out" / "data" / "c" / "0.txt").samefile(tmp_path / "c" / "0.txt")
    assert accepted(tmp_path / "out")
    run("export", "csv", "--hard-links", "--to", "table", status=2)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_a_signature_is_checked_as_the_bag_says(drive: RunningServer, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    run("export", "--sign", str(tmp_path / "nowhere"), "--to", "out", status=2)
    run("export", "--sign", str(tmp_path / "key"), "--to", "out")
    (tmp_path / "signers").write_text("archive " + (tmp_path / "key.pub").read_text("utf-8"), "utf-8")
    bag = tmp_path / "out"
    how = ("-Y", "verify", "-I", "archive", "-n", "materials-bag", "-s", f"{LISTS[1]}.sig", "-f", str(tmp_path / "signers"))
    for changed in (False, True):
        if changed:
            (bag / LISTS[1]).write_bytes((bag / LISTS[1]).read_bytes() + b"\n")
        with (bag / LISTS[1]).open("rb") as file:
            assert (
                bool(subprocess.run(["ssh-keygen", *how], cwd=bag, stdin=file, capture_output=True, check=False).returncode)
                == changed
            )


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_a_signature_of_minisign_is_checked_as_the_bag_says(drive: RunningServer, tmp_path: Path) -> None:
    subprocess.run(["minisign", "-G", "-W", "-p", "key.pub", "-s", "key"], cwd=tmp_path, check=True, capture_output=True)
    run("export", "--sign", str(tmp_path / "key"), "--to", "out")
    public = (tmp_path / "key.pub").read_text("utf-8").splitlines()[-1]
    check = ["minisign", "-V", "-P", public, "-m", LISTS[1], "-x", f"{LISTS[1]}.sig"]
    bag = tmp_path / "out"
    assert "verified" in subprocess.run(check, cwd=bag, check=True, capture_output=True, text=True).stdout
    (bag / LISTS[1]).write_bytes((bag / LISTS[1]).read_bytes() + b"\n")
    assert subprocess.run(check, cwd=bag, check=False, capture_output=True).returncode


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_an_archive_that_cannot_be_written_is_exported_too(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / ".materials").chmod(0o500)
    try:
        run("export", "--to", "out")
    finally:
        (tmp_path / ".materials").chmod(0o700)
    assert accepted(tmp_path / "out")
