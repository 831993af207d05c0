"""How a person names an earlier version of an item, and how its versions are listed."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.output import day, moment
from materials_cli.custody.holdings import Holding
from materials_cli.custody.restore import current
from materials_cli.dates import read_period, rfc3339
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, joined, msg, size, verbatim
from materials_cli.model import Item, Version
from materials_cli.store.fixity import Flaw
from materials_cli.store.mirror import Store
from materials_cli.values import frozen

if TYPE_CHECKING:
    from materials_cli.catalogue.items import Catalogue

FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="VERSION",
        help="An earlier version: a number counted back (1: the previous one), a date (what was held at its end), or the start"
        " of a SHA-256.",
        show_default=False,
    ),
]
_WITHHELD = msg("held back by the guard, and no longer on Drive")
_DATE = re.compile(r"\d{4}-")
_PREFIX = re.compile("[0-9a-f]{4,64}")


@frozen()
class Listed:
    """An earlier version as `show` lists it. reason: why it was replaced, if the history knows; flaw: of its file."""

    number: int
    version: Version
    reason: Message | None
    flaw: Flaw | None


def list_versions(store: Store, catalogue: "Catalogue", item: Item) -> list[Listed]:
    """The earlier versions of an item, the newest first; the file of each is read, to know whether it is intact."""
    versions = catalogue.versions(item.collection, item.id)
    reasons = catalogue.replacements(item) if versions else {}
    return [
        Listed(number, version, _reason(version, reasons), Holding.earlier(item.collection, version).flaw(store))
        for number, version in enumerate(versions, 1)
    ]


def _reason(version: Version, reasons: Mapping[str, Message]) -> Message | None:
    return _WITHHELD if version.withheld else reasons.get(version.fixity.sha256)


def meant_version(item: Item, versions: Sequence[Version], text: str | None) -> Version:
    """The version that --from names where the current one may be meant as well, as it is without --from."""
    return current(item) if text is None else find_version(item, versions, text, among=(current(item), *versions))


def find_version(item: Item, versions: Sequence[Version], text: str, *, among: Sequence[Version] = ()) -> Version:
    """Find a version by number, date or digest. versions: newest first. Raise unknown_version, listing the versions.

    among: the versions that a date or digest may mean, if not only the earlier ones.
    """
    given, among = text.strip().lower(), among or versions
    if given.isdecimal() and 1 <= int(given) <= len(versions):
        return versions[int(given) - 1]
    found = [version for version in among if _PREFIX.fullmatch(given) and version.fixity.sha256.startswith(given)]
    if not found and (end := _end_of(given)):
        found = _current_before(end, item, versions, among)
    if len({version.fixity.sha256 for version in found}) != 1:
        raise _refusal(item, versions, text)
    return found[0]


def _current_before(end: datetime, item: Item, versions: Sequence[Version], among: Sequence[Version]) -> list[Version]:
    """Those versions that were in the mirror just before a time."""
    earlier = [version for version in versions if not version.withheld]
    return [v for v in among if not v.withheld and v.fetched < end <= _until(item, earlier, v)]


def _until(item: Item, versions: Sequence[Version], version: Version) -> datetime:
    """The time until which a version was the current one."""
    if version.fetched == item.fetched:
        return item.withdrawn or datetime.max.replace(tzinfo=UTC)
    later = [other.fetched for other in versions if other.fetched > version.fetched]
    return min([*later, item.fetched if item.fetched > version.fetched else version.retired])


def _end_of(given: str) -> datetime | None:
    """The end of a date; None if the text does not look like one."""
    try:
        return read_period(given, datetime.now(UTC)).end
    except MaterialsError:
        if _DATE.match(given):
            raise
        return None


def _refusal(item: Item, versions: Sequence[Version], text: str) -> MaterialsError:
    """Why there is no such version, and what there is."""
    name = item.path.rpartition("/")[2]
    first = min(version.fetched for version in (current(item), *versions))
    if (end := _end_of(text.strip().lower())) and end <= first:
        when = moment(first)
        head = msg(
            "“{name}” was first fetched on {time}: the archive did not have it on “{date}”.", name=name, time=when, date=text
        )
    elif versions:
        head = msg("“{name}” has no earlier version “{version}”. Its versions are:", name=name, version=text)
    else:
        head = msg("“{name}” has no earlier version: it has never been replaced.", name=name)
    if not versions:
        return MaterialsError(
            Code.UNKNOWN_VERSION, head,
            why=msg("There is one version of it, fetched on {time}. Another is kept when its owner replaces it on Drive.",
                    time=moment(item.fetched)),
            fix=msg("`materials changes --since {date}` names what was replaced.", date=day(item.first_seen)),
        )  # fmt: skip
    rows = [
        {"number": number, "sha256": each.fixity.sha256, "fetched": rfc3339(each.fetched), "bytes": each.fixity.size}
        for number, each in enumerate(versions, 1)
    ]
    shown = (_candidate(number, version) for number, version in enumerate(versions, 1))
    return MaterialsError(Code.UNKNOWN_VERSION, joined((head, *shown), "\n         "), candidates=rows)


def _candidate(number: int, version: Version) -> Message:
    label = msg("fetched {time}, {size}", time=moment(version.fetched), size=size(version.fixity.size))
    return joined((verbatim(f"{number}  {version.fixity.sha256[:12]}"), label), "  ")
