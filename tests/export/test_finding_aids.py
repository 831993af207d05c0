"""AtoM and ArchivesSpace: tables as these programs import them, with nothing that a spreadsheet would run."""

import csv
from pathlib import Path

from materials_cli.export import archivesspace, atom
from support.handed_over import NAMES, entries, exported


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_atom_gets_a_tree_whose_parents_come_first(handed_over: Path, tmp_path: Path) -> None:
    found = rows(exported(handed_over, "atom", tmp_path / "x.csv"))
    assert tuple(found[0]) == atom.COLUMNS
    ids: set[str] = {""}
    for row in found:
        assert row["parentId"] in ids
        ids.add(row["legacyId"])
        assert row["publicationStatus"] == "Draft"
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())
        width = {len(row[name].split("|")) for name in row if name.startswith("event") and row[name]}
        assert len(width) < 2, "values that belong together are as many"
    assert len(ids) == len(found) + 1
    levels = [row["levelOfDescription"] for row in found]
    assert (levels.count("Collection"), levels.count("Series"), levels.count("Item")) == (2, 2, len(entries(handed_over)))
    top = found[0]
    assert (top["eventDates"], top["eventStartDates"], top["eventEndDates"]) == (
        "2025-06-23/2025-06-25|NULL", "2025-06-23|NULL", "2025-06-25|NULL",
    )  # fmt: skip
    assert top["eventActors"] == "UNDP / one|Ministry & Co"
    names = [row["alternativeIdentifiers"] for row in found]
    assert all(name in names for name in NAMES[:7])
    twin = next(row for row in found if row["alternativeIdentifiers"] == "twin.pptx")
    assert twin["eventActors"] == "O’Neil {X} and \\Y|Ирина Ким"
    assert (twin["accessConditions"], twin["reproductionConditions"]) == ("Ask us", "")
    edited = next(row for row in found if row["alternativeIdentifiers"] == "edited.txt")
    assert (edited["language"], edited["script"]) == ("zh", "Hant")
    gone = next(row for row in found if row["alternativeIdentifiers"] == "gone.txt")
    assert "Withdrawn by its owner" in gone["archivalHistory"]


def test_archivesspace_gets_digital_objects_with_fixity(handed_over: Path, tmp_path: Path) -> None:
    found = rows(exported(handed_over, "archivesspace", tmp_path / "x.csv", "c"))
    assert tuple(found[0]) == archivesspace.COLUMNS
    held = [entry for entry in entries(handed_over) if entry["collection"] == "c"]
    assert {row["file_version_checksum"] for row in found} == {entry["sha256"] for entry in held}
    assert len({row["digital_object_id"] for row in found}) == len(held)
    opening = next(row for row in found if row["file_version_caption"].endswith("opening.pptx"))
    assert opening["agent_name_primary_name"] == "Nino Beridze"
    assert (opening["digital_object_language"], opening["digital_object_type"]) == ("eng", "text")
    assert (opening["date_1_begin"], opening["date_1_end"], opening["date_1_type"]) == ("2025-06-23", "2025-06-25", "inclusive")
    georgian = next(row for row in found if "ციფრული" in row["file_version_caption"])
    assert {row["digital_object_publish"] for row in found} == {"FALSE"}
    assert georgian["digital_object_rights_determined"] == "TRUE"
