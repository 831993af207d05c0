"""Drawings as pictures of pixels: what is shown, how large it may be, and what strangers' drawings cannot do."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
import resvg_py
from PIL import Image

from materials_cli.extract.package import UnreadableError
from materials_cli.pictures.flat import flatten
from support.fonts import HAS_FONTS

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}">{}</svg>'
RED = '<rect width="100%" height="100%" fill="#f00"/>'
BLUE = (0, 0, 255)


def seen(drawing: str, most: int = 700_000) -> tuple[str, Image.Image]:
    made = flatten(drawing, most)
    return made["media"], Image.open(io.BytesIO(base64.b64decode(made["made"]))).convert("RGB")


def picture(side: int, tmp_path: Path) -> Path:
    """A blue picture on the disk."""
    Image.new("RGB", (side, side), BLUE).save(path := tmp_path / "secret.png")
    return path


@pytest.mark.parametrize(("size", "shown"), [((960, 540), (1280, 720)), ((540, 960), (720, 1280)), ((19_000, 10), (1280, 1))])
def test_its_longest_side_is_bounded(size: tuple[int, int], shown: tuple[int, int]) -> None:
    media, made = seen(SVG.format(*size, RED))
    assert (media, made.size, made.getpixel((0, 0))) == ("image/png", shown, (255, 0, 0))


@pytest.mark.skipif(not HAS_FONTS, reason="this machine has no fonts")
@pytest.mark.parametrize("word", ["Қазақ", "한국어", "ქართული", "Հայերեն", "বাংলা", "ភាសាខ្មែរ", "ລາວ", "العربية"])
def test_words_are_drawn_on_white(word: str) -> None:
    _, made = seen(SVG.format(960, 540, f'<text x="100" y="200" font-size="40" font-family="Calibri">{word}</text>'))
    assert made.getpixel((0, 0)) == (255, 255, 255)
    assert made.convert("L").point(lambda shade: 255 * (shade < 60)).getbbox()


def test_without_fonts_no_slide_is_shown_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(svg: str, **asked: Any) -> bytes:
        return drawn(svg, **{**asked, "skip_system_fonts": True})

    drawn = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", bare)
    with pytest.raises(UnreadableError, match="no fonts"):
        flatten(SVG.format(960, 540, f"{RED}<text>word</text>"), 700_000)
    assert seen(SVG.format(960, 540, RED))[0] == "image/png"


def test_what_is_too_large_as_png_becomes_jpeg() -> None:
    out = io.BytesIO()
    Image.effect_noise((300, 200), 100).save(out, "PNG")
    href = f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
    drawing = SVG.format(960, 540, f'<image width="300" height="200" href="{href}"/>')
    assert [seen(drawing, most)[0] for most in (700_000, 100_000)] == ["image/png", "image/jpeg"]
    with pytest.raises(UnreadableError, match="too large"):
        flatten(drawing, 10_000)


@pytest.mark.parametrize(
    "inside",
    [
        '<image width="960" height="540" href="{path}"/>',
        '<image width="960" height="540" xmlns:x="http://www.w3.org/1999/xlink" x:href="file://{path}"/>',
        '<style>rect {{ fill: url("file://{path}") }}</style>',
        '<foreignObject><img src="file://{path}"/></foreignObject>',
    ],
)
def test_a_strangers_drawing_reads_no_other_file(inside: str, tmp_path: Path) -> None:
    _, made = seen(SVG.format(960, 540, inside.format(path=picture(960, tmp_path))))
    assert BLUE not in {colour for _, colour in made.getcolors(1 << 24) or ()}


NESTED = SVG.format(9, 9, "<g>" * 60_000 + "</g>" * 60_000)
LAUGHS = f'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "{"&a;" * 9}">]>' + SVG.format(9, 9, "<text>&b;</text>")


@pytest.mark.parametrize("drawing", ["", "<svg", "<html/>", SVG.format(0, 0, ""), SVG.format(30_000, 9, RED), NESTED, LAUGHS])
def test_what_is_no_drawing_of_ours_is_refused(drawing: str) -> None:
    with pytest.raises(UnreadableError):
        flatten(drawing, 700_000)
