"""One thing on the Drive: a file, a folder, a shortcut or a Google document."""

import base64
import hashlib
import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from materials_cli.emulator.crc32c import crc32c
from materials_cli.emulator.formats import DOCX, ODP, PPTX, XLSX
from materials_cli.kinds import GOOGLE_APPS

_PIECE = 1 << 18
_MEDIA_TYPES = {
    ".pptx": PPTX, ".docx": DOCX, ".xlsx": XLSX, ".ppt": "application/vnd.ms-powerpoint", ".md": "text/markdown",
    ".pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12", ".odp": ODP,
}  # fmt: skip

Export = Callable[[int], bytes]


@dataclass(slots=True)
class Content:
    """Bytes, or the file on disk that holds them.

    A changed file gets a new Content, so that a response in progress never mixes two states of it.
    """

    data: bytes | Path = b""
    _digests: dict[str, tuple[object, str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.data.stat().st_size if isinstance(self.data, Path) else len(self.data)

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`."""
        stop = self.size if stop is None else stop
        if isinstance(self.data, bytes):
            yield self.data[start:stop]
            return
        with self.data.open("rb") as file:
            file.seek(start)
            while start < stop and (chunk := file.read(min(_PIECE, stop - start))):
                start += len(chunk)
                yield chunk

    def digest(self, name: str) -> str:
        """A digest of the bytes, computed once: md5, sha1 and sha256 in hexadecimal, crc32c in the base64 of X-Goog-Hash."""
        state: object = None
        if isinstance(self.data, Path):
            found = self.data.stat()
            state = (found.st_size, found.st_mtime_ns)
        if name not in self._digests or self._digests[name][0] != state:
            self._digests[name] = (state, self._compute(name))
        return self._digests[name][1]

    def _compute(self, name: str) -> str:
        if name == "crc32c":
            return base64.b64encode(crc32c(self.chunks()).to_bytes(4, "big")).decode()
        digest = hashlib.new(name, usedforsecurity=False)
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()


@dataclass(slots=True, kw_only=True)
class Node:
    """One thing on Drive.

    exports: media type → function that makes the bytes, called with a different number each time, since no two exports are
    alike. target: the id that a shortcut leads to. drive: the id of its shared drive. restricted: link sharing is off (True),
    on regardless of the folders above (False), or inherited from them (None). needs_key: visible only to requests that carry
    its resource_key. listable: readers may list the folder. hashes: Drive states its digests. unlisted: how many more lists
    of its folder omit it, since Drive's lists lag behind. thumbnail: Drive's picture of its first slide or page; None for none.
    """

    id: str
    name: str
    media_type: str
    parent: str | None
    created: datetime
    modified: datetime
    content: Content = field(default_factory=Content)
    exports: dict[str, Export] = field(default_factory=dict)
    target: str | None = None
    drive: str | None = None
    version: int = 1
    revision: int = 1
    trashed: bool = False
    restricted: bool | None = None
    resource_key: str | None = None
    needs_key: bool = False
    downloadable: bool = True
    listable: bool = True
    abusive: bool = False
    hashes: bool = True
    description: str | None = None
    owner: str = "Workshop secretariat (sample)"
    owner_address: str | None = None
    unlisted: int = 0
    thumbnail: bytes | None = None

    @property
    def data(self) -> bytes | Path | None:
        """The bytes of a file, or the path of the file that holds them; None for things without contents."""
        return None if self.native else self.content.data

    @property
    def size(self) -> int:
        """The size of a file in bytes."""
        return self.content.size

    @property
    def native(self) -> bool:
        """Whether it exists only inside Google (a document, folder or shortcut)."""
        return self.media_type.startswith(GOOGLE_APPS)


def media_type_of(name: str) -> str:
    """The media type that Drive assigns to a file of this name."""
    suffix = Path(name).suffix.lower()
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
