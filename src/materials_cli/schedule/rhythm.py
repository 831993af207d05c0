"""When a job runs, and how each timer expresses it: cron, systemd, launchd, Windows. Pure.

A full hour, such as 03:00, is spread over its minutes by host and archive: if all archives sent requests in the same minute,
Google would limit their rate.
"""

import hashlib
import itertools
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, joined, msg, msgid, msgn, verbatim
from materials_cli.values import frozen

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_IN_RUSSIAN = tuple(pair.split() for pair in (
    "пн понедельник", "вт вторник", "ср среда", "чт четверг", "пт пятница", "сб суббота", "вс воскресенье",
))  # fmt: skip
_WEEKDAYS = (msgid("Mon"), msgid("Tue"), msgid("Wed"), msgid("Thu"), msgid("Fri"), msgid("Sat"), msgid("Sun"))
_MONTHS = (
    msgid("Jan"), msgid("Feb"), msgid("Mar"), msgid("Apr"), msgid("May"), msgid("Jun"),
    msgid("Jul"), msgid("Aug"), msgid("Sep"), msgid("Oct"), msgid("Nov"), msgid("Dec"),
)  # fmt: skip
_A_MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - local time, as in a rhythm
_FEW = 6
_NIGHT = range(1, 5)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_EVERY = re.compile(r"(\d+)\s*(h|m)")


@frozen()
class Rhythm:
    """The local times of a job: each of `minutes` in each of `hours`, on `weekdays` (0 is Monday; all seven: daily)."""

    hours: tuple[int, ...]
    minutes: tuple[int, ...]
    weekdays: tuple[int, ...] = tuple(range(7))

    @property
    def daily(self) -> bool:
        """Whether it runs on every day of the week."""
        return len(self.weekdays) == len(DAYS)

    def next_runs(self, after: datetime) -> Iterator[datetime]:
        """The times of the next runs, without end. after: local time."""
        midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
        for day in itertools.count():
            date = midnight + timedelta(days=day)
            if date.weekday() in self.weekdays:
                times = (date.replace(hour=h, minute=m) for h in self.hours for m in self.minutes)
                yield from (time for time in times if time > after)

    @property
    def longest_gap(self) -> timedelta:
        """The longest time between two runs."""
        runs = list(itertools.takewhile(lambda time: time < _A_MONDAY + timedelta(days=15), self.next_runs(_A_MONDAY)))
        return max(after - before for before, after in itertools.pairwise(runs))

    def cron(self) -> str:
        """The five fields of a crontab line. Sunday is 0, the only number that every cron knows for it."""
        hours = "*" if len(self.hours) == 24 else ",".join(map(str, self.hours))
        days = "*" if self.daily else ",".join(str(day) for day in sorted((day + 1) % 7 for day in self.weekdays))
        return f"{','.join(map(str, self.minutes))} {hours} * * {days}"

    @classmethod
    def from_cron(cls, fields: str) -> "Rhythm | None":
        """Read what cron() wrote, with any numbers; None if somebody has changed it beyond that."""
        minutes, hours, *rest, days = (field.split(",") for field in fields.split())
        if rest != [["*"], ["*"]] or not all(map(str.isdigit, minutes + [h for h in hours + days if h != "*"])):
            return None
        every_hour, every_day = hours == ["*"], days == ["*"]
        return cls(
            tuple(range(24)) if every_hour else tuple(map(int, hours)),
            tuple(map(int, minutes)),
            tuple(range(7)) if every_day else tuple(sorted((int(day) - 1) % 7 for day in days)),
        )

    def calendar(self) -> str:
        """The value for systemd's OnCalendar=."""
        hours = "*" if len(self.hours) == 24 else ",".join(f"{hour:02}" for hour in self.hours)
        days = "" if self.daily else ",".join(DAYS[day].capitalize() for day in self.weekdays) + " "
        return f"{days}*-*-* {hours}:{','.join(f'{minute:02}' for minute in self.minutes)}:00"

    def describe(self) -> Message:
        """The times in words, such as "every day at 03:00"."""
        times = [f"{hour:02}:{minute:02}" for hour in self.hours for minute in self.minutes]
        days = joined((Message(_WEEKDAYS[day]) for day in self.weekdays), ", ")
        if len(times) > _FEW and self.daily:
            return msgn("{count} time a day", "{count} times a day", len(times))
        if len(times) > _FEW:
            return msgn("every {days} {count} time a day", "every {days} {count} times a day", len(times), days=days)
        at = ", ".join(times)
        return msg("every day at {times}", times=at) if self.daily else msg("every {days} at {times}", days=days, times=at)


def describe_time(time: datetime) -> Message:
    """A time in words, such as "Mon 24 Nov 03:17"."""
    weekday, month = Message(_WEEKDAYS[time.weekday()]), Message(_MONTHS[time.month - 1])
    return msg("{weekday} {day} {month} {time}", weekday=weekday, day=f"{time:%d}", month=month, time=f"{time:%H:%M}")


def read_rhythm(*, daily: str | None, weekly: str | None, every: str | None, spread_by: str) -> Rhythm:
    """The rhythm of the options of `schedule`, once a night by default; raise bad_usage.

    daily: "03:00". weekly: "mon 03:00" or "mon,thu 03:00". every: "6h", "30m". spread_by: identifies the host and archive.
    """
    chance = _chance(spread_by)
    if sum(given is not None for given in (daily, weekly, every)) > 1:
        raise MaterialsError(
            Code.BAD_USAGE, msg("Give only one of --daily, --weekly and --every."), fix=verbatim("--daily 03:00")
        )
    if every is not None:
        return _every(every, chance)
    if weekly is not None:
        days, _, time = weekly.strip().lower().rpartition(" ")
        numbers = tuple(sorted({_weekday(day.strip(), weekly) for day in days.split(",")}))
        hour, minute = _time(time, chance, weekly)
        return Rhythm((hour,), (minute,), numbers)
    if daily is not None:
        hour, minute = _time(daily.strip(), chance, daily)
        return Rhythm((hour,), (minute,))
    return Rhythm((_NIGHT[chance // 60 % len(_NIGHT)],), (_minute(chance),))


def alert_after_of(rhythm: Rhythm) -> timedelta | None:
    """How old a success may be before a temporary problem is reported; None if the usual 36 hours fit.

    One and a half times the interval: one bad run is no news, the second is.
    """
    gap = rhythm.longest_gap
    return gap * 3 / 2 if gap > timedelta(days=1) else None


def why_this_minute(rhythm: Rhythm, spread_by: str) -> Message | None:
    """Why a job does not run at the full hour, where it is spread over the minutes; None if its minute was chosen."""
    if len(rhythm.hours) != 1 or rhythm.minutes != (_minute(_chance(spread_by)),):
        return None
    return msg(
        "{asked} becomes {time}: a full hour is spread over its minutes, so that not all archives contact Google at the same "
        "moment. To choose the minute, name one other than :00.",
        asked=f"{rhythm.hours[0]:02}:00",
        time=f"{rhythm.hours[0]:02}:{rhythm.minutes[0]:02}",
    )


def _chance(spread_by: str) -> int:
    return int.from_bytes(hashlib.sha256(spread_by.encode("utf-8", "surrogatepass")).digest()[:8])


def _every(text: str, chance: int) -> Rhythm:
    found = _EVERY.fullmatch(text.strip().lower())
    count = int(found[1]) if found else 0
    if found and found[2] == "h" and count in {1, 2, 3, 4, 6, 8, 12, 24}:
        return Rhythm(tuple(range(chance // 60 % count, 24, count)), (_minute(chance),))
    if found and found[2] == "m" and count in {15, 20, 30, 60}:
        return Rhythm(tuple(range(24)), tuple(range(_minute(chance) % count, 60, count)))
    raise MaterialsError(
        Code.BAD_USAGE,
        msg("“{text}” does not divide a day evenly.", text=text),
        fix=msg("--every takes 1, 2, 3, 4, 6, 8 or 12h, or 15, 20 or 30m."),
    )


def _weekday(word: str, given: str) -> int:
    for number, (day, russian) in enumerate(zip(DAYS, _IN_RUSSIAN, strict=True)):
        if (word[:3] == day and word.isalpha()) or word in russian:
            return number
    what = msg("“{text}” is not a day of the week.", text=word or given)
    raise MaterialsError(Code.BAD_USAGE, what, fix=verbatim('--weekly "mon 03:00"'))


def _time(text: str, chance: int, given: str) -> tuple[int, int]:
    found = _TIME.fullmatch(text)
    if not found:
        what = msg("“{text}” is not a time of day.", text=given)
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Write hours and minutes, such as 03:00."))
    minute = int(found[2])
    return int(found[1]), minute or _minute(chance)


def _minute(chance: int) -> int:
    """A minute of the hour, but not 0, which most other programs use."""
    return 1 + chance % 59
