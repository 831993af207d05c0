"""Recognises words in pictures with tesseract, for slides and pages that have no text of their own.

Results are kept under the digest of the picture, so that no picture is processed twice, and an archive's results are
available on a computer without tesseract.
"""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from materials_cli.disk import disk_errors, replace_file
from materials_cli.environment import find_program, for_reading
from materials_cli.errors import MaterialsError
from materials_cli.extract.package import Package, UnreadableError
from materials_cli.extract.packages import load
from materials_cli.extract.pictures import is_picture, pixels
from materials_cli.messages import msg
from materials_cli.model import Section, Text

_MAX_PICTURES = 20
_MIN_PIXELS, _MAX_PIXELS = 10_000, 60_000_000
_TIMEOUT = 50.0
_GRAY = b"P5 "
_PICTURE_PARTS = {
    "ppt/presentation.xml": "pptx:picture_parts",
    "word/document.xml": "docx:picture_parts",
    "content.xml": "odf:picture_parts",
}


def installed_languages() -> frozenset[str]:
    """The languages that tesseract can recognise on this computer; none if it is not installed."""
    program = find_program("tesseract")
    if program is None:
        return frozenset()
    done = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env=for_reading(os.environ),
    )  # fmt: skip
    return frozenset(line.strip() for line in done.stdout.splitlines()[1:] if line.strip())


def recognise(path: Path, number: int, languages: Sequence[str], cache: Path) -> Text:
    """The words in the pictures of one slide or page (counted from 1), as at most one section.

    cache: the folder of earlier results. The Text has a note if a picture cannot be read or takes too long.
    """
    deadline = time.monotonic() + _TIMEOUT
    try:
        texts = [_words(picture, languages, cache, deadline) for picture in _pictures(path, number)]
    except UnreadableError as error:
        return Text(note=error.note)
    except subprocess.TimeoutExpired:
        return Text(note=msg("Recognising text in a picture took too long."))
    body = "\n".join(filter(None, texts))
    return Text(sections=(Section(number, body=body, ocr=True),) if body else ())


def _pictures(path: Path, number: int) -> Iterator[bytes]:
    """The pictures of a slide or page: those in an Office file, or a PDF page rendered as one."""
    with path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        yield load("pdf:render")(path, number)
    elif head.startswith(b"PK\x03\x04"):
        with Package(path) as package:
            parts = next((reader for main, reader in _PICTURE_PARTS.items() if main in package), None)
            for part in load(parts)(package, number)[:_MAX_PICTURES] if parts else ():
                yield package.read(part)
    elif is_picture(head):
        yield path.read_bytes()


def _words(picture: bytes, languages: Sequence[str], cache: Path, deadline: float) -> str:
    """The words in one picture: from the cache, else from tesseract if it is installed."""
    name = f"{hashlib.sha256(picture).hexdigest()}.{'+'.join(languages)}.txt"
    known = cache / name[:2] / name
    if known.is_file():
        return known.read_text("utf-8")
    program = find_program("tesseract")
    if program is None or not _is_suitable(picture):
        return ""
    done = subprocess.run(
        [program, "-", "-", "-l", "+".join(languages)],
        input=picture,
        capture_output=True,
        timeout=max(0.0, deadline - time.monotonic()),
        check=False,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    if done.returncode:
        return ""
    lines = (" ".join(line.split()) for line in done.stdout.decode("utf-8", "replace").splitlines())
    words = "\n".join(line for line in lines if line)
    # A result that cannot be stored is computed again next time.
    with suppress(MaterialsError), disk_errors():
        known.parent.mkdir(parents=True, exist_ok=True)
        replace_file(known, words.encode())
    return words


def _is_suitable(picture: bytes) -> bool:
    """Whether tesseract can read this format, and the picture is neither an icon nor too large."""
    if picture.startswith(_GRAY):
        return True
    return is_picture(picture[:16]) and _MIN_PIXELS <= pixels(picture) <= _MAX_PIXELS
