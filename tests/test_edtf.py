"""Dates of events: what EDTF says is read, everything else is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.edtf import read_edtf


@pytest.mark.parametrize(
    ("text", "first", "last", "exact"),
    [
        ("2025-06-24", date(2025, 6, 24), date(2025, 6, 24), True),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), False),
        ("2025?", date(2025, 1, 1), date(2025, 12, 31), False),
        ("202X", date(2020, 1, 1), date(2029, 12, 31), False),
        ("2025-XX", date(2025, 1, 1), date(2025, 12, 31), False),
        ("2025-06-XX~", date(2025, 6, 1), date(2025, 6, 30), False),
        ("2025-22", date(2025, 6, 1), date(2025, 8, 31), False),
        ("2025-06-23/2025-06-25", date(2025, 6, 23), date(2025, 6, 25), True),
        ("2025-06/..", date(2025, 6, 1), None, False),
        ("/2025", None, date(2025, 12, 31), False),
    ],
)
def test_a_date_denotes_its_days(text: str, first: date | None, last: date | None, *, exact: bool) -> None:
    days = read_edtf(text)
    assert (days.text, days.first, days.last, days.exact) == (text, first, last, exact)


@pytest.mark.parametrize(
    "text",
    ["", "June 2025", "2025-6", "2025-13", "2025-02-30", "24.06.2025", "2025-06-25/2025-06-23", "../..", "202X-06",
     "2025-XX-01", "2025-22-01", "0000", "2025-06-24T10:00", "٢٠٢٥"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever says why
        read_edtf(text)


@given(st.text("0123456789X-/.?~% T", max_size=24))
def test_any_text_is_read_as_it_stands_or_refused(text: str) -> None:
    try:
        days = read_edtf(text)
    except ValueError:
        return
    assert days.text == text.strip()
    assert days.first is None or days.last is None or days.first <= days.last
