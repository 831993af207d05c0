"""The use case that takes in what somebody has of a Drive folder already: a copy on a stick, or Drive's own zips of it.

Drive makes several zips of a large folder, each whole by itself: NAME-20251101T101530Z-001.zip, -002.zip and so on
(https://github.com/bowang-lab/U-Mamba/issues/60). All that lie beside the one that was given are read.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from materials_cli.archive import Archive
from materials_cli.config import FILE, Collection
from materials_cli.custody.received import Received, received
from materials_cli.disk import disk_errors
from materials_cli.drive.link import parse_link
from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import INNER
from materials_cli.messages import Message, msg, verbatim
from materials_cli.model import Progress, Run
from materials_cli.patterns import regex
from materials_cli.sync.offered import Offer, Offered

_PART = regex(r"(?s)(.*-(\d{8}T\d{6})Z?(?:-\d{1,3})?-)\d{3,}(?: ?\(\d+\))?\.zip")
_OF_THE_SYSTEM = regex(
    rf"(?i)(?:.*/)?(?:\.ds_store|thumbs\.db|desktop\.ini|\._[^/]*)|__macosx/.*|(?:.*/)?{re.escape(INNER)}/.*"
)


class CopyTaken(NamedTuple):
    """The result. places: what was read. run: the run that took it in. strange: links and the like, which were not read."""

    offer: Offer
    run: Run
    places: Sequence[Path]
    strange: Sequence[Message]


def is_bag(place: Path) -> bool:
    """Whether a folder or zip says that it is a bag; raise bad_bag for a zip that is damaged or would lead anywhere."""
    with received(place) as found:
        return found.is_bag


def take_copy(
    root: Path, places: Sequence[Path], chosen: Callable[[], Collection], progress: Progress = lambda _: None
) -> CopyTaken:
    """Take in the files of folders and zips that are those of a collection's folder on Drive now; the rest stays as it is.

    Drive is asked what it has, and nothing is downloaded. chosen: returns the collection, once the zips are known to be sound.
    Raise bad_bag for a zip that is damaged or would lead anywhere, bad_usage for a detached collection.
    """
    places, strange = [*_with_other_parts(places)], list[Message]()
    with ExitStack() as stack:
        offered = list[Offered]()
        names = Counter(place.name for place in places)
        for place in places:
            found = stack.enter_context(received(place))
            strange += found.strange
            name = place.name if names[place.name] == 1 else str(place)
            offered += _offered(place, found, name if len(places) > 1 else "")
        collection = chosen()
        if collection.detached:
            what = msg("“{slug}” is detached: it is kept as it is, and not synced.", slug=collection.slug)
            raise MaterialsError(Code.BAD_USAGE, what, fix=verbatim(f"materials collection link {collection.slug} LINK"))
        offer = Offer(offered)
        (run,) = Archive(root, progress=progress, offer=offer).sync([collection.slug])
    if run.failure:
        raise run.failure
    return CopyTaken(offer, run, places, strange)


def followed(archive: Archive, link: str, name: str | None = None) -> Collection:
    """The collection that follows the folder of a link; it is added if there is none. Raise as Archive.add() does."""
    folder = parse_link(link).folder_id
    present = archive.config.collections if (archive.root / FILE).is_file() else ()
    known = next((each for each in present if parse_link(each.link).folder_id == folder), None)
    return known or archive.add(link, name=name).collection


def _with_other_parts(places: Sequence[Path]) -> Iterator[Path]:
    """These places, each once, and the other zips that Drive made at the same time."""
    seen = set[Path]()
    for place in places:
        beside = []
        if part := _PART.fullmatch(place.name):
            with suppress(MaterialsError), disk_errors():
                others = (each for each in sorted(place.parent.iterdir()) if each.is_file())
                beside = [each for each in others if (other := _PART.fullmatch(each.name)) and other[1] == part[1]]
        for each in (place, *beside):
            if each.resolve() not in seen:
                seen.add(each.resolve())
                yield each


def _offered(place: Path, found: Received, name: str) -> Iterator[Offered]:
    """The files of a place. name: of the place, if there are several; no two have the same."""
    part = _PART.fullmatch(place.name)
    made = None
    with suppress(ValueError):
        made = datetime.strptime(part[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if part else None
    for path, size in found.sizes.items():
        if not _OF_THE_SYSTEM.fullmatch(path):
            shown = f"{name}: {path}" if name else path
            yield Offered(path, shown, size, partial(found.opened, path), found.modified.get(path), made)
