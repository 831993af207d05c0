"""The decision table, leaf by leaf, and its laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.causes import Cause
from materials_cli.kinds import GOOGLE_APPS
from materials_cli.messages import verbatim
from materials_cli.model import ActionKind, Export, Fixity, Item, Listing, Plan, RemoteFile, RemoteFolder, State
from materials_cli.sync.facts import Accepted, Facts
from materials_cli.sync.guard import to_ask_about
from materials_cli.sync.plan import plan

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
        path=path or f"c/{file.file_name}",
        media_type=file.export.media_type if file.export else "application/pdf",
        fixity=Fixity(3, file.sha256 or "0" * 64, file.md5),
        first_seen=NOW,
        fetched=NOW,
    )
    return replace(held, **changes)  # type: ignore[arg-type]


def decide(files: list[RemoteFile], held: list[Item], *, complete: bool = True, **more: object) -> Plan:
    listing = Listing(ROOT, (), tuple(files), complete)
    ids = frozenset(i.id for i in held)
    return plan(Facts(collection="c", listing=listing, held={i.id: i for i in held}, **{"gone": ids} | more))  # type: ignore[arg-type]


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
    assert made.actions[0].cause is Cause.RENAMED


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
    assert kinds(decide([remote()], [item(remote())], absent=frozenset({"id1"}))) == [ActionKind.RESTORE]
    assert kinds(decide([remote()], [item(remote())], edited=frozenset({"id1"}))) == [ActionKind.RESTORE]


def test_an_incomplete_listing_withdraws_nothing() -> None:
    made = decide([remote(1)], [item(remote(1)), item(remote(2))], complete=False)
    assert made.actions == ()
    assert len(made.held_back) == 1
    assert "incomplete" in str(made.troubles[0].message)


@pytest.mark.parametrize("share", [0, 5])
def test_a_folder_that_is_suddenly_empty_or_decimated_withdraws_nothing(share: int) -> None:
    held = [item(remote(n)) for n in range(20)]
    made = decide([remote(n) for n in range(share)], held)
    assert ActionKind.WITHDRAW not in kinds(made)
    assert len(made.held_back) == 20 - share
    accepted = decide([remote(n) for n in range(share)], held, accepted=Accepted(withdrawals=True))
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
    dangling = replace(remote(), media_type=GOOGLE_APPS + "shortcut", problem=verbatim("The shortcut leads nowhere."))
    made = decide([dangling], [])
    assert made.actions == ()
    assert "leads nowhere" in str(made.notices[0])


def test_what_a_dangling_shortcut_led_to_is_kept_as_long_as_it_is_here() -> None:
    file = remote()
    dangling = replace(
        file, media_type=GOOGLE_APPS + "shortcut", sha256=None, md5=None, size=None, problem=verbatim("Leads nowhere.")
    )
    assert decide([dangling], [item(file)]).actions == ()
    assert decide([dangling], [item(file)]).unchanged == 1
    assert kinds(decide([dangling], [item(file)], absent=frozenset({"id1"}))) == [ActionKind.WITHDRAW]
    assert decide([dangling], [item(file, state=State.WITHDRAWN)], absent=frozenset({"id1"})).actions == ()


def test_whatever_is_listed_again_is_not_missed_any_more_and_forgets_nothing() -> None:
    file = remote()
    dangling = replace(
        file,
        sha256=None,
        md5=None,
        size=None,
        modified=None,
        media_type=GOOGLE_APPS + "shortcut",
        problem=verbatim("Leads nowhere."),
    )
    for seen in (file, dangling):
        held = item(file, missed=NOW)
        made = decide([seen], [held])
        assert (made.actions, made.unchanged, made.relisted) == ((), 1, (held,))
    assert decide([file], [item(file)]).relisted == ()


@pytest.mark.parametrize(
    ("held", "gone", "believed"), [(8, 2, True), (8, 3, False), (3, 1, True), (1, 1, False), (40, 10, True)]
)
def test_more_than_a_quarter_is_held_back_but_for_a_single_item(held: int, gone: int, believed: bool) -> None:
    made = decide([remote(n) for n in range(gone, held)], [item(remote(n)) for n in range(held)])
    assert (len(made.actions), len(made.held_back)) == ((gone, 0) if believed else (0, gone))


def test_a_folder_that_is_closed_keeps_what_lay_in_it_and_below_it_alone() -> None:
    inside = replace(remote(1), parent="renamed since")
    below = replace(remote(2), parent="deeper", folders=("day", "deeper"))
    beside = replace(remote(3), folders=("day two",))
    rest = [remote(n) for n in range(4, 20)]
    listing = Listing(ROOT, (), tuple(rest), closed={"renamed since": ("Day 1",), "other": ("day",)})
    held = {file.id: item(file) for file in (inside, below, beside, *rest)}
    facts = Facts(collection="c", listing=listing, held=held, gone=frozenset(held))
    made = plan(facts)
    assert [a.held.id for a in made.actions if a.held] == ["id3"]
    assert {a.held.id for a in made.held_back if a.held} == {"id1", "id2"}
    assert [t.code for t in made.troubles if "Ask the owner" in str(t.message)] == ["folder_closed"] * 2
    assert len(plan(replace(facts, accepted=Accepted(withdrawals=True))).actions) == 3


files = st.builds(remote, st.integers(1, 6), st.sampled_from("abc"), st.sampled_from([None, "x.pdf", "y.pdf"]))


@given(st.lists(files, unique_by=lambda f: f.id), st.lists(files, unique_by=lambda f: f.id), st.booleans())
def test_every_listed_file_and_every_held_item_is_accounted_for_once(
    listed: list[RemoteFile], had: list[RemoteFile], complete: bool
) -> None:
    made = decide(listed, [item(file) for file in had], complete=complete)
    everything = (*made.actions, *made.held_back)
    guarded = {a.held.id for a in everything if a.guarded and a.held}
    acts = [a for a in everything if a.guarded or not a.held or a.held.id not in guarded]
    acted = [subject.id for a in acts if (subject := a.file or a.held)]
    assert len(acted) == len(set(acted))
    assert len(acted) + made.unchanged == len({f.id for f in listed} | {f.id for f in had})
    if not complete:
        assert ActionKind.WITHDRAW not in kinds(made)


def test_what_the_list_lacks_for_the_first_time_waits_unless_drive_says_that_it_is_gone() -> None:
    held = [item(remote(n)) for n in range(8)]
    listed = [remote(n) for n in range(7)]
    made = decide(listed, held, gone=frozenset())
    assert (made.actions, [a.cause for a in made.held_back], made.doubtful) == ((), [Cause.GONE], made.held_back)
    assert kinds(decide(listed, [*held[:7], replace(held[7], missed=NOW)], gone=frozenset())) == [ActionKind.WITHDRAW]
    assert kinds(decide(listed, held)) == [ActionKind.WITHDRAW]


def test_drive_is_asked_only_about_what_its_answer_decides() -> None:
    def asked(listed: range, *held: Item, complete: bool = True) -> list[str]:
        listing = Listing(ROOT, (), tuple(remote(n) for n in listed), complete)
        return [i.id for i in to_ask_about(Facts(collection="c", listing=listing, held={i.id: i for i in held}))]

    rest = [item(remote(n)) for n in range(1, 8)]
    assert asked(range(1, 8), *rest, item(remote(8))) == ["id8"]
    assert asked(range(1, 8), *rest, item(remote(8), missed=NOW)) == []
    assert asked(range(1, 8), *rest, item(remote(8), state=State.WITHDRAWN)) == []
    assert asked(range(1, 8), *rest, item(remote(8)), complete=False) == []
    assert asked(range(1, 3), *rest) == []


def test_the_place_of_what_is_kept_is_given_to_nobody_else() -> None:
    kept, new = item(remote(1, name="x.pdf")), remote(2, name="x.pdf")
    rest = [remote(n) for n in range(3, 9)]
    (added,) = decide([new, *rest], [kept, *map(item, rest)], gone=frozenset()).actions
    assert (added.cause, added.path) == (Cause.NEW, "c/x~id2.pdf")


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_own_words(cause: Cause) -> None:
    assert cause.name == cause.upper()
    assert [other for other in Cause if other.text == cause.text] == [cause]
