"""Vectors on the disk: what an interrupted run has appended counts, and a vector goes with its text."""

from pathlib import Path

import pytest

from materials_cli.errors import Code, MaterialsError
from materials_cli.meaning.kept import VECTOR, Vectors, digest_of, text_of
from materials_cli.model import Section


def vector(number: int) -> bytes:
    return VECTOR.pack(0.5, *[number] * 384)


ONE, TWO, THREE = map(digest_of, ("one", "two", "three"))


def test_whole_records_count_whatever_a_power_cut_left_behind_them(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    assert not vectors.numbers()
    vectors.append([(ONE, vector(1)), (TWO, vector(2))])
    with vectors.file.open("ab") as file:
        file.write(THREE + b"half a vector")
    assert vectors.numbers() == {ONE: 0, TWO: 1}
    vectors.append([(THREE, vector(3))])
    assert vectors.numbers() == {ONE: 0, TWO: 1, THREE: 2}
    assert len(vectors) == 2  # but for the first record


def test_a_vector_goes_with_its_text_and_so_does_what_another_model_made(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path)
    vectors.append([(ONE, vector(1)), (TWO, vector(2)), (THREE, vector(3))])
    (vectors.folder / "older-model.vectors").write_bytes(b"old")
    assert vectors.keep({ONE, THREE}) == 1
    assert vectors.numbers() == {ONE: 0, THREE: 1}
    assert vectors.file.read_bytes() == ONE + vector(1) + THREE + vector(3)
    assert list(vectors.folder.iterdir()) == [vectors.file]


def test_a_link_in_its_place_is_not_written_through(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    archive = tmp_path / "archive"
    (archive / ".materials").mkdir(parents=True)
    (archive / ".materials" / "meaning").symlink_to(elsewhere)
    with pytest.raises(MaterialsError) as raised:
        Vectors(archive).append([(ONE, vector(1))])
    assert raised.value.code is Code.SYMLINK_IN_ARCHIVE
    assert not list(elsewhere.iterdir())


def test_the_text_is_what_a_reader_sees_once_and_a_word_or_two_mean_nothing() -> None:
    section = Section(1, "Digital identity", "Digital identity\nfor every citizen", "say\0 hello \ud800")
    assert text_of(section) == "Digital identity for every citizen say hello ?"
    assert text_of(Section(1, "Thank you", "2025-06-24 10:00 1234567890")) == ""
