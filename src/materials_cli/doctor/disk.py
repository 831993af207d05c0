"""The archive's disk: may we write, are there room and long names enough, does it keep names as they are, who is at work."""

import os
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from materials_cli.disk import disk_errors, reason, refused_by_the_disk
from materials_cli.doctor.diagnosis import Diagnosis, trouble, warning, well
from materials_cli.messages import Message, msg, msgid, msgn, size, verbatim
from materials_cli.store.lock import holder
from materials_cli.store.mirror import Store
from materials_cli.store.names import LONGEST

_SCARCE = 500_000_000
_RESERVE = 1.1
_WINDOWS_PATH = 259
_FOREIGN = "정부 Ўзбек ქართული é 📊.txt"
_SAME = {
    (False, False): msgid("keeps names exactly as they are"),
    (True, False): msgid(
        "takes capital and small letters for the same; names that differ in these alone get a mark of their own"
    ),
    (False, True): msgid("takes forms of Unicode for the same; names that differ in these alone get a mark of their own"),
    (True, True): msgid(
        "takes capital and small letters and forms of Unicode for the same; names that differ in these alone get a mark of "
        "their own"
    ),
}


def _incoming(store: Store) -> Path:
    return store.inner / "incoming"


def _versions(store: Store) -> Path:
    return store.inner / "versions"


def writable(store: Store) -> Diagnosis:
    """Whether we may write where we must; raise disk_full or disk_refused."""
    for folder in filter(Path.exists, (store.root, store.inner, _incoming(store), _versions(store))):
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x")
                file.flush()
        except OSError as error:
            raise refused_by_the_disk(OSError(error.errno, error.strerror, str(folder))) from error
    lacking = [path for path in (_incoming(store), _versions(store)) if store.catalogue.exists() and not path.is_dir()]
    if lacking:
        return warning(
            msg("A folder of the archive is missing: {path}", path=lacking[0]),
            msg("`materials doctor --fix` makes it; so does a sync."),
        )
    return well(msg("{path} can be written", path=store.root))


def make_folders(store: Store) -> Message:
    """Make the folders that a sync needs."""
    store.prepare()
    return msg("The archive's own folders were made.")


def one_filesystem(store: Store, slugs: Iterable[str]) -> Diagnosis | None:
    """Whether files can come from incoming/ into the mirror in one step, as only happens inside one filesystem."""
    if not _incoming(store).is_dir():
        return None
    device = _incoming(store).stat().st_dev
    for place in (_versions(store), *(store.root / slug for slug in slugs)):
        if place.exists() and place.stat().st_dev != device:
            return trouble(
                msg(
                    "{folder} and {other} lie on two filesystems, so no file can be put into place in one step.",
                    folder=_incoming(store),
                    other=place,
                ),
                msg("Let the whole archive lie on one disk: replace the link or the mount by an ordinary folder."),
            )
    return well(msg("incoming, mirror and versions lie on one filesystem"))


def names(root: Path, paths: Iterable[str]) -> Diagnosis:
    """Whether the longest names and paths, held or to come, fit on this disk."""
    most_name, most_path = _limit(root, "PC_NAME_MAX", 255), _limit(root, "PC_PATH_MAX", _WINDOWS_PATH)
    long_windows = sys.platform == "win32"
    longest_name = max((len(part.encode("utf-8", "replace")) for path in paths for part in path.split("/")), default=0)
    whole = (str(root.absolute() / path) for path in paths)
    longest_path = max((len(p) if long_windows else len(p.encode("utf-8", "replace")) for p in whole), default=0)
    if longest_name > most_name:
        return trouble(
            msgn(
                "This disk takes names of at most {count} byte, and one of {longest} is held or to come.",
                "This disk takes names of at most {count} bytes, and one of {longest} is held or to come.",
                most_name,
                longest=longest_name,
            ),
            msg("Move the archive to an ordinary disk: encrypted home folders, for one, take short names only."),
        )
    if longest_path > most_path:
        return trouble(
            msg(
                "This system takes paths of at most {most}, and one of {longest} is held or to come.",
                most=most_path,
                longest=longest_path,
            ),
            msg("Move the archive to a folder with a shorter path, or let Windows have long paths (LongPathsEnabled).")
            if long_windows
            else msg("Move the archive to a folder with a shorter path."),
        )
    if most_name < LONGEST:
        return warning(
            msgn(
                "This disk takes names of at most {count} byte; materials writes names of up to {longest}.",
                "This disk takes names of at most {count} bytes; materials writes names of up to {longest}.",
                most_name,
                longest=LONGEST,
            ),
            msg("Move the archive to an ordinary disk before long names come."),
        )
    return well(
        msgn(
            "names up to {count} byte, paths up to {most}; the longest path here has {longest}",
            "names up to {count} bytes, paths up to {most}; the longest path here has {longest}",
            most_name,
            most=most_path,
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


def filesystem(store: Store) -> Diagnosis | None:
    """What this disk does to names: whether it takes all scripts, and what it takes for the same; None if read-only."""
    where = store.inner if store.inner.is_dir() else store.root
    if not os.access(where, os.W_OK):
        return None
    with disk_errors(), tempfile.TemporaryDirectory(dir=where) as made:
        folder = Path(made)
        try:
            (folder / _FOREIGN).touch()
            names = os.listdir(folder)  # noqa: PTH208 - the names as the disk has them
            kept = verbatim("".join(names))
        except OSError as error:
            names, kept = [], reason(error)
        if [unicodedata.normalize("NFC", name) for name in names] != [_FOREIGN]:
            return trouble(
                msg(
                    "This disk does not take the names of files in every script (“{name}” became “{kept}”).",
                    name=_FOREIGN,
                    kept=kept,
                ),
                msg("Mount it with UTF-8 names (iocharset=utf8), or move the archive to an ordinary disk."),
            )
        cased = (folder / _FOREIGN.upper()).exists()
        formed = (folder / unicodedata.normalize("NFD", _FOREIGN)).exists()
    return well(msg(_SAME[cased, formed]))


def lock_holder(store: Store) -> Diagnosis:
    """Whether another run is at work; the lock ends with its process, so that it is never left behind."""
    path = store.inner / "lock"
    who = holder(path) if path.exists() else None
    if who is None:
        return well(msg("no other run is at work"))
    return warning(
        msg("A run is at work: {who}.", who=who),
        msg("Wait until it has ended. If it hangs, end that process; nothing is lost."),
    )


def space(root: Path, coming: int | None) -> Diagnosis:
    """Whether there is room for what is to come. coming: bytes of the plan, None when it is not known."""
    free = shutil.disk_usage(root).free
    wanted, left = (size(count) for count in (coming or 0, free))
    remedy = msg("Free some space, move the archive to a larger disk, or fetch less (exclude, max_size in materials.toml).")
    if coming and coming > free:
        return trouble(msg("A sync would fetch {wanted}, and the disk has {left} left.", wanted=wanted, left=left), remedy)
    if free < _SCARCE or (coming and coming * _RESERVE > free):
        told = (
            msg("The disk has only {left} left; a sync would fetch {wanted}.", left=left, wanted=wanted)
            if coming
            else msg("The disk has only {left} left.", left=left)
        )
        return warning(told, remedy)
    if coming is None:
        return well(msg("{left} free", left=left))
    return well(msg("{left} free; a sync would fetch {wanted}", left=left, wanted=wanted))


def secrets_kept(paths: Iterable[Path]) -> Diagnosis | None:
    """Whether the key and the sign-in can be read by this user alone."""
    there = [path for path in paths if path.is_file()]
    if not there or os.name == "nt":
        return None
    open_to_others = [path for path in there if path.stat().st_mode & 0o077]
    if open_to_others:
        return warning(
            msg("Other users of this machine can read {path}.", path=open_to_others[0]),
            verbatim(f"chmod 600 {open_to_others[0]}"),
        )
    return well(msg("only you can read what is stored of your key or sign-in"))


def close_secrets(paths: Iterable[Path]) -> Message:
    """Let nobody else read them."""
    with disk_errors():
        for path in filter(Path.is_file, paths):
            path.chmod(0o600)
    return msg("The stored key or sign-in can now be read by you alone.")
