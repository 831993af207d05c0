"""A drawing as PNG, with resvg (extra `[pictures]`), for whoever cannot see SVG. It takes no other file, and no network.

The drawing is made anew from what may be in it, as when it was first drawn: an archive may come from strangers. resvg sets its
words in the fonts of this computer. Source: the README of resvg_py.
"""

from base64 import b64encode
from typing import Any

from materials_cli.extract.package import UnreadableError
from materials_cli.messages import msg
from materials_cli.pictures.drawn import JPEG

PNG = "image/png"
_LONGEST = 1280
_LETTER = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="18">A</text></svg>'


def flatten(svg: str, most: int) -> dict[str, Any]:
    """The media type of the picture and its bytes in base64; raise UnreadableError. most: how many bytes it may have.

    PNG keeps letters sharp; what is too large as that, such as photographs, becomes JPEG.
    """
    import resvg_py  # noqa: PLC0415 - the extra may not be installed

    from materials_cli.pictures import raster  # noqa: PLC0415 - as above
    from materials_cli.pictures.svg import NAMESPACE, clean, to_bytes  # noqa: PLC0415 - what draws pages needs it not

    made = clean(svg.encode(), raster.encoded)
    has_words = next(made.root.iter(f"{{{NAMESPACE}}}text"), None) is not None
    if has_words and resvg_py.svg_to_bytes(_LETTER) == resvg_py.svg_to_bytes(_LETTER, skip_system_fonts=True):
        raise UnreadableError(msg("This computer has no fonts, so slides would be shown without their words."))
    wide = made.width >= made.height
    drawing = to_bytes(made.root).decode()
    width, height = (_LONGEST, None) if wide else (None, _LONGEST)
    content, media = resvg_py.svg_to_bytes(drawing, background="white", width=width, height=height), PNG
    if len(content) > most:
        picture = raster.small(content, _LONGEST)
        content, media = b"" if picture is None else raster.to_jpeg(picture), JPEG
    if not 0 < len(content) <= most:
        raise UnreadableError(msg("The picture is too large to be shown."))
    return {"media": media, "made": b64encode(content).decode("ascii")}
