"""Whatever a page of Google's shows, it gives entries or an explained error, and one odd entry costs no other."""

from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.drive.public import folder_entries, folder_page, page_day
from materials_cli.drive.refusals import RefusalError
from materials_cli.errors import Code, ExitStatus
from materials_cli.kinds import FOLDER, GOOGLE_APPS

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TYPES = "https://drive-thirdparty.googleusercontent.com/16/type/"


def entry(identity: str, address: str, media_type: str, name: str, day: str = "Feb 5") -> str:
    return (
        f'<div class="flip-entry" id="entry-{identity}"><div class="flip-entry-info"><a href="{escape(address)}">'
        f'<div class="flip-entry-list-icon"><img src="{TYPES}{media_type}"></div>'
        f'<div class="flip-entry-title">{escape(name)}</div></a></div>'
        f'<div class="flip-entry-last-modified"><div>{day}</div></div></div>'
    )


def page(*entries: str) -> bytes:
    inside = "".join(entries)
    return f'<html><head><title>F</title></head><body><div class="flip-entries">{inside}</div></body></html>'.encode()


@pytest.mark.parametrize(
    ("address", "shown", "media_type", "exported"),
    [
        ("https://drive.google.com/drive/folders/1234567890", "x", FOLDER, False),
        ("https://drive.google.com/file/d/1234567890/view", "application/pdf", "application/pdf", False),
        ("https://docs.google.com/presentation/d/1234567890/edit", "x", GOOGLE_APPS + "presentation", True),
        ("https://docs.google.com/forms/d/1234567890/viewform", "x", GOOGLE_APPS + "form", False),
        ("https://docs.google.com/videos/d/1234567890/edit", "x", GOOGLE_APPS + "vid", False),
        ("https://script.google.com/d/1234567890/edit", GOOGLE_APPS + "script", GOOGLE_APPS + "script", False),
        ("https://drive.google.com/open?id=1234567890", GOOGLE_APPS + "drive-sdk.7081", GOOGLE_APPS + "drive-sdk.7081", False),
        ("https://colab.research.google.com/drive/1234567890", "application/x-ipynb", "application/x-ipynb", False),
    ],
)
def test_each_kind_of_entry_is_known(address: str, shown: str, media_type: str, exported: bool) -> None:
    (found,) = folder_entries(folder_page(page(entry("1234567890", address, shown, "A name"))), "https://docs.google.com", NOW)
    assert (found["id"], found["name"], found["mimeType"]) == ("1234567890", "A name", media_type)
    assert bool(found["exportLinks"]) == exported
    assert found["modifiedTime"] == "2026-02-05T00:00:00+00:00"


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_an_odd_entry_costs_no_other(address: str, name: str, day: str) -> None:
    good = entry("1234567890", "https://drive.google.com/file/d/1234567890/view", "text/plain", "good")
    odd = entry("abcdefghij", f"https://[{address}", "text/plain", name, escape(day))
    assert "good" in [
        found["name"] for found in folder_entries(folder_page(page(odd, good, odd)), "https://docs.google.com", NOW)
    ]


@given(
    st.lists(st.integers(0, 10_000), max_size=3), st.binary(max_size=20), st.sampled_from([b"", b"</html>", b"flip-entries"])
)
def test_any_page_gives_entries_or_an_explained_error(cuts: list[int], junk: bytes, end: bytes) -> None:
    whole = page(*(entry(f"123456789{n}", "https://drive.google.com/file/d/1/view", "text/plain", "x") for n in range(3)))
    for cut in cuts:
        at = cut % len(whole)
        whole = whole[:at] + junk + whole[at + len(junk) + 3 :]
    try:
        folder_entries(folder_page(whole + end), "https://docs.google.com", NOW)
    except RefusalError as refused:
        assert refused.error.status is not ExitStatus.BUG  # noqa: PT017 - either outcome is right


@given(st.text(max_size=30), st.datetimes(timezones=st.just(UTC)))
def test_any_text_is_a_day_or_none(text: str, now: datetime) -> None:
    day = page_day(text, now)
    assert day is None or day.hour == day.minute == 0


def test_an_entry_without_an_id_is_known_by_its_link() -> None:
    made = entry("1234567890", "https://drive.google.com/file/d/1234567890/view", "text/plain", "A")
    plain = made.replace(' id="entry-1234567890"', "")
    assert plain != made
    assert [found["id"] for found in folder_entries(folder_page(page(plain)), "https://docs.google.com", NOW)] == ["1234567890"]


def test_entries_in_another_markup_are_no_empty_folder() -> None:
    folder_page(page())
    with pytest.raises(RefusalError) as caught:
        folder_page(page('<ul><li><a href="https://drive.google.com/file/d/1234567890/view">A</a></li></ul>'))
    assert caught.value.error.code is Code.UNEXPECTED_PAGE
