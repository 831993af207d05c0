"""What is made beside its place is told of by the place, which a person has typed."""

import errno
from pathlib import Path

import pytest

from materials_cli.disk import replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.folder import beside, new_folder


def test_a_place_where_nothing_can_be_made_is_told_as_it_was_typed(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "catalogue"
    with pytest.raises(MaterialsError) as told, new_folder(target):
        pass
    assert told.value.where == str(target)


def test_a_name_that_is_too_long_is_told_with_the_place(tmp_path: Path) -> None:
    target = tmp_path / ("ខ្មែរ" * 60)
    with pytest.raises(MaterialsError) as told, new_folder(target):
        pass
    assert (told.value.code, told.value.where) == (Code.PATH_TOO_LONG, str(target))


def test_a_disk_that_is_full_is_told_with_the_place(tmp_path: Path) -> None:
    """The system names no file when it refuses bytes."""
    with pytest.raises(MaterialsError) as told, new_folder(tmp_path / "catalogue"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert (told.value.code, told.value.where) == (Code.DISK_FULL, str(tmp_path / "catalogue"))


def test_a_file_of_what_is_made_is_told_by_where_it_would_have_been(tmp_path: Path) -> None:
    target = tmp_path / "catalogue"
    with pytest.raises(MaterialsError) as told, beside(target) as folder:
        replace_file(folder / "none" / "page.html", b"")
    assert told.value.where == str(target / "none" / "page.html")
    with pytest.raises(MaterialsError) as told, beside(target) as folder:
        (folder / "none" / "page.html").write_bytes(b"")
    assert told.value.where == str(target / "none" / "page.html")
    assert not list(tmp_path.iterdir())


def test_a_file_elsewhere_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(MaterialsError) as told, beside(tmp_path / "catalogue"):
        (tmp_path / "held.pptx").read_bytes()
    assert told.value.where == str(tmp_path / "held.pptx")
