"""Each sign, by itself: when it is there, when it is over, and whom it concerns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from materials_cli.catalogue.sources import Failing, Told
from materials_cli.codes import Code
from materials_cli.model import Fixity, Item, RemoteFile, State
from materials_cli.sources.outlook import Outlook, Sign, Source
from materials_cli.sources.signs import outlook

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


def item(name: str, owner: str | None = "Nino", *, edited: float = 100, seen: float = 900, folder: str = "c") -> Item:
    remote = RemoteFile(
        id=name, drive_id=name, name=name, parent="root", owner=owner, modified_by=owner, modified=days(edited),
        created=days(max(edited, 900)),
    )  # fmt: skip
    return Item(
        collection=folder, remote=remote, path=f"{folder}/{name}", media_type="x/y", fixity=Fixity(1, f"bytes of {name}"),
        first_seen=days(seen), fetched=days(seen),
    )  # fmt: skip


def gone(name: str, since: float, owner: str | None = "Nino") -> Item:
    return replace(item(name, owner), state=State.WITHDRAWN, withdrawn=days(since))


def source(*items: Item, slug: str = "c", told: Told | None = None, failing: Failing | None = None) -> Source:
    told = told or Told(name="Workshop", owner="Nino", domains={"Nino": "gmail.com"})
    return Source(collection=slug, items=items, told=told, failing=failing, listed=NOW)


def signs(*sources: Source) -> dict[Sign, set[str]]:
    found: dict[Sign, set[str]] = {}
    for danger in outlook(sources, {}, NOW).dangers:
        found.setdefault(danger.sign, set()).update(each.id for each in danger.items)
    return found


def last(*sources: Source) -> set[str]:
    return {name for _, name in outlook(sources, {}, NOW).last}


def test_a_quiet_personal_account_is_named_for_some_months_and_then_believed_to_live() -> None:
    quiet = [signs(source(item("a", edited=silent))).get(Sign.IDLE) for silent in (600, 700, 760, 900)]
    assert quiet == [None, {"a"}, {"a"}, None]


def test_any_act_of_the_owner_anywhere_is_a_sign_of_life() -> None:
    here, there = item("a", edited=700), item("b", "Anna", folder="d")
    theirs = replace(there, remote=replace(there.remote, modified_by="Nino"))
    assert Sign.IDLE in signs(source(here))
    assert Sign.IDLE not in signs(
        source(here), source(theirs, slug="d", told=Told(owner="Anna", domains={"Nino": "gmail.com"}))
    )
    assert not outlook([source(here)], {("c", "a"): days(10)}, NOW).dangers


def test_who_was_in_use_for_longer_than_half_the_silence_is_believed_to_live() -> None:
    assert Sign.IDLE in signs(source(item("a", edited=700), item("b", edited=1000, seen=10)))
    assert Sign.IDLE not in signs(source(item("a", edited=700), item("b", edited=1100, seen=10)))
    used_for_years = replace(item("b"), remote=replace(item("b").remote, created=days(1500), modified=days(1500)))
    assert Sign.IDLE not in signs(source(item("a", edited=700), used_for_years))


def test_accounts_of_organisations_and_what_has_no_owner_are_not_called_idle() -> None:
    assert not signs(source(item("a", edited=700), told=Told(owner="Nino", domains={"Nino": "gov.example"})))
    assert not signs(source(item("a", None, edited=700), told=Told()))
    assert outlook([source(item("a", None, edited=700), told=Told())], {}, NOW).untold == ("c",)


def test_a_link_is_dead_only_after_two_weeks_and_what_is_in_the_bin_is_endangered_at_once() -> None:
    def after(passed: float, code: Code) -> Outlook:
        return outlook([source(item("a"), failing=Failing(days(passed), code))], {}, NOW)

    assert not after(10, Code.LINK_NOT_FOUND).dead
    assert after(15, Code.LINK_NOT_FOUND).dead == {"c"}
    assert after(15, Code.LINK_NOT_FOUND).last == {("c", "a"): days(15)}
    trashed = after(1, Code.FOLDER_TRASHED)
    assert not trashed.last
    assert [(danger.sign, danger.expected) for danger in trashed.dangers] == [(Sign.BIN, days(-29))]


def test_the_last_copy_is_what_no_source_has() -> None:
    copy = replace(item("b", folder="d"), fixity=Fixity(1, "bytes of a"))
    assert last(source(gone("a", 3))) == {"a"}
    assert last(source(gone("a", 3)), source(copy, slug="d")) == set()
    assert last(source(gone("a", 3)), source(copy, slug="d", failing=Failing(days(20), Code.LINK_NOT_FOUND))) == {"a", "b"}
    pdf = replace(gone("a+pdf", 3), remote=replace(item("a+pdf").remote, drive_id="a"))
    assert last(source(item("a"), pdf)) == set()
    told = Told(owner="Nino", closed={"a": days(20)}, unlisted={"b": days(20), "c": days(2)})
    assert last(source(item("a"), item("b"), item("c"), told=told)) == {"a", "b"}


def test_a_notice_concerns_what_it_stands_on_and_a_note_what_lies_beside_it() -> None:
    told = Told(name="OLD – moved to SharePoint", named=days(5), owner="Nino")
    assert signs(source(item("a"), item("b"), told=told)) == {Sign.NOTICE: {"a", "b"}}
    assert not signs(source(item("a"), told=replace(told, named=days(500))))
    assert signs(source(item("to be deleted.pptx", seen=5), item("b"))) == {Sign.NOTICE: {"to be deleted.pptx"}}
    assert signs(source(item("to be deleted.txt", seen=5), item("b"))) == {Sign.NOTICE: {"to be deleted.txt", "b"}}


def test_what_two_folders_of_an_organisation_announce_concerns_all_that_it_owns() -> None:
    told = Told(name="This Drive will be closed", named=days(5), owner="A", domains={"A": "org.example", "B": "org.example"})
    tolds = [
        told,
        replace(told, owner="B"),
        Told(owner="C", domains={"C": "org.example"}),
        Told(owner="D", domains={"D": "b.example"}),
    ]
    sources = [source(item(name, name, folder=name), slug=name, told=known) for name, known in zip("ABCD", tolds, strict=True)]
    assert signs(*sources)[Sign.NOTICE] == {"A", "B", "C"}
    assert signs(*sources[1:])[Sign.NOTICE] == {"B"}


def test_marks_closed_parts_and_steps_of_removal_are_signs() -> None:
    assert signs(source(item("a", "Deleting-Nino"), item("b", "Anna"))) == {Sign.ACCOUNT: {"a"}}
    parts = Told(owner="Nino", closed={"a": days(30)})
    assert signs(source(item("a"), item("b"), told=parts)) == {Sign.PARTS: {"b"}}
    steps = (gone("x", 90), gone("y", 30), item("a"), item("b"))
    assert signs(source(*steps)) == {Sign.SHRINKING: {"a", "b"}}
    assert not signs(source(*steps, item("new", seen=20), item("newer", seen=10)))
    assert not signs(source(gone("x", 30), gone("y", 30), item("a")))
    # Who removes many and adds others is giving up what was there.
    more = (*steps, gone("z", 60), *(item(f"new {place}", seen=20) for place in range(9)))
    assert len(signs(source(*more))[Sign.SHRINKING]) == 11
    # What a guest removes endangers what else is the guest's, and is measured by that.
    guest = (gone("x", 90, "Anna"), gone("y", 30, "Anna"), item("z", "Anna"), item("a"), item("b"))
    assert signs(source(*guest)) == {Sign.SHRINKING: {"z"}}
    # Two steps that are few of all are tidying up; three of them are not.
    many = [item(f"{place}") for place in range(6)]
    assert not signs(source(gone("x", 90), gone("y", 30), *many))
    assert Sign.SHRINKING in signs(source(gone("x", 90), gone("y", 30), gone("z", 60), *many))


def test_an_organisation_whose_accounts_go_in_phases_endangers_those_that_are_left() -> None:
    domains = dict.fromkeys(("A", "B", "C", "D"), "org.example")
    told = Told(owner=None, domains=domains)
    held = (gone("a", 200, "A"), gone("b", 60, "B"), gone("c", 60, "C"), item("d", "D"), item("e", "E"))
    assert signs(source(*held, told=told)).get(Sign.ORGANISATION) == {"d"}
    at_once = (gone("a", 60, "A"), gone("b", 60, "B"), gone("c", 60, "C"), item("d", "D"))
    assert Sign.ORGANISATION not in signs(source(*at_once, told=told))
