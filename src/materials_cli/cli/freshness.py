"""Whether an archive is as new as somebody wants it to be: one line and one exit status, for monitoring."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from materials_cli.cli.output import ago
from materials_cli.errors import MaterialsError
from materials_cli.messages import counted, english, tr

_AGE = re.compile(r"(\d{1,6})\s*(m|min|h|d|w)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def age(text: str) -> timedelta:
    """36h, 2d, 90m, 1w; raise bad_usage."""
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise MaterialsError(
            "bad_usage", english("“{text}” is no length of time.", text=text), fix=english("Write it like 90m, 36h, 2d or 1w.")
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def stale(collections: Sequence[str], successes: Mapping[str, datetime], limit: timedelta) -> list[str]:
    """The collections that were not brought up to date within the limit."""
    now = datetime.now(UTC)
    return [slug for slug in collections if slug not in successes or now - successes[slug] > limit]


def verdict(collections: Sequence[str], successes: Mapping[str, datetime], limit: timedelta) -> tuple[bool, str]:
    """Whether all is new enough, and the line that says so."""
    if not collections:
        return False, tr("stale: this archive follows no folder yet")
    if late := stale(collections, successes, limit):
        told = (f"{slug} ({ago(successes[slug]) if slug in successes else tr('never')})" for slug in late)
        return False, tr("stale: last brought up to date: {collections}", collections=", ".join(told))
    oldest = min(successes[slug] for slug in collections)
    followed = counted(len(collections), "collection")
    return True, tr("ok: {collections}, brought up to date {ago}", collections=followed, ago=ago(oldest))
