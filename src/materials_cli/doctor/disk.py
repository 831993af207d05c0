"""Checks of the archive's disk: permissions, free space, file names, the lock, and the permissions of stored secrets."""

import os
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from materials_cli.disk import disk_error, disk_errors, reason
from materials_cli.doctor.diagnosis import Diagnosis, ok, problem, warning
from materials_cli.messages import Message, msg, msgid, msgn, size, verbatim
from materials_cli.mounts import network_type
from materials_cli.store.lock import holder
from materials_cli.store.mirror import Store
from materials_cli.store.names import LONGEST
from materials_cli.store.space import room

_LOW_SPACE = 500_000_000
_RESERVE = 1.1
_WINDOWS_PATH = 259
_SAMPLE_NAME = "정부 Ўзбек ქართული é 📊.txt"
_NAME_HANDLING = {
    (False, False): msgid("keeps names unchanged"),
    (True, False): msgid("ignores letter case; names that differ only in case get a distinguishing suffix"),
    (False, True): msgid("ignores Unicode normalisation; names that differ only in it get a distinguishing suffix"),
    (True, True): msgid(
        "ignores letter case and Unicode normalisation; names that differ only in these get a distinguishing suffix"
    ),
}


def writable(store: Store) -> Diagnosis:
    """Whether every folder that a sync writes to can be written; raise disk_full, disk_refused or symlink_in_archive."""
    store.refuse_links()
    for folder in filter(Path.exists, (store.root, store.inner, store.incoming, store.versions.folder)):
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x")
                file.flush()
        except OSError as error:
            raise disk_error(OSError(error.errno, error.strerror, str(folder))) from error
    missing = [path for path in (store.incoming, store.versions.folder) if store.catalogue.exists() and not path.is_dir()]
    if missing:
        return warning(
            msg("A folder of the archive is missing: {path}", path=missing[0]),
            msg("`materials doctor --fix` creates it; so does a sync."),
        )
    return ok(msg("{path} is writable", path=store.root))


def make_folders(store: Store) -> Message:
    """Create the folders that a sync needs."""
    store.make_folders()
    return msg("The archive's internal folders were created.")


def on_network(store: Store) -> Diagnosis | None:
    """What it means that the archive is on a network disk; None if it is not."""
    kind = network_type(store.root)
    if kind is None:
        return None
    return warning(
        msg("The archive is on a network disk ({kind}). It works, but more slowly.", kind=kind),
        msg(
            "Run materials from one computer only: another one may not see its lock. While a sync writes, other commands may "
            "wait. On a disk of this computer, neither applies."
        ),
    )


def one_filesystem(store: Store, slugs: Iterable[str]) -> Diagnosis | None:
    """Whether files can be renamed from incoming/ into the mirror, which works only within one filesystem."""
    if not store.incoming.is_dir():
        return None
    device = store.incoming.stat().st_dev
    for place in (store.versions.folder, *(store.root / slug for slug in slugs)):
        if place.exists() and place.stat().st_dev != device:
            return problem(
                msg(
                    "{folder} and {other} are on different file systems, so files cannot be moved into place atomically.",
                    folder=store.incoming,
                    other=place,
                ),
                msg("Keep the whole archive on one disk: replace the link or mount with an ordinary folder."),
            )
    return ok(msg("incoming, mirror and versions are on one file system"))


def name_lengths(root: Path, paths: Iterable[str]) -> Diagnosis:
    """Whether this disk accepts the longest names and paths, of what is held and of what a sync would fetch."""
    name_limit, path_limit = _limit(root, "PC_NAME_MAX", 255), _limit(root, "PC_PATH_MAX", _WINDOWS_PATH)
    windows = sys.platform == "win32"
    longest_name = max((len(part.encode("utf-8", "replace")) for path in paths for part in path.split("/")), default=0)
    whole = (str(root.absolute() / path) for path in paths)
    longest_path = max((len(p) if windows else len(p.encode("utf-8", "replace")) for p in whole), default=0)
    if longest_name > name_limit:
        return problem(
            msgn(
                "This disk allows names of at most {count} byte, and the archive needs one of {longest}.",
                "This disk allows names of at most {count} bytes, and the archive needs one of {longest}.",
                name_limit,
                longest=longest_name,
            ),
            msg("Move the archive to an ordinary disk: encrypted home folders, for example, allow only short names."),
        )
    if longest_path > path_limit:
        return problem(
            msg(
                "This system allows paths of at most {most}, and the archive needs one of {longest}.",
                most=path_limit,
                longest=longest_path,
            ),
            msg("Move the archive to a folder with a shorter path, or enable long paths in Windows (LongPathsEnabled).")
            if windows
            else msg("Move the archive to a folder with a shorter path."),
        )
    if name_limit < LONGEST:
        return warning(
            msgn(
                "This disk allows names of at most {count} byte; materials writes names of up to {longest}.",
                "This disk allows names of at most {count} bytes; materials writes names of up to {longest}.",
                name_limit,
                longest=LONGEST,
            ),
            msg("Move the archive to an ordinary disk before longer names arrive."),
        )
    return ok(
        msgn(
            "names up to {count} byte, paths up to {most}; the longest path here has {longest}",
            "names up to {count} bytes, paths up to {most}; the longest path here has {longest}",
            name_limit,
            most=path_limit,
            longest=longest_path,
        )
    )


def _limit(root: Path, name: str, usual: int) -> int:
    if sys.platform == "win32":
        return usual
    try:
        return os.pathconf(root, name)
    except (OSError, ValueError):
        return usual


def name_handling(store: Store) -> Diagnosis | None:
    """Whether this disk accepts names in every script, and which names it does not distinguish; None if it is read-only."""
    folder = store.inner if store.inner.is_dir() else store.root
    if not os.access(folder, os.W_OK):
        return None
    with disk_errors(), tempfile.TemporaryDirectory(dir=folder) as made:
        empty = Path(made)
        try:
            (empty / _SAMPLE_NAME).touch()
            names = os.listdir(empty)  # noqa: PTH208 - the names as the disk stores them
            kept = verbatim("".join(names))
        except OSError as error:
            names, kept = [], reason(error)
        if [unicodedata.normalize("NFC", name) for name in names] != [_SAMPLE_NAME]:
            return problem(
                msg(
                    "This disk does not support file names in every script (“{name}” became “{kept}”).",
                    name=_SAMPLE_NAME,
                    kept=kept,
                ),
                msg("Mount it with UTF-8 names (iocharset=utf8), or move the archive to an ordinary disk."),
            )
        ignores_case = (empty / _SAMPLE_NAME.upper()).exists()
        ignores_form = (empty / unicodedata.normalize("NFD", _SAMPLE_NAME)).exists()
    return ok(msg(_NAME_HANDLING[ignores_case, ignores_form]))


def lock_holder(store: Store) -> Diagnosis:
    """Whether another run holds the lock. A process that ends releases it, so it is never left behind."""
    path = store.lock_file
    who = holder(path) if path.exists() else None
    if who is None:
        return ok(msg("no other run is in progress"))
    return warning(
        msg("A run is in progress: {who}.", who=who),
        msg("Wait until it has finished. If it hangs, kill that process; nothing is lost."),
    )


def space(root: Path, planned: int | None) -> Diagnosis:
    """Whether there is room for what a sync would fetch. planned: its bytes; None if they are not known."""
    free, usable = shutil.disk_usage(root).free, room(root)
    wanted, left = (size(count) for count in (planned or 0, free))
    fix = msg("Free some space, move the archive to a larger disk, or download less (exclude, max_size in materials.toml).")
    if planned and planned > usable:
        what = msg(
            "A sync would download {wanted}; the disk has {left} free, of which it may use {usable}.",
            wanted=wanted,
            left=left,
            usable=size(max(usable, 0)),
        )
        return problem(what, fix)
    if free < _LOW_SPACE or (planned and planned * _RESERVE > free):
        what = (
            msg("The disk has only {left} free; a sync would download {wanted}.", left=left, wanted=wanted)
            if planned
            else msg("The disk has only {left} free.", left=left)
        )
        return warning(what, fix)
    if planned is None:
        return ok(msg("{left} free", left=left))
    return ok(msg("{left} free; a sync would download {wanted}", left=left, wanted=wanted))


def secrets_are_private(paths: Iterable[Path]) -> Diagnosis | None:
    """Whether the stored key and sign-in can be read by this user only."""
    stored = [path for path in paths if path.is_file()]
    if not stored or os.name == "nt":
        return None
    readable = [path for path in stored if path.stat().st_mode & 0o077]
    if readable:
        return warning(
            msg("Other users of this machine can read {path}.", path=readable[0]),
            verbatim(f"chmod 600 {readable[0]}"),
        )
    return ok(msg("your stored key or sign-in is readable only by you"))


def make_secrets_private(paths: Iterable[Path]) -> Message:
    """Let only this user read them."""
    with disk_errors():
        for path in filter(Path.is_file, paths):
            path.chmod(0o600)
    return msg("The stored key or sign-in is now readable only by you.")
