"""What a thousand workshops cost: unit costs measured here, and from them 1, 8 and 64 workers within Drive's quota.

    python benchmarks/scale.py [--workshops 1000] [--files 60] [--slides 20] [--megabytes 5] [--mbit 200] [--measured 15]

Measured: an archive of a few workshops, each a collection with true pptx decks of so many slides, on the emulator behind TLS in
a process of its own. One workshop is synced, then the others, then all without changes; the differences are the costs of a file
and of a quiet workshop without those of starting. CPU is of the command with its children, so that other work on the
machine changes it little. What one process alone can do, the rows, is measured apart.

Computed: how long each of what limits a run would take if it were the only one; the longest is the shortest possible time of
the run, and named. The units of the quota: those that drive/pace.py spends, one minute's at once and then 325,000 a minute,
however many workers there are, since the quota belongs to the project. A worker is one core like the one measured; with one
worker it writes the rows, too; with more, another process does. Nothing waits in this reckoning: a true run takes longer.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mirror import MIB, Bench, Drive, machine, watched
from near_drive import Shape

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE
from materials_cli.drive.pace import DOWNLOAD, GET, LIST, UNITS_PER_MINUTE
from search import build, passages, real_lines

WORKERS = 1, 8, 64
OTHERS = 9  # workshops besides the first
GOOGLE = 1e12 / 86_400  # bytes a second: a terabyte a day leaves Drive for one project, by Google's page of limits


@dataclass(frozen=True)
class Costs:
    """Seconds of the processor, of a file and of a quiet workshop; commit: those of the rows of a file, in `file` already.

    requests: to Drive, for a file and a quiet workshop. rows: bytes of catalogue and manifest for a file. memory: at the peak.
    """

    file: float
    commit: float
    quiet: float
    requests: tuple[float, float]
    rows: float
    memory: int


@dataclass(frozen=True)
class Work:
    """So many workshops with so many files of so many bytes, over a line of so many bytes a second."""

    workshops: int
    files: int
    size: float
    line: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workshops", type=int, default=1000)
    parser.add_argument("--files", type=int, default=60, help="in each workshop")
    parser.add_argument("--slides", type=int, default=20, help="in each file")
    parser.add_argument("--megabytes", type=float, default=5.0, help="of each file")
    parser.add_argument("--mbit", type=float, default=200.0, help="a second, of the line to Google")
    parser.add_argument("--measured", type=int, default=15, help="files in each workshop that is measured")
    given = parser.parse_args()
    print(machine(), flush=True)
    costs = measured(given.measured, given.slides)
    print(f"\nA file of {given.slides} slides: {costs.file * 1000:.0f} ms of the processor, of them"
          f" {costs.commit * 1000:.0f} for its rows; {costs.file / given.slides * 1000:.1f} a slide;"
          f" {costs.requests[0]:.1f} requests; {costs.rows / 1000:.1f} kB of catalogue and manifest; one object."
          f" A quiet workshop: {costs.quiet * 1000:.0f} ms, {costs.requests[1]:.1f} requests."
          f" Memory at the peak: {costs.memory / MIB:.0f} MB.\n")  # fmt: skip
    work = Work(given.workshops, given.files, given.megabytes * 1e6, given.mbit * 1e6 / 8)
    print("| run | workers | quota | Google's bytes a day | line | workers' CPU | rows | shortest | limited by |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---|")
    for name, quiet in (("first", False), ("without changes", True)):
        for workers in WORKERS:
            times = limits(work, costs, workers, quiet=quiet)
            cells = " | ".join(map(hours, (*times.values(), max(times.values()))))
            print(f"| {name} | {workers} | {cells} | {max(times, key=lambda limit: times[limit])} |")


def limits(work: Work, costs: Costs, workers: int, *, quiet: bool) -> Mapping[str, float]:
    """The seconds that each limit alone would take."""
    files = 0 if quiet else work.workshops * work.files
    units = work.workshops * (GET + LIST) + files * DOWNLOAD
    commit = files * costs.commit if workers > 1 else 0.0
    cpu = work.workshops * costs.quiet + files * costs.file - commit
    return {
        "quota": max(units - UNITS_PER_MINUTE, 0) / UNITS_PER_MINUTE * 60,
        "Google's bytes a day": files * work.size / GOOGLE,
        "line": files * work.size / work.line,
        "workers' CPU": cpu / workers,
        "rows": commit,
    }


def hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.1f} min" if seconds >= 60 else f"{seconds:.0f} s"


def measured(files: int, slides: int) -> Costs:
    """Sync one workshop, then some others, then all of them without changes."""
    with tempfile.TemporaryDirectory(prefix="scale-") as top:
        drive = Drive(Path(top) / "drive")
        bench = Bench(drive, Path(top))
        bench.root = drive.ask("hold", Shape(files * (OTHERS + 1), 0, OTHERS + 1, slides=slides))
        archive = Path(top) / "archive"
        archive.mkdir()
        links = (f'[collections.w{number}]\nlink = "https://drive.google.com/drive/folders/{folder}"\n'
                 for number, folder in enumerate(drive.ask("folders")))  # fmt: skip
        (archive / FILE).write_text("format = 1\n" + "".join(links))

        def sync(*slugs: str) -> tuple[float, int, int, int]:
            drive.ask("served")
            command = [sys.executable, "-m", "materials_cli", "sync", *slugs, "--quiet", "--archive", str(archive)]
            _, cpu, memory = watched(command, bench.environment())
            kept = [archive / ".materials" / "catalogue.sqlite", archive / "manifest.jsonl", archive / "manifest.csv"]
            return cpu, drive.ask("served").requests.total(), memory, sum(path.stat().st_size for path in kept)

        one = sync("w0")
        base, others, quiet = sync("w0"), sync(), sync()
        drive.close()
    count = files * OTHERS
    return Costs(
        file=(others[0] - quiet[0]) / count,
        commit=slides * row(max(count * slides, 1000)),
        quiet=(quiet[0] - base[0]) / OTHERS,
        requests=((others[1] - quiet[1]) / count, quiet[1] / (OTHERS + 1)),
        rows=(others[3] - one[3]) / count,
        memory=max(run[2] for run in (one, base, others, quiet)),
    )


def row(slides: int) -> float:
    """Seconds of the processor for the rows of a slide, its words and its share of an item; measured with so many."""
    made = passages(slides, real_lines(None), random.Random(1))
    with tempfile.TemporaryDirectory() as top, Catalogue.open(Path(top) / "catalogue.sqlite", write=True) as catalogue:
        number, seconds = build(catalogue, made)
    return seconds / number


if __name__ == "__main__":
    main()
