"""Two exports of one deck are equal; with another word or picture they are not."""

import zipfile
from pathlib import Path

from materials_cli.extract.equality import same_content

_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def deck(path: Path, *, word: str = "word", picture: bytes = b"picture", number: int = 1, second: int = 0) -> Path:
    """A package whose picture has the number `number`, which its relation and id carry too."""
    parts = {
        "ppt/slides/slide1.xml": f'<s xmlns:r="{_R}"><t>{word}</t><pic r:embed="rId{number}"/></s>'.encode(),
        "ppt/slides/_rels/slide1.xml.rels": (
            f'<Relationships xmlns="{_RELS}"><Relationship Id="rId{number}" Type="image" '
            f'Target="../media/image{number}.png"/></Relationships>'
        ).encode(),
        f"ppt/media/image{number}.png": picture,
    }
    with zipfile.ZipFile(path, "w") as package:
        for name, data in sorted(parts.items(), reverse=number > 1):
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, second)), data)
    return path


def test_times_order_and_numbers_of_pictures_do_not_matter(tmp_path: Path) -> None:
    one, other = deck(tmp_path / "a"), deck(tmp_path / "b", number=7, second=30)
    assert one.read_bytes() != other.read_bytes()
    assert same_content(one, other)


def test_a_word_or_a_picture_matters(tmp_path: Path) -> None:
    one = deck(tmp_path / "a")
    assert not same_content(one, deck(tmp_path / "b", word="another"))
    assert not same_content(one, deck(tmp_path / "c", picture=b"other"))


def test_other_files_are_compared_by_their_bytes(tmp_path: Path) -> None:
    for name, data in (("a", b"one"), ("b", b"one"), ("c", b"two")):
        (tmp_path / name).write_bytes(data)
    assert same_content(tmp_path / "a", tmp_path / "b")
    assert not same_content(tmp_path / "a", tmp_path / "c")


def test_the_words_of_a_pdf_matter_and_its_times_do_not(tmp_path: Path) -> None:
    for name, day, words in (("a", "20250601", "one"), ("b", "20251231", "one"), ("c", "20250601", "two")):
        pages = f"%PDF-1.7\n<< /CreationDate (D:{day}120000Z) /ModDate (D:{day}) >> {words} /ID [<{day}> <{day}>]"
        (tmp_path / name).write_bytes(pages.encode())
    assert same_content(tmp_path / "a", tmp_path / "b")
    assert not same_content(tmp_path / "a", tmp_path / "c")


def test_a_damaged_package_is_never_equal(tmp_path: Path) -> None:
    one, other = deck(tmp_path / "a"), deck(tmp_path / "b", second=30)
    other.write_bytes(other.read_bytes()[:-30])
    assert not same_content(one, other)
