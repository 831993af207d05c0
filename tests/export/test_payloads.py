"""Exports with the files: others' validators accept them, and see a byte that changed, a file that is gone, one too many."""

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.command import run
from support.handed_over import NAMES, copied, entries, exported
from support.judges import judge


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def remove(file: Path) -> None:
    file.unlink()


def add(file: Path) -> None:
    file.with_name("stranger.txt").write_bytes(b"stranger")


TAMPERINGS = [flip, remove, add]


@pytest.fixture(scope="module")
def made(handed_over: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Exports that no test changes."""
    top, found = tmp_path_factory.mktemp("exports"), dict[str, Path]()

    def export(kind: str) -> Path:
        if kind not in found:
            found[kind] = exported(handed_over, kind, top / kind)
        return found[kind]

    return export


def file_of(folder: Path, name: str) -> Path:
    return next(path for path in folder.rglob(name) if path.is_file())


def judge_ocfl(root: Path, status: int = 0) -> None:
    """The root and each object: of a root alone, ocfl-py 2.1 forgets what it found."""
    judge("ocfl-validate.py", root, *(declared.parent for declared in root.rglob("0=ocfl_object_1.1")), status=status)


def test_ocfl_is_valid(made: Callable[[str], Path]) -> None:
    judge_ocfl(made("ocfl"))


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_ocfl_that_was_tampered_with_is_not(
    made: Callable[[str], Path], tmp_path: Path, tamper: Callable[[Path], None]
) -> None:
    root = Path(shutil.copytree(made("ocfl"), tmp_path / "ocfl"))
    tamper(file_of(root, "twin.pptx"))
    judge_ocfl(root, status=1)


def test_ocfl_has_earlier_versions_and_all_that_is_known(made: Callable[[str], Path], handed_over: Path) -> None:
    inventories = [
        json.loads(path.read_text("utf-8")) for path in made("ocfl").rglob("inventory.json") if path.parent.name[0] != "v"
    ]
    held = entries(handed_over)
    assert len(inventories) == len(held)
    heads: dict[str, Any] = {}
    for inventory in inventories:
        last = inventory["versions"][inventory["head"]]["state"]
        heads |= {path: inventory for paths in last.values() for path in paths if path != "_materials/item.json"}
        (described,) = (digest for digest, paths in last.items() if "_materials/item.json" in paths)
        (place,) = inventory["manifest"][described]
        assert place.startswith(inventory["head"])
    assert set(heads) == {entry["path"] for entry in held}
    (edited,) = (inventory for path, inventory in heads.items() if path.startswith("c/") and path.endswith("edited.txt"))
    assert edited["head"] == "v3"
    assert [len(version["state"]) for version in edited["versions"].values()] == [1, 1, 2]
    assert all(any(path.endswith(name) for path in heads) for name in NAMES[:7])


def test_an_archivematica_transfer_is_as_archivematica_compares_it(made: Callable[[str], Path], handed_over: Path) -> None:
    transfer = made("archivematica")
    sums = transfer / "metadata" / "checksum.sha256"
    subprocess.run(["sha256sum", "-c", "--strict", "--quiet", sums], cwd=transfer / "objects", check=True)
    files = {path.relative_to(transfer).as_posix() for path in (transfer / "objects").rglob("*") if path.is_file()}
    assert len(sums.read_text("utf-8").splitlines()) == len(files) == len(entries(handed_over))
    with (transfer / "metadata" / "metadata.csv").open(encoding="utf-8", newline="") as file:
        heading, *rows = csv.reader(file)
    assert {row[0] for row in rows} == files | {"objects/c", "objects/other"}
    assert {len(row) for row in rows} == {len(heading)}
    assert heading.count("dc.creator") == 2
    twin = next(row for row in rows if row[0].startswith("objects/c/") and row[0].endswith("twin.pptx"))
    assert [value for name, value in zip(heading, twin, strict=True) if name == "dc.creator"] == [
        "O’Neil {X} and \\Y", "Ирина Ким",
    ]  # fmt: skip
    assert any(path.startswith("objects/_withdrawn/") and path.endswith("gone.txt") for path in files)


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_archivematica_sees_that_a_transfer_was_tampered_with(
    made: Callable[[str], Path], tmp_path: Path, tamper: Callable[[Path], None]
) -> None:
    transfer = Path(shutil.copytree(made("archivematica"), tmp_path / "transfer"))
    tamper(file_of(transfer / "objects", "twin.pptx"))
    sums = transfer / "metadata" / "checksum.sha256"
    checked = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", sums], cwd=transfer / "objects", check=False)
    files = sum(path.is_file() for path in (transfer / "objects").rglob("*"))
    assert checked.returncode or files != len(sums.read_text("utf-8").splitlines())


def test_frictionless_accepts_a_data_package(made: Callable[[str], Path], handed_over: Path) -> None:
    package = made("datapackage")
    judge("frictionless", "validate", package / "datapackage.json")
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    table, *files = described["resources"]
    held = entries(handed_over)
    assert {file["hash"] for file in files} == {f"sha256:{entry['sha256']}" for entry in held}
    assert {file["path"] for file in files} == {
        path.relative_to(package).as_posix() for path in (package / "data").rglob("*") if path.is_file()
    }
    with (package / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [field["name"] for field in table["schema"]["fields"]] == list(rows[0])
    assert {row["resource"] for row in rows} == {file["name"] for file in files}
    assert {field["name"]: field["type"] for field in table["schema"]["fields"]}["bytes"] == "integer"
    twin = next(file for file in files if file["path"].startswith("data/c/") and file["path"].endswith("twin.pptx"))
    opening = next(file for file in files if file["path"].endswith("opening.pptx"))
    assert "licenses" not in twin
    assert opening["licenses"][0]["path"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "licenses" not in described


@pytest.mark.parametrize("tamper", TAMPERINGS[:2])
def test_frictionless_sees_that_a_data_package_was_tampered_with(
    made: Callable[[str], Path], tmp_path: Path, tamper: Callable[[Path], None]
) -> None:
    package = Path(shutil.copytree(made("datapackage"), tmp_path / "package"))
    tamper(file_of(package / "data", "twin.pptx"))
    assert "INVALID" in judge("frictionless", "validate", package / "datapackage.json", status=1)


@pytest.mark.parametrize("kind", ["ocfl", "archivematica", "datapackage"])
def test_what_is_missing_or_damaged_is_named_and_left_out(handed_over: Path, tmp_path: Path, kind: str) -> None:
    archive = copied(handed_over, tmp_path / "archive")
    flip(file_of(archive / "c", "twin.pptx"))
    remove(file_of(archive / "c", "opening.pptx"))
    said = run("--archive", str(archive), "export", kind, "c", "--to", str(tmp_path / "out"), status=5).output
    assert "twin.pptx: its bytes are not those that were archived" in said
    assert "opening.pptx: not on this disk" in said
    assert not list((tmp_path / "out").rglob("twin.pptx"))
    assert list((tmp_path / "out").rglob("edited.txt"))
    if kind == "ocfl":
        judge_ocfl(tmp_path / "out")
