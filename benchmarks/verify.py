"""`materials verify` beside sha256sum with as many processes: python benchmarks/verify.py [--items N] [--size BYTES].

An archive is made in a temporary folder (--folder: on another disk). Then both read all of its files, in turn, so that what
else the machine does meets both alike. What is printed: the median of each, their ratio, and the peak memory of verify.
"""

import argparse
import hashlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE
from materials_cli.model import Fixity, Item, RemoteFile
from materials_cli.store.mirror import Store

CHANCE = random.Random(20261129)
IN_ONE_FOLDER = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--size", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        archive, cores = Path(folder), os.cpu_count() or 1
        make(archive, given.items, given.size)
        verify = [sys.executable, "-m", "materials_cli", "verify", "--quiet", "--archive", folder]
        sums = ["sh", "-c", f"find c -type f -print0 | xargs -0 -n 50 -P {cores} sha256sum > /dev/null"]
        for command in (verify, sums):
            timed(command, archive)  # the disk's cache is warm, and the manifest written
        rounds = [(timed(verify, archive), timed(sums, archive)) for _ in range(given.rounds)]
    ours, theirs = (statistics.median(seconds for seconds, _ in times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(one / other for (one, _), (other, _) in rounds)
    memory = max(peak for (_, peak), _ in rounds)
    print(f"{given.items:,} files of {given.size:,} bytes, {cores} cores, {given.rounds} rounds in turn")
    print(f"verify {ours:.2f} s, sha256sum {theirs:.2f} s, ratio {ratio:.2f}; verify's peak memory {memory / 1024:.0f} MB")


def make(archive: Path, count: int, size: int) -> None:
    """An archive of random bytes, without a Drive."""
    store, now = Store(archive), datetime.now(UTC)
    (archive / FILE).write_text(
        'format = 1\n[collections.c]\nlink = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAA"\n'
    )
    store.make_folders()
    with Catalogue.open(store.catalogue, write=True) as catalogue, catalogue.transaction():
        for number in range(count):
            folder, content = f"{number // IN_ONE_FOLDER}", CHANCE.randbytes(size)
            path = f"c/{folder}/{number}.bin"
            (archive / path).parent.mkdir(parents=True, exist_ok=True)
            (archive / path).write_bytes(content)
            kind = "application/octet-stream"
            remote = RemoteFile(
                id=f"1{number:032}", drive_id=f"1{number:032}", name=f"{number}.bin", parent="1A", folders=(folder,),
                media_type=kind, modified=now,
            )  # fmt: skip
            fixity = Fixity(size, hashlib.sha256(content).hexdigest(), None)
            catalogue.record(
                Item(collection="c", remote=remote, path=path, media_type=kind, fixity=fixity, first_seen=now, fetched=now)
            )


def timed(command: list[str], archive: Path) -> tuple[float, int]:
    """How long a command takes, in seconds, and its peak memory, in KB."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=archive)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} failed")
    return time.monotonic() - began, used.ru_maxrss


if __name__ == "__main__":
    main()
