"""One catalogue of pages for several archives: everything of each is in it, under addresses of its own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.app import app
from materials_cli.errors import Code, MaterialsError
from materials_cli.site.folder import updated
from support.hubs import make_hubs


@pytest.fixture
def hubs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_hubs(tmp_path, ("budget", "procurement"), ("budget", "identity"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_archive_is_in_it_whole_and_a_missing_one_is_told(hubs: Path) -> None:
    places = [word for place in ("tashkent", "korea.sqlite", "nowhere") for word in ("--in", place)]
    done = CliRunner().invoke(app, ["site", *places, "--to", "site"])
    assert done.exit_code == 3, done.output
    assert "nowhere" in done.output
    pages = [path.read_text("utf-8") for path in (hubs / "site" / "items").iterdir()]
    for title in ("budget in tashkent", "budget in seoul", "procurement in tashkent", "identity in seoul"):
        assert sum(title in page for page in pages) == 1
    start = (hubs / "site" / "index.html").read_text("utf-8")
    assert "(tashkent)" in start
    assert "(korea)" in start
    assert len(list((hubs / "site" / "collections").iterdir())) == 2
    again = CliRunner().invoke(app, ["site", *places[:4], "c", "--to", "site", "--json"])
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["items"][0]["items"] == 4


def test_nothing_undecided_of_any_is_in_one_for_everybody(hubs: Path) -> None:
    done = CliRunner().invoke(app, ["site", "--in", "tashkent", "--in", "korea.sqlite", "--public", "--single", "all.html"])
    assert done.exit_code == 0, done.output
    assert "procurement" not in (hubs / "all.html").read_text("utf-8").partition("<body")[2].partition("<script")[0]
    assert "in seoul" not in (hubs / "all.html").read_text("utf-8")


def test_files_of_several_do_not_go_along(hubs: Path) -> None:
    done = CliRunner().invoke(app, ["site", "--in", "tashkent", "--with-files"])
    assert done.exit_code == 2
    assert not (hubs / "catalogue").exists()


def test_no_name_in_a_catalogue_leads_out_of_the_folder(hubs: Path) -> None:
    with Catalogue.open(hubs / "korea.sqlite", write=True) as catalogue:
        catalogue.connection.execute("PRAGMA foreign_keys = OFF")
        catalogue.connection.execute("UPDATE item SET collection = '../../escaped'")
    done = CliRunner().invoke(app, ["site", "--in", "tashkent", "--in", "korea.sqlite", "--to", "site"])
    assert done.exit_code == 3, done.output
    assert "../../escaped" in done.output
    assert not list(hubs.rglob("escaped.html"))
    with updated(hubs / "other") as folder, pytest.raises(MaterialsError) as refused:
        folder.write("collections/../../escaped.html", b"")
    assert refused.value.code is Code.BAD_CATALOGUE
