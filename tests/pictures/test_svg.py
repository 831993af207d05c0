"""The SVG of a drawn slide is built anew from what may be in it: whatever a library made of a deck, nothing else comes."""

import base64
import io
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from materials_cli.extract.package import UnreadableError, local, parse_xml
from materials_cli.pictures.raster import encoded
from materials_cli.pictures.svg import ALLOWED, NAMESPACE, clean, to_bytes

XLINK = "{http://www.w3.org/1999/xlink}href"
ODD_TAGS = [
    "script",
    "foreignObject",
    "style",
    "a",
    "use",
    "animate",
    "set",
    "iframe",
    "feImage",
    "handler",
    "metadata",
    "title",
]
ODD_KEYS = ["onload", "onclick", "style", "href", XLINK, "class", "src", "filter", "mask", "data-source-id", "font-family"]
ODD_VALUES = [
    "javascript:alert(1)", "url(https://evil.example/x)", "url(#a)", "https://evil.example/p.png", "expression(alert(1))",
    "data:text/html;base64,PHNjcmlwdD4=", "url('javascript:x')", "'];alert(1)", "file:///etc/passwd", "url(#a) url(//evil)",
    "+mn-cs", "x' onload='y", "\\75rl(//evil.example)", "u\\rl(x)", "&#106;avascript:",
]  # fmt: skip


def picture(colour: str = "red", form: str = "PNG", side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, form)
    return out.getvalue()


def data_uri(content: bytes, media: str) -> str:
    return f"data:{media};base64,{base64.b64encode(content).decode()}"


def svg(inner: str, **more: str) -> bytes:
    attributes = "".join(f' {key}="{value}"' for key, value in more.items())
    return f'<svg xmlns="{NAMESPACE}" viewBox="0 0 720 540"{attributes}>{inner}</svg>'.encode()


def cleaned(content: bytes) -> etree._Element:
    """The result as a browser would parse it: from its bytes."""
    return parse_xml(to_bytes(clean(content, encoded).root), huge=True)


def trees() -> st.SearchStrategy[etree._Element]:
    """SVG trees of known and unknown elements, with known and unknown attributes of any value."""
    values = st.one_of(st.sampled_from(ODD_VALUES), st.text(string.printable.strip(), max_size=12), st.just("12"))
    keys = st.sampled_from([*ODD_KEYS, *sorted({key for keys in ALLOWED.values() for key in keys})])
    tags = st.sampled_from([*ODD_TAGS, *ALLOWED])

    def build(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.tuples(tags, st.dictionaries(keys, values, max_size=4), values, st.lists(children, max_size=3))

    def made(part: Any) -> etree._Element:
        tag, attributes, text, children = part
        element = etree.Element(
            f"{{{NAMESPACE}}}{tag}", {key: value for key, value in attributes.items() if value.isprintable()}
        )
        element.text = text
        element.extend([made(child) for child in children])
        return element

    leaf: st.SearchStrategy[Any] = st.tuples(tags, st.dictionaries(keys, values, max_size=3), values, st.just([]))
    return st.recursive(leaf, build, max_leaves=6).map(made)


@settings(max_examples=60)
@given(st.lists(trees(), max_size=4))
def test_nothing_outside_the_list_survives(parts: list[etree._Element]) -> None:
    root = etree.Element(f"{{{NAMESPACE}}}svg", viewBox="0 0 720 540")
    root.extend(parts)
    result = cleaned(etree.tostring(root))
    for element in result.iter():
        assert etree.QName(element).namespace == NAMESPACE
        assert local(element) in ALLOWED
        known = {*ALLOWED[local(element)], "font-family", "href", "fill", "{http://www.w3.org/XML/1998/namespace}space"}
        assert set(element.keys()) <= known
        for key, value in element.items():
            assert str(value).startswith("data:image/") if key == "href" else ":" not in str(value)
            assert "\\" not in str(value)
            assert "url(" not in str(value) or (str(value).startswith("url(#") and str(value).count("(") == 1)
        if local(element) not in {"text", "tspan"}:
            assert not (element.text or "").strip()


@settings(max_examples=60)
@given(st.lists(trees(), max_size=4))
def test_what_is_clean_stays_as_it_is(parts: list[etree._Element]) -> None:
    root = etree.Element(f"{{{NAMESPACE}}}svg", viewBox="0 0 720 540")
    root.extend(parts)
    once = clean(etree.tostring(root), encoded).root
    again = clean(to_bytes(once), encoded).root
    assert etree.tostring(again, method="c14n") == etree.tostring(once, method="c14n")


def test_what_a_slide_shows_is_kept() -> None:
    inner = (
        '<defs><clipPath id="c"><path d="M0 0L9 9Z"/></clipPath></defs><g clip-path="url(#c)"><path d="M1 1" fill="#f00"/></g>'
        '<text x="10" y="20" font-weight="700"><tspan xml:space="preserve" font-size="12" fill="#000"> ქართული </tspan></text>'
    )
    shown = to_bytes(clean(svg(inner), encoded).root).decode()
    for part in ('clip-path="url(#c)"', 'd="M1 1"', "> ქართული <", 'font-weight="700"', 'xml:space="preserve"'):
        assert part in shown


def test_a_picture_inside_is_encoded_anew_and_has_nothing_else() -> None:
    hidden = picture(form="JPEG") + b"GPS 41.7 44.8"
    result = cleaned(svg(f'<image width="9" height="9" href="{data_uri(hidden, "image/jpeg")}"/>'))
    (image,) = [element for element in result.iter() if local(element) == "image"]
    content = base64.b64decode(str(image.get("href")).partition(",")[2])
    assert content.startswith(b"\xff\xd8")
    assert b"GPS" not in content


def test_a_large_picture_inside_is_made_small() -> None:
    (image,) = cleaned(svg(f'<image href="{data_uri(picture(side=3000), "image/png")}"/>'))
    content = base64.b64decode(str(image.get("href")).partition(",")[2])
    assert Image.open(io.BytesIO(content)).size == (960, 960)


@pytest.mark.parametrize("href", ["https://evil.example/a.png", "data:image/png;base64,AAAA", "data:text/html;base64,AAAA", ""])
def test_a_picture_that_cannot_be_shown_is_a_grey_area(href: str) -> None:
    (area,) = cleaned(svg(f'<image x="1" y="2" width="30" height="40" href="{href}"/>'))
    assert (local(area), area.get("width"), area.get("href")) == ("rect", "30", None)


def test_an_svg_inside_a_picture_is_cleaned_too_and_holds_no_third() -> None:
    third = data_uri(svg('<path d="M7 7"/>'), "image/svg+xml")
    inner = svg(f'<script>alert(1)</script><path d="M3 3" onload="x"/><image href="{third}"/>')
    (image,) = cleaned(svg(f'<image href="{data_uri(inner, "image/svg+xml")}"/>'))
    content = base64.b64decode(str(image.get("href")).partition(",")[2])
    assert b"M3 3" in content
    assert not any(word in content for word in (b"script", b"onload", b"M7 7"))


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg viewBox="0 0 9 9"><text>&e;</text></svg>',
        b'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg viewBox="0 0 9 9"/>',
        b"<html/>",
        b"no XML",
        b'<svg viewBox="0 0 0 0"/>',
        b'<svg viewBox="0 0 1e9 9"/>',
        svg("<g/>" * 60_000),
    ],
)
def test_what_is_no_slide_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        clean(content, encoded)


def test_what_is_nested_beyond_measure_is_cut() -> None:
    result = cleaned(svg("<g>" * 1500 + "</g>" * 1500))
    assert sum(1 for _ in result.iter()) < 60


def test_a_picture_has_nothing_of_what_its_file_said_besides(tmp_path: Path) -> None:
    file = tmp_path / "picture"
    for form, more in (("JPEG", {"comment": b"secret"}), ("PNG", {"pnginfo": told()}), ("GIF", {"comment": b"secret"})):
        for mode in ("RGB", "RGBA") if form == "PNG" else ("RGB",):
            Image.new(mode, (20, 20)).save(file, form, **more)
            assert b"secret" in file.read_bytes()
            drawn = encoded(file.read_bytes())
            assert drawn
            assert b"secret" not in drawn[1]


def told() -> PngInfo:
    """A comment in a PNG."""
    made = PngInfo()
    made.add_text("comment", "secret")
    return made


def test_a_picture_beyond_all_measure_is_not_shown_and_costs_no_other(tmp_path: Path) -> None:
    Image.new("1", (20_000, 10_000)).save(tmp_path / "huge.png")
    assert encoded((tmp_path / "huge.png").read_bytes()) is None
