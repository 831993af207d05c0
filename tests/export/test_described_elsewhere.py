"""Dublin Core, Zenodo and schema.org: what is known of an item reaches each, nothing is invented, no text becomes syntax."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from materials_cli.export.dublincore import NAMES
from materials_cli.export.vocabulary import language_code, licence_id
from materials_cli.export.zenodo import conference_dates
from support.handed_over import entries, exported

DC = "{http://purl.org/dc/elements/1.1/}"
# The schema of oai_dc says no more than this: the 15 elements, any number of times and in any order, with text alone.
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:dc="http://purl.org/dc/elements/1.1/"
 targetNamespace="http://www.openarchives.org/OAI/2.0/oai_dc/" elementFormDefault="qualified">
 <xs:import namespace="http://purl.org/dc/elements/1.1/" schemaLocation="dc.xsd"/>
 <xs:element name="dc"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">
 {"".join(f'<xs:element ref="dc:{name}"/>' for name in NAMES)}
 </xs:choice></xs:complexType></xs:element></xs:schema>"""
ELEMENTS = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://purl.org/dc/elements/1.1/">
 {"".join(f'<xs:element name="{name}" type="xs:string"/>' for name in NAMES)}</xs:schema>"""


def test_dublin_core_is_valid_and_complete(handed_over: Path, tmp_path: Path) -> None:
    made = exported(handed_over, "dublin-core", tmp_path / "dc")
    (tmp_path / "oai_dc.xsd").write_text(SCHEMA)
    (tmp_path / "dc.xsd").write_text(ELEMENTS)
    schema = etree.XMLSchema(file=str(tmp_path / "oai_dc.xsd"))
    records = {path: etree.parse(path) for path in made.rglob("*.xml")}
    for tree in records.values():
        schema.assertValid(tree)
    held = entries(handed_over)
    assert len(records) == len(held) + 2
    event = records[made / "c.xml"]
    assert [found.text for found in event.iter(f"{DC}title")] == ["Workshop “A” & <B> {C} 50 %"]
    assert "Kazakhstan" in [found.text for found in event.iter(f"{DC}coverage")]
    assert [found.text for found in event.iter(f"{DC}language")] == ["en", "ru"]
    texts = [str(tree.xpath("string()")) for tree in records.values()]
    assert all(sum(entry["sha256"] in text for text in texts) for entry in held)
    twins = [text for text in texts if "O’Neil" in text]
    assert all("Ask us" in twin and "CC-BY" not in twin for twin in twins)
    others = [str(tree.xpath("string()")) for path, tree in records.items() if path.parent.name == "other"]
    assert sum("http://rightsstatements.org/vocab/UND/1.0/" in text for text in others) == len(others) - 1
    with (made / "dublin-core.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["dc.identifier"].rpartition("sha256:")[2] for row in rows} == {entry["sha256"] for entry in held}
    assert ["O’Neil {X} and \\Y", "Ирина Ким"] in [row["dc.creator"].split("||") for row in rows]
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


def deposits(folder: Path) -> dict[str, dict[str, Any]]:
    """By the name of the file that their notes tell."""
    found = [json.loads(path.read_text("utf-8")) for path in folder.rglob("*.json")]
    return {deposit["notes"].rpartition(". SHA-256")[0].rpartition("/")[2]: deposit for deposit in found}


def test_a_deposit_on_zenodo_is_open_only_by_a_stated_licence(handed_over: Path, tmp_path: Path) -> None:
    made = exported(handed_over, "zenodo", tmp_path / "z", "c")
    found = deposits(made)
    opening = found["opening.pptx"]
    twin = found["twin.pptx"]
    assert (opening["upload_type"], opening["access_right"], opening["license"]) == ("presentation", "open", "CC-BY-4.0")
    assert opening["creators"] == [{"name": "Nino Beridze", "affiliation": "Ministry of Finance, Georgia"}]
    assert (opening["conference_dates"], opening["conference_place"]) == ("23–25 June 2025", "Samarkand, Uzbekistan")
    assert opening["conference_title"] == "Workshop “A” & <B> {C} 50 %"
    assert twin["access_right"] == "closed"
    assert "license" not in twin
    assert twin["conference_session"]
    edited = found["edited.txt"]
    assert "<script>" not in edited["description"]
    other = deposits(exported(handed_over, "zenodo", tmp_path / "o", "other"))
    assert {each["access_right"] for each in other.values()} == {"closed"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2025-06-23/2025-06-25", "23–25 June 2025"),
        ("2025-06-24", "24 June 2025"),
        ("2025-06-30/2025-07-02", "2025-06-30/2025-07-02"),
        ("2025-06", "2025-06"),
        ("", ""),
    ],
)
def test_dates_of_a_conference(text: str, written: str) -> None:
    assert conference_dates(text) == written


def test_schema_org_is_a_graph_whose_parts_know_each_other(handed_over: Path, tmp_path: Path) -> None:
    made = exported(handed_over, "schema.org", tmp_path / "x.jsonld")
    assert "<" not in made.read_text("utf-8"), "it may be put into a page"
    graph = json.loads(made.read_text("utf-8"))["@graph"]
    nodes = {node["@id"]: node for node in graph}
    assert len(nodes) == len(graph) == len(entries(handed_over)) + 3
    event = nodes["#c-event"]
    assert (event["startDate"], event["endDate"], event["location"]["name"]) == (
        "2025-06-23", "2025-06-25", "Samarkand, Uzbekistan",
    )  # fmt: skip
    works = [node for node in graph if "sha256" in node]
    assert all(work["isPartOf"]["@id"] in nodes for work in works)
    assert {work.get("license") for work in works} == {"https://creativecommons.org/licenses/by/4.0/", None}
    twin = next(work for work in works if work.get("conditionsOfAccess") == "Ask us")
    assert [author["name"] for author in twin["author"]] == ["O’Neil {X} and \\Y", "Ирина Ким"]
    assert twin["@type"] == ["PresentationDigitalDocument", "MediaObject"]
    dates = [(place["startDate"], place["endDate"]) for work in works if "startDate" in (place := work.get("recordedAt", {}))]
    assert dates == [("2025-06-23", "2025-06")], "of an interval, each end is a date of its own"


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/igo/", "CC-BY-NC-SA-3.0-IGO"),
        ("http://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", None),
        ("http://rightsstatements.org/vocab/UND/1.0/", None),
        (None, None),
    ],
)
def test_a_licence_is_one_that_was_stated(uri: str | None, name: str | None) -> None:
    assert licence_id(uri) == name


@pytest.mark.parametrize(
    ("code", "three"), [("uz", "uzb"), ("ka", "geo"), ("zh-Hant", "chi"), ("fil", "fil"), ("xx", None), ("", None)]
)
def test_languages_have_codes_of_three_letters(code: str, three: str | None) -> None:
    assert language_code(code, bibliographic=True) == three


@pytest.mark.parametrize("kind", ["dublin-core", "zenodo", "schema.org", "bibtex", "csl-json", "ris"])
def test_no_address_of_an_owner_is_handed_over(handed_over: Path, tmp_path: Path, kind: str) -> None:
    exported(handed_over, kind, tmp_path / "out")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"twin" in written or b"platform" in written
    assert b"@example" not in written
