"""Notes in incoming/ of what each finished download is, until its row is written: for the next run, if this one is killed.

Many notes share a file, one a line: the name of the bytes, a space and a text without line ends. A file for each would take
longer to make and remove than its download, if that is small. Earlier versions made one for each, named as the bytes are.
A note may outlive its row, as long as another one of its file is needed; whoever reads it finds the row.
"""

import errno
import os
import threading
from pathlib import Path
from typing import BinaryIO

from materials_cli.disk import open_own, open_plain
from materials_cli.patterns import regex

_SUFFIX, _BYTES = ".done", ".part"
_IN_ONE_FILE = 256
_NAME = regex(r"[0-9a-f]{32}\.part")


class Notes:
    """The notes of one archive. Thread-safe. Whoever writes holds the archive's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._needed: dict[Path, set[str]] = {}  # the names of bytes of which each file has a note that is needed
        self._file: BinaryIO | None = None
        self._path, self._written = folder, 0  # of the file that is being written

    def add(self, part: Path, text: str) -> None:
        """Note finished bytes; raise OSError."""
        line = f"{part.name} {text}\n".encode()
        with self._lock:
            file = self._file or self._begin()
            written = 0
            try:
                written = file.write(line)
            finally:
                if written != len(line):
                    self._end()  # what was cut must not run into the next note
            if written != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file.name)
            self._needed[self._path].add(part.name)
            self._written += 1
            if self._written >= _IN_ONE_FILE:
                self._end()

    def all(self) -> list[tuple[Path, str]]:
        """Where the bytes lay, and the text, of every note: a cut text if the note was cut, none if it is not one of ours."""
        if not self._folder.is_dir():
            return []
        found = []
        for path in sorted(path for path in self._folder.iterdir() if path.suffix == _SUFFIX):
            notes = _read(path)
            with self._lock:
                self._needed.setdefault(path, {name for name, _ in notes})
            found += [(self._folder / name, text) for name, text in notes]
        return found

    def forget(self, part: Path) -> None:
        """Remove the note about some bytes, and its file with the last that is needed; raise OSError."""
        with self._lock:
            for path in [path for path, names in self._needed.items() if part.name in names]:
                self._needed[path].remove(part.name)
                if not self._needed[path]:
                    self._end() if path == self._path else self._remove(path)

    def is_needed(self, path: Path) -> bool:
        """Whether a file in the folder holds notes, or bytes that are noted."""
        with self._lock:
            return path.suffix == _SUFFIX or any(path.name in names for names in self._needed.values())

    def close(self) -> None:
        """Close the file that is being written."""
        with self._lock:
            self._end()

    def _begin(self) -> BinaryIO:
        self._path = self._folder / f"{os.urandom(16).hex()}{_SUFFIX}"
        self._file = open_own(self._path, "xb", buffering=0)
        self._needed[self._path], self._written = set(), 0
        return self._file

    def _end(self) -> None:
        """Begin another file with the next note."""
        if self._file:
            self._file.close()
            self._file = None
        if self._path in self._needed and not self._needed[self._path]:
            self._remove(self._path)

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        del self._needed[path]


def _read(path: Path) -> list[tuple[str, str]]:
    """The names and texts of a file of notes."""
    try:
        with open_plain(path) as file:
            content = file.read().decode("utf-8", "replace")
    except OSError:
        return []  # nothing is dropped for it: the next run may be able to read it
    own = path.with_suffix(_BYTES).name
    if not content or content.startswith("{"):  # as earlier versions wrote it
        return [(own, content)]
    lines = (line.partition(" ") for line in content.split("\n") if line)
    return [(name, text) if _NAME.fullmatch(name) else (own, "") for name, _, text in lines]
