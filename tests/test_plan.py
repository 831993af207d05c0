"""The decision table, leaf by leaf, and its laws."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.kinds import GOOGLE_APPS
from materials_cli.model import ActionKind, Export, Fixity, Item, Listing, Plan, RemoteFile, RemoteFolder, State
from materials_cli.plan import plan

NOW = datetime(2025, 6, 24, 9, tzinfo=UTC)
ROOT = RemoteFolder(id="root", name="root", parent=None)


def remote(n: int = 1, content: str = "a", name: str | None = None) -> RemoteFile:
    digest = content * 64
    return RemoteFile(
        id=f"id{n}",
        drive_id=f"id{n}",
        name=name or f"{n}.pdf",
        parent="root",
        size=3,
        sha256=digest,
        md5=content * 32,
        modified=NOW,
        version="1",
    )


def item(file: RemoteFile, path: str | None = None, **changes: object) -> Item:
    held = Item(
        collection="c",
        remote=file,
        path=path or f"c/{file.name}",
        media_type=file.export.media_type if file.export else "application/pdf",
        fixity=Fixity(3, file.sha256 or "0" * 64, file.md5),
        first_seen=NOW,
        fetched=NOW,
    )
    return replace(held, **changes)  # type: ignore[arg-type]


def decide(files: list[RemoteFile], held: list[Item], *, complete: bool = True, **more: object) -> Plan:
    paths: Mapping[str, str] = {file.id: f"c/{file.name}" for file in files}
    listing = Listing(ROOT, (), tuple(files), complete)
    return plan("c", listing, {i.id: i for i in held}, paths, **more)  # type: ignore[arg-type]


def kinds(made: Plan) -> list[ActionKind]:
    return [action.kind for action in made.actions]


def test_a_file_never_seen_is_added() -> None:
    made = decide([remote()], [])
    assert kinds(made) == [ActionKind.ADD]
    assert made.actions[0].fetch
    assert made.actions[0].bytes == 3


def test_the_same_digest_is_unchanged_whatever_its_version() -> None:
    file = remote()
    made = decide([replace(file, version="99")], [item(file)])
    assert (made.actions, made.unchanged) == ((), 1)


def test_another_digest_is_replaced_and_fetched() -> None:
    made = decide([remote(content="b")], [item(remote())])
    assert kinds(made) == [ActionKind.REPLACE]
    assert made.actions[0].fetch


def test_a_rename_is_a_move_without_download() -> None:
    made = decide([remote(name="new.pdf")], [item(remote())])
    assert kinds(made) == [ActionKind.MOVE]
    assert not made.actions[0].fetch
    assert made.actions[0].reason == "renamed on Drive"


def test_details_alone_are_remembered_without_download() -> None:
    made = decide([replace(remote(), description="new")], [item(remote())])
    assert kinds(made) == [ActionKind.UPDATE]
    assert not made.actions[0].fetch


def test_what_vanished_is_withdrawn() -> None:
    made = decide([remote(1)], [item(remote(1)), item(remote(2))])
    assert kinds(made) == [ActionKind.WITHDRAW]
    assert made.unchanged == 1


def test_what_was_withdrawn_and_is_back_is_restored_without_download() -> None:
    made = decide([remote()], [item(remote(), state=State.WITHDRAWN)])
    assert kinds(made) == [ActionKind.RESTORE]
    assert not made.actions[0].fetch


def test_a_file_missing_here_is_brought_again() -> None:
    assert kinds(decide([remote()], [item(remote())], absent={"id1"})) == [ActionKind.RESTORE]
    assert kinds(decide([remote()], [item(remote())], edited={"id1"})) == [ActionKind.RESTORE]


def test_an_incomplete_listing_withdraws_nothing() -> None:
    made = decide([remote(1)], [item(remote(1)), item(remote(2))], complete=False)
    assert made.actions == ()
    assert len(made.held_back) == 1
    assert "not complete" in made.notices[-1]


@pytest.mark.parametrize("share", [0, 5])
def test_a_folder_that_is_suddenly_empty_or_decimated_withdraws_nothing(share: int) -> None:
    held = [item(remote(n)) for n in range(20)]
    made = decide([remote(n) for n in range(share)], held)
    assert ActionKind.WITHDRAW not in kinds(made)
    assert len(made.held_back) == 20 - share
    accepted = decide([remote(n) for n in range(share)], held, accept_withdrawals=True)
    assert kinds(accepted) == [ActionKind.WITHDRAW] * (20 - share)


def test_a_google_document_is_unchanged_while_time_and_version_are() -> None:
    export = Export("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx")
    native = replace(remote(), media_type=GOOGLE_APPS + "presentation", sha256=None, md5=None, size=None, export=export)
    assert decide([native], [item(native)]).actions == ()
    for changed in (replace(native, version="2"), replace(native, modified=NOW + timedelta(1))):
        assert kinds(decide([changed], [item(native)])) == [ActionKind.REPLACE]


@pytest.mark.parametrize(
    ("was", "now", "changed"),
    [
        ({"sha256": None}, {"sha256": None}, False),
        ({"sha256": None}, {"sha256": None, "md5": "f" * 32}, True),
        (
            {"sha256": None, "md5": None, "head_revision": "r1"},
            {"sha256": None, "md5": None, "head_revision": "r1"},
            False,
        ),
        (
            {"sha256": None, "md5": None, "head_revision": "r1"},
            {"sha256": None, "md5": None, "head_revision": "r2"},
            True,
        ),
        ({"sha256": None, "md5": None}, {"sha256": None, "md5": None}, False),
        ({"sha256": None, "md5": None}, {"sha256": None, "md5": None, "size": 4}, True),
    ],
)
def test_without_a_digest_the_next_best_sign_decides(was: dict[str, object], now: dict[str, object], changed: bool) -> None:
    before, after = replace(remote(), **was), replace(remote(), **now)  # type: ignore[arg-type]
    assert (ActionKind.REPLACE in kinds(decide([after], [item(before)]))) is changed


def test_a_dangling_shortcut_is_a_note_not_a_failure() -> None:
    dangling = replace(remote(), media_type=GOOGLE_APPS + "shortcut", problem="The shortcut leads nowhere.")
    made = decide([dangling], [])
    assert made.actions == ()
    assert "leads nowhere" in made.notices[0]


files = st.builds(remote, st.integers(1, 6), st.sampled_from("abc"), st.sampled_from([None, "x.pdf", "y.pdf"]))


@given(st.lists(files, unique_by=lambda f: f.id), st.lists(files, unique_by=lambda f: f.id), st.booleans())
def test_every_listed_file_and_every_held_item_is_accounted_for_once(
    listed: list[RemoteFile], had: list[RemoteFile], complete: bool
) -> None:
    made = decide(listed, [item(file) for file in had], complete=complete)
    acted = [subject.id for a in (*made.actions, *made.held_back) if (subject := a.file or a.held)]
    assert len(acted) == len(set(acted))
    assert len(acted) + made.unchanged == len({f.id for f in listed} | {f.id for f in had})
    if not complete:
        assert ActionKind.WITHDRAW not in kinds(made)
