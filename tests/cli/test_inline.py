"""Pictures reach only a terminal that says it can show them, decoded and encoded anew, in the form that it takes."""

import asyncio
import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from textual.widgets import Static

from materials_cli.cli.browse import Browser
from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.inline import encoder
from materials_cli.cli.scope import Here
from materials_cli.search.filters import NO_FILTERS
from support.invented import invented_archive

KITTY, ITERM, FOOT = {"TERM": "xterm-kitty"}, {"TERM_PROGRAM": "iTerm.app", "TERM": "xterm-256color"}, {"TERM": "foot"}


def picture() -> bytes:
    """Red above, blue below; behind it, what no terminal should get."""
    made = Image.new("RGB", (40, 20), "red")
    made.paste("blue", (0, 10, 40, 20))
    out = io.BytesIO()
    made.save(out, "JPEG", quality=95)
    return out.getvalue() + b"\x1b]0;stolen\x07"


def shown(environ: dict[str, str]) -> str:
    encode = encoder(environ)
    assert encode
    return encode(picture())


def assert_halves(content: Image.Image) -> None:
    top, bottom = (content.convert("RGB").getpixel((20, y)) for y in (3, 16))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] - top[2] > 150
    assert bottom[2] - bottom[0] > 150


@pytest.mark.parametrize(
    "environ",
    [{}, {"TERM": "xterm-256color"}, {"TERM": "dumb"}, {**KITTY, "TMUX": "1"}, {"TERM": "screen", "LC_TERMINAL": "iTerm2"}],
)  # fmt: skip
def test_a_terminal_that_says_nothing_gets_no_picture(environ: dict[str, str]) -> None:
    assert encoder(environ) is None


def test_kitty_gets_png_in_chunks() -> None:
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", shown(KITTY))
    assert parts[0][0].startswith("a=T,f=100,")
    assert [keys.endswith("m=0") for keys, _ in parts] == [False] * (len(parts) - 1) + [True]
    content = base64.b64decode("".join(data for _, data in parts))
    assert b"stolen" not in content
    assert_halves(Image.open(io.BytesIO(content), formats=["PNG"]))


def test_iterm_gets_one_file() -> None:
    found = re.fullmatch(r"\x1b\]1337;File=inline=1;size=(\d+);width=auto:([^\x07]*)\x07", shown(ITERM))
    assert found
    content = base64.b64decode(found[2])
    assert (len(content), b"stolen" in content) == (int(found[1]), False)
    assert_halves(Image.open(io.BytesIO(content), formats=["JPEG"]))


def test_others_get_sixels() -> None:
    text = shown(FOOT)
    assert re.fullmatch(r'\x1bPq"1;1;40;20[#;\d!?-~$-]*\x1b\\', text)
    defined = re.findall(r"#(\d+);2;([\d;]+)", text)
    colours = {int(number): tuple(round(int(part) * 2.55) for part in rgb.split(";")) for number, rgb in defined}
    decoded = Image.new("RGB", (40, 24))
    for band, row in enumerate(re.sub(r"#\d+;2;[\d;]+", "", text)[len('\x1bPq"1;1;40;20') : -2].split("-")):
        for colour, signs in re.findall(r"#(\d+)([^#$]*)", row):
            x = 0
            for count, sign in re.findall(r"(?:!(\d+))?([?-~])", signs):
                for column in range(x, x + int(count or 1)):
                    for bit in (bit for bit in range(6) if (ord(sign) - 63) >> bit & 1):
                        decoded.putpixel((column, 6 * band + bit), colours[int(colour)])
                x += int(count or 1)
    assert_halves(decoded)


def test_the_screen_says_why_it_shows_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = invented_archive(tmp_path)

    async def said(environ: dict[str, str]) -> str:
        for name in ("TERM", "TERM_PROGRAM", "LC_TERMINAL", "KITTY_WINDOW_ID", "TMUX"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        app = Browser(Here(ArchiveContext(archive)), "", NO_FILTERS, ())
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press(*"kutaisi")
            await app.workers.wait_for_complete()
            await pilot.press("f2")
            await pilot.pause()
            return str(app.query_one("#summary", Static).render())

    assert "does not say that it can show pictures" in asyncio.run(said({"TERM": "xterm"}))
    assert "no picture of it" in asyncio.run(said(KITTY))
