"""The address of an item or slide in the catalogue of pages. Pure.

It is the same in every catalogue of every archive that holds the item, and for good: other people keep links to it.
"""

import hashlib

_DIGITS = 10  # two of 100,000 items share them once in 200 archives


def address_key(identity: str) -> str:
    """What stands for an item. identity: its id."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def address(identity: str, number: int | None = None) -> str:
    """Where a catalogue shows an item, or one of its slides: #KEY/4."""
    return f"#{address_key(identity)}" + (f"/{number}" if number is not None else "")
