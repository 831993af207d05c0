"""Hangul documents, of version 5 (hwp) and as packages (hwpx), built byte by byte."""

import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

from materials_cli.extract import hangul
from materials_cli.extract.formats import extract
from materials_cli.extract.package import local
from materials_cli.model import Text
from support.ole_file import write_ole

PARAGRAPH, TEXT, CONTROL, EQUATION = 66, 67, 71, 88
EXTENDED, TAB = 11, 9


def record(kind: int, content: bytes, level: int = 0) -> bytes:
    size = len(content)
    header = struct.pack("<I", kind | level << 10 | min(size, 0xFFF) << 20)
    return header + (struct.pack("<I", size) if size >= 0xFFF else b"") + content


def letters(text: str) -> bytes:
    return text.encode("utf-16-le")


def control(code: int) -> bytes:
    """A control of eight units, whose inner ones look like letters."""
    return struct.pack("<H", code) + letters("XXXXXX") + struct.pack("<H", code)


def paragraph(content: bytes) -> bytes:
    return record(PARAGRAPH, bytes(24)) + record(TEXT, content + struct.pack("<H", 13), 1)


def counted(*texts: str) -> bytes:
    return b"".join(struct.pack("<H", len(text)) + letters(text) for text in texts)


def packed(data: bytes) -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packing.compress(data) + packing.flush()


def hwp(path: Path, *sections: bytes, flags: int = 1, storage: str = "BodyText") -> Text:
    streams = {f"{storage}/Section{number}": data for number, data in enumerate(sections)}
    head = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000304, flags)
    write_ole(path / "a.hwp", {"FileHeader": head, "PrvText": letters("미리보기") * 600, **streams})
    return extract(path / "a.hwp", "a.hwp")


def package(path: Path, parts: dict[str, str | bytes]) -> Text:
    with zipfile.ZipFile(path / "a.hwpx", "w") as made:
        made.writestr("mimetype", "application/hwp+zip")
        for name, content in parts.items():
            made.writestr(name, content)
    return extract(path / "a.hwpx", "a.hwpx")


def test_every_paragraph_of_a_document_is_read(tmp_path: Path) -> None:
    body = (
        paragraph(letters("전자") + control(EXTENDED) + letters("정부"))
        + record(CONTROL, b" lbt" + bytes(40), 1)
        + paragraph(letters("표 안") + control(TAB) + letters("둘째\N{GRINNING FACE}"))
        + record(CONTROL, b"tudt" + counted("본말", "덧말"), 1)
        + record(EQUATION, bytes(4) + counted("a over b"), 1)
        + paragraph(letters("첫 줄\x0a둘째 줄\x1e끝") + letters("나") * 3000)
    )
    text = hwp(tmp_path, *[packed(paragraph(letters(str(number)))) for number in range(10)], packed(body))
    (section,) = text.sections
    assert text.note is None
    shown = section.body.splitlines()
    assert shown[:10] == [str(number) for number in range(10)]
    assert shown[10:15] == ["전자정부", "표 안\t둘째\N{GRINNING FACE}", "본말 덧말", "a over b", "첫 줄"]
    assert shown[15].startswith("둘째 줄\xa0끝나나")
    assert len(shown[15]) == 3006


def test_a_document_that_is_not_compressed_is_read(tmp_path: Path) -> None:
    data = paragraph(letters("그대로")) + record(30, bytes(5000))
    assert hwp(tmp_path, data, flags=0).sections[0].body == "그대로"


def test_a_document_with_a_password_is_called_one(tmp_path: Path) -> None:
    text = hwp(tmp_path, b"?", flags=3)
    assert "password" in str(text.note)
    assert not text.sections


def for_distribution(section: bytes, seed: int = 0xC0FFEE07) -> bytes:
    """A section as it is in a document for distribution: its key, hidden in random bytes, and what the key locks."""
    state, mask = seed, bytearray()

    def number() -> int:
        nonlocal state
        state = (state * 214013 + 2531011) % 2**32
        return state >> 16 & 0x7FFF

    while len(mask) < 256:
        byte = number() & 0xFF
        mask += bytes([byte]) * ((number() & 0xF) + 1)
    key = letters("0123ABCD")
    plain = bytes(4 + (seed & 0xF)) + key
    head = struct.pack("<I", seed) + bytes(one ^ other for one, other in zip(plain.ljust(256, b"\0"), mask, strict=False))[4:]
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - as the format has it
    return record(28, head) + encryptor.update(section.ljust(-(-len(section) // 16) * 16, b"\0"))


def test_a_document_for_distribution_is_read(tmp_path: Path) -> None:
    section = for_distribution(packed(paragraph(letters("배포용 문서")) + record(30, os.urandom(5000))))
    text = hwp(tmp_path, section, flags=5, storage="ViewText")
    assert [section.body for section in text.sections] == ["배포용 문서"]
    assert text.note is None


def test_a_document_for_distribution_without_its_key_is_called_damaged(tmp_path: Path) -> None:
    assert "damaged" in str(hwp(tmp_path, os.urandom(5000), flags=5, storage="ViewText").note)


def test_of_a_document_without_sections_the_beginning_is_read(tmp_path: Path) -> None:
    text = hwp(tmp_path, b"?", flags=5)
    assert "only the beginning" in str(text.note)
    assert text.sections[0].body.startswith("미리보기")


def test_of_a_damaged_document_what_comes_before_the_damage_is_read(tmp_path: Path) -> None:
    whole = packed(b"".join(paragraph(letters(f"{number} {number**7}")) for number in range(2000)))
    text = hwp(tmp_path, whole[: len(whole) // 2] + b"\xff" * 5000)
    assert text.sections[0].body.startswith("0 0\n1 1\n2 128\n")
    assert str(text.note) == "Part of this document is damaged, so some of its text is missing."
    assert "damaged" in str(hwp(tmp_path, b"\xff" * 5000).note)


def test_a_section_that_expands_without_end_has_an_end(tmp_path: Path) -> None:
    text = hwp(tmp_path, packed(paragraph(letters("처음")) + b"\xff" * (80 * 1024 * 1024)))
    assert text.sections[0].body == "처음"
    assert "damaged" in str(text.note)


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_cut_record_costs_what_is_behind_it(tmp_path: Path, cut: int) -> None:
    data = paragraph(letters("처음")) + paragraph(letters("끝"))
    text = hwp(tmp_path, packed(data[: len(data) - cut]))
    assert not text.sections or text.sections[0].body.startswith("처")
    assert (text.note is None) == (cut == 0), "nothing is lost without a word"


@pytest.mark.parametrize(
    ("flag", "said"), [(0x10, "rights management"), (0x400, "rights management"), (0x100, "password"), (0x20, "damaged")]
)
def test_what_else_locks_a_document_is_named_unless_it_can_be_read(tmp_path: Path, flag: int, said: str) -> None:
    assert said in str(hwp(tmp_path, b"\xff" * 5000, flags=1 | flag).note)
    assert hwp(tmp_path, packed(paragraph(letters("열려 있다"))), flags=1 | flag).sections[0].body == "열려 있다"


def test_a_package_keeps_what_stands_for_letters_and_its_metadata(tmp_path: Path) -> None:
    run = (
        "<t>전자<tab/>정부<lineBreak/>계획<!-- x --><nbSpace/>끝</t>"
        "<dutmal><mainText>본말</mainText><subText>덧말</subText></dutmal>"
        "<equation><script>a over b</script></equation>"
    )
    metadata = (
        '<package xmlns="http://www.idpf.org/2007/opf/"><metadata><title>업무제안서</title>'
        '<meta name="creator">Kim Minsu</meta><meta name="CreatedDate">2024-12-12T05:04:49Z</meta><meta name="keyword"/>'
        "</metadata></package>"
    )
    text = package(tmp_path, {"Contents/content.hpf": metadata, "Contents/section0.xml": f"<sec><p><run>{run}</run></p></sec>"})
    assert text.sections[0].body == "전자\t정부\n계획\xa0끝본말 덧말a over b"
    assert dict(text.properties) == {"title": "업무제안서", "author": "Kim Minsu", "created": "2024-12-12T05:04:49Z"}


def test_of_paragraphs_within_paragraphs_each_text_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    def counted(node: etree._Element) -> str:
        looked.append(node)
        return local(node)

    monkeypatch.setattr(hangul, "local", counted)
    deep = f"<sec>{'<p>' * 100}{'<t>가</t>' * 100}{'</p>' * 100}<t>나</t></sec>"
    assert package(tmp_path, {"Contents/section0.xml": deep}).sections[0].body == "가" * 100
    assert len(looked) < 500


def test_what_cannot_be_read_of_a_package_is_never_left_out_without_a_word(tmp_path: Path) -> None:
    whole, part, random = "<sec><p><t>처음</t></p></sec>", "<sec><p><t>처음</t>", os.urandom(999)
    half = package(tmp_path, {"Contents/section0.xml": whole, "Contents/section1.xml": part})
    assert half.sections[0].body == "처음"
    assert str(half.note) == "Part of this document is damaged, so some of its text is missing."
    assert "damaged" in str(package(tmp_path, {"Contents/section0.xml": random}).note)
    assert package(tmp_path, {"Contents/section0.xml": "<sec/>"}) == Text("section")
    locked = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    assert "password" in str(package(tmp_path, {"Contents/section0.xml": random, "META-INF/manifest.xml": locked}).note)
