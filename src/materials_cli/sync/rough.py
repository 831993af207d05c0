"""Files of which a public page states only the day of their last change: what is known of them without asking. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from materials_cli.catalogue.sightings import Sighting
from materials_cli.model import Item, RemoteFile

_SETTLED = timedelta(days=2)
_ZONES = timedelta(days=1)


def as_known(file: RemoteFile, item: Item | None, seen: Sighting | None) -> RemoteFile:
    """A listed file, with what is known of its state; it stays rough if only its bytes can tell."""
    if not file.rough:
        return file
    if file.native and file.export is None and not (item and item.remote.drive_id == file.drive_id):
        return replace(file, rough=False)
    if item and _is_current(file, item, seen):
        return completed(file, item)
    return replace(file, size=seen.size) if seen and file.modified and seen.day == file.modified.date() else file


def completed(file: RemoteFile, item: Item) -> RemoteFile:
    """A listed file whose bytes are those held: what its page does not state is as it was."""
    was = item.remote
    return replace(
        was, name=file.name, parent=file.parent, folders=file.folders, media_type=file.media_type, problem=file.problem,
        resource_key=file.resource_key, export=file.export or was.export, size=None if file.native else item.fixity.size,
        rough=False,
    )  # fmt: skip


def is_wanted(file: RemoteFile, known: Iterable[Item], most: int | None) -> bool:
    """Whether to read the bytes of a file, once its size and time are known: unless they are known, or more than `most`."""
    return (most is None or (file.size or 0) <= most) and not any(is_same(file, item) for item in known)


def is_same(file: RemoteFile, item: Item) -> bool:
    """Whether the size and time that came with a file's bytes are those of the bytes held."""
    was = item.remote.modified
    if file.modified is None or was is None:
        return False
    # Public pages state seconds, the API milliseconds.
    return (file.size, file.modified) == (item.fixity.size, was.replace(microsecond=0))


def _is_current(file: RemoteFile, item: Item, seen: Sighting | None) -> bool:
    """Whether nobody can have changed a file since it was last asked for: its day is the same, and was over by then."""
    if file.native and file.export is None:
        return True
    if file.modified is None:
        return False
    was = item.remote.modified
    if seen:
        same, asked = seen.day == file.modified.date() and seen.size in {None, item.fixity.size}, max(seen.asked, item.fetched)
    else:
        # The page's day may be that of another time zone.
        same, asked = was is None or abs(file.modified.date() - was.date()) <= _ZONES, item.fetched
    return same and asked - file.modified >= _SETTLED
