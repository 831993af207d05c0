"""Problems of a disk: full, read-only, without power, used by two runs, or left by Ctrl-C."""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.disk import disk_errors
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.node import Content
from materials_cli.emulator.server import RunningServer
from materials_cli.errors import Code, MaterialsError, as_failure
from materials_cli.store.folder import Folder
from support.command import begin
from support.small_disk import MEGABYTE, disk, drive  # noqa: F401 - fixtures
from support.small_drive import BYTES, mirror, node, run, sums_hold

SYNC = [sys.executable, "-m", "materials_cli", "sync"]
LIMITED = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); os.execv(sys.argv[1], sys.argv[1:])"


@pytest.fixture
def archive(drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    run("add", drive.world.root, "--name", "c", "--no-check")
    return tmp_path


def digests(archive: Path) -> set[str]:
    """Of all bytes in the mirror and among the versions."""
    places = (archive / "c", archive / ".materials" / "versions")
    return {hashlib.sha256(p.read_bytes()).hexdigest() for place in places for p in place.rglob("*") if p.is_file()}


def tells_the_truth(archive: Path) -> bool:
    """Whether all that SHA256SUMS promises is there, be it little."""
    sums = archive / "SHA256SUMS"
    return not sums.exists() or not sums.stat().st_size or sums_hold(archive)


def fill(disk: Path, leave: int) -> Path:
    """Leave so many bytes free."""
    ballast = disk / "ballast"
    free = shutil.disk_usage(disk).free
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - leave, 1))
    return ballast


@pytest.mark.parametrize("leave", [0, 4, 24, 60, 150, 300, 700])
def test_a_full_disk_ends_the_run_with_6_and_loses_nothing(drive: RunningServer, disk: Path, leave: int) -> None:
    for number in range(20):
        drive.world.add_file(f"{number}.bin", b"%d" % number * 15_000)
    run("add", drive.world.root, "--name", "c", "--no-check")
    run("sync")
    before = mirror(disk)
    for number in range(10):
        drive.world.edit(node(drive.world, f"{number}.bin"), b"new %d" % number * 15_000)
        drive.world.rename(node(drive.world, f"{number + 10}.bin"), f"renamed {number}.bin")
    ballast = fill(disk, leave * 1024)
    assert "disk_full" in run("sync", status=6)
    assert {hashlib.sha256(content).hexdigest() for content in before.values()} <= digests(disk)
    ballast.unlink()
    run("sync")
    assert sums_hold(disk)
    assert sorted(mirror(disk).values()) == sorted(n.data for n in drive.world.nodes.values() if n.parent)  # type: ignore[type-var]
    kept = [path for path in (disk / ".materials" / "versions").rglob("*") if path.is_file()]
    assert {path.read_bytes() for path in kept} >= {before[f"{n}.bin"] for n in range(10)}
    assert not list((disk / ".materials" / "incoming").iterdir())
    assert "no changes" in run("sync")


def test_a_disk_that_is_too_small_for_the_folder(drive: RunningServer, disk: Path) -> None:
    for number in range(16):
        drive.world.add_file(f"{number}.bin", os.urandom(MEGABYTE // 2))
    run("add", drive.world.root, "--name", "c", "--no-check")
    assert "disk_full" in run("sync", status=6)
    assert tells_the_truth(disk)
    incoming = disk / ".materials" / "incoming"
    noted = {part for part, text in Folder(disk).notes() if text}
    assert {path for path in incoming.iterdir() if path.suffix != ".done"} <= noted
    subprocess.run(["mount", "-o", "remount,size=24m", disk], check=True)
    run("sync")
    assert len(mirror(disk)) == 16
    assert sums_hold(disk)


def test_a_disk_that_is_full_before_the_first_run(drive: RunningServer, disk: Path) -> None:
    run("add", drive.world.root, "--name", "c", "--no-check")
    (disk / ".materials").mkdir(exist_ok=True)
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    assert "disk_full" in run("sync", status=6)
    ballast.unlink()
    assert "no changes" in run("sync")


class Pausing(Content):
    """Bytes that leave 160 KiB on the disk and, once the first 256 KiB are sent, wait for it to be full and then free it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.disk: Path | None = None
        self.over = threading.Event()

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        first, rest = self.data[start : 256 * 1024], self.data[256 * 1024 : stop]  # type: ignore[index]
        ballast = fill(self.disk, 160 * 1024) if self.disk else None
        yield first
        if ballast:
            while shutil.disk_usage(ballast.parent).free and not self.over.wait(0.001):
                pass
            ballast.unlink(missing_ok=True)
        yield rest


def test_a_disk_that_is_full_for_a_moment_never_leaves_a_file_with_a_gap(drive: RunningServer, disk: Path) -> None:
    drive.world.add_file("talk.txt", b"talk")
    run("add", drive.world.root, "--name", "c", "--no-check")
    run("sync")
    content = Pausing(os.urandom(MEGABYTE))
    for algorithm in ("md5", "sha1", "sha256", "crc32c"):
        content.digest(algorithm)  # reading all of it now, so that only the download meets the full disk
    drive.world.change(drive.world.add_file("deck.bin", b""), content=content)
    content.disk = disk
    try:
        assert "disk_full" in run("sync", status=6)
    finally:
        content.over.set()
    assert drive.count("media") == 2
    assert mirror(disk) == {"talk.txt": b"talk"}
    assert sums_hold(disk)
    content.disk = None
    run("sync")
    assert mirror(disk) == {"talk.txt": b"talk", "deck.bin": content.data}
    assert sums_hold(disk)


def limited(most: int) -> subprocess.CompletedProcess[str]:
    """A sync that may write no file larger than so many bytes."""
    command = [sys.executable, "-c", LIMITED.format(most), *SYNC]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no sizes of files")
def test_a_limit_on_file_size_affects_only_that_file(drive: RunningServer, archive: Path) -> None:
    data = os.urandom(MEGABYTE)
    most = len(data) - 5000  # so that the last bytes of all are written in part
    deck = drive.world.add_file("deck.bin", data)
    drive.world.add_file("talk.txt", b"talk")
    for _ in range(2):
        done = limited(most)
        assert (done.returncode, "deck.bin: The file is larger than" in done.stderr) == (3, True), done.stderr
        assert mirror(archive) == {"talk.txt": b"talk"}
        assert "deck.bin" not in (archive / "SHA256SUMS").read_text("utf-8")
        assert not list((archive / ".materials" / "incoming").iterdir())
    run("sync")
    assert mirror(archive) == {"talk.txt": b"talk", "deck.bin": data}
    # The same where kept bytes are copied back.
    drive.world.trash(deck)
    run("sync")
    drive.world.restore(deck)
    before = drive.count(*BYTES)
    assert limited(most).returncode == 3
    assert mirror(archive) == {"talk.txt": b"talk"}
    assert sums_hold(archive)
    assert "1 restored" in run("sync")
    assert mirror(archive) == {"talk.txt": b"talk", "deck.bin": data}
    assert drive.count(*BYTES) == before


def test_a_read_only_disk_is_reported_and_can_be_read(drive: RunningServer, disk: Path) -> None:
    drive.world.add_file("talk.txt", b"words of a talk")
    run("add", drive.world.root, "--name", "c", "--no-check")
    run("sync")
    drive.world.add_file("new.txt", b"new")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert "disk_refused" in run("sync", status=6)
    assert "1 new" in run("plan")
    assert "talk.txt" in run("search", "words")
    assert "talk.txt" in run("list")
    assert "disk_refused" in run("add", drive.world.add_folder("another"), "--no-check", status=6)
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert "1 new" in run("sync")


def test_a_second_run_reports_the_first(drive: RunningServer, archive: Path) -> None:
    drive.world.add_file("talk.txt", b"talk")
    drive.faults.add(Fault(operation="media", delay=60, times=None))
    first = subprocess.Popen(SYNC, stderr=subprocess.PIPE, start_new_session=True)
    try:
        while not drive.count("media"):
            assert first.poll() is None
        second = subprocess.run(SYNC, capture_output=True, text=True, check=False)
        assert second.returncode == 75
        assert f"process {first.pid} on " in second.stderr
        assert re.search(r"since \d{4}-\d\d-\d\d \d\d:\d\d", second.stderr)
    finally:
        first.kill()
        first.communicate()
    drive.faults.clear()
    assert "1 new" in run("sync")


@pytest.mark.parametrize("operation", ["get", "list", "media", "link"])
def test_ctrl_c_in_a_terminal_ends_with_130_and_the_next_run_repairs(
    drive: RunningServer, archive: Path, operation: str
) -> None:
    for number in range(30):
        drive.world.add_file(f"{number}.txt", b"%d" % number)
    drive.world.add_native(
        "Deck",
        "presentation",
        {"application/vnd.openxmlformats-officedocument.presentationml.presentation": lambda _: b"PK\x05\x06" + bytes(18)},
    )
    drive.faults.add(Fault(operation=operation, delay=60, times=None, skip=5 if operation == "media" else 0))
    syncing = begin("sync")
    while drive.count(operation) < (6 if operation == "media" else 1):
        assert syncing.poll() is None
    # A terminal sends it to the whole group, readers of text included.
    os.killpg(syncing.pid, signal.SIGINT)
    _, printed = syncing.communicate(timeout=300)
    assert syncing.returncode == 130, printed
    assert "Traceback" not in printed
    assert tells_the_truth(archive)
    drive.faults.clear()
    run("sync")
    assert len(mirror(archive)) == 31
    assert sums_hold(archive)
    assert not list((archive / ".materials" / "incoming").iterdir())


def test_ctrl_c_does_not_end_a_sync_in_the_background_of_a_script(drive: RunningServer, archive: Path) -> None:
    for number in range(8):
        drive.world.add_file(f"{number}.txt", b"%d" % number)
    drive.faults.add(Fault(operation="media", delay=1, times=None))
    syncing = begin("sync", ignoring=signal.SIGINT)
    while not drive.count("media"):
        assert syncing.poll() is None
    os.killpg(syncing.pid, signal.SIGINT)
    _, printed = syncing.communicate(timeout=300)
    assert syncing.returncode == 0, printed
    assert len(mirror(archive)) == 8


def test_ctrl_c_during_startup_ends_with_130() -> None:
    script = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'materials_cli.cli.app': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from materials_cli.__main__ import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace shows what the disk is asked to do")
def test_bytes_are_flushed_before_names_and_names_before_rows(drive: RunningServer, archive: Path) -> None:
    world = drive.world
    changed, moved, gone = (world.add_file(f"{name}.bin", name.encode()) for name in ("changed", "moved", "gone"))
    run("sync")
    world.edit(changed, b"changed bytes")
    world.move(moved, world.add_folder("New folder"))
    world.trash(gone)
    world.add_file("new.bin", b"new bytes", world.add_folder("Other folder"))
    calls = traced(archive)
    versions, incoming = r".*/\.materials/versions/\w\w", r".*/\.materials/incoming"
    # Bytes that come: flushed, then named, then their folder flushed, then the row.
    for name in ("changed.bin", "Other folder/new.bin"):
        folder = f"{archive}/c/{name}".rpartition("/")[0]
        named = rf"rename {incoming}/\w+\.part {archive}/c/{name}"
        in_order(calls, rf"fsync {incoming}/\w+\.part", named, f"fsync {folder}", ROW)
    # Bytes that retire, and an item that moves: named, both folders flushed, then the row.
    for name in ("changed.bin", "gone.bin"):
        in_order(calls, rf"rename {archive}/c/{name} {versions}/\w+", rf"fsync {versions}", f"fsync {archive}/c", ROW)
    in_order(
        calls,
        f"rename {archive}/c/moved.bin {archive}/c/New folder/moved.bin",
        f"fsync {archive}/c/New folder",
        f"fsync {archive}/c",
        ROW,
    )
    # A folder that is made: flushed into the one above it before the row.
    in_order(calls, f"mkdir {archive}/c/New folder", f"fsync {archive}/c", ROW)
    # The paths are recorded before any file is moved; the manifest is written last, atomically.
    intended, sums = r".*/\.materials/\.intended\.json\.\w+\.new", rf"{archive}/\.SHA256SUMS\.\w+\.new"
    named = rf"rename {intended} .*/\.materials/intended\.json"
    in_order(calls, f"fsync {intended}", named, r"fsync .*/\.materials", f"rename {archive}/c/.*")
    in_order(calls, ROW, f"fsync {sums}", f"rename {sums} {archive}/SHA256SUMS", f"fsync {archive}")


ROW = r"(fsync|fdatasync) .*/catalogue\.sqlite-wal"
_CALL = re.compile(r"(fsync|fdatasync|rename|mkdir)\w*\((.*)\)\s*= 0")
_PATH = re.compile(r'"([^"]*)"|\d+<([^>]*)>')


def traced(archive: Path) -> list[str]:
    """What a sync asks of the disk, in order: the name of the call and its paths."""
    log = archive / "strace.log"
    wanted = "trace=fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat"
    tracing = subprocess.run(
        ["strace", "-f", "-y", "-s", "4096", "-e", wanted, "-o", log, *SYNC], capture_output=True, text=True, check=False
    )
    if "PTRACE" in tracing.stderr or "not permitted" in tracing.stderr:
        pytest.skip("this machine does not let its tests be traced")
    assert tracing.returncode == 0, tracing.stderr
    calls, halves = [], {}
    for line in log.read_text("utf-8").splitlines():
        thread, _, rest = line.partition(" ")
        if rest.strip().endswith("<unfinished ...>"):
            halves[thread] = rest.strip().removesuffix("<unfinished ...>")
            continue
        resumed = re.match(r"\s*<\.\.\. \w+ resumed>(.*)", rest)
        call = _CALL.search(halves.pop(thread, "") + resumed[1] if resumed else rest)
        if call:
            calls.append(" ".join([call[1], *(a or b for a, b in _PATH.findall(call[2]) if a != "." and "AT_FDCWD" not in b)]))
    return calls


def in_order(calls: list[str], *wanted: str) -> None:
    at = 0
    for pattern in wanted:
        at = next((n for n, call in enumerate(calls[at:], at) if re.fullmatch(pattern, call)), -1)
        assert at >= 0, (pattern, wanted, calls)


def test_a_disk_that_can_have_no_more_files_is_told_as_that_and_the_next_run_goes_on(drive: RunningServer, disk: Path) -> None:
    for number in range(30):
        drive.world.add_file(f"{number}.txt", b"%d" % number)
    run("add", drive.world.root, "--name", "c", "--no-check")
    subprocess.run(["mount", "-o", "remount,nr_inodes=40", disk], check=True)
    shown = " ".join(run("sync", status=6).split())
    assert "not for any more files (no free inodes)" in shown
    assert "df -i" in shown
    subprocess.run(["mount", "-o", "remount,nr_inodes=4000", disk], check=True)
    run("sync")
    assert len(mirror(disk)) == 30


def test_a_limit_of_open_files_that_is_met_at_a_file_is_not_called_a_fault_of_the_disk(tmp_path: Path) -> None:
    met = OSError(errno.EMFILE, "Too many open files", str(tmp_path / "file"))
    with pytest.raises(MaterialsError) as refused, disk_errors():
        raise met
    for error in (refused.value, as_failure(met)):  # the latter: where nobody foresaw it, such as in an import
        assert error.code is Code.DISK_REFUSED
        assert "ulimit -n" in str(error.fix)


def test_a_locale_without_most_scripts_names_files_as_any_other(drive: RunningServer, archive: Path) -> None:
    drive.world.add_file("Доклад 전자정부.txt", "Ташкент".encode())
    ascii_only = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run(SYNC, check=True, env=ascii_only)
    found = subprocess.run([*SYNC[:-1], "search", "Ташкент", "--json"], check=True, env=ascii_only, capture_output=True)
    assert "전자정부" in json.loads(found.stdout)["items"][0]["path"]
    assert [path.name for path in (archive / "c").iterdir()] == ["Доклад 전자정부.txt"]
