"""materials, rclone and gdown side by side, mirroring the same folder from the same Drive on this machine.

    python benchmarks/mirror.py                      all cases, about 20 minutes
    python benchmarks/mirror.py ad --scale 0.1       two of them, a tenth of the files
    python benchmarks/mirror.py a --tools materials "rclone unpaced"

The peers come with `pip install -e '.[peers]'`. What is measured and what came out is told in benchmarks/README.md.
"""

import argparse
import json
import multiprocessing
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bare_load import asked_for
from near_drive import KEY, TOKEN, Served, Shape, digests, serve

HERE = Path(__file__).parent
MIB = 1 << 20
_TUNED = ("--transfers", "16", "--checkers", "16", "--drive-pacer-min-sleep", "10ms", "--fast-list")
_UNPACED = (*_TUNED, "--drive-pacer-min-sleep", "0", "--drive-pacer-burst", "100000")


@dataclass(frozen=True)
class Case:
    """One thing to measure. shape: None for a run over what the case before has left. edited: the share to edit first."""

    told: str
    shape: Shape | None = None
    edited: float = 0.0


@dataclass(frozen=True)
class Tool:
    """One way to mirror a folder. command: from the folder's id and the place to put it. cases: where it is measured."""

    command: Callable[[str, Path], list[str]]
    cases: str


@dataclass(frozen=True)
class Measured:
    """What a run took: seconds, seconds of all its processes, bytes at the peak of all its processes together."""

    wall: float
    cpu: float
    memory: int
    served: Served
    complete: bool


CASES = {
    "a": Case("2,000 files of 20 KB in 200 folders, 40 ms", Shape(2000, 20_000, 200, 0.04)),
    "d": Case("nothing changed since (a)"),
    "e": Case("1 % changed since (a)", edited=0.01),
    "b": Case("40 files of 50 MB, no latency", Shape(40, 50_000_000, 0)),
    "c": Case("one file of 1 GB, no latency", Shape(1, 1_000_000_000, 0)),
    "f": Case("10,000 files of 2 KB in 1,000 folders, 40 ms", Shape(10_000, 2_000, 1000, 0.04)),
}


def _materials(*program: str) -> Callable[[str, Path], list[str]]:
    return lambda _, place: [sys.executable, *program, "sync", "--quiet", "--archive", str(place)]


def _rclone(*options: str) -> Callable[[str, Path], list[str]]:
    return lambda _, place: [_program("rclone"), "sync", "near:", str(place), *options]


def _gdown(root: str, place: Path) -> list[str]:
    link = f"https://drive.google.com/drive/folders/{root}"
    return [_program("gdown"), "--folder", link, "--output", f"{place}/", "--continue", "--quiet", "--no-cookies"]


# gdown sees no change, so there is nothing to measure in (d) and (e); where rclone's own pace and gdown's one file at a time
# would take a quarter of an hour, they are left out: their requests tell their time.
TOOLS = {
    "materials": Tool(_materials(str(HERE / "lifted.py")), "abcdef"),
    "materials, as shipped": Tool(_materials("-m", "materials_cli"), "adef"),
    "rclone": Tool(_rclone(), "abcde"),
    "rclone tuned": Tool(_rclone(*_TUNED), "abcdef"),
    "rclone unpaced": Tool(_rclone(*_UNPACED), "abcdef"),
    "gdown": Tool(_gdown, "abc"),
}


class Drive:
    """The Drive in its own process; every method of NearDrive can be called here."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._control, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=serve, args=(theirs, folder), daemon=True)
        self._process.start()

    def ask(self, name: str, *arguments: object) -> Any:
        """Call a method over there, or read an attribute."""
        self._control.send((name, *arguments))
        return self._control.recv()

    def close(self) -> None:
        """End the process."""
        self._control.send(None)
        self._process.join()


@dataclass
class Bench:
    """Runs the tools one after another. places: where each tool keeps its mirror between cases."""

    drive: Drive
    folder: Path
    root: str = ""
    shape: Shape = field(default_factory=lambda: Shape(0, 0, 0))

    def run(self, name: str, case: Case) -> Measured:
        """Let one tool do one case, and compare what it has mirrored with what is there."""
        place = self.folder / name.replace(" ", "-").replace(",", "")
        if case.shape:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            if name.startswith("materials"):
                link = f"https://drive.google.com/drive/folders/{self.root}"
                add = [sys.executable, "-m", "materials_cli", "add", link, "--name", "c", "--no-check", "--archive", str(place)]
                subprocess.run(add, env=self.environment(), check=True, capture_output=True)
        command = TOOLS[name].command(self.root, place)
        os.sync()
        self.drive.ask("served")
        wall, cpu, memory = watched(command, self.environment())
        served = self.drive.ask("served")
        # Earlier bytes that materials keeps lie in .materials, under names without a suffix.
        return Measured(wall, cpu, memory, served, complete=digests(place) == self.drive.ask("contents"))

    def environment(self) -> dict[str, str]:
        """What a tool is started with, so that it reaches the Drive."""
        ca = str(self.drive.ask("ca"))
        token = {"access_token": TOKEN, "token_type": "Bearer", "expiry": "2099-01-01T00:00:00Z"}
        return {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TMPDIR"}},
            "HOME": str(self.folder),
            "HTTPS_PROXY": self.drive.ask("proxy"),
            "SSL_CERT_FILE": ca,
            "REQUESTS_CA_BUNDLE": ca,
            "GOOGLE_API_KEY": KEY,
            "RCLONE_CONFIG": str(self.folder / "rclone.conf"),
            "RCLONE_CONFIG_NEAR_TYPE": "drive",
            "RCLONE_CONFIG_NEAR_SCOPE": "drive.readonly",
            "RCLONE_CONFIG_NEAR_TOKEN": json.dumps(token),
            "RCLONE_CONFIG_NEAR_ROOT_FOLDER_ID": self.root,
        }


def watched(command: list[str], environment: dict[str, str]) -> tuple[float, float, int]:
    """Run a command; return its seconds, its CPU seconds and its peak of memory, children included."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak, ended = [0], threading.Event()

    def sample() -> None:
        while not ended.wait(0.05):
            peak[0] = max(peak[0], sum(map(_resident, _family(process.pid))))

    sampler = threading.Thread(target=sample)
    sampler.start()
    assert process.stderr
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    sampler.join()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{said.decode(errors='replace')[-3000:]}")
    return wall, used.ru_utime + used.ru_stime, max(peak[0], used.ru_maxrss * 1024)


def _family(pid: int) -> Iterable[int]:
    yield pid
    try:
        children = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return
    for child in (int(one) for some in children for one in some):
        yield from _family(child)


def _resident(pid: int) -> int:
    """Bytes in memory, with what several processes share divided among them (the kernel's Pss)."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:")), 0)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return found or sys.exit(f"{name} is not here: pip install -e '.[peers]'")


def scaled(shape: Shape, scale: float) -> Shape:
    """Fewer files and folders; of a single file, fewer bytes."""
    if shape.files == 1:
        return replace(shape, size=max(1, int(shape.size * scale)))
    return replace(shape, files=max(1, int(shape.files * scale)), folders=int(shape.folders * scale))


def median_run(runs: list[Measured]) -> Measured:
    """The run whose time is the median; of two, the quicker."""
    return next(run for run in runs if run.wall == statistics.median_low(r.wall for r in runs))


def print_case(letter: str, case: Case, found: dict[str, Measured]) -> None:
    ours = next((m for name, m in found.items() if name == "materials"), None)
    print(f"\n({letter}) {case.told}\n")
    print("| tool | seconds | × ours | CPU s | peak MB | requests | Drive's CPU s | mirror |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    for name, m in found.items():
        ratio = f"{m.wall / ours.wall:.2f}" if ours else ""
        whole = "whole" if m.complete else "**not whole**"
        print(
            f"| {name} | {m.wall:.2f} | {ratio} | {m.cpu:.2f} | {m.memory / MIB:.0f} | {m.served.requests.total()} |"
            f" {m.served.cpu:.2f} | {whole} |",
            flush=True,
        )


def print_capacity(drive: Drive, root: str, found: dict[str, Measured]) -> None:
    """Whether the Drive could have served more than it was asked for: a bare load, without any client behind it."""
    drive.ask("answer_at_once")
    requests, taken, seconds = asked_for(drive.ask("proxy"), str(drive.ask("ca")), root, KEY)
    asked = max((m.served.requests.total() / m.wall for m in found.values()), default=0.0)
    rate = taken / MIB / seconds
    print(f"\nDrive's own limit under a bare load: {requests / seconds:.0f} requests/s, {rate:.0f} MiB/s;", end=" ")
    print(f"the quickest tool asked for {asked:.0f} requests/s.", flush=True)


def machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), ""
    )
    versions = [f"Python {platform.python_version()}"]
    for name, option in (("rclone", "version"), ("gdown", "--version")):
        if path := shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"):
            told = subprocess.run([path, option], capture_output=True, text=True, check=True).stdout
            versions.append(told.splitlines()[0])
    load = f"{os.getloadavg()[0]:.1f} processes were waiting for them at the start"
    return f"{os.cpu_count()} cores of {model}, {platform.system()} {platform.release()}; {', '.join(versions)}. {load}"


def main() -> None:
    parser = argparse.ArgumentParser(description="materials, rclone and gdown side by side.")
    parser.add_argument("cases", nargs="?", default="adebcf", help="letters of the cases (default: all); d and e need a")
    parser.add_argument("--scale", type=float, default=1.0, help="the share of the files to take")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is run; the median is shown")
    parser.add_argument("--tools", nargs="*", choices=TOOLS, default=list(TOOLS), metavar="TOOL", help=", ".join(TOOLS))
    parser.add_argument("--folder", type=Path, help="where to put the mirrors (default: the system's temporary folder)")
    asked = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="mirror-", dir=asked.folder) as folder:
        drive = Drive(Path(folder) / "drive")
        bench = Bench(drive, Path(folder))
        for letter in (letter for letter in CASES if letter in asked.cases):
            found = measure(bench, letter, asked.tools, asked.scale, asked.rounds)
            if letter in "bf":
                print_capacity(drive, bench.root, found)
        drive.close()


def measure(bench: Bench, letter: str, tools: list[str], scale: float, rounds: int) -> dict[str, Measured]:
    """One case, with every tool that it is for."""
    case = CASES[letter]
    if case.shape:
        bench.shape = scaled(case.shape, scale)
        bench.root = bench.drive.ask("hold", bench.shape)
    runs: dict[str, list[Measured]] = {name: [] for name in tools if letter in TOOLS[name].cases}
    for _ in range(rounds):
        if case.edited:
            bench.drive.ask("edit", max(1, int(bench.shape.files * case.edited)))
        for name, of_tool in runs.items():
            of_tool.append(bench.run(name, case))
    found = {name: median_run(of_tool) for name, of_tool in runs.items()}
    print_case(letter, case, found)
    return found


if __name__ == "__main__":
    main()
