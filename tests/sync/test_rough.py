"""What is known of a file of which a public page states only the day: no edit is missed, and nothing is asked for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.catalogue.sightings import Sighting
from materials_cli.kinds import GOOGLE_APPS, LINK_FILE
from materials_cli.model import Export, Fixity, Item, RemoteFile
from materials_cli.sync.rough import as_known, is_same

DAY = datetime(2025, 6, 24, tzinfo=UTC)
PPTX = Export("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx")


def midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)


def listed(day: datetime | None = DAY, **more: object) -> RemoteFile:
    made = RemoteFile(id="1", drive_id="1", name="a.pdf", parent="root", modified=day, rough=True)
    return replace(made, **more)  # type: ignore[arg-type]


def held(fetched: datetime, modified: datetime | None = DAY + timedelta(hours=9), **more: object) -> Item:
    remote = replace(listed(), rough=False, size=3, modified=modified, owner="An owner", **more)  # type: ignore[arg-type]
    return Item(
        collection="c", remote=remote, path="c/a.pdf", media_type="application/pdf", fixity=Fixity(3, "0" * 64),
        first_seen=fetched, fetched=fetched,
    )  # fmt: skip


times = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds it


@given(asked=times, later=st.timedeltas(timedelta(), timedelta(days=9)), zone=st.integers(-12, 14), seen=st.booleans())
def test_an_edit_after_a_file_was_last_asked_for_is_never_missed(
    asked: datetime, later: timedelta, zone: int, *, seen: bool
) -> None:
    day = midnight(asked + later + timedelta(hours=zone))
    sighting = Sighting(day.date(), asked, 3) if seen else None
    assert as_known(listed(day), held(asked, asked - timedelta(hours=1)), sighting).rough


@given(asked=times, since=st.timedeltas(timedelta(days=2), timedelta(days=900)))
def test_a_file_is_not_asked_for_again_once_its_day_is_two_days_past(asked: datetime, since: timedelta) -> None:
    day = midnight(asked - since)
    known = as_known(listed(day), held(asked - since, day), Sighting(day.date(), asked, 3))
    assert (known.rough, known.size, known.modified, known.owner) == (False, 3, day, "An owner")


@pytest.mark.parametrize("days", [-2, -1, 0, 1, 2])
def test_without_a_sighting_the_days_of_two_time_zones_are_one(days: int) -> None:
    known = as_known(listed(DAY + timedelta(days=days)), held(DAY + timedelta(days=90)), None)
    assert known.rough == (abs(days) > 1)


def test_a_day_that_is_not_understood_and_another_size_are_asked_for() -> None:
    item, long_ago = held(DAY + timedelta(days=90)), DAY + timedelta(days=90)
    assert as_known(listed(None), item, Sighting(DAY.date(), long_ago, 3)).rough
    larger = as_known(listed(), item, Sighting(DAY.date(), long_ago, 99))
    assert (larger.rough, larger.size) == (True, 99)
    assert as_known(listed(), None, Sighting(DAY.date(), long_ago, 99)).size == 99
    assert as_known(listed(), None, Sighting((DAY - timedelta(days=1)).date(), long_ago, 99)).size is None


def test_what_only_a_credential_can_export_is_a_link_and_never_replaces_an_export() -> None:
    script = listed(media_type=GOOGLE_APPS + "script", web_link="https://script.google.com/d/1/edit")
    assert not as_known(script, None, None).rough
    exported = held(DAY, export=Export("application/vnd.google-apps.script+json", ".json"))
    assert as_known(script, exported, None).export == exported.remote.export
    link = replace(held(DAY), media_type=LINK_FILE)
    assert as_known(script, link, None).export is None


def test_a_document_is_asked_for_as_a_file_is() -> None:
    deck = listed(media_type=GOOGLE_APPS + "presentation", export=PPTX)
    assert as_known(deck, held(DAY + timedelta(hours=9), DAY, export=PPTX), None).rough
    known = as_known(deck, held(DAY + timedelta(days=3), DAY, export=PPTX, version="7"), None)
    assert (known.rough, known.version, known.size) == (False, "7", None)


def test_bytes_are_the_same_only_if_their_time_says_so() -> None:
    item = held(DAY, DAY + timedelta(microseconds=123_000))
    assert is_same(listed(size=3), item)
    assert not is_same(listed(size=4), item)
    assert not is_same(listed(DAY + timedelta(seconds=1), size=3), item)
    assert not is_same(listed(None, size=3), item)
