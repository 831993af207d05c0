"""What a rebuild could not recover stays known until it is settled, and what it repaired is no failure."""

import hashlib
import json
from pathlib import Path

from support.command import data, run
from support.lost_catalogue import archive, lose, made  # noqa: F401 - fixtures


def test_what_a_sync_rebuilt_has_not_failed(archive: Path) -> None:
    lose(archive)
    said = run("sync", status=3)
    assert "note  .materials/catalogue.sqlite: The catalogue was missing" in said.stderr
    shown = run("status").stdout + run("changes").stdout + run("history").stdout
    assert "failed" not in said.stderr + shown
    assert "no changes; the catalogue was rebuilt" in shown
    assert "needs attention" in shown
    assert '"failed"' not in (archive / "manifest.jsonl").read_text("utf-8")


def test_after_a_rebuild_nobody_takes_the_last_run_for_known(archive: Path) -> None:
    run("verify")
    verified = data("status")["items"][0]["verified"]
    lose(archive)
    run("rebuild")
    unknown = "not known: the catalogue was rebuilt without its runs on "
    assert f"stale: last brought up to date: c ({unknown}" in run("status", "--max-age", "9w", status=3).stdout
    shown = run("status").stdout
    assert f"last run {unknown}" in shown
    assert "; last download " in shown
    assert "all of it verified, " in shown
    assert verified == data("status")["items"][0]["verified"]
    assert "just now" not in shown
    assert unknown in run("schedule", "status").stderr
    assert unknown in " ".join(run("doctor", "--offline").stdout.split())
    assert "never" not in shown + run("schedule", "status").stderr
    run("sync")
    assert "No problems: 1 collection, up to date just now." in run("status").stdout


def test_what_was_lost_stays_named_until_it_is_settled(archive: Path) -> None:
    place = next(path for path in kept_files(archive) if path.read_bytes() == b"file number 0")
    backup = place.read_bytes()
    place.unlink()
    (archive / "c" / "Inner" / "7.txt").unlink()
    lose(archive)
    lost = [(row["place"], row["reason"]) for row in json.loads(run("rebuild", "--json", status=3).stdout)["items"]]
    assert sorted(name for name, _ in lost) == ["c/0.txt", "c/Inner/7.txt"]
    answer = data("status")
    assert [(row["place"], row["reason"]) for row in answer["lost"]] == lost
    assert not answer["well"]
    assert "2 could not be recovered when the catalogue was rebuilt: materials doctor" in run("status").stdout
    assert "Lost\tSHA-256" in run("show", "0.txt").stdout
    assert [row["sha256"] for row in data("show", "0.txt")["items"][0]["lost"]] == [hashlib.sha256(backup).hexdigest()]
    assert "--accept-losses" in run("doctor", "--offline").stdout
    run("sync")  # Drive still has 7.txt
    assert [row["place"] for row in data("status")["lost"]] == ["c/0.txt"]
    assert len(json.loads(run("rebuild", "--json", status=3).stdout)["items"]) == 1
    run("collection", "rename", "c", "d")
    assert [row["collection"] for row in data("status")["lost"]] == ["d"]
    run("collection", "rename", "d", "c")
    place.write_bytes(backup)
    assert data("rebuild")["taken"]["versions"] == 1
    assert data("status")["lost"] == []
    assert data("show", "0.txt")["items"][0]["versions"][0]["on_disk"] == "intact"


def kept_files(top: Path) -> list[Path]:
    return [path for path in (top / ".materials" / "versions").rglob("*") if path.is_file()]


def test_a_person_may_accept_what_is_lost_for_good(archive: Path) -> None:
    for path in kept_files(archive):
        path.unlink()
    (archive / "manifest.jsonl").write_text((archive / "manifest.jsonl").read_text("utf-8") + "no JSON\n", "utf-8")
    lose(archive)
    run("rebuild", status=3)
    assert len(data("status")["lost"]) == 3
    assert len(data("rebuild", "--accept-losses")["items"]) == 2  # the line that was none is no longer in the manifest
    assert data("status")["lost"] == []
    assert data("rebuild")["items"] == []


def test_what_arrived_at_a_whole_second_and_was_verified_in_it_is_verified_after_a_rebuild(archive: Path) -> None:
    rows = [json.loads(line) for line in (archive / "manifest.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        row |= {"fetched": "2026-01-02T03:04:05.000Z", "last_verified": "2026-01-02T03:04:05.250Z"}
    (archive / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    lose(archive)
    run("rebuild")
    assert "all of it verified, 2026-01-02" in run("status").stdout
    assert data("show", "1.txt")["items"][0]["last_verified"] == "2026-01-02T03:04:05.250Z"
