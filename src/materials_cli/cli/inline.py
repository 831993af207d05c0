"""Pictures on the terminal, where it can show them: by the protocols of kitty and iTerm2, or as sixels.

What a terminal can do, it says in its environment; inside tmux and screen nothing is known. One that says nothing gets no byte
of a picture. Sources: https://sw.kovidgoyal.net/kitty/graphics-protocol/, https://iterm2.com/documentation-images.html,
https://vt100.net/docs/vt3xx-gp/chapter14.html
"""

import base64
import io
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_CHUNK, _WIDTH, _COLOURS = 4096, 800, 64
_MOST_PIXELS = 2_000_000
_KITTY, _ITERM = {"ghostty", "kitty"}, {"iTerm.app", "WezTerm", "mintty"}
_SIXEL = ("foot", "mlterm", "yaft")

Encoder = Callable[[bytes], str]


def encoder(environ: Mapping[str, str]) -> Encoder | None:
    """How this terminal is shown a picture (JPEG); None if it does not say that it can."""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if "TMUX" in environ or term.startswith(("screen", "tmux", "dumb")):
        return None
    if environ.get("KITTY_WINDOW_ID") or program in _KITTY or term in {"xterm-kitty", "xterm-ghostty"}:
        return _for_kitty
    if program in _ITERM or environ.get("LC_TERMINAL") == "iTerm2":
        return _for_iterm
    return _as_sixels if term.startswith(_SIXEL) else None


def _for_kitty(content: bytes) -> str:
    """PNG in chunks."""
    out = io.BytesIO()
    _opened(content).save(out, "PNG")
    data = base64.b64encode(out.getvalue()).decode("ascii")
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    keys = ["a=T,f=100,", *[""] * (len(chunks) - 1)]
    rest = [*[1] * (len(chunks) - 1), 0]
    return "".join(f"\x1b_G{key}m={more};{chunk}\x1b\\" for key, more, chunk in zip(keys, rest, chunks, strict=True))


def _for_iterm(content: bytes) -> str:
    out = io.BytesIO()
    _opened(content).save(out, "JPEG", quality=80)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return f"\x1b]1337;File=inline=1;size={len(out.getvalue())};width=auto:{data}\x07"


def _as_sixels(content: bytes) -> str:
    picture = _opened(content).quantize(_COLOURS)
    width, height = picture.size
    palette = (picture.getpalette() or [])[: 3 * _COLOURS]
    colours = [palette[at : at + 3] for at in range(0, len(palette), 3)]
    defined = "".join(f"#{n};2;" + ";".join(str(round(part / 2.55)) for part in rgb) for n, rgb in enumerate(colours))
    pixels = picture.tobytes()
    rows = [pixels[at : at + width] for at in range(0, width * height, width)]
    bands = (_band(rows[top : top + 6]) for top in range(0, height, 6))
    return f'\x1bPq"1;1;{width};{height}{defined}{"".join(bands)}\x1b\\'


def _band(rows: list[bytes]) -> str:
    """Six rows of pixels: for each colour in them, where it stands."""
    shown = []
    for colour in sorted(set(b"".join(rows))):
        columns = (sum((row[x] == colour) << y for y, row in enumerate(rows)) for x in range(len(rows[0])))
        shown.append(f"#{colour}" + "".join(_run(chr(63 + bits), sum(1 for _ in same)) for bits, same in groupby(columns)))
    return "$".join(shown) + "-"


def _run(sign: str, count: int) -> str:
    return f"!{count}{sign}" if count > 3 else sign * count


def _opened(content: bytes) -> "Image.Image":
    """The picture, decoded and small enough for a screen; raise ValueError for what is none of those that we keep."""
    from materials_cli.pictures.raster import small  # noqa: PLC0415 - the extra may not be installed

    picture = small(content, _WIDTH, formats=("JPEG",), most=_MOST_PIXELS)
    if picture is None:
        raise ValueError(len(content))
    return picture.convert("RGB")
