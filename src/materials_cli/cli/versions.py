"""Which earlier version of an item a person means, and its text."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from materials_cli.cli.output import moment, safe
from materials_cli.errors import MaterialsError
from materials_cli.extract.pool import Pool
from materials_cli.messages import english, size, tr
from materials_cli.model import Item, Text, Version

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_PREFIX = re.compile("[0-9a-f]{4,64}")


def find_version(item: Item, versions: Sequence[Version], text: str) -> Version:
    """The version that was meant. versions: newest first. Raise unknown_version, naming those there are."""
    given = text.strip().lower()
    if given.isdecimal() and 1 <= int(given) <= len(versions):
        return versions[int(given) - 1]
    if _DATE.match(given):
        found = [version for version in versions if version.fetched < _end_of(given) <= _until(item, versions, version)]
    else:
        found = [version for version in versions if _PREFIX.fullmatch(given) and version.fixity.sha256.startswith(given)]
    if len({version.fixity.sha256 for version in found}) != 1:
        raise MaterialsError("unknown_version", _refusal(item, versions, text))
    return found[0]


def text_of(pool: Pool, path: Path, name: str) -> Text:
    """The text of some bytes that are held; raise bytes_missing, or nothing_to_compare."""
    if not path.is_file():
        what = english("The bytes of “{name}” are not on this disk.", name=safe(name))
        raise MaterialsError("bytes_missing", what, where=str(path))
    text = pool.extract(path, name.rpartition("/")[2])
    if not text.sections:
        raise MaterialsError("nothing_to_compare", text.note or english("The file holds no text."), where=str(path))
    return text


def _until(item: Item, versions: Sequence[Version], version: Version) -> datetime:
    """Until when a version was the one that is held."""
    later = [other.fetched for other in versions if other.fetched > version.fetched]
    return min([*later, item.fetched if item.fetched > version.fetched else version.retired])


def _end_of(given: str) -> datetime:
    """The end of a day, or a moment, in this computer's own time."""
    try:
        time = datetime.fromisoformat(given)
        return (time if len(given) > 10 else time + timedelta(days=1)).astimezone()
    except (ValueError, OverflowError) as error:
        fix = english("For example: --from 2025-06-01")
        raise MaterialsError("bad_usage", english("This is no date."), where=given, fix=fix) from error


def _refusal(item: Item, versions: Sequence[Version], text: str) -> str:
    name = item.path.rpartition("/")[2]
    if not versions:
        return tr("There is no earlier version of “{name}”: it was never replaced.", name=name)
    told = tr("No earlier version of “{name}” is “{version}”. There are:", name=name, version=text)
    return "".join((told, *(f"\n         {_candidate(number, version)}" for number, version in enumerate(versions, 1))))


def _candidate(number: int, version: Version) -> str:
    told = tr("fetched {time}, {size}", time=moment(version.fetched), size=size(version.fixity.size))
    return f"{number}  {version.fixity.sha256[:12]}  {told}"
