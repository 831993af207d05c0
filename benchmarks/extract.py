"""Our extraction beside markitdown's and kreuzberg's, over a folder of documents: python benchmarks/extract.py FOLDER.

Each tool works in one process of its own, a file at a time, on one core where it lets itself be held to that. A file that
takes longer than a minute, or ends the process, is a failure, and the process is made anew. Recall is the share of those
words that at least two tools found. The first file of a process pays for its imports, as it does in life.
"""

import argparse
import importlib.util
import json
import os
import platform
import re
import resource
import selectors
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

TOOLS = ("materials", "markitdown", "kreuzberg")
SECONDS = 60
MEMORY = 6 * 1024**3
# What reads one file, and what ends it.
Tool = tuple[Callable[[Path], str | None], Callable[[], None]]
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass
class Outcome:
    """What one tool made of one file: its words, or None for a failure; seconds it took."""

    words: frozenset[str] | None
    seconds: float


@dataclass
class Tally:
    """What one tool made of all files. peak: bytes of memory."""

    outcomes: dict[Path, Outcome] = field(default_factory=dict)
    peak: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worker", choices=TOOLS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.worker)
        return
    lacking = [tool for tool in TOOLS if importlib.util.find_spec("materials_cli" if tool == "materials" else tool) is None]
    if lacking:
        sys.exit(
            f"Not installed: {', '.join(lacking)}. In an environment of its own: pip install . 'markitdown[all]' kreuzberg"
        )
    files = sorted(path for path in given.folder.rglob("*") if path.is_file())
    tallies = {tool: run(tool, files) for tool in TOOLS}
    print(f"{len(files)} files; {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    report(files, tallies)


def run(tool: str, files: list[Path]) -> Tally:
    """Have one tool read all files."""
    tally = Tally()
    worker = None
    for path in files:
        worker = worker or start(tool)
        begun = time.monotonic()
        answer = ask(worker, path)
        words = None if answer is None or answer["text"] is None else frozenset(WORD.findall(str(answer["text"]).lower()))
        tally.outcomes[path] = Outcome(words, time.monotonic() - begun)
        if answer is None:
            worker.kill()
            worker.wait()
            worker = None
        else:
            tally.peak = max(tally.peak, int(str(answer["peak"])))
    if worker and worker.stdin and worker.stdout:
        worker.stdin.close()
        tally.peak = max(tally.peak, int(worker.stdout.read()))
        worker.wait()
    return tally


def start(tool: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, __file__, ".", "--worker", tool]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)


def ask(worker: "subprocess.Popen[bytes]", path: Path) -> dict[str, object] | None:
    """One file's answer; None when there is none in time."""
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(f"{path.absolute()}\n".encode())
    deadline, said = time.monotonic() + SECONDS, b""
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdout, selectors.EVENT_READ)
        while not said.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return None
            piece = os.read(worker.stdout.fileno(), 1 << 20)
            if not piece:
                return None
            said += piece
    answer: dict[str, object] = json.loads(said)
    return answer


def work(tool: str) -> None:
    """Read the files that are named, one a line, and tell their text; at the end, and meanwhile, the peak of memory."""
    if tool != "materials":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    read, close = {"materials": materials, "markitdown": markitdown, "kreuzberg": kreuzberg}[tool]()
    for line in sys.stdin:
        try:
            text = read(Path(line.rstrip("\n")))
        except Exception:  # noqa: BLE001 - any failure of any tool is what is counted
            text = None
        out.write(json.dumps({"text": text, "peak": peak()}).encode() + b"\n")
        out.flush()
    close()
    out.write(str(peak()).encode())
    out.flush()


def peak() -> int:
    """The most bytes that this process, or a child that has ended, ever held."""
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return largest * (1 if sys.platform == "darwin" else 1024)


def materials() -> Tool:
    """As a sync reads: through a child with its limits. A file without text but with a note is a failure that was told."""
    from materials_cli.extract.pool import Pool  # each worker draws in its own tool

    pool = Pool(1)

    def read(path: Path) -> str | None:
        text = pool.extract(path, path.name)
        told = "\n".join(f"{section.title}\n{section.body}\n{section.notes}" for section in text.sections)
        return told if text.sections or not text.note else None

    return read, pool.close


def markitdown() -> Tool:
    from markitdown import MarkItDown

    converter = MarkItDown()
    return lambda path: str(converter.convert(str(path)).text_content), _nothing


def kreuzberg() -> Tool:
    import kreuzberg as library

    return lambda path: str(library.extract_file_sync(str(path)).content), _nothing


def _nothing() -> None:
    """Nothing has to be closed."""


def recalls(path: Path, tallies: dict[str, Tally]) -> Iterator[tuple[str, float]]:
    """The share of the agreed words that each tool found in one file; nothing where no words are agreed upon."""
    found = {tool: tally.outcomes[path].words or frozenset() for tool, tally in tallies.items()}
    counts = Counter(word for words in found.values() for word in words)
    agreed = {word for word, count in counts.items() if count > 1}
    if agreed:
        for tool, words in found.items():
            yield tool, len(words & agreed) / len(agreed)


def report(files: list[Path], tallies: dict[str, Tally]) -> None:
    print("| tool | files with text | failures | recall | seconds | files/s | peak MB |\n|---|---|---|---|---|---|---|")
    by_format: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    totals: dict[str, list[float]] = defaultdict(list)
    for path in files:
        for tool, share in recalls(path, tallies):
            totals[tool].append(share)
            by_format[path.suffix.lower().lstrip(".")][tool].append(share)
    for tool, tally in tallies.items():
        outcomes = tally.outcomes.values()
        seconds = sum(outcome.seconds for outcome in outcomes)
        print(
            f"| {tool} | {sum(bool(o.words) for o in outcomes)} | {sum(o.words is None for o in outcomes)} "
            f"| {mean(totals[tool]):.3f} | {seconds:.1f} | {len(files) / seconds:.1f} | {tally.peak / 1e6:.0f} |"
        )
    print("\n| format | files with agreed words | " + " | ".join(tallies) + " |\n|---|---|" + "---|" * len(tallies))
    for suffix, shares in sorted(by_format.items()):
        count = max(map(len, shares.values()))
        print(f"| {suffix} | {count} | " + " | ".join(f"{mean(shares[tool]):.3f}" for tool in tallies) + " |")


def mean(shares: list[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.0


if __name__ == "__main__":
    main()
