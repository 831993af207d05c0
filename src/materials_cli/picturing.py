"""Draws what a person asks to have drawn: a picture of every slide and page of some collections."""

from collections.abc import Iterable

from materials_cli.archive import Archive
from materials_cli.config import Collection
from materials_cli.equipment import Equipment
from materials_cli.interrupts import Interrupts
from materials_cli.pictures.draw import PictureReport


def draw_pictures(
    archive: Archive, collections: Iterable[str | Collection] = (), *, again: bool = False, best: bool = False
) -> PictureReport:
    """Draw the slides and pages of some collections (by default, all) that have no picture yet; see pictures/draw.py.

    again: all of them. best: with LibreOffice what document-svg draws otherwise. What is held of collections that are not in
    materials.toml any more is drawn only if no collection is named.
    """
    slugs = [collection.slug for collection in archive.config.chosen(collections)] if collections else []
    with Interrupts(), archive.writing() as catalogue:
        return Equipment(archive.store, archive.progress).draw(catalogue, slugs, again=again, best=best)
