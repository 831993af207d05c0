"""Whether an archive is recent enough, for a monitor: `materials status --max-age`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from materials_cli.catalogue.runs import unknown_runs
from materials_cli.cli.output import ago
from materials_cli.config import Collection
from materials_cli.dates import read_duration
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import counted, msg, tr


def age(text: str) -> timedelta:
    """Parse a duration: 36h, 2d, 90m, 1w; raise bad_usage."""
    try:
        return read_duration(text)
    except ValueError as error:
        what = msg("“{text}” is not a duration.", text=text)
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Write it like 90m, 36h, 2d or 1w.")) from error


def stale(collections: Sequence[str], successes: Mapping[str, datetime], limit: timedelta) -> list[str]:
    """The collections whose last success is older than the limit."""
    now = datetime.now(UTC)
    return [slug for slug in collections if slug not in successes or now - successes[slug] > limit]


def followed(chosen: Sequence[Collection]) -> list[str]:
    """The collections whose age counts; all, if none of them is synced any more."""
    return [c.slug for c in chosen if not c.detached] or [c.slug for c in chosen]


def verdict(
    collections: Sequence[str],
    successes: Mapping[str, datetime],
    limit: timedelta,
    forgotten: Mapping[str, datetime] = MappingProxyType({}),
) -> tuple[bool, str]:
    """Whether all collections are recent enough, and a line that says so. forgotten: those of which no run is known."""

    def age_of(slug: str) -> str:
        if slug in successes:
            return ago(successes[slug])
        return tr(unknown_runs(forgotten[slug])) if slug in forgotten else tr("never")

    if not collections:
        return False, tr("stale: no folder has been added to this archive")
    if late := stale(collections, successes, limit):
        ages = (f"{slug} ({age_of(slug)})" for slug in late)
        return False, tr("stale: last brought up to date: {collections}", collections=", ".join(ages))
    oldest = min(successes[slug] for slug in collections)
    count = counted(len(collections), "collection")
    return True, tr("ok: {collections}, brought up to date {ago}", collections=count, ago=ago(oldest))
