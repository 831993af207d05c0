"""How long `materials site` takes, and how much it writes, for archives of 1,200, 10,000 and 50,000 slides with pictures.

    python benchmarks/site_pages.py 1200 10000 50000

Texts are made as in search.py. Each slide has a picture of the size that document-svg's have in the mean of real decks; all are
there already, as after `materials pictures`. Seconds are of the clock, and in brackets of the processor.
"""

import hashlib
import random
import sys
import tempfile
import time
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.model import Fixity, Item, RemoteFile, Section, Text
from materials_cli.pictures.kept import SVG, Drawing, Pictures
from materials_cli.site.build import build_folder, single_page
from materials_cli.site.holdings import read_holdings
from materials_cli.store.mirror import Store
from search import WHEN, passages, real_lines

SLIDES, DECKS, PICTURE = 20, 50, 24_000  # of a deck, of a collection, bytes
MB = 1e6


def filled(top: Path, count: int) -> list[Collection]:
    """An archive with slides and pictures; its collections."""
    chance = random.Random(count)
    lines, slugs = real_lines(None), []
    (top / ".materials").mkdir()
    pictures = Pictures(top)
    waiting = list(passages(count, lines, chance))
    with Catalogue.open(top / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        for deck in range(count // SLIDES):
            slug = f"workshop-{deck // DECKS + 1}"
            slugs.append(slug)
            slides = [Section(n, *passage) for n, passage in enumerate(waiting[deck * SLIDES : (deck + 1) * SLIDES], 1)]
            digest = hashlib.sha256(str(deck).encode()).hexdigest()
            remote = RemoteFile(id=f"id-{deck}", drive_id=f"id-{deck}", name=f"deck {deck}.pptx", parent="top", modified=WHEN)
            item = Item(
                collection=slug, remote=remote, path=f"{slug}/deck {deck}.pptx", media_type="x", fixity=Fixity(1, digest),
                first_seen=WHEN, fetched=WHEN,
            )  # fmt: skip
            with catalogue.transaction():
                catalogue.record(item)
                catalogue.put_text(slug, item.id, Text("slide", tuple(slides)), digest, 1)
            shape = f"<svg xmlns='http://www.w3.org/2000/svg'><desc>{'x' * PICTURE}</desc></svg>".encode()
            drawn = [(slide.number, SVG, 960, 540, "document-svg") for slide in slides]
            pictures.keep(digest, Drawing(pictures=drawn), {slide.number: shape for slide in slides})
    return [Collection(slug=slug, link="") for slug in dict.fromkeys(slugs)]


def measure(count: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        collections = filled(top, count)
        begun, worked = time.perf_counter(), time.process_time()
        with Catalogue.open(top / ".materials" / "catalogue.sqlite") as catalogue:
            holdings = read_holdings(Store(top), catalogue, collections)
        read = time.perf_counter() - begun
        build_folder(holdings, top / "site")
        took, cpu = time.perf_counter() - begun, time.process_time() - worked
        again = time.perf_counter()
        build_folder(holdings, top / "site")
        again = time.perf_counter() - again
        kinds = {kind: sum(file.stat().st_size for file in (top / "site").rglob(f"*.{kind}")) / MB for kind in ("html", "js")}
        single = len(single_page(holdings).encode()) / MB
    sizes = f"{kinds['html']:.1f} | {kinds['js']:.1f} | {single:.1f}"
    return f"| {count:,} | {read:.1f} | {took:.1f} ({cpu:.1f}) | {again:.1f} | {sizes} |"


if __name__ == "__main__":
    print("| slides | read, s | all, s (processor) | again, s | pages, MB | scripts and data, MB | one file, MB |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for number in map(int, sys.argv[1:] or ("1200",)):
        print(measure(number), flush=True)
