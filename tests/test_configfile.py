"""materials.toml as a file: read in every form that editors write, and extended without a change to what it holds."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_cli.config import FILE, Collection, add_collections, load, read_collections
from materials_cli.errors import MaterialsError

LINK = "https://drive.google.com/drive/folders/1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"
GOOD = f'format = 1\n\n[collections.one]\nlink = "{LINK}"\ntitle = "One"\n\n[collections.one.about]\nplace = "Samarkand"\n'


def write(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, "utf-8")
    return folder


def test_a_value_that_is_not_valid_toml_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(MaterialsError) as caught:
        load(write(tmp_path, '[notify]\napprise = ["tgram://secret]\n'))
    assert str(caught.value.where).endswith("line 2")
    assert "secret" not in str(caught.value.what)


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"format = 1\n" + "# Самарканд".encode("cp1251"))
    with pytest.raises(MaterialsError, match="UTF-8") as caught:
        load(tmp_path)
    assert str(caught.value.where).endswith("line 2")


def test_a_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(tmp_path).collection("one").title == "One"


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(MaterialsError, match="cannot be read: Is a directory") as caught:
        load(tmp_path)
    assert caught.value.code == "bad_settings"


def test_adding_leaves_every_byte_that_is_there(tmp_path: Path) -> None:
    for before in (
        "# mine\n" + GOOD.replace('"One"', '"One"  # a remark'),
        GOOD.strip(),
        "\ufeff" + GOOD.replace("\n", "\r\n"),
        f"collections.one.link = '{LINK}'\n# between\ncollections.one.title = 'One'\n[notify]\nping = 'x'\n",
        f"[collections.one.about]\nx = nan\n[notify]\n[collections.one]\nlink = '{LINK}'",
        f"[collections]\none = {{link = '{LINK}'}}\n[notify]\n",
    ):
        (tmp_path / FILE).write_bytes(before.encode())
        add_collections(tmp_path, [Collection(slug="two", link=LINK, title="Два")])
        after = (tmp_path / FILE).read_bytes().decode()
        assert after.startswith(before)
        assert ("\r\n" in before) == ("\r\n" in after)
        assert after.count("\n") == after.count("\r\n") or "\r" not in after
        assert [c.slug for c in load(tmp_path).collections] == ["one", "two"]


def test_a_file_that_cannot_be_extended_is_left_as_it_is(tmp_path: Path) -> None:
    before = f"collections = {{one = {{link = '{LINK}'}}}}\n"
    write(tmp_path, before)
    with pytest.raises(MaterialsError) as caught:
        add_collections(tmp_path, [Collection(slug="two", link=LINK)])
    assert caught.value.code == "bad_settings"
    assert "by hand: two" in str(caught.value.fix)
    assert (tmp_path / FILE).read_text("utf-8") == before
    assert list(tmp_path.iterdir()) == [tmp_path / FILE]


def test_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.toml"
    real.write_text(GOOD, "utf-8")
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / FILE).symlink_to(real)
    add_collections(archive, [Collection(slug="two", link=LINK)])
    assert (archive / FILE).is_symlink()
    assert real.read_text("utf-8").startswith(GOOD)
    assert [c.slug for c in load(archive).collections] == ["one", "two"]


@settings(max_examples=40)
@given(st.text(max_size=30), st.text(min_size=1, max_size=30).filter(lambda text: text.strip() and "\0" not in text))
def test_any_title_and_link_can_be_added(tmp_path_factory: pytest.TempPathFactory, title: str, link: str) -> None:
    archive = tmp_path_factory.mktemp("archive")
    add_collections(archive, [Collection(slug="two", link=link, title=title)])
    (collection,) = load(archive).collections
    assert (collection.title, collection.link) == (title, link)


def test_the_first_collection_creates_the_file_and_its_folder(tmp_path: Path) -> None:
    add_collections(tmp_path / "new", [Collection(slug="two", link=LINK, title="Два")])
    assert load(tmp_path / "new").collection("two").title == "Два"


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MaterialsError) as caught:
        add_collections(tmp_path / "file", [Collection(slug="two", link=LINK)])
    assert caught.value.code == "disk_refused"


def test_the_workshop_of_samarkand_can_be_added_from_its_file_with_its_comments(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "config" / "samarkand-2025.toml"
    add_collections(tmp_path, read_collections(source), source)
    (collection,) = load(tmp_path).collections
    assert collection.slug == "samarkand-2025"
    assert collection.link == f"{LINK}?usp=sharing"
    given = tomllib.loads(source.read_text("utf-8"))["collections"]["samarkand-2025"]
    assert collection.about.row() == given["about"]
    assert "# to the month (EDTF)" in (tmp_path / FILE).read_text("utf-8")


@given(st.binary(max_size=60) | st.text(st.sampled_from(" \n\r=.[]{}\"'#a1_-T:,\\"), max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_reason(tmp_path_factory: pytest.TempPathFactory, written: bytes) -> None:
    folder = tmp_path_factory.mktemp("archive")
    (folder / FILE).write_bytes(written)
    code = ""
    try:
        load(folder)
    except MaterialsError as error:
        code = str(error.code)
    assert code in {"", "bad_settings"}


@pytest.mark.skipif(os.name == "nt", reason="modes as POSIX has them")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_keeps_its_mode_when_a_collection_is_added(tmp_path: Path, mode: int) -> None:
    write(tmp_path, GOOD)
    (tmp_path / FILE).chmod(mode)
    add_collections(tmp_path, [Collection(slug="two", link=LINK)])
    assert load(tmp_path).collection("two")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == mode
