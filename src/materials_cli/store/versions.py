"""versions/: bytes that have retired from the mirror, each under its SHA-256. None is ever deleted.

mirror.py describes how they survive a power cut.
"""

import errno
import hashlib
from pathlib import Path

from materials_cli.disk import flush_file, flush_folders, make_folder, open_own

_CHUNK = 1024 * 1024


class Versions:
    """The retired bytes of one archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __contains__(self, sha256: str) -> bool:
        """Whether bytes with this SHA-256 have retired."""
        return self.path(sha256).exists()

    def path(self, sha256: str) -> Path:
        """The file of bytes with this SHA-256, once they have retired."""
        return self.folder / sha256[:2] / sha256

    def take(self, file: Path, sha256: str) -> None:
        """Move a file with this SHA-256 here."""
        target = self.path(sha256)
        changed = make_folder(target.parent)
        file.replace(target)
        flush_folders(changed | {target.parent, file.parent})

    def bring_out(self, sha256: str, copy: Path, *, last: bool) -> Path | None:
        """A file with this SHA-256 that the caller may move; None if it is missing or damaged.

        It is a flushed copy at the path `copy`. last: nothing else needs the bytes here, so it is the kept file itself.
        """
        kept = self.path(sha256)
        if not kept.is_file():
            return None
        if last:
            return kept if digest_of(kept) == sha256 else None
        if _copy(kept, copy) == sha256:
            return copy
        copy.unlink()
        return None


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; empty if it is missing, a folder, or has an impossible path."""
    try:
        if not path.is_file():
            return ""
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return ""
        raise
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> str:
    """Copy a file and flush the copy; return the SHA-256 of the copied bytes."""
    digest = hashlib.sha256()
    with source.open("rb") as kept, open_own(target, "wb") as out:
        while chunk := kept.read(_CHUNK):
            out.write(chunk)
            digest.update(chunk)
        flush_file(out, out.tell())
    return digest.hexdigest()
