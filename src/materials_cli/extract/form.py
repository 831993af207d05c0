"""What a file's first bytes say it is, for comparing two states of one file: encrypted or overwritten bytes say nothing."""

from pathlib import Path

from materials_cli.extract.encodings import decode
from materials_cli.extract.pictures import is_picture

_READ = 4096
_PICTURE, _TEXT = "picture", "text"
_STARTS = (
    (0, b"PK\x03\x04", "zip"), (0, b"PK\x05\x06", "zip"), (0, b"%PDF", "pdf"), (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (4, b"ftyp", "mp4"), (4, b"moov", "mp4"), (0, b"\x1a\x45\xdf\xa3", "matroska"), (0, b"RIFF", "riff"), (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"), (0, b"\xff\xfb", "mp3"), (0, b"\xff\xf3", "mp3"), (0, b"\xff\xf1", "aac"), (0, b"fLaC", "flac"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "asf"), (0, b"\x1f\x8b", "gzip"), (0, b"BZh", "bzip2"), (0, b"\xfd7zXZ", "xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"), (0, b"Rar!", "rar"), (257, b"ustar", "tar"), (0, b"SQLite format 3", "sqlite"),
)  # fmt: skip


def form_of(path: Path) -> str | None:
    """A word for the format, "text" for text in any encoding; None if the bytes say nothing. Raise OSError."""
    with path.open("rb") as file:
        head = file.read(_READ)
    if is_picture(head):
        return _PICTURE
    known = next((form for at, start, form in _STARTS if head.startswith(start, at)), None)
    return known or (_TEXT if _is_text(head) else None)


def _is_text(head: bytes) -> bool:
    """Whether these bytes, decoded, have no control characters: of random bytes, every ninth is one."""
    return bool(head) and all(char >= " " or char in "\t\n\r\f\v\x1b" for char in decode(head))
