"""Recreates the pictures of the catalogue in docs/ from the sample workshop: python tools/screenshots.py.

It needs the extras `dev` and `pictures`, and chromium.
"""

import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.app import app
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import start
from materials_cli.site.build import build_folder
from materials_cli.site.holdings import read_holdings

DOCS = Path(__file__).parents[1] / "docs"
SIZE = {"width": 1200, "height": 820}
COLOURS = 128  # of a picture that is to stay small
PAGES = (
    ("catalogue-start.png", "index.html", "light", "en-GB"),
    ("catalogue-search.png", "search.html#?q=интеллект", "light", "ru-RU"),
    ("catalogue-item.png", "items/{georgia}.html", "dark", "ko-KR"),
)


def made(folder: Path) -> tuple[Path, str]:
    """The catalogue of the sample, and the key of the Georgian deck in it."""
    top = folder / "archive"
    world = sample_world()
    with start(world) as server:
        os.environ["DRIVE_EMULATOR_HOST"] = server.address
        at = f"--archive={top}"
        app([at, "add", f"https://drive.google.com/drive/folders/{world.root}", "--name", "sample"], standalone_mode=False)
        for command in ("sync", "pictures"):
            app([at, command], standalone_mode=False)
    archive = Archive(top)
    with Catalogue.open(archive.store.catalogue) as catalogue:
        holdings = read_holdings(archive.store, catalogue, archive.config.collections)
    build_folder(holdings, folder / "catalogue")
    return folder / "catalogue", next(item.key for item in holdings.items if "GE" in item.countries)


def take(browser: Browser, site: Path, georgia: str) -> None:
    for name, address, theme, language in PAGES:
        window = browser.new_context(viewport=SIZE, color_scheme=theme, locale=language)  # type: ignore[arg-type, unused-ignore]
        page = window.new_page()
        page.goto(f"{site.as_uri()}/{address.format(georgia=georgia)}")
        page.wait_for_load_state("networkidle")
        if "search" in address:
            page.locator("mark").first.wait_for()
        page.screenshot(path=DOCS / name)
        window.close()
        picture = Image.open(DOCS / name).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        picture.save(DOCS / name, optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site, georgia = made(Path(folder))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        take(browser, site, georgia)
        browser.close()


if __name__ == "__main__":
    main()
