"""Recognises a folder on a network disk, where locks and shared memory do not reach from one computer to another."""

import os
import re
import sys
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")  # proc(5)
_REMOTE = {
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
    "ocfs2", "orangefs", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
}  # fmt: skip
# Of the file systems in user space, those that lie on a disk of this computer.
_LOCAL_FUSE = {
    "bindfs", "cryfs", "ecryptfs", "encfs", "exfat", "ext2", "gocryptfs", "lxcfs", "mergerfs", "ntfs", "ntfs-3g", "portal",
    "securefs", "unionfs", "veracrypt", "zfs",
}  # fmt: skip
_REMOTE_DRIVE = 4  # DRIVE_REMOTE of GetDriveTypeW


def network_type(folder: Path) -> str | None:
    """The type of the network file system that a folder lies on, such as "nfs4"; None for a disk of this computer.

    None, too, where that cannot be found out. The folder need not exist yet.
    """
    place = os.path.realpath(folder)
    if sys.platform == "win32":
        return _of_windows(place)
    try:
        mounts = MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    found, longest = "", -1
    for line in mounts.splitlines():
        fields, _, after = line.partition(" - ")
        columns, kinds = fields.split(" "), after.split(" ")
        if len(columns) > 4 and _contains(point := _plain(columns[4]), place) and len(point) >= longest:
            found, longest = kinds[0], len(point)
    return found if is_remote(found) else None


def is_remote(kind: str) -> bool:
    """Whether a type of file system, as mountinfo names it, lies on another computer."""
    name, _, below = kind.partition(".")
    return kind in _REMOTE or (name == "fuse" and bool(below) and below not in _LOCAL_FUSE)


def _plain(written: str) -> str:
    r"""A path without the octal escapes of mountinfo, such as \040 for a space."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), written)


def _contains(point: str, place: str) -> bool:
    return place == point or place.startswith(point.rstrip("/") + "/")


def _of_windows(place: str) -> str | None:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - nothing else needs it

        if (
            place.startswith("\\\\")
            or ctypes.windll.kernel32.GetDriveTypeW(os.path.splitdrive(place)[0] + "\\") == _REMOTE_DRIVE
        ):
            return "remote"
    return None
