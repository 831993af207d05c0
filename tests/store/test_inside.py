"""No path that a catalogue can state leads out of the archive's folder, on the systems of others either."""

import ntpath
from pathlib import Path

import pytest

from materials_cli.errors import MaterialsError
from materials_cli.model import Fixity
from materials_cli.store.inside import Inside
from materials_cli.store.measure import measure
from materials_cli.store.names import safe_name

_OUTSIDE = ["/etc/passwd", "c/../../a", "..", "", "c//a", "c/./a", "c\\..\\..\\a", "c/a\0", "//server/share/a"]
_OUTSIDE_ON_WINDOWS = ["C:evil", "C:/evil", "c/D:evil", "D:", "c/a.txt:stream", "c:/a", "\\\\?\\C:\\a"]


@pytest.mark.parametrize("stated", [*_OUTSIDE, *_OUTSIDE_ON_WINDOWS])
def test_a_path_that_leads_elsewhere_on_any_system_is_refused(tmp_path: Path, stated: str) -> None:
    inside = Inside(tmp_path)
    for asked in (inside.name, inside.reached, inside.way):
        with pytest.raises(MaterialsError) as refused:
            asked(stated)
        assert refused.value.code == "bad_catalogue"
    assert "outside" in str(measure(inside, stated, Fixity(1, "0" * 64, None)))


@pytest.mark.parametrize("name", ["C:evil", "a.txt:stream", "10:30 – opening.pptx", "..", "\\", "a\0b"])
def test_what_files_are_named_here_is_a_path_below_the_folder_on_windows_too(tmp_path: Path, name: str) -> None:
    path = f"c/{safe_name(name)}"
    assert Inside(tmp_path).name(path) == str(tmp_path / path)
    assert ntpath.join("E:\\archive", *path.split("/")) == f"E:\\archive\\c\\{safe_name(name)}"
