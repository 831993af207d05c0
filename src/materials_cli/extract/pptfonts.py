"""The text of binary PowerPoint in fonts that are not what they seem (see fonts.py), by the font of each of its runs.

After [MS-PPT]: FontCollectionContainer has the names; StyleTextPropAtom, behind a text, the properties of its paragraphs, and
then of its runs, each a count of characters, a mask and the fields that the mask announces.
"""

import struct
from collections.abc import Iterator, Sequence

from materials_cli.extract.fonts import respell

FONT = 0x0FB7
_NAME_BYTES = 64
# The masks of fields with their sizes in bytes, in the order in which they are stored.
_OF_PARAGRAPHS = (
    (0xF, 2), (0x80, 2), (0x10, 2), (0x40, 2), (0x20, 4), (0x800, 2), (0x1000, 2), (0x2000, 2), (0x4000, 2), (0x100, 2),
    (0x400, 2), (0x8000, 2), (0x100000, -4), (0x10000, 2), (0xE0000, 2), (0x200000, 2),
)  # fmt: skip
_STYLE_BITS, _FONT_BIT = 0x3EB7, 0x10000
_OF_RUNS = (
    (_STYLE_BITS, 2),
    (_FONT_BIT, 2),
    (0x200000, 2),
    (0x400000, 2),
    (0x800000, 2),
    (0x20000, 2),
    (0x40000, 4),
    (0x80000, 2),
)


def name_of(content: bytes) -> str:
    """The name of a font, given its record."""
    return content[:_NAME_BYTES].decode("utf-16-le", "replace").partition("\0")[0]


def as_seen(text: str, style: bytes, families: Sequence[str]) -> str:
    """What a reader sees of a text, given its record of style and the families of the presentation's fonts, by number."""
    try:
        runs = list(_runs(style, len(text) + 1))
    except struct.error:
        return text
    pieces, at = [], 0
    for count, font in runs:
        pieces.append((families[font] if 0 <= font < len(families) else "", text[at : at + count]))
        at += count
    return "".join(respell((*pieces, ("", text[at:]))))


def _runs(style: bytes, length: int) -> Iterator[tuple[int, int]]:
    """The runs of a text of this length: how many characters, and the number of the font, -1 for that of the master."""
    at = covered = 0
    while covered < length and at < len(style):
        count, _, mask = struct.unpack_from("<IHI", style, at)
        at, covered = at + 10, covered + max(1, count)
        for bits, size in _OF_PARAGRAPHS:
            if mask & bits:
                at += size if size > 0 else 2 + 4 * struct.unpack_from("<H", style, at)[0]
    covered = 0
    while covered < length and at + 8 <= len(style):
        count, mask = struct.unpack_from("<II", style, at)
        at, covered, font = at + 8, covered + max(1, count), -1
        for bits, size in _OF_RUNS:
            if mask & bits:
                font = struct.unpack_from("<H", style, at)[0] if bits == _FONT_BIT else font
                at += size
        yield count, font
