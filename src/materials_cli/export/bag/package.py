"""A bag in the making (BagIt 1.0, RFC 8493): payload, manifests and tag files, in a folder or streamed into a zip.

bagit.txt and the tag manifest, without which nothing is a bag, come last.
"""

import contextlib
import hashlib
import os
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from materials_cli.disk import open_plain
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.escape import one_line
from materials_cli.messages import msg
from materials_cli.model import Fixity
from materials_cli.store.copies import Way, nothing, put_copy
from materials_cli.store.fixity import Flaw, flaw_of

DECLARATION, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAGS, SIGNATURE = "manifest-sha256.txt", "tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"
PAYLOAD = "data"
_CHUNK = 1 << 20
_LONGEST = 255  # bytes of a name
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # where a zip's time begins
_RIGHTS = 0o100644 << 16
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def payload_name(path: str, mark: str = "") -> str:
    """The path of a file below data/: in Unicode's form C, without "%", which programs read in different ways.

    mark: what distinguishes it from another file that would have this path, too.
    """
    *folders, name = (_name(part) for part in path.split("/"))
    if mark:
        stem, dot, suffix = name.rpartition(".")
        name = _name(f"{stem}~{mark}{dot}{suffix}" if stem else f"{name}~{mark}")
    return "/".join((*folders, name))


def _name(name: str) -> str:
    name = unicodedata.normalize("NFC", name).replace("%", "％")
    if len(name.encode()) <= _LONGEST:
        return name
    end = f"~{hashlib.sha256(name.encode()).hexdigest()[:16]}{Path(name).suffix[:20]}"
    return name.encode()[: _LONGEST - len(end.encode())].decode("utf-8", "ignore") + end


class Package:
    """A bag in the making. folder: where it is made. archive: the zip that it is streamed into, in a folder called top."""

    def __init__(self, folder: Path, archive: zipfile.ZipFile | None = None, top: str = "") -> None:
        self._folder, self._zip, self._top = folder, archive, top
        (folder / PAYLOAD).mkdir(parents=True)
        self._manifest = (folder / MANIFEST).open("xb")
        self._tags: dict[str, str] = {}
        self.files = self.bytes = 0
        self.own: dict[str, int] = {}  # the sizes of the export's own files

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its files, if it was not sealed."""
        self._manifest.close()

    def free(self, path: str, mark: str) -> str:
        """The path below data/ that a file of the archive gets: its own, unless another one has it."""
        name = payload_name(path)
        return payload_name(path, mark[:8]) if self._has(f"{PAYLOAD}/{name}") else name

    def put(
        self,
        source: Path,
        path: str,
        fixity: Fixity,
        way: Way = Way.COPY,
        time: datetime | None = None,
        read: Callable[[int], None] = nothing,
    ) -> Flaw | None:
        """Add a file of the archive as data/PATH; return what is wrong with it, and add nothing, unless it has these bytes."""
        name = f"{PAYLOAD}/{path}"
        if self._zip:
            flaw = flaw_of(source, fixity, read)
            if flaw is None and self._compress(source, name, fixity.size, time) != fixity.sha256:
                raise MaterialsError(Code.BYTES_DAMAGED, msg("The file changed while it was copied."), where=str(source))
        else:
            target = self._folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            flaw = put_copy(source, target, fixity, way, read)
        if flaw is None:
            self._record(name, fixity.sha256, fixity.size)
        return flaw

    @contextlib.contextmanager
    def payload(self, path: str) -> Iterator[BinaryIO]:
        """Write a file of the export's own as data/PATH."""
        file = self._folder / PAYLOAD / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as out:
            yield out
        name, self.own[path] = f"{PAYLOAD}/{path}", file.stat().st_size
        self._record(name, _digest(file), self.own[path])
        self._move(name)

    def tag(self, name: str, content: bytes) -> None:
        """Add a tag file, which describes the bag."""
        (self._folder / name).write_bytes(content)
        self._tag(name)

    def seal(self, info: Iterable[tuple[str, str]], sign: Callable[[Path], Path] | None = None) -> str:
        """Complete the bag; return the SHA-256 of its tag manifest, which covers all of it. info: labels and values."""
        self._manifest.close()
        self._tag(MANIFEST)
        whole = (*info, ("Payload-Oxum", f"{self.bytes}.{self.files}"))
        self.tag(INFO, "".join(f"{label}: {one_line(value)}\n" for label, value in whole).encode("utf-8", "replace"))
        self.tag(DECLARATION, b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._tags.items())).encode()
        file = self._folder / TAGS
        file.write_bytes(lines)
        if sign:
            signature = sign(file)
            self._move(signature.name)
        self._move(TAGS)
        return hashlib.sha256(lines).hexdigest()

    def _has(self, name: str) -> bool:
        if self._zip:
            return f"{self._top}/{name}" in self._zip.NameToInfo
        return os.path.lexists(self._folder / name)

    def _record(self, name: str, digest: str, size: int) -> None:
        self._manifest.write(f"{digest}  {_escaped(name)}\n".encode())
        self.files += 1
        self.bytes += size

    def _tag(self, name: str) -> None:
        self._tags[name] = _digest(self._folder / name)
        self._move(name)

    def _move(self, name: str) -> None:
        """Move a finished file into the zip, if there is one."""
        if self._zip:
            file = self._folder / name
            self._compress(file, name, file.stat().st_size, None, zipfile.ZIP_DEFLATED)
            file.unlink()

    def _compress(self, source: Path, name: str, size: int, time: datetime | None, method: int = zipfile.ZIP_STORED) -> str:
        """Stream a file into the zip; return its SHA-256. The same content always gives the same bytes."""
        assert self._zip  # noqa: S101 - only called then
        when = time.astimezone(UTC).timetuple()[:6] if time and time.year >= _LONG_AGO[0] else _LONG_AGO
        entry = zipfile.ZipInfo(f"{self._top}/{name}", when)
        entry.compress_type, entry.external_attr, entry.create_system, entry.file_size = method, _RIGHTS, 3, size
        digest = hashlib.sha256()
        with open_plain(source) as file, self._zip.open(entry, "w") as out:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
        return digest.hexdigest()


def _escaped(name: str) -> str:
    """A name as a manifest has it (RFC 8493, 2.1.3)."""
    return "".join(_ESCAPES.get(each, each) for each in name)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
