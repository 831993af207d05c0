"""How much may still be written to a disk: 5 % of it, or 1 GB if that is less, always stay free."""

import shutil
from pathlib import Path

from materials_cli.disk import disk_errors

_SHARE, _MOST = 20, 1_000_000_000


def room(folder: Path) -> int:
    """The bytes that may be written to the disk of a folder, which need not exist yet; negative if it is fuller than that."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    with disk_errors():
        disk = shutil.disk_usage(place)
    return disk.free - min(disk.total // _SHARE, _MOST)
