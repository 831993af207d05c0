"""Raster pictures, made small: decoded, scaled to what a screen shows, and encoded anew without what else was in the file."""

import io
import struct
import warnings
import zlib

from PIL import Image

from materials_cli.pictures.drawn import JPEG

_LONGEST, _MOST_PIXELS = 960, 60_000_000
_QUALITY = 72
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
# Pillow raises whatever its readers meet.
_DAMAGED = (
    OSError, ValueError, SyntaxError, ArithmeticError, AttributeError, KeyError, IndexError, TypeError, EOFError, struct.error,
    zlib.error, Image.DecompressionBombError,
)  # fmt: skip
_NEEDED = frozenset({"transparency"})  # of what else a file holds: Pillow would write its comments into the new one


def to_jpeg(picture: Image.Image) -> bytes:
    """A picture as JPEG, in which a page takes 40 kB and 2 ms (as WebP 30 kB and 12 ms)."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def small(
    content: bytes, longest: int = _LONGEST, *, formats: tuple[str, ...] = _FORMATS, most: int = _MOST_PIXELS
) -> Image.Image | None:
    """A decoded picture, its longest side at most so many pixels; None if it is damaged, or beyond all measure.

    formats: the names that Pillow has for those that are read. most: the pixels of one that is.
    """
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=formats) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > most or not picture.width * picture.height:
                return None
            picture.draft("RGB", (longest, longest))
            picture.thumbnail((longest, longest))
            made = picture.copy()
    except _DAMAGED:
        return None
    made.info = {key: value for key, value in made.info.items() if key in _NEEDED}
    return made


def encoded(content: bytes) -> tuple[str, bytes] | None:
    """A picture encoded anew: media type and bytes; None if it cannot be shown."""
    picture = small(content)
    if picture is None:
        return None
    if not (picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info):
        return JPEG, to_jpeg(picture)
    out = io.BytesIO()
    picture.convert("RGBA").save(out, "WEBP", quality=_QUALITY, method=0)
    return "image/webp", out.getvalue()
