"""One thing on the Drive of this machine: a file with its bytes, a folder, a shortcut or a Google document."""

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

    Another edition of a file is another Content, so that an answer under way is never mixed of two.
    """

    data: bytes | Path = b""
    _digests: dict[str, tuple[object, str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many bytes."""
        return self.data.stat().st_size if isinstance(self.data, Path) else len(self.data)

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from start up to stop."""
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
        """A digest of them: md5, sha1 or sha256 in hexadecimal, crc32c in the base64 of X-Goog-Hash. Reckoned once."""
        state: object = None
        if isinstance(self.data, Path):
            found = self.data.stat()
            state = (found.st_size, found.st_mtime_ns)
        if name not in self._digests or self._digests[name][0] != state:
            self._digests[name] = (state, self._reckon(name))
        return self._digests[name][1]

    def _reckon(self, name: str) -> str:
        if name == "crc32c":
            return base64.b64encode(crc32c(self.chunks()).to_bytes(4, "big")).decode()
        digest = hashlib.new(name, usedforsecurity=False)
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()


@dataclass(slots=True, kw_only=True)
class Node:
    """One thing on Drive.

    exports: media type → maker of bytes, called with a number that is another one each time, since no two exports are
    alike. drive: the shared drive that it lies in. restricted: link sharing is off (True), on whatever is above says
    (False), or as above (None). needs_key: it is there only for who shows its resource_key. listable: its readers may
    look into the folder. hashes: Drive states its
    digests. unlisted: how many more lists of its folder leave it out, since Drive's lists lag behind.
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
    unlisted: int = 0

    @property
    def data(self) -> bytes | Path | None:
        """The bytes of a file, or where they are; None for what has none of its own."""
        return None if self.native else self.content.data

    @property
    def size(self) -> int:
        """Bytes of a file."""
        return self.content.size

    @property
    def native(self) -> bool:
        """Whether it lives only inside Google."""
        return self.media_type.startswith(GOOGLE_APPS)


def media_type_of(name: str) -> str:
    """The media type that Drive gives a file of this name."""
    suffix = Path(name).suffix.lower()
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
