"""Copies of archived bytes, current or earlier, outside the archive. Each is checked as it is written."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from materials_cli.disk import disk_errors, flush_file, open_plain
from materials_cli.errors import Code, MaterialsError
from materials_cli.fetched import mark_as_fetched
from materials_cli.messages import msg
from materials_cli.model import Item, State, Version
from materials_cli.store.fixity import flaw_of, require_intact
from materials_cli.store.mirror import Store

_CHUNK = 1 << 20
_LENT = "materials-open-"
_DAY = 86_400.0


def current(item: Item) -> Version:
    """The current bytes of an item, as a version of it."""
    now = item.withdrawn or item.fetched
    return Version(item.id, item.fixity, item.path, item.remote.modified, item.fetched, now)


def restore(store: Store, item: Item, version: Version, folder: Path) -> Path:
    """Write a copy of these bytes into a folder outside the archive, which is made if it is missing; return its path.

    No file is ever replaced. Raise bad_usage (inside the archive), file_exists, bytes_missing or bytes_damaged.
    """
    if _is_inside(folder, store.root):
        raise MaterialsError(
            Code.BAD_USAGE, msg("A restored file is written outside the archive."), where=str(folder),
            why=msg("Within the mirror, the next sync would put back what Drive has."),
            fix=msg("Name a folder outside the archive: --to FOLDER"),
        )  # fmt: skip
    target = folder / version.path.rpartition("/")[2]
    if os.path.lexists(folder) and not folder.is_dir():
        raise _exists(folder)
    if os.path.lexists(target):
        raise _exists(target)
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
        _write(store, item, version, target)
    return target


def lend(store: Store, item: Item, version: Version) -> Path:
    """A read-only copy under its own name in a private temporary folder, to be looked at; tidy_lent() removes it.

    Raise bytes_missing or bytes_damaged.
    """
    with disk_errors():
        target = Path(tempfile.mkdtemp(prefix=_LENT)) / version.path.rpartition("/")[2]
        _write(store, item, version, target)
        target.chmod(0o400)
    return target


def _write(store: Store, item: Item, version: Version, target: Path) -> None:
    """Copy the bytes to `target`, where nothing may be, with their own modification time."""
    sources = list(_sources(store, item, version))
    source = next((path for path in sources if flaw_of(path, version.fixity) is None), sources[0])
    temporary = target.with_name(f".{target.name[:40]}.{os.urandom(8).hex()}.new")
    try:
        if _copied(source, temporary) != version.fixity.sha256:
            require_intact(source, version.fixity, target.name)
            raise MaterialsError(Code.BYTES_DAMAGED, msg("The file changed while it was copied."), where=str(source))
        mark_as_fetched(temporary, item.remote.web_link or "")  # first, since on Windows it changes the time
        when = (version.modified or version.fetched).timestamp()
        os.utime(temporary, (when, when))
        _place(temporary, target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sources(store: Store, item: Item, version: Version) -> Iterator[Path]:
    """Where these bytes may be: in the mirror, if they are current, and in versions/."""
    if item.state is State.HELD and item.fixity.sha256 == version.fixity.sha256:
        yield store.file_of(item.path, version.fixity.sha256, mirrored=True)
    yield store.file_of(version.path, version.fixity.sha256, mirrored=False)


def _copied(source: Path, target: Path) -> str:
    """Copy a file and flush the copy; return the SHA-256 of the copied bytes, empty if there is no file."""
    digest = hashlib.sha256()
    try:
        file = open_plain(source)
    except FileNotFoundError:
        return ""
    with file, target.open("xb") as out:
        while chunk := file.read(_CHUNK):
            out.write(chunk)
            digest.update(chunk)
        flush_file(out, out.tell())
    return digest.hexdigest()


def _place(temporary: Path, target: Path) -> None:
    """Give a new file its name; raise file_exists if another one has it by now."""
    try:
        os.link(temporary, target)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError:  # a disk without hard links
        if os.path.lexists(target):
            raise _exists(target) from None
        temporary.replace(target)


def _exists(target: Path) -> MaterialsError:
    return MaterialsError(Code.FILE_EXISTS, msg("A file of that name is already there."), where=str(target))


def _is_inside(folder: Path, root: Path) -> bool:
    """Whether a folder, which may not exist yet, is the archive's folder or lies in it, whatever it is called."""
    folder = folder.resolve()
    return any(place.exists() and place.samefile(root) for place in (folder, *folder.parents))


def tidy_lent() -> None:
    """Remove the copies that this user was lent more than a day ago. No link is followed."""
    for old in Path(tempfile.gettempdir()).glob(f"{_LENT}*"):
        with contextlib.suppress(OSError):
            seen = old.lstat()
            ours = os.name == "nt" or seen.st_uid == os.getuid()
            if ours and time.time() - seen.st_mtime > _DAY:
                shutil.rmtree(old, ignore_errors=True)
