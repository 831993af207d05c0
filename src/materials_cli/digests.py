"""SHA-256 for modules that most commands import but few make a digest with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash


def sha256(content: bytes) -> "_Hash":
    """The same as hashlib.sha256()."""
    import hashlib  # noqa: PLC0415 - with it comes OpenSSL, which takes 4 ms

    return hashlib.sha256(content)
