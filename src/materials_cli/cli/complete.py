"""Shell completion of collections, items, kinds and help topics. It must be fast, so it reads and imports little.

Whatever goes wrong here (no archive, a damaged one), TAB proposes nothing and stays silent.
"""

import os
from pathlib import Path
from typing import Self

import typer

from materials_cli.config import find_archive, load
from materials_cli.errors import Code, MaterialsError
from materials_cli.kinds import Kind
from materials_cli.patterns import regex
from materials_cli.store.inside import catalogue_of

_NEEDS_BACKSLASH = regex(r"([^a-zA-Z0-9_./+,%-])")
_IN_DOUBLE_QUOTES = str.maketrans({'"': '\\"', "$": "\\$", "`": "\\`", "\\": "\\\\", "!": "\"'!'\""})
_IN_ZSH = str.maketrans({"'": "'\\''", '"': "", "$": "\\$", "`": "\\`", ":": "\\\\:"})


class Proposal(str):
    """A completion. Typer drops completions that do not start with the typed word, but ours may: a name or a quoted path."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """True, so that Typer keeps it."""
        return True


class ZshProposal(Proposal):
    """A completion with our own quoting: Typer's quoting for zsh drops apostrophes, as in O'zbekiston."""

    __slots__ = ()

    def replace(self, *_: object, **__: object) -> Self:
        """Return it unchanged: it is already quoted."""
        return self


def complete_topic(incomplete: str) -> list[str]:
    """Complete topics of `materials help`."""
    return [topic for topic in ("access", "exit-codes", "errors", "settings", "formats", *Code) if topic.startswith(incomplete)]


def complete_kind(incomplete: str) -> list[str]:
    """Complete kinds of file."""
    return [kind for kind in Kind if kind.startswith(incomplete.lower())]


def complete_collection(context: typer.Context, incomplete: str) -> list[str]:
    """Complete names of the archive's collections."""
    archive = _archive(context)
    try:
        slugs = [collection.slug for collection in load(archive).collections] if archive else []
    except MaterialsError:
        return []
    return [slug for slug in slugs if slug.startswith(incomplete)]


def complete_item(context: typer.Context, incomplete: str) -> list[str]:
    """Complete items: by path, else by a part of the name, else by id."""
    from materials_cli.catalogue.proposals import proposals  # noqa: PLC0415 - nobody else needs them

    archive = _archive(context)
    if archive is None:
        return []
    try:
        found = proposals(catalogue_of(archive), incomplete)
    except (MaterialsError, OSError):
        return []
    if _shell() == "bash" and len(found) > 1 and not found[0].startswith(incomplete):
        return []  # bash would replace the word with the common prefix of the paths
    return [_proposal(text) for text in found if text.isprintable()]


def _archive(context: typer.Context) -> Path | None:
    """The archive given on the line so far, else the nearest."""
    named = context.params.get("archive") or context.find_root().params.get("archive")
    return find_archive(Path.cwd(), Path(named).expanduser() if named else None)


def _shell() -> str:
    return os.environ.get("_MATERIALS_COMPLETE", "").removeprefix("complete_")


def _proposal(text: str) -> str:
    """A completion quoted for the shell. fish quotes by itself; bash inserts the text unchanged."""
    if _shell() == "zsh":
        return ZshProposal(text.translate(_IN_ZSH))
    return Proposal(_in_bash(text) if _shell() == "bash" else text)


def _in_bash(text: str) -> str:
    """Quote a text in the style in which the current word started."""
    words = os.environ.get("COMP_WORDS", "").split("\n")
    position = int(os.environ.get("COMP_CWORD", "0"))
    word = words[position] if position < len(words) else ""
    if word.startswith("'"):
        return text.replace("'", "'\\''")
    if word.startswith('"'):
        return text.translate(_IN_DOUBLE_QUOTES)
    return _NEEDS_BACKSLASH.sub(lambda found: f"\\{found[1]}" if found[1].isascii() else found[1], text)
