"""Which listed files a collection includes: the patterns, kinds and sizes of materials.toml. Pure.

What is left out is neither fetched nor brought up to date; what is held already stays, and nothing is withdrawn for it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from materials_cli.config import Collection
from materials_cli.kinds import matches_kind
from materials_cli.messages import Message, msg
from materials_cli.model import RemoteFile

_DEEP = re.compile(r"(\*\*+/|\*\*+)")


def left_out(files: Sequence[RemoteFile], collection: Collection) -> dict[str, Message]:
    """Why files are excluded, by their ids."""
    included, excluded = _matcher(collection.include), _matcher(collection.exclude)
    reasons: dict[str, Message] = {}
    for file in files:
        paths = _paths(file)
        if collection.include and not any(map(included, paths)):
            reasons[file.id] = msg("matches no “include” pattern")
        elif any(map(excluded, paths)):
            reasons[file.id] = msg("matches an “exclude” pattern")
        elif collection.only and not matches_kind(collection.only, file.kind, file.file_name):
            reasons[file.id] = msg("its kind is {kind}", kind=file.kind)
        elif collection.max_size is not None and (file.size or 0) > collection.max_size:
            reasons[file.id] = msg("larger than “max_size”")
    return reasons


def excluded_folders(folders: Mapping[str, tuple[str, ...]], collection: Collection) -> frozenset[str]:
    """The ids of the folders that match an “exclude” pattern. folders: id → exact names from the root."""
    excluded = _matcher(collection.exclude)
    return frozenset(folder for folder, names in folders.items() if excluded(_plain("/".join(map(_one_part, names)))))


def _one_part(name: str) -> str:
    """A name as one part of a path, whatever is in it."""
    return name.replace("/", "／")


def _paths(file: RemoteFile) -> set[str]:
    """A file's path on Drive, with and without the suffix of its exported form."""
    folders = [*map(_one_part, file.folders)]
    return {_plain("/".join((*folders, _one_part(name)))) for name in (file.name, file.file_name)}


def _matcher(patterns: Sequence[str]) -> Callable[[str], object]:
    """A pattern without "/" matches a file or folder of that name anywhere; one with "/" matches a path from the top.

    "*" and "?" stay inside one name, "**" does not. A folder that fits takes along what lies in it.
    """
    if not patterns:
        return lambda _: False
    expressions = []
    for pattern in patterns:
        plain = _plain(pattern.strip()).rstrip("/")
        start = "" if "/" in plain else "(?:.*/)?"
        expressions.append(f"{start}{_expression(plain.lstrip('/'))}(?:/.*)?")
    return re.compile("|".join(expressions), re.DOTALL).fullmatch


def _expression(pattern: str) -> str:
    """A regular expression that no number of stars makes slow: what follows a star is sought once, where it first occurs.

    That place is as good as any later one, because another star follows; only behind the last star are all places tried.
    """
    first, *blocks = _DEEP.split(pattern)
    pieces = [_block(first, last=not blocks)]
    for number, (stars, block) in enumerate(zip(blocks[::2], blocks[1::2], strict=True), 1):
        last = 2 * number == len(blocks)
        skipped = "(?:|.*?/)" if stars.endswith("/") else ".*?"
        pieces.append(f"(?{':' if last else '>'}{skipped}{_block(block, last=last)})")
    return "".join(pieces)


def _block(block: str, *, last: bool) -> str:
    """What stands between two "**". last: a name has to end where it does."""
    first, *pieces = ("".join("[^/]" if c == "?" else re.escape(c) for c in piece) for piece in re.split(r"\*", block))
    if not pieces or not last:
        return first + "".join(f"(?>[^/]*?{piece})" for piece in pieces)
    return first + "".join(f"(?>[^/]*?{piece})" for piece in pieces[:-1]) + f"[^/]*{pieces[-1]}"


def _plain(text: str) -> str:
    """Without letter case and Unicode form, since people type what they see."""
    return unicodedata.normalize("NFC", text).casefold()
