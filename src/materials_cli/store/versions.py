"""versions/: bytes that have retired from the mirror, each under its SHA-256. None is ever deleted.

How a power cut finds them is told in mirror.py.
"""

import errno
import hashlib
from pathlib import Path

from materials_cli.disk import flush_file, flush_folders, make_folder, open_own

_CHUNK = 1024 * 1024


class Versions:
    """The kept bytes of one archive. `sha256 in versions` says whether bytes with this digest have retired."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __contains__(self, sha256: str) -> bool:
        """Whether bytes with this digest have retired."""
        return self.path(sha256).exists()

    def path(self, sha256: str) -> Path:
        """Where bytes with this digest are kept once they have retired."""
        return self.folder / sha256[:2] / sha256

    def take(self, file: Path, sha256: str) -> None:
        """Move a file with this digest here."""
        target = self.path(sha256)
        changed = make_folder(target.parent)
        file.replace(target)
        flush_folders(changed | {target.parent, file.parent})

    def bring_out(self, sha256: str, copy: Path, *, last: bool) -> Path | None:
        """A file with this digest to be moved away; None when it is not (or no longer rightly) kept.

        It is a flushed copy at the place `copy`. last: nothing else needs the bytes here, so it is the kept file itself.
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
    """The SHA-256 of a file; nothing for a folder that somebody made where a file was, or a path that cannot be."""
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
    """Copy a file and flush the copy; return the SHA-256 of the bytes that were copied."""
    digest = hashlib.sha256()
    with source.open("rb") as kept, open_own(target, "wb") as out:
        while chunk := kept.read(_CHUNK):
            out.write(chunk)
            digest.update(chunk)
        flush_file(out, out.tell())
    return digest.hexdigest()
