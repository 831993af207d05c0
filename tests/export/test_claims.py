"""An entry of the manifest read back is the item it was made of; one of another form is refused, whatever it says."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.export.claims import Claim, read_claim
from materials_cli.export.entries import SCHEMA
from materials_cli.export.rows import row, versions_row
from materials_cli.model import Export, Fixity, Item, Listing, RemoteFile, RemoteFolder, Replacement, State, Version
from materials_cli.store.names import is_safe_name, local_paths, safe_name

WHEN = datetime(2025, 6, 1, 12, 0, 0, 123000, tzinfo=UTC)
SHA = "ab" * 32
texts = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=12)
maybe = st.none() | texts
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
md5s = digests.map(lambda text: text[:32])
sizes = st.integers(0, (1 << 63) - 1)
times = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - see timezones
    lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)
)
remotes = st.builds(
    RemoteFile, id=texts, drive_id=texts, name=texts, parent=texts, folders=st.lists(texts, max_size=3).map(tuple),
    also=st.lists(texts, max_size=2).map(tuple),
    media_type=texts, size=st.none() | sizes, md5=st.none() | md5s, sha256=st.none() | digests,
    created=st.none() | times, modified=st.none() | times, version=maybe, head_revision=maybe, description=maybe, owner=maybe,
    modified_by=maybe, web_link=maybe, resource_key=maybe, export=st.none() | st.builds(Export, texts, texts),
    shortcut=st.booleans(),
)  # fmt: skip
paths = st.lists(texts.map(safe_name), min_size=1, max_size=3).map(lambda parts: "/".join(["c", *parts]))


def waiting(held: RemoteFile) -> st.SearchStrategy[Replacement]:
    """What waits for the place of an item: of the same file, in a later state."""
    kept = {
        name: st.just(getattr(held, name))
        for name in (
            "id",
            "parent",
            "folders",
            "also",
            "created",
            "description",
            "owner",
            "modified_by",
            "resource_key",
            "shortcut",
        )
    }
    state = st.builds(
        RemoteFile, drive_id=texts, name=texts, media_type=texts, size=st.none() | sizes, md5=st.none() | md5s,
        sha256=st.none() | digests, modified=st.none() | times, version=maybe, head_revision=maybe, web_link=maybe,
        export=st.none() | st.builds(Export, texts, texts), **kept,
    )  # fmt: skip
    return st.builds(
        lambda remote, size, digest, **fields: Replacement(remote=remote, fixity=Fixity(size, digest, remote.md5), **fields),
        state, sizes, digests, media_type=texts, fetched=times, held_back=st.booleans(),
    )  # fmt: skip


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    remote, withdrawn = draw(remotes), draw(st.none() | times)
    item = Item(
        collection="c", remote=remote, path=draw(paths), media_type=draw(texts), first_seen=draw(times), fetched=draw(times),
        fixity=Fixity(draw(sizes), draw(digests), remote.md5), state=State.WITHDRAWN if withdrawn else State.HELD,
        withdrawn=withdrawn, missed=draw(st.none() | times), replacement=draw(st.none() | waiting(remote)),
    )  # fmt: skip
    version = st.builds(
        Version, item=st.just(remote.id), fixity=st.builds(Fixity, sizes, digests, st.none()), path=paths,
        modified=st.none() | times, fetched=times, retired=times,
    )  # fmt: skip
    return Claim(item, tuple(draw(st.lists(version, max_size=2))))


def entry_of(claim: Claim) -> Any:
    return json.loads(json.dumps({"schema": SCHEMA, **row(claim.item), "versions": versions_row(claim.versions)}))


@given(claims())
def test_an_item_in_the_manifest_is_read_back_as_it_was(claim: Claim) -> None:
    """But for what is wrong with a replacement that waits: a rebuild reads that again."""
    assert read_claim(entry_of(claim)) == claim


@given(texts, texts)
def test_every_name_that_a_sync_gives_is_a_safe_one(name: str, identity: str) -> None:
    files = tuple(RemoteFile(id=f"{identity}{n}", drive_id="x", name=name, parent="root") for n in range(3))
    made = local_paths(Listing(RemoteFolder(id="root", name="", parent=None), (), files), "c")
    assert all(is_safe_name(path.removeprefix("c/")) for path in made.values())


ITEM = Item(
    collection="c", path="c/a.txt", media_type="text/plain", fixity=Fixity(3, SHA), first_seen=WHEN, fetched=WHEN,
    remote=RemoteFile(id="1a", drive_id="1a", name="a.txt", parent="1root"),
)  # fmt: skip
ENTRY = entry_of(Claim(ITEM, (Version("1a", Fixity(2, "cd" * 32), "c/a.txt", None, WHEN, WHEN + timedelta(days=1)),)))


def refusal(**changes: object) -> str:
    with pytest.raises(ValueError, match=r"^\w+$") as refused:
        read_claim({**ENTRY, **changes})
    return str(refused.value)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../a.txt", "c/../../a.txt", "c/..", "c/./a.txt", "c//a.txt", "c", "c/", "c\\a.txt", "c/con.txt", "c/aux",
     "c/NUL", "c/a.txt ", "c/a.", "c/a\nb", "c/a\0b", "d/a.txt", ".materials/lock", "manifest.jsonl", "c/a:stream", "C/a.txt",
     "C:/a.txt", "//host/share/a.txt", "c/a\u202eb", "c/\ud800", 7, None, [], ""],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(path: object) -> None:
    assert refusal(path=path) == "path"
    assert refusal(versions=[{**ENTRY["versions"][0], "path": path}]) == "path"


@pytest.mark.parametrize(
    ("field", "value"),
    [("sha256", "ab"), ("sha256", "A" * 64), ("sha256", f"{SHA}\n"), ("bytes", True), ("bytes", -1), ("bytes", "5"),
     ("bytes", 1 << 63), ("bytes", 1.5), ("fetched", "yesterday"),
     ("fetched", "0001-01-01T00:00:00+14:00"), ("fetched", "2025-01-01T00:00:00"), ("first_seen", None),
     ("state", "gone"), ("id", ""), ("collection", "../c"), ("collection", "c/d"), ("folders", "Inner"), ("folders", [1]),
     ("schema", "x"), ("missed", 5), ("owner", ["x"])],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_by_its_name(field: str, value: object) -> None:
    assert refusal(**{field: value}) == field


@pytest.mark.parametrize("entry", [None, [], "text", 7, {}, {**ENTRY, "source": []}, {**ENTRY, "versions": [7]}])
def test_what_is_no_entry_is_refused(entry: object) -> None:
    with pytest.raises(ValueError, match="schema"):
        read_claim(entry)


def test_a_withdrawn_item_needs_its_day() -> None:
    assert refusal(state="withdrawn") == "withdrawn"
    withdrawn = replace(ITEM, state=State.WITHDRAWN, withdrawn=WHEN)
    assert read_claim(entry_of(Claim(withdrawn))).item == withdrawn


def test_an_entry_of_an_earlier_version_is_read() -> None:
    earlier = {name: value for name, value in ENTRY.items() if name not in {"versions", "missed", "file"}}
    earlier["source"] = {k: v for k, v in ENTRY["source"].items() if k not in {"folder_id", "resource_key", "export"}}
    assert read_claim(earlier).item == replace(ITEM, remote=replace(ITEM.remote, parent=""))
