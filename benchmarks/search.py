"""How fast archives of 10,000 slides and more are indexed and searched: without and with [large], and by tantivy alone.

    python benchmarks/search.py 10000 100000 [--texts FOLDER] [--skip-tantivy]

Passages are recombined from real lines (of a folder of documents, or of the sample workshop), 120 to 700 characters
each, 15 % of their words exchanged inside the language, and 60 % with a made-up name, so that the vocabulary grows as
that of a real archive does. Everything goes through the catalogue as a sync would: items, sections, words, one commit
for 50 items. Rates and times are in seconds of the processor, so that other work on the machine counts as little as
it can; only whole commands are measured by the clock.
"""

import argparse
import gc
import hashlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:1] = [str(TESTS), str(TESTS.parent / "tools")]

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.segments import merge_segments
from materials_cli.model import Fixity, Item, RemoteFile, Section, Text
from materials_cli.search import large
from materials_cli.search.engine import search
from materials_cli.words.fold import words
from materials_cli.words.languages import languages
from sample_texts import DECKS
from support.judging import judged_archive, sections_of

WHEN = datetime(2025, 6, 24, tzinfo=UTC)
SECTIONS, COMMIT = 20, 50
ASKED = 200
SYLLABLES = (
    "ba",
    "be",
    "do",
    "du",
    "fa",
    "ga",
    "hi",
    "jo",
    "ka",
    "la",
    "li",
    "ma",
    "na",
    "ra",
    "sa",
    "zha",
    "shi",
    "gul",
    "bek",
    "mir",
)
KINDS = ("common", "rare", "prefix", "phrase", "two words", "question", "absent")
ASKING = ("who spoke about {}?", "slides about {}", "что говорили о {}", "what is said about {} in Georgia?")


def real_lines(folder: Path | None) -> dict[str, list[str]]:
    """Lines of real text by language."""
    texts = [line for deck in DECKS for slide in deck.slides for line in (slide.title, *slide.bullets, slide.notes)]
    if folder is not None:
        with tempfile.TemporaryDirectory() as top, judged_archive(folder, Path(top)) as catalogue:
            for text in sections_of(catalogue).values():
                found = text[:20_000].split(" ")
                texts += [" ".join(found[at : at + 12]) for at in range(0, len(found), 12)]
    lines: dict[str, list[str]] = {}
    for text in texts:
        lines.setdefault(next(iter(languages(text)), "en"), []).append(text)
    return lines


def passages(count: int, lines: dict[str, list[str]], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Titles and bodies."""
    names = sorted(lines)
    weights = [len(lines[name]) ** 0.5 for name in names]
    vocabulary = {name: [word for line in lines[name] for word in line.split()] for name in names}
    for _ in range(count):
        (language,) = chance.choices(names, weights)
        length = chance.randint(120, 700)
        body: list[str] = []
        while sum(map(len, body)) + len(body) < length:
            line = chance.choice(lines[language]).split()
            body += [chance.choice(vocabulary[language]) if chance.random() < 0.15 else word for word in line]
        if chance.random() < 0.6:
            body.insert(chance.randrange(len(body)), "".join(chance.choices(SYLLABLES, k=3)).title())
        yield chance.choice(lines[language])[:80], " ".join(body)


def build(catalogue: Catalogue, made: Iterator[tuple[str, str]], slug: str = "c") -> tuple[int, float]:
    """Put passages in, as a run does; how many, and the seconds that the catalogue took, without making them up."""
    number = 0
    seconds = 0.0
    items: list[tuple[Item, Text]] = []
    pending: list[Section] = []

    def write() -> float:
        begun = time.process_time()
        with catalogue.transaction():
            for item, text in items:
                catalogue.record(item)
                catalogue.put_text(slug, item.id, text, item.fixity.sha256, 1)
        items.clear()
        return time.process_time() - begun

    for title, body in made:
        number += 1
        pending.append(Section(len(pending) + 1, title, body))
        if len(pending) == SECTIONS:
            name = f"deck {number // SECTIONS}.pptx"
            remote = RemoteFile(id=name, drive_id=name, name=name, parent="root", modified=WHEN)
            fixity = Fixity(1, hashlib.sha256(f"{slug}/{name}".encode()).hexdigest())
            item = Item(
                collection=slug,
                remote=remote,
                path=f"{slug}/{name}",
                media_type="x",
                fixity=fixity,
                first_seen=WHEN,
                fetched=WHEN,
            )
            items.append((item, Text("slide", tuple(pending))))
            pending = []
        if len(items) == COMMIT:
            seconds += write()
    seconds += write()
    begun = time.process_time()
    merge_segments(catalogue.connection)
    return number, seconds + time.process_time() - begun


def questions(sample: list[tuple[str, str]], chance: random.Random) -> dict[str, list[str]]:
    """What is asked: words of the passages themselves, so that everything but what is absent is found."""
    counts: dict[str, int] = {}
    bodies = [[word.forms.fold for word in words(body)] for _, body in sample]
    for body in bodies:
        for word in set(body):
            counts[word] = counts.get(word, 0) + 1
    spelled = [word for word in counts if len(word) >= 4]
    common = sorted(spelled, key=lambda word: -counts[word])[:100]
    rare = [word for word in spelled if counts[word] == 1]
    asked: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for _ in range(ASKED):
        asked["common"].append(chance.choice(common))
        asked["rare"].append(chance.choice(rare))
        asked["prefix"].append(f"{chance.choice(spelled)[:4]}*")
        body = chance.choice([body for body in bodies if len(body) > 6])
        at = chance.randrange(len(body) - 3)
        asked["phrase"].append(f'"{" ".join(body[at : at + 3])}"')
        asked["two words"].append(" ".join(chance.sample(body, 2)))
        asked["question"].append(chance.choice(ASKING).format(asked["two words"][-1]))
        slip = chance.choice(spelled)
        asked["absent"].append(slip[:2] + chance.choice("bdfghk") + slip[3:] + chance.choice("zxqw"))
    return asked


def timed(asked: dict[str, list[str]], find: Callable[[str], object]) -> dict[str, tuple[float, float]]:
    """p50 and p99 of each kind, in ms."""
    told: dict[str, tuple[float, float]] = {}
    gc.disable()  # a pause of 100 ms and more would fall on any query; the command seldom looks for garbage
    for kind, queries in asked.items():
        took = []
        for query in queries:
            begun = time.process_time()
            find(query)
            took.append((time.process_time() - begun) * 1000)
        told[kind] = statistics.median(took), sorted(took)[int(len(took) * 0.99)]
    gc.enable()
    return told


def show(name: str, number: int, seconds: float, size: int, told: dict[str, tuple[float, float]]) -> None:
    cells = " | ".join(f"{told[kind][0]:.1f}/{told[kind][1]:.0f}" for kind in KINDS)
    print(f"| {number:,} | {name} | {number / seconds:,.0f} | {size / 1e6:,.0f} | {cells} |", flush=True)


def with_extra(inner: Path, number: int, asked: dict[str, list[str]]) -> None:
    """The same catalogue with the index for very large archives, whose size is printed alone."""
    file = inner / "catalogue.sqlite"
    folder = large.folder_of(file)
    with Catalogue.open(file) as catalogue:
        begun = time.process_time()
        large.keep(catalogue.connection, file, 1, lambda _: None)
        seconds = time.process_time() - begun
        told = timed(asked, lambda query: search(catalogue, query, limit=10))
    show("materials [large]", number, seconds, sum(path.stat().st_size for path in folder.iterdir()), told)
    shutil.rmtree(folder)


def with_tantivy(made: list[tuple[str, str]], asked: dict[str, list[str]]) -> None:
    import tantivy  # not everybody has it

    schema = tantivy.SchemaBuilder().add_text_field("title", stored=True).add_text_field("body", stored=True).build()
    with tempfile.TemporaryDirectory() as top:
        index = tantivy.Index(schema, path=top)
        writer = index.writer(num_threads=1)
        begun = time.process_time()
        for title, body in made:
            writer.add_document(tantivy.Document(title=title, body=body))
        writer.commit()
        writer.wait_merging_threads()
        seconds = time.process_time() - begun
        index.reload()
        searcher = index.searcher()

        def find(query: str) -> object:
            parsed, _ = index.parse_query_lenient(query.removesuffix("*"), ["title", "body"])
            if query.endswith("*"):
                parsed = tantivy.Query.regex_query(schema, "body", f"{query[:-1]}.*")
            return [searcher.doc(at) for _, at in searcher.search(parsed, 10).hits]

        size = sum(path.stat().st_size for path in Path(top).iterdir())
        show("tantivy default", len(made), seconds, size, timed(asked, find))


def start_up(archive: Path) -> None:
    """The whole command, and the start-up of Python and typer beside it; medians of 15."""
    command = Path(sys.executable).parent / "materials"
    for name, line in (
        ("materials search", [str(command), "--archive", str(archive), "search", "government"]),
        ("materials --help", [str(command), "--help"]),
        ('python -c "import typer"', [sys.executable, "-c", "import typer"]),
    ):
        took = []
        for _ in range(15):
            begun = time.perf_counter()
            subprocess.run(line, check=False, capture_output=True)
            took.append((time.perf_counter() - begun) * 1000)
        print(f"| {name} | {statistics.median(took):.0f} ms |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000])
    parser.add_argument("--texts", type=Path, help="a folder of real documents to recombine")
    parser.add_argument("--skip-tantivy", action="store_true")
    chosen = parser.parse_args()
    lines = real_lines(chosen.texts)
    print(f"\n| passages | engine | built/s | MB | {' | '.join(f'{kind} p50/p99 ms' for kind in KINDS)} |")
    print(f"|{'---|' * (4 + len(KINDS))}")
    for size in chosen.sizes:
        asked = questions(list(passages(2000, lines, random.Random(1))), random.Random(2))
        with tempfile.TemporaryDirectory() as top:
            inner = Path(top) / ".materials"
            inner.mkdir()
            (Path(top) / "materials.toml").write_text("format = 1\n")
            with Catalogue.open(inner / "catalogue.sqlite", write=True) as catalogue:
                number, seconds = build(catalogue, passages(size, lines, random.Random(1)))
            with Catalogue.open(inner / "catalogue.sqlite") as catalogue:
                told = timed(asked, lambda query, catalogue=catalogue: search(catalogue, query, limit=10))
            show("materials", number, seconds, sum(path.stat().st_size for path in inner.iterdir()), told)
            if find_spec("tantivy"):
                with_extra(inner, number, asked)
            if size <= 100_000:
                start_up(Path(top))
        if not chosen.skip_tantivy:
            with_tantivy(list(passages(size, lines, random.Random(1))), asked)


if __name__ == "__main__":
    main()
