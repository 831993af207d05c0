"""versions/: bytes that have retired from the mirror, each under its SHA-256. None is ever deleted.

mirror.py describes how they survive a power cut.
"""

import hashlib
from pathlib import Path

from materials_cli.disk import SHA256, UNREADABLE, flush_file, flush_folders, open_own, open_plain
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.filenames import INNER
from materials_cli.messages import msg
from materials_cli.store.inside import Inside, is_file
from materials_cli.watchdog import alive

VERSIONS = "versions"
_CHUNK = 1024 * 1024


def kept_at(sha256: str) -> str:
    """The path of retired bytes, relative to the archive."""
    return f"{INNER}/{VERSIONS}/{sha256[:2]}/{sha256}"


class Versions:
    """The retired bytes of one archive, in a folder inside it."""

    def __init__(self, inside: Inside, folder: Path) -> None:
        self._inside = inside
        self.folder = folder

    def __contains__(self, sha256: str) -> bool:
        """Whether bytes with this SHA-256 have retired."""
        return is_file(self.kept(sha256))

    def digests(self) -> frozenset[str]:
        """The digests of all bytes that have retired."""
        return frozenset(path.name for path in self.folder.glob("*/*") if SHA256.fullmatch(path.name))

    def path(self, sha256: str) -> Path:
        """The file of bytes with this SHA-256, once they have retired; raise bad_catalogue for what is no SHA-256."""
        require_digest(sha256, Reach.FILE)
        return self.folder / sha256[:2] / sha256

    def kept(self, sha256: str) -> Path:
        """The same, to be read; raise symlink_in_archive."""
        return self._inside.refuse_links(self.path(sha256))

    def take(self, file: Path, sha256: str) -> None:
        """Move a file with this SHA-256 here."""
        target = self.kept(sha256)
        changed = self._inside.make_folder(target.parent)
        file.replace(target)
        flush_folders(changed | {target.parent, file.parent})

    def drop(self, sha256: str) -> None:
        """Delete a file that no row needs here; the caller has seen its bytes in the mirror."""
        self.kept(sha256).unlink(missing_ok=True)

    def bring_out(self, sha256: str, copy: Path, *, last: bool) -> Path | None:
        """A file with this SHA-256 that the caller may move; None if it is missing or damaged.

        It is a flushed copy at the path `copy`. last: nothing else needs the bytes here, so it is the kept file itself.
        """
        kept = self.kept(sha256)
        if not is_file(kept):
            return None
        if last:
            return kept if digest_of(kept) == sha256 else None
        return copied(kept, copy, sha256)


def copied(source: Path, copy: Path, sha256: str) -> Path | None:
    """A flushed copy of a file; None, and no copy, if it is missing, cannot be read or has not this SHA-256."""
    try:
        if is_file(source) and _copy(source, copy) == sha256:
            return copy
    except OSError as error:
        if error.errno not in UNREADABLE:
            raise
    copy.unlink(missing_ok=True)
    return None


def require_digest(sha256: str, reach: Reach) -> None:
    """Raise bad_catalogue, with this reach, for what is no SHA-256 and could, as a path, lead anywhere."""
    if not SHA256.fullmatch(sha256):
        what = msg("A checksum in the catalogue is not a SHA-256.")
        raise MaterialsError(Code.BAD_CATALOGUE, what, where=sha256, reach=reach)


def digest_of(path: Path, algorithm: str = "sha256") -> str:
    """The digest of a file; empty if it is missing, anything but a regular file, or cannot be read."""
    try:
        if not is_file(path):
            return ""
        with open_plain(path) as file:
            digest = hashlib.new(algorithm, usedforsecurity=False)
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                alive()
            return digest.hexdigest()
    except OSError as error:
        if error.errno in UNREADABLE:
            return ""
        raise


def _copy(source: Path, target: Path) -> str:
    """Copy a file and flush the copy; return the SHA-256 of the copied bytes."""
    digest = hashlib.sha256()
    with open_plain(source) as kept, open_own(target, "wb") as out:
        while chunk := kept.read(_CHUNK):
            out.write(chunk)
            digest.update(chunk)
            alive()
        flush_file(out, out.tell())
    return digest.hexdigest()
