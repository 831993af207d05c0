"""materials.toml: found, read, written, and explained when it is broken."""

from pathlib import Path

import pytest

from materials_cli import settings
from materials_cli.errors import MaterialsError

LINK = "https://drive.google.com/drive/folders/1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"
GOOD = f'format = 1\n\n[collections.one]\nlink = "{LINK}"\ntitle = "One"\n\n[collections.one.about]\nplace = "Samarkand"\n'


def write(folder: Path, text: str) -> Path:
    (folder / settings.FILE).write_text(text, "utf-8")
    return folder


def test_the_archive_is_found_upwards_as_git_does(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert settings.find_archive(deep, None) == tmp_path
    assert settings.find_archive(deep, tmp_path) == tmp_path
    assert settings.find_archive(tmp_path, deep) is None


def test_collections_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    loaded = settings.load(write(tmp_path, GOOD + f'\n[collections.another]\nlink = "{LINK}x"\n'))
    assert [c.slug for c in loaded.collections] == ["one", "another"]
    assert loaded.collections[0].about["place"] == "Samarkand"


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("format = 1\nformat = 2\n", "line 2", "format"),
        ("format = 'x'\n", "line 1", "format"),
        ("[collections.one]\ntitle = 'no link'\n", "line 1", "collections.one.link"),
        (GOOD.replace("title", "titel"), "line 5", "did you mean “title”"),
        ("form = 1\n", "line 1", "did you mean “format”"),
        (GOOD.replace('"One"', "7"), "line 5", "collections.one.title"),
        (GOOD.replace("collections.one]", "collections.One]"), "line 3", "collections.One"),
        ("collections = 3\n", "line 1", "collections"),
        (GOOD.replace('"One"', '"One'), "line 5", "TOML"),
    ],
)
def test_a_broken_file_is_told_with_line_and_key(tmp_path: Path, text: str, line: str, key: str) -> None:
    with pytest.raises(MaterialsError) as caught:
        settings.load(write(tmp_path, text))
    assert caught.value.code == "bad_settings"
    told = f"{caught.value.what!s} {caught.value.where!s}"
    assert line in told
    assert key in told


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_bytes("title = 'Самарканд'".encode("cp1251"))
    with pytest.raises(MaterialsError, match="UTF-8"):
        settings.load(tmp_path)


def test_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(MaterialsError) as caught:
        settings.load(write(tmp_path, "format = 2\n"))
    assert caught.value.code == "newer_archive"


def test_adding_keeps_comments_and_order(tmp_path: Path) -> None:
    write(tmp_path, "# mine\n" + GOOD.replace('"One"', '"One"  # a remark'))
    settings.add_collections(tmp_path, {"two": {"link": LINK, "title": "Два"}})
    text = (tmp_path / settings.FILE).read_text("utf-8")
    assert text.startswith("# mine\n")
    assert "# a remark" in text
    assert [c.slug for c in settings.load(tmp_path).collections] == ["one", "two"]


def test_the_first_collection_makes_the_file(tmp_path: Path) -> None:
    settings.add_collections(tmp_path / "new", {"two": {"link": LINK, "title": "Два"}})
    assert settings.load(tmp_path / "new").collection("two").title == "Два"


def test_the_workshop_of_samarkand_can_be_added_from_its_file(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "config" / "samarkand-2025.toml"
    settings.add_collections(tmp_path, settings.read_collections(source), source)
    (collection,) = settings.load(tmp_path).collections
    assert collection.slug == "samarkand-2025"
    assert collection.link == f"{LINK}?usp=sharing"
    assert collection.about["place"] == "Samarkand, Uzbekistan"
    assert len(list(collection.about["countries"])) == 12  # type: ignore[call-overload]


def test_an_unknown_collection_is_told_with_what_was_perhaps_meant(tmp_path: Path) -> None:
    with pytest.raises(MaterialsError, match="Did you mean “one”"):
        settings.load(write(tmp_path, GOOD)).collection("onne")
