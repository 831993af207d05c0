"""Compares what would be written to a file with what is there, piece by piece, as it comes."""

import io
from contextlib import suppress
from pathlib import Path
from typing import Any

from materials_cli.disk import open_plain


class Compared(io.BytesIO):
    """Takes what a file should hold, without keeping it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = None
        with suppress(OSError):
            self._file = open_plain(path)
        self._same, self._size = self._file is not None, 0

    def write(self, content: Any, /) -> int:
        """Compare the next bytes."""
        self._same = self._same and self._file is not None and self._file.read(len(content)) == content
        self._size += len(content)
        return len(content)

    def tell(self) -> int:
        """How many bytes came."""
        return self._size

    def same(self) -> bool:
        """Whether the file has these bytes and no others."""
        return self._same and self._file is not None and not self._file.read(1)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        super().close()
