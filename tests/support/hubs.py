"""Two archives side by side: tashkent, with its folder, and korea.sqlite, of which nothing but the catalogue is here."""

from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE
from materials_cli.model import Section
from support.small_catalogue import item, put


def make_hubs(top: Path, tashkent: tuple[str, ...], korea: tuple[str, ...]) -> None:
    """Make both. tashkent, korea: the titles of decks of one slide each."""
    for name, titles in {"tashkent": tashkent, "seoul": korea}.items():
        (top / name / ".materials").mkdir(parents=True)
        (top / name / FILE).write_text(
            'format = 1\n[collections.c]\nlink = "https://drive.google.com/drive/folders/1aaaaaaaaaaaaaaaaaaaa"\n'
        )
        with Catalogue.open(top / name / ".materials" / "catalogue.sqlite", write=True) as catalogue:
            for title in titles:
                put(catalogue, item(f"{title}.pptx"), Section(1, title, f"{title} in {name}"))
    (top / "seoul" / ".materials" / "catalogue.sqlite").rename(top / "korea.sqlite")
