"""A true scheduler and true workers, each a process of its own on this machine."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

_PATIENCE = 300
_WORKER = "import sys; {before}; from distributed.cli.dask_worker import main; main(sys.argv[1:])"

_PRELOAD = """
import asyncio

async def dask_setup(worker):
    worker.telling = asyncio.create_task(tell(worker))

async def tell(worker):
    while worker.status.name != "running":
        await asyncio.sleep(0.01)
    open({ready!r}, "w").close()
"""


@dataclass(slots=True)
class Running:
    """A cluster. address: for --executor."""

    folder: Path
    environment: Mapping[str, str]
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return str(self._said["address"]).replace("tcp:", "dask:").replace("tls:", "dask:")

    @property
    def _said(self) -> dict[str, str]:
        said: dict[str, str] = json.loads((self.folder / "scheduler.json").read_text("utf-8"))
        return said

    def add_worker(self, before: str = "pass", **environment: str) -> subprocess.Popen[bytes]:
        """Start another worker; the client waits for it. before: what it does first, in Python."""
        number = len(self.workers)
        ready = self.folder / f"ready-{number}"
        words = [
            "--scheduler-file", str(self.folder / "scheduler.json"), "--no-nanny", "--nthreads", "2", "--no-dashboard",
            "--local-directory", str(self.folder / str(number)), "--preload", _preload(self.folder, ready),
        ]  # fmt: skip
        worker = _begun([sys.executable, "-c", _WORKER.format(before=before), *words], {**self.environment, **environment})
        self.workers.append(worker)
        _await(ready, worker)
        return worker


def _preload(folder: Path, ready: Path) -> str:
    """What a worker runs once it is known to the scheduler."""
    file = folder / f"{ready.name}.py"
    file.write_text(_PRELOAD.format(ready=str(ready)), "utf-8")
    return str(file)


@contextmanager
def cluster(folder: Path, environment: Mapping[str, str] = MappingProxyType({}), *, workers: int = 2) -> Iterator[Running]:
    """A scheduler with workers, whose files and environment are these."""
    folder.mkdir()
    there = {**os.environ, **environment}
    told = folder / "scheduler.json"
    words = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told), "--no-dashboard"]
    scheduler = _begun([sys.executable, "-m", "distributed.cli.dask_scheduler", *words], there)
    made = Running(folder, there, scheduler)
    try:
        _await(told, scheduler)
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        for process in (*made.workers, scheduler):
            process.kill()
            process.wait()


def _begun(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _await(file: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while not (file.exists() and (file.stat().st_size or file.suffix != ".json")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
