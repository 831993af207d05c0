"""The hits that were shown last on this terminal, so that `materials open 2` opens the second of them.

They are kept for an hour in the user's cache folder, outside the archive, in a file for each terminal that only its owner can
read. If anything is wrong with that file, numbers name no hits.
"""

import json
import os
import stat
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from materials_cli.digests import sha256
from materials_cli.disk import replace_file
from materials_cli.errors import MaterialsError
from materials_cli.personal import cache_folder, is_only_ours
from materials_cli.search.hit import Hit

_LIFETIME = 3600.0  # seconds
_LARGEST = 1_000_000
_MOST_HITS = 1000  # that a search shows: a greater number, such as a year, is meant as a word


def remember(archive: Path | None, hits: Sequence[Hit], roots: Mapping[str, Path]) -> None:
    """Keep the hits that were just printed, in the order of their numbers.

    archive: in which the search was typed; roots: where the archives are that were searched instead, by their names.
    """
    file = _file()
    if file is None:
        return
    typed = _written(archive)
    places = [
        [
            hit.item.collection,
            hit.item.id,
            hit.section.number if hit.section else None,
            _written(roots.get(hit.archive)) or typed,
        ]
        for hit in hits
    ]
    content = json.dumps({"time": time.time(), "archive": typed, "hits": places})
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_only_ours(file.parent.lstat(), stat.S_ISDIR):
            replace_file(file, content.encode("utf-8", "surrogateescape"), private=True)
    except (OSError, MaterialsError):
        pass  # a search works without it


def recall(archive: Path | None, number: int) -> tuple[str, str, int | None] | None:
    """Collection, id and section of a hit by its number, counted from 1; None if there is no such hit."""
    found = _kept(number)
    if found is None or found[-1] != _written(archive):
        return None
    _, collection, item, section, _ = found
    return (str(collection), str(item), section if isinstance(section, int) else None)


def is_meant(number: int) -> bool:
    """Whether a number alone is that of a hit, and not a word of a name: a search shows no more hits."""
    return 1 <= number <= _MOST_HITS


def on_terminal() -> bool:
    """Whether there is a terminal here, whose last hits have numbers."""
    return _terminal() is not None


def archive_of(typed: Path | None, number: int) -> Path | None:
    """The archive of a hit of a search in several; None if there is no such hit. typed: where its number was typed."""
    found = _kept(number)
    if found is None or found[0] != _written(typed) or found[-1] == found[0]:
        return None
    return Path(found[-1])


def _kept(number: int) -> tuple[str, Any, Any, Any, str] | None:
    """Where the search was typed, and a hit with its archive."""
    kept = _read()
    try:
        if not 0 <= time.time() - kept["time"] < _LIFETIME or number < 1:
            return None
        collection, item, section, archive = kept["hits"][number - 1]
        return str(kept["archive"]), collection, item, section, str(archive)
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _written(folder: Path | None) -> str:
    return os.fspath(folder.absolute()) if folder else ""


def _read() -> Any:
    """The content of the file, if only this user can have written it."""
    file = _file()
    if file is None:
        return {}
    try:
        if not is_only_ours(file.parent.lstat(), stat.S_ISDIR):
            return {}
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as opened:
            return json.loads(opened.read(_LARGEST)) if is_only_ours(os.fstat(descriptor), stat.S_ISREG) else {}
    except (OSError, ValueError):
        return {}


def _file() -> Path | None:
    """The file of this terminal; None without a terminal or a home."""
    terminal = _terminal()
    if terminal is None:
        return None
    name = sha256(terminal.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    with suppress(FileNotFoundError):
        return cache_folder() / f"hits-{name}.json"
    return None


def _terminal() -> str | None:
    """What identifies this terminal: its name, and its session, because names are reused."""
    stream = next((stream for stream in (sys.stdin, sys.stdout, sys.stderr) if stream and stream.isatty()), None)
    if stream is None:
        return None
    return f"{os.getppid()}" if os.name == "nt" else f"{os.ttyname(stream.fileno())} {os.getsid(0)}"
