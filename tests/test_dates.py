"""Dates as people type them, and the periods they denote, in any time zone."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from materials_cli.dates import Period, read_duration, read_period
from materials_cli.errors import MaterialsError

NOW = datetime(2025, 6, 15, 22, 30, tzinfo=UTC)
DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given
ZONES = ("UTC0", "America/New_York", "Asia/Tashkent", "Pacific/Auckland")
lawful = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the zone is the same for all examples


@pytest.fixture(params=ZONES, autouse=True)
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The computer is in this time zone."""
    if not hasattr(time, "tzset"):
        pytest.skip("Windows has one time zone for all programs")
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def period(text: str, now: datetime = NOW) -> Period:
    return read_period(text, now)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone()


@lawful
@given(DAYS)
def test_a_day_lasts_until_the_next_begins(day: date) -> None:
    assert period(day.isoformat()) == Period(midnight(day), midnight(day + timedelta(days=1)))


@lawful
@given(DAYS)
def test_a_month_and_a_year_last_from_their_first_day_to_the_next_ones(day: date) -> None:
    month, year = period(f"{day:%Y-%m}"), period(f"{day:%Y}")
    assert month.start == midnight(day.replace(day=1))
    assert month.end == period(f"{day.replace(day=1) + timedelta(days=31):%Y-%m}").start
    assert (year.start, year.end) == (period(f"{day:%Y}-01").start, period(f"{day:%Y}-12").end)
    assert year.start <= month.start <= midnight(day) < month.end <= year.end


@lawful
@given(MOMENTS)
def test_today_contains_now_and_yesterday_ends_where_it_begins(now: datetime) -> None:
    today, yesterday = period("today", now), period(" Yesterday ", now)
    assert today.start <= now < today.end
    assert yesterday.end == today.start
    assert today == period(f"{now.astimezone():%Y-%m-%d}", now)


@lawful
@given(MOMENTS, st.integers(0, 3000), st.sampled_from(["m", "min", "h", "d", "w"]))
def test_a_duration_is_an_age(now: datetime, count: int, unit: str) -> None:
    ago = period(f"{count}{unit}", now)
    assert ago.start == ago.end == now - read_duration(f"{count}{unit}")


@lawful
@given(MOMENTS)
def test_a_time_is_a_period_of_no_length(moment: datetime) -> None:
    assert period(moment.isoformat()).start == moment


@lawful
@given(st.text() | st.from_regex(r"[0-9]{1,9}( ?(min|[mhdw])|(-[0-9]{1,2}){0,2})", fullmatch=True))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        read = period(text)
    except MaterialsError:
        return
    assert read.start <= read.end
    assert read.start.tzinfo is not None


@pytest.mark.parametrize(
    "text", ["", "someday", "2025-13", "2025-02-30", "0000", "9999", "25", "-1d", "1.5d", "999999w", "2025-06-", "{text}"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(MaterialsError) as caught:
        period(text)
    assert caught.value.code == "bad_usage"
    assert str(caught.value.what) == f"“{text}” is not a date."
    assert "yesterday" in str(caught.value.fix)
