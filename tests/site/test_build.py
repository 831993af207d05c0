"""The catalogue as pages: what is written, without a browser."""

from pathlib import Path

from support.command import run
from support.handed_over import handed_over  # noqa: F401 - a fixture


def test_every_item_has_a_page_that_the_page_of_its_collection_leads_to(handed_over: Path, tmp_path: Path) -> None:
    run("--archive", str(handed_over), "site", "--to", str(tmp_path / "site"))
    listed = "".join(page.read_text("utf-8") for page in (tmp_path / "site/collections").glob("*.html"))
    pages = sorted((tmp_path / "site/items").glob("*.html"))
    assert pages
    assert all(f"../items/{page.name}" in listed for page in pages)
