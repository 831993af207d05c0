"""Whether the bytes that Drive states are those of an item, by the strongest evidence there is. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from materials_cli.causes import Cause
from materials_cli.model import Item, RemoteFile

_SETTLED = timedelta(days=1)  # clocks differ


class Change(NamedTuple):
    """How the bytes on Drive differ from those held."""

    cause: Cause
    details: Mapping[str, object] = MappingProxyType({})


def change_of(file: RemoteFile, item: Item) -> Change | None:
    """How the bytes on Drive differ from those held; None if they do not, as far as Drive says."""
    return _difference(file, item) or (Change(Cause.CHANGED) if waits(file, item) else None)


def waits(file: RemoteFile, item: Item) -> bool:
    """Whether the bytes on Drive are those of the item's replacement, as far as Drive says."""
    return item.replacement is not None and _difference(file, item.replaced) is None


def _difference(file: RemoteFile, item: Item) -> Change | None:
    # A public page states only a day, on which the file may have been edited after it was last asked for.
    if file.rough:
        return Change(Cause.PERHAPS_EDITED)
    if file.native:
        edited = _native_change(file, item)
        return Change(edited) if edited else None
    if _is_same(file, item):
        return None
    if file.size is not None and file.size != item.fixity.size:
        return Change(Cause.RESIZED, {"before": item.fixity.size, "after": file.size})
    return Change(Cause.CHANGED)


def _is_same(file: RemoteFile, item: Item) -> bool:
    """Whether a file's bytes are those held. The first criterion that applies decides."""
    was = item.remote
    # The strongest digest that Drive states.
    if file.sha256:
        return file.sha256 == item.fixity.sha256
    if file.md5 and item.fixity.md5:
        return file.md5 == item.fixity.md5
    # Without a digest, the revision; without that, size and time.
    if file.head_revision and was.head_revision:
        return file.head_revision == was.head_revision
    # Public pages state seconds, the API milliseconds.
    return (file.size, _second(file.modified)) == (item.fixity.size, _second(was.modified))


def _native_change(file: RemoteFile, item: Item) -> Cause | None:
    """The change of a Google document, which has no digest: time and version decide."""
    was = item.remote
    if file.export is None:
        return None if file.drive_id == was.drive_id else Cause.LEADS_ELSEWHERE
    if item.media_type != file.export.media_type:
        return Cause.OTHER_FORMAT
    if was.version is None and file.modified and item.fetched - file.modified >= _SETTLED:
        return None  # fetched by its public page, which states no version, after it was last edited
    return None if (file.modified, file.version) == (was.modified, was.version) else Cause.EDITED


def _second(time: datetime | None) -> datetime | None:
    return time and time.replace(microsecond=0)
