"""What others may do with materials, as an address that programs know. Pure.

Nobody has stated it for most folders; then it is undetermined, which is itself a statement: https://rightsstatements.org
"""

import re

from materials_cli.patterns import regex

UNDETERMINED = "undetermined"
_VOCABULARY = "http://rightsstatements.org/vocab/"
_STATEMENTS = {
    UNDETERMINED: f"{_VOCABULARY}UND/1.0/",
    "not evaluated": f"{_VOCABULARY}CNE/1.0/",
    "in copyright": f"{_VOCABULARY}InC/1.0/",
    "no known copyright": f"{_VOCABULARY}NKC/1.0/",
    "public domain": "https://creativecommons.org/publicdomain/mark/1.0/",
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
_LICENCE = regex(r"cc[ -](by(?:-nc)?(?:-sa|-nd)?)[ -]([1-4]\.[0-9])(?:[ -]igo)?", re.ASCII)
_ADDRESS = regex(r"https?://[^\s<>\"]+")


def rights_uri(statement: str) -> str | None:
    """The address of a licence or RightsStatement that is given by its address or usual name; None for a sentence."""
    text = " ".join(statement.split())
    if _ADDRESS.fullmatch(text):
        return text
    lowered = text.casefold()
    if licence := _LICENCE.fullmatch(lowered):
        port = "igo/" if lowered.endswith("igo") else ""
        return f"https://creativecommons.org/licenses/{licence[1]}/{licence[2]}/{port}"
    return _STATEMENTS.get(lowered)
