"""Turns names on Drive into names that every file system accepts, the same in every run. Pure.

Drive allows what disks do not: two files with one name, "/" in a name, "..", 1,000 characters, control characters. As in
rclone, a forbidden character is replaced by its full-width form, which keeps the name readable. The manifest has the
exact name.
"""

import hashlib
import itertools
import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import PurePosixPath

from materials_cli.model import Listing, RemoteFile, RemoteFolder

LONGEST = 240
_MOST = 255
_FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in '/\\:*?"<>|'}
_CONTROL = {**{c: chr(0x2400 + c) for c in range(0x20)}, 0x7F: "\u2421"}
_VISIBLE = _FULL_WIDTH | _CONTROL
_UNSEEN = re.compile(
    "[\x80-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")
_NO_DATE = datetime.max.replace(tzinfo=UTC)


def safe_name(name: str) -> str:
    """The name of a file or folder, safe on Linux, macOS and Windows; at most 240 bytes of UTF-8."""
    name = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", name.translate(_VISIBLE))
    name = _shorten(_DEVICES.sub(r"\1_", name))
    if name in {".", ".."}:
        return "．" * len(name)
    if name.endswith("."):
        return name[:-1] + "．"
    if name.endswith(" "):
        return name[:-1] + "␠"
    return name or "untitled"


def is_safe_name(name: str) -> bool:
    """Whether a file or folder may be called so: what safe_name() and a mark for twins can make, whatever its length."""
    return (
        name not in {"", ".", ".."}
        and name.translate(_VISIBLE) == name
        and not name.endswith((".", " "))
        and not _UNSEEN.search(name)
        and not _DEVICES.match(name)
    )


def local_paths(listing: Listing, top: str, taken: Iterable[str] = ()) -> dict[str, str]:
    """The path of each listed file below the folder `top`: id → path with forward slashes.

    The result does not depend on the order of the listing. Of several entries that a disk could confuse (the same name,
    apart from case or Unicode form), the oldest keeps its name and the others get "~" and the end of their id.
    taken: paths in use by something else. They are avoided, and so are files named like a folder above one.
    """
    taken = list(taken)
    reserved = defaultdict[str, set[str]](set)
    for key in map(twin_key, taken):
        reserved[key.rpartition("/")[0]].add(key)
    folders = {twin_key(str(folder)) for path in taken for folder in PurePosixPath(path).parents}
    children: dict[str, list[RemoteFile | RemoteFolder]] = defaultdict(list)
    entries: list[RemoteFile | RemoteFolder] = [*listing.folders, *listing.files]
    for entry in entries:
        children[entry.parent or ""].append(entry)
    paths: dict[str, str] = {}
    pending = deque([(listing.root.id, top)])
    reached = {listing.root.id}
    while pending:
        parent, base = pending.popleft()
        for entry, name in _distinct(children[parent], base, reserved[twin_key(base)], folders):
            if isinstance(entry, RemoteFile):
                paths[entry.id] = f"{base}/{name}"
            elif entry.id not in reached:
                # A folder that is moved while the tree is listed may appear twice, even inside itself.
                reached.add(entry.id)
                pending.append((entry.id, f"{base}/{name}"))
    return paths


def _distinct(
    entries: Iterable[RemoteFile | RemoteFolder], base: str, reserved: AbstractSet[str], folders: AbstractSet[str]
) -> list[tuple[RemoteFile | RemoteFolder, str]]:
    taken = set(reserved)
    named = []
    for entry in sorted(entries, key=lambda e: (e.created or _NO_DATE, e.id)):
        plain = safe_name(entry.file_name if isinstance(entry, RemoteFile) else entry.name)
        above = folders if isinstance(entry, RemoteFile) else ()
        keyed = ((twin_key(f"{base}/{candidate}"), candidate) for candidate in _candidates(plain, entry.id))
        key, name = next((key, name) for key, name in keyed if key not in taken and key not in above)
        taken.add(key)
        named.append((entry, name))
    return named


def _candidates(plain: str, identity: str) -> Iterator[str]:
    """The names that an entry may have, the best first."""
    yield plain
    yield _marked(plain, identity[-8:])
    for number in itertools.count():
        yield _marked(plain, hashlib.sha256(f"{identity}{number or ''}".encode("utf-8", "surrogatepass")).hexdigest()[:16])


def twin_key(name: str) -> str:
    """A key that is equal for names that a file system could confuse: other case, other Unicode form.

    Some disks write the Turkish ı as the same capital as i, which no folding of Unicode does.
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold().replace("ı", "i"))


def _marked(name: str, mark: str) -> str:
    stem, suffix = _split(name)
    end = f"~{safe_name(mark)}{suffix}"
    return stem.encode("utf-8")[: _MOST - len(end.encode("utf-8"))].decode("utf-8", "ignore") + end


def _shorten(name: str) -> str:
    stem, suffix = _split(name)
    room = LONGEST - len(suffix.encode("utf-8"))
    encoded = stem.encode("utf-8")
    return name if len(encoded) <= room else encoded[:room].decode("utf-8", "ignore").rstrip(" .") + suffix


def _split(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem and dot and len(suffix) <= 10 else (name, "")
