"""PREMIS 3: every file with its fixity, every event by its name in the Library of Congress's vocabulary, in the right order."""

from pathlib import Path

from lxml import etree

from support.handed_over import NAMES, entries, exported

P = "{http://www.loc.gov/premis/v3}"
# The order in which the schema wants the parts that we write.
ORDER = {
    "premis": ["object", "event", "agent"],
    "object": ["objectIdentifier", "objectCharacteristics", "originalName", "storage"],
    "objectCharacteristics": ["fixity", "size", "format"],
    "fixity": ["messageDigestAlgorithm", "messageDigest", "messageDigestOriginator"],
    "format": ["formatDesignation", "formatRegistry"],
    "event": [
        "eventIdentifier", "eventType", "eventDateTime", "eventDetailInformation", "eventOutcomeInformation",
        "linkingAgentIdentifier", "linkingObjectIdentifier",
    ],
    "agent": ["agentIdentifier", "agentName", "agentType", "agentVersion"],
}  # fmt: skip


def values(tree: "etree._ElementTree", path: str) -> list[str]:
    return [found.text or "" for found in tree.iterfind(".//" + "/".join(P + name for name in path.split("/")))]


def test_premis_has_every_file_and_all_that_happened_to_it(handed_over: Path, tmp_path: Path) -> None:
    made = exported(handed_over, "premis", tmp_path / "x.xml")
    tree = etree.parse(made)
    for parent, order in ORDER.items():
        for element in tree.iter(P + parent):
            places = [order.index(etree.QName(child).localname) for child in element]
            assert places == sorted(places)
    held = entries(handed_over)
    digests = values(tree, "fixity/messageDigest")
    assert {entry["sha256"] for entry in held} <= set(digests)
    assert {version["sha256"] for entry in held for version in entry["versions"]} <= set(digests)
    assert {entry["source"]["md5"] for entry in held} <= set(digests)
    assert set(NAMES[:7]) <= set(values(tree, "object/originalName"))
    kinds = {str(event.text): event.get("valueURI", "") for event in tree.iter(P + "eventType")}
    assert {"capture", "fixity check", "ingestion", "withdrawal", "execution"} <= set(kinds)
    assert kinds.pop("withdrawal") == ""
    assert all(uri.startswith("http://id.loc.gov/vocabulary/preservation/eventType/") for uri in kinds.values())
    objects = set(values(tree, "objectIdentifier/objectIdentifierValue"))
    assert set(values(tree, "linkingObjectIdentifier/linkingObjectIdentifierValue")) <= objects
    agents = set(values(tree, "agentIdentifier/agentIdentifierValue"))
    assert set(values(tree, "linkingAgentIdentifier/linkingAgentIdentifierValue")) == agents
    assert b"@example" not in made.read_bytes()
    other = etree.parse(exported(handed_over, "premis", tmp_path / "other.xml", "other"))
    assert all(identity.startswith("other/") for identity in values(other, "objectIdentifier/objectIdentifierValue"))
