"""A bag, or a copy of a folder, that somebody else may have made, as a folder or a zip: checked before anything is taken in.

Nothing in it can lead anywhere: links, devices, names that a disk could take for something else, and zips that hold far more
than they weigh, are refused.
"""

import hashlib
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from materials_cli.disk import LONGEST_LINE, disk_errors, open_plain
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg, msgn
from materials_cli.model import Progress, Step, StepKind

DECLARATION, MANIFEST, TAGS, PAYLOAD = "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/"
_LINE = re.compile(r"([0-9a-fA-F]{64})\s+\*?(?:\./)?(\S.*)")
_ESCAPED = re.compile("%(0[AaDd]|25)")
_CHUNK = 1 << 20
_MOST_SHOWN = 10
_LARGE, _MOST_TIMES = 10_000_000, 500


@dataclass(frozen=True, slots=True)
class Received:
    """The files of a folder or zip, by path with forward slashes: their sizes, and how each is opened.

    strange: what no bag may have, and what else may do without: links and devices in a folder, names that a zip has twice.
    modified: the times of the files in a folder, in seconds since 1970; those in a zip have no time zone.
    """

    place: Path
    sizes: Mapping[str, int]
    opened: Callable[[str], BinaryIO]
    strange: tuple[Message, ...] = ()
    modified: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_bag(self) -> bool:
        """Whether it says that it is a bag."""
        return DECLARATION in self.sizes

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a text file, one by one, however long it is; raise bad_bag if it is missing or not text.

        A line that no memory should hold is none of ours: a zip of a few bytes may unpack to one without an end.
        """
        if name not in self.sizes:
            raise bad_bag(self.place, [msg("{file} is missing.", file=name)])
        with self.opened(name) as file:
            try:
                while line := file.readline(LONGEST_LINE):
                    if len(line) == LONGEST_LINE:
                        raise bad_bag(self.place, [msg("{file} is not valid.", file=name)])
                    yield line.decode("utf-8-sig").rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise bad_bag(self.place, [msg("{file} is not in UTF-8.", file=name)]) from error

    def digest(self, name: str, read: Callable[[int], None] = lambda _: None) -> str:
        """The SHA-256 of a file."""
        digest = hashlib.sha256()
        with self.opened(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                read(len(chunk))
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Bag:
    """A valid bag. payload: the SHA-256 of each file below data/, by its path there. proof: that of the tag manifest."""

    received: Received
    payload: Mapping[str, str]
    proof: str


def bad_bag(place: Path, problems: list[Message], *, bag: bool = True) -> MaterialsError:
    """The error that a bag is not valid; or, if it is none, that a zip is not."""
    why = problems[0]
    for problem in problems[1:_MOST_SHOWN]:
        why = msg("{first}\n{next}", first=why, next=problem)
    if (more := len(problems) - _MOST_SHOWN) > 0:
        why = msg("{first}\n{next}", first=why, next=msgn("… and {count} more", "… and {count} more", more))
    what = msg("It is damaged, was changed, or has what it must not have; nothing was taken in.")
    again = msg("Download it again; or unpack it with another program, and import the folder.")
    return MaterialsError(Code.BAD_BAG, what, where=str(place), why=why, fix=None if bag else again)


@contextmanager
def received(place: Path) -> Iterator[Received]:
    """The content of a folder or zip; raise bad_bag for what no bag may have."""
    with disk_errors():
        if place.is_dir():
            yield _in_folder(place)
            return
        if not place.is_file() or not zipfile.is_zipfile(place):  # a pipe would be waited for, and a device never ends
            raise MaterialsError(Code.BAD_USAGE, msg("Neither a folder nor a zip."), where=str(place))
        archive = None
        try:
            with zipfile.ZipFile(place) as archive:
                yield _in_zip(place, archive)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            damage = msg("The zip is damaged: {reason}", reason=str(error))
            raise bad_bag(place, [damage], bag=archive is not None and _is_bag(archive)) from error


def validate(found: Received, progress: Progress = lambda _: None) -> Bag:
    """Check all digests, and that nothing is missing or added; raise bad_bag."""
    problems = list(found.strange)
    if not next(found.lines(DECLARATION), "").startswith("BagIt-Version: "):
        problems.append(msg("{file} is not valid.", file=DECLARATION))
    payload, tags = _listed(found, MANIFEST, problems), _listed(found, TAGS, problems)
    problems += [msg("{file} is not in the manifest.", file=name) for name in payload if not name.startswith(PAYLOAD)]
    problems += [
        msg("{file} is not in the manifest.", file=name)
        for name in found.sizes
        if name.startswith(PAYLOAD) and name not in payload
    ]
    if MANIFEST not in tags:
        problems.append(msg("{file} is not in the manifest.", file=MANIFEST))
    for name, digest in (*tags.items(), *payload.items()):
        if name not in found.sizes:
            problems.append(msg("{file} is missing.", file=name))
        elif found.digest(name, lambda count: progress(Step(StepKind.BYTES, amount=count))) != digest:
            problems.append(msg("{file} was changed: its bytes do not have the stated checksum.", file=name))
        progress(Step(StepKind.DONE, name))
    if problems:
        raise bad_bag(found.place, problems)
    return Bag(found, {name.removeprefix(PAYLOAD): digest for name, digest in payload.items()}, found.digest(TAGS))


def _listed(found: Received, name: str, problems: list[Message]) -> dict[str, str]:
    """The lines of a manifest: path → digest."""
    listed = {}
    for line in found.lines(name):
        if not line.strip():
            continue
        if (match := _LINE.fullmatch(line)) is None:
            problems.append(msg("{file} is not valid.", file=name))
            continue
        path = _ESCAPED.sub(lambda each: chr(int(each[1], 16)), match[2])
        listed[path if path in found.sizes else unicodedata.normalize("NFC", path)] = match[1].lower()
    return listed


def _in_folder(place: Path) -> Received:
    sizes, modified, strange = dict[str, int](), dict[str, float](), list[Message]()
    for above, folders, names in os.walk(place):
        for name in (*folders, *names):
            file = Path(above, name)
            path, found = file.relative_to(place).as_posix(), file.lstat()
            if stat.S_ISREG(found.st_mode):
                sizes[path], modified[path] = found.st_size, found.st_mtime
            elif not stat.S_ISDIR(found.st_mode):
                strange.append(msg("{file} is a link or a device.", file=path))
    other = _in_another_form(sizes)
    for form, path in other.items():
        sizes[form], modified[form] = sizes.pop(path), modified.pop(path)

    def opened(name: str) -> BinaryIO:
        if name not in sizes:  # which could lead anywhere
            raise KeyError(name)
        return open_plain(place / other.get(name, name))

    return Received(place, sizes, opened, tuple(strange), modified)


def _in_another_form(paths: Collection[str]) -> dict[str, str]:
    """Paths that a disk keeps in another form of Unicode, by their usual one; where two have one, each keeps its own."""
    other = dict[str, str]()
    for path in paths:
        if (form := unicodedata.normalize("NFC", path)) not in paths:
            other.setdefault(form, path)
    return other


def _in_zip(place: Path, archive: zipfile.ZipFile) -> Received:
    entries: dict[str, zipfile.ZipInfo] = {}
    problems, twins = [], []
    for entry in archive.infolist():
        kind = stat.S_IFMT(entry.external_attr >> 16)
        parts = entry.filename.rstrip("/").split("/")
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            problems.append(msg("{file} is a link or a device.", file=entry.filename))
        elif "\\" in entry.filename or {"", ".", ".."} & set(parts) or re.match("[A-Za-z]:", parts[0]):
            problems.append(msg("{file} leads out of the folder.", file=entry.filename))
        elif entry.file_size > _LARGE and entry.file_size > _MOST_TIMES * entry.compress_size:
            problems.append(msg("{file} would unpack to far more than its own size: a zip bomb.", file=entry.filename))
        elif entry.filename in entries:
            twins.append(msg("{file} is there twice.", file=entry.filename))
        elif not entry.is_dir():
            entries[entry.filename] = entry
    if problems:
        raise bad_bag(place, problems, bag=_is_bag(archive))
    top, other = _top(entries), {path: form for form, path in _in_another_form(entries).items()}
    known = {other.get(path, path).removeprefix(top): entry for path, entry in entries.items()}
    sizes = {name: entry.file_size for name, entry in known.items()}
    return Received(place, sizes, lambda name: cast("BinaryIO", archive.open(known[name])), tuple(twins))


def _is_bag(archive: zipfile.ZipFile) -> bool:
    """Whether a zip has the declaration of a bag, at its top or in one folder."""
    return any(name.rpartition("/")[2] == DECLARATION and name.count("/") <= 1 for name in archive.namelist())


def _top(names: Mapping[str, object]) -> str:
    """The one folder that a zipped bag is in, with its slash; empty if there is none."""
    declared = [name for name in names if name == DECLARATION or name.endswith(f"/{DECLARATION}")]
    top = min(declared, key=lambda name: name.count("/"), default="").removesuffix(DECLARATION)
    return top if top.count("/") == 1 and all(name.startswith(top) for name in names) else ""
