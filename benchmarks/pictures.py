"""How many slides and pages of a folder of real files are drawn, how quickly, how large, and what the rest costs.

    python benchmarks/pictures.py FOLDER [SUFFIX …]

For each kind of file: how many are drawn whole, the time for a slide or page, the median of the bytes, and the most memory
that the child used; then each file of which a part was not drawn, with its time and the reason. The time is that of the clock:
on a busy machine, the processor time of the child tells more.
"""

import hashlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from materials_cli.extract.pool import Pool
from materials_cli.model import Fixity
from materials_cli.pictures.draw import PROGRAM, SECONDS, draw_bytes
from materials_cli.pictures.kept import CARD, Pictures

_USUAL = ("pptx", "pptm", "pdf", "ppt", "odp", "doc", "docx", "odt")


@dataclass
class Kind:
    """The files of one kind. drawn: by what, how many slides. whole: how many files had no card."""

    files: int = 0
    whole: int = 0
    drawn: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    sizes: list[int] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


def main(folder: Path, suffixes: Iterable[str]) -> None:
    """Draw all files of these kinds below a folder, and print a line for each kind."""
    for suffix in suffixes:
        files = sorted(path for path in folder.rglob(f"*.{suffix}") if path.is_file())
        if files:
            _measure(suffix, files)


def _measure(suffix: str, files: list[Path]) -> None:
    kind = Kind()
    with (
        tempfile.TemporaryDirectory() as top,
        Pool(1) as readers,
        Pool(1, seconds=SECONDS, program=PROGRAM) as pool,
    ):
        pool.ask({"path": "", "into": "", "first": 1})  # the child starts before the clock does
        for path in files:
            _draw(Pictures(Path(top)), readers, pool, path, kind)
        used = _used_by(pool)
    slides = sum(count for by, count in kind.drawn.items() if by != CARD)
    print(f"{suffix}: {kind.whole} of {kind.files} files whole; {dict(kind.drawn)}; {used}")
    if slides:
        print(f"  {1000 * kind.seconds / slides:.1f} ms and {median(kind.sizes) / 1000:.1f} kB a slide or page (median)")
    print(*kind.rest, sep="\n")


def _draw(pictures: Pictures, readers: Pool, pool: Pool, path: Path, kind: Kind) -> None:
    content = path.read_bytes()
    fixity = Fixity(len(content), hashlib.sha256(content).hexdigest())
    text = readers.extract(path, path.name)
    began = time.perf_counter()
    drawing = draw_bytes(pictures, pool, path, fixity, path.name, text)
    took = time.perf_counter() - began
    by = Counter(by for *_, by in drawing.pictures)
    kind.files += 1
    kind.drawn += by
    kind.sizes += [picture.path.stat().st_size for picture in pictures.of(fixity.sha256) if picture.by != CARD]
    if by[CARD] or drawing.note:
        kind.rest.append(f"  {path.name}: {dict(by)} in {took:.2f} s: {drawing.note or text.note or ''!s}")
    else:
        kind.whole += 1
    if set(by) - {CARD}:
        kind.seconds += took


def _used_by(pool: Pool) -> str:
    """Memory and processor time of the child, where Linux tells."""
    for process in pool.processes:
        status = Path(f"/proc/{process}/status")
        if status.exists():
            peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            ticks = status.with_name("stat").read_text().rpartition(")")[2].split()
            return f"{int(peak.split()[1]) / 1000:.0f} MB, {(int(ticks[11]) + int(ticks[12])) / 100:.1f} s of processor"
    return "the child was ended"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or _USUAL)
