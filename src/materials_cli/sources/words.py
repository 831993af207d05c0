"""Whether a name announces an end, or an account is marked as that of somebody who has left (see words.toml). Pure."""

import re
import unicodedata
from functools import cache, lru_cache

from materials_cli.tables import table


@lru_cache(maxsize=65536)
def announces(text: str) -> bool:
    """Whether a name or description says that what it stands for will go, or has moved."""
    return bool(_notice().search(_plain(text)))


def marked(owner: str) -> bool:
    """Whether an administrator has marked an account as one that will go."""
    return any(pattern.search(_plain(owner)) for pattern in _marks())


@cache
def personal_domains() -> frozenset[str]:
    """The domains of addresses that everybody can have, so that Google's rules for personal accounts apply."""
    return frozenset(table(__file__, "words.toml")["account"]["personal"])


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("_", " ").casefold().split())


@cache
def _notice() -> re.Pattern[str]:
    patterns = [pattern for language in table(__file__, "words.toml")["notice"].values() for pattern in language]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def _marks() -> tuple[re.Pattern[str], ...]:
    marks = table(__file__, "words.toml")["account"]
    return tuple(re.compile(marks[name]) for name in ("before", "within", "after"))
