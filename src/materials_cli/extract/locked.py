"""Documents that Office encrypted with a password of its own, and opens without asking.

These are workbooks whose structure is protected, and presentations that are protected against changes only.
After Microsoft's open specification [MS-OFFCRYPTO].
"""

import io
from pathlib import Path

_KNOWN = ("VelvetSweatshop", "/01Hannes Ruescher/01")


def unlocked(path: Path) -> bytes | None:
    """The document without its encryption; None if somebody has chosen the password."""
    import msoffcrypto  # noqa: PLC0415 - draws in cryptography, for few files
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError  # noqa: PLC0415 - as above

    for password in _KNOWN:
        content = io.BytesIO()
        try:
            with path.open("rb") as file:
                document = msoffcrypto.OfficeFile(file)
                document.load_key(password=password)
                document.decrypt(content)
        except (DecryptionError, FileFormatError, InvalidKeyError, ParseError, OSError, ValueError, LookupError, TypeError):
            continue
        return content.getvalue()
    return None
