"""Five simulated years (support/five_years.py), with few folders: benchmarks/sources.py has more, and other seeds."""

from datetime import timedelta
from pathlib import Path

from materials_cli.config import Collection
from materials_cli.sources.look import endangered, look
from support.five_years import Shares, five_years
from support.recorded_years import BEGIN, lived, measure

_MANY_END = Shares(folders=30, domains=9, phased=1, retired=2, idle=0.3, announced=0.2, shrinking=0.2, closing_in_parts=0.15)


def test_what_showed_a_sign_is_named_in_time_and_little_else(tmp_path: Path) -> None:
    found = measure(five_years(7, _MANY_END), tmp_path, 28)
    assert found.signed.total() > 60
    assert found.warned.total() >= 0.9 * found.signed.total()
    assert found.on_a_night <= 0.02


def test_the_rows_of_the_catalogue_say_what_the_nights_knew(tmp_path: Path) -> None:
    folders = five_years(3, Shares(folders=3, abrupt=0.5, domains=3, phased=0, retired=0))
    chosen = [Collection(slug=folder.slug, link=f"https://drive.google.com/drive/folders/{folder.slug}") for folder in folders]
    for day, catalogue, items in lived(folders, tmp_path, 365, rows=True):
        now = BEGIN + timedelta(days=day)
        told = look(catalogue, chosen, now)
        assert (told.last, told.dead) == (look(catalogue, chosen, now, items).last, look(catalogue, chosen, now, items).dead)
        for slug in {each.slug for each in chosen}:
            assert endangered(catalogue, chosen, {slug}, now) == told.of({slug}).endangered
        assert sorted(item.id for item in catalogue.items()) == sorted(item.id for item in items)
