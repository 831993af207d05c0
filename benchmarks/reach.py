"""How far one machine reaches: an archive of 100,000 files and a million slides, made here and then used.

    python benchmarks/reach.py --workshops 1000 --files 100 --slides 10 [--folder /dev/shm] [--keep]

Each workshop is a collection. What Drive lists is listed truly, over TLS, from the emulator in a process of its own; the small
files are put in place and their rows written without downloading, and the slides are texts recombined from the sample's, so
that a build takes minutes. A tenth of the texts are different ones, with a word of its own in each slide; the terms of the
others are remembered. Then commands run, each in a process of its own; the table has seconds of the clock, seconds of the
processor (which other work on the machine changes little) and the peak of memory. Pace lifted, no latency.
"""

import argparse
import hashlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path

from mirror import HERE, MIB, Bench, Drive, machine, watched
from near_drive import SEED, Shape

from materials_cli.batches import threads
from materials_cli.catalogue import index
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE
from materials_cli.drive import wire
from materials_cli.drive.walk import crawl, find_root
from materials_cli.equipment import connected
from materials_cli.extract.silence import EXTRACTOR_VERSION
from materials_cli.model import Fixity, Item, RemoteFile, Section, Text
from materials_cli.store.mirror import Store
from materials_cli.store.survey import mtime
from materials_cli.words import fold
from search import passages, real_lines

SIZE = 200
DIFFERENT = 10  # one text in so many is a different one
ASKED = ("government", "digital services", "что говорили о технологиях", "zzqqxx")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workshops", type=int, default=1000)
    parser.add_argument("--files", type=int, default=100, help="in each workshop")
    parser.add_argument("--slides", type=int, default=10, help="in each file")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="make the archive there, or use the one that is there")
    parser.add_argument("--large", action="store_true", help="search with the index for very large archives, too")
    given = parser.parse_args()
    files = given.workshops * given.files
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="reach-") as top:
        drive = Drive(Path(top) / "drive")
        bench = Bench(drive, Path(top))
        bench.root = drive.ask("hold", Shape(files, SIZE, given.workshops))
        os.environ.update(bench.environment())
        archive = given.keep or Path(top) / "archive"
        if not archive.exists():
            # In a process of its own: what it needs in memory would be counted with every command that starts from here.
            made = get_context("spawn").Process(target=make, args=(archive, drive.ask("folders"), given.files, given.slides))
            made.start()
            made.join()
        size = (archive / ".materials" / "catalogue.sqlite").stat().st_size / 1e6
        slides = files * given.slides
        print(f"{files:,} files, {slides:,} slides, {given.workshops:,} collections; catalogue {size:,.0f} MB\n", flush=True)
        use(archive, bench, large=given.large)
        drive.close()


def on_drive(files: int) -> dict[str, bytes]:
    """The content of the files on Drive by digest, drawn as it was there."""
    chance = random.Random(SEED)
    drawn = (chance.randbytes(SIZE) for _ in range(files))
    return {hashlib.sha256(content).hexdigest(): content for content in drawn}


def make(archive: Path, folders: Sequence[str], files: int, slides: int) -> None:
    """An archive of what lies in these folders on Drive, as a sync would have left it."""
    begun, store = time.monotonic(), Store(archive)
    contents, texts = on_drive(len(folders) * files), decks(len(folders) * files, slides)
    archive.mkdir()
    links = (f'[collections.w{number}]\nlink = "https://drive.google.com/drive/folders/{folder}"\n'
             for number, folder in enumerate(folders))  # fmt: skip
    (archive / FILE).write_text("format = 1\n" + "".join(links))
    store.make_folders()
    remember_terms()
    wire.Pace = partial(wire.Pace, 1e12)  # type: ignore[assignment, misc] - the archive is made as fast as this machine can
    with Catalogue.open(store.catalogue, write=True) as catalogue, connected() as source, threads(8, "worker") as workers:
        catalogue.connection.execute("PRAGMA synchronous = OFF")
        for number, folder in enumerate(folders):
            found = crawl(source, find_root(source, folder, None), None, workers, lambda _: None).listing()
            (archive / f"w{number}").mkdir()
            with catalogue.transaction():
                for remote, text in zip(found.files, texts, strict=False):
                    item = put(archive, f"w{number}", remote, contents[remote.sha256 or ""])
                    catalogue.record(item)
                    catalogue.put_text(item.collection, item.id, text, item.fixity.sha256, EXTRACTOR_VERSION)
            print(f"\r{number + 1} of {len(folders)} made", end="", file=sys.stderr)
    print(f"made in {time.monotonic() - begun:.0f} s, {time.process_time():.0f} s of the processor", flush=True)


def put(archive: Path, slug: str, remote: RemoteFile, content: bytes) -> Item:
    """Put a file of Drive's in its place; return its item."""
    now = datetime.now(UTC)
    item = Item(
        collection=slug, remote=remote, path=f"{slug}/{remote.file_name}", media_type=remote.media_type,
        fixity=Fixity(len(content), remote.sha256 or "", remote.md5), first_seen=now, fetched=now, verified=True,
    )  # fmt: skip
    (archive / item.path).write_bytes(content)
    os.utime(archive / item.path, (mtime(item), mtime(item)))
    return item


def decks(number: int, slides: int) -> Iterator[Text]:
    """Texts of decks without end, a tenth of so many different ones; the first slide of each has a title of its own."""
    made = passages(max(number // DIFFERENT, 1) * slides, real_lines(None), random.Random(1))
    different = []
    while some := list(islice(made, slides)):
        different.append(some)
    for deck in count(1):
        texts = different[deck % len(different)]
        sections = (Section(at, f"Deck {deck}" if at == 1 else title, body) for at, (title, body) in enumerate(texts, 1))
        yield Text("slide", tuple(sections))


def remember_terms() -> None:
    """Derive the terms and languages of a text once: here the same ones come again and again."""
    index_languages = index.of_sections
    languages = lru_cache(None)(lambda text: index_languages([text])[0])
    fold.token_stream = lru_cache(None)(fold.token_stream)
    index.of_sections = lambda texts: [languages((body, notes)) for body, notes in texts]


def use(archive: Path, bench: Bench, *, large: bool) -> None:
    """Run commands and print what each took."""
    engine, ours = [sys.executable, str(HERE / "lifted.py")], [sys.executable, "-m", "materials_cli"]
    print("| command | seconds | CPU s | peak MB | requests |\n|---|---:|---:|---:|---:|")

    def row(name: str, *command: str) -> None:
        bench.drive.ask("served")
        wall, cpu, memory = watched([*command, "--archive", str(archive)], bench.environment())
        asked = bench.drive.ask("served").requests.total()
        print(f"| {name} | {wall:.1f} | {cpu:.1f} | {memory / MIB:.0f} | {asked or ''} |", flush=True)

    row("sync, the first of one collection: it writes the manifest", *engine, "sync", "w0", "--quiet")
    row("sync of one collection without changes", *engine, "sync", "w0", "--quiet")
    row("sync without changes", *engine, "sync", "--quiet")
    for name in ("status", "list", "verify", "doctor"):
        row(name, *ours, name, *(["--quiet"] if name == "verify" else []))
    for text in ASKED:
        row(f"search {text}", *ours, "search", text)
    if large:
        with (archive / FILE).open("r+") as file:
            settings = file.read()
            file.seek(0)
            file.write("large_index_from = 1\n" + settings)
        row("[large]: its index made by a sync of one collection", *engine, "sync", "w0", "--quiet")
        for text in ASKED:
            row(f"[large]: search {text}", *ours, "search", text)


if __name__ == "__main__":
    main()
