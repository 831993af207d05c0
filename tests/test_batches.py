"""Batches: the row follows the flushed bytes and the flushed folder, and no more is under way than was agreed."""

import os
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from materials_cli.batches import _UNDER_WAY, AT_ONCE, in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from materials_cli.export.manifest import write_manifest
from materials_cli.filenames import CSV, JSONL, SUMS
from materials_cli.store.mirror import Store
from support.small_drive import run


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux which file is flushed")
def test_a_row_is_committed_after_its_bytes_and_its_folder_were_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World("Folder")
    for number in range(30):
        world.add_file(f"{number}.txt", f"Text {number}".encode(), world.add_folder(f"Folder {number // 10}/{number}"))
    events: list[tuple[str, str]] = []
    fsync, opened = os.fsync, Catalogue.open.__func__  # type: ignore[attr-defined]

    def flushed(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        fsync(descriptor)
        events.append((kind, str(Path(f"/proc/self/fd/{descriptor}").readlink())))

    def traced(cls: type[Catalogue], path: Path, *, write: bool = False) -> Catalogue:
        catalogue: Catalogue = opened(cls, path, write=write)
        catalogue.connection.set_trace_callback(lambda statement: events.append(("sql", statement)))
        return catalogue

    with start(world) as drive:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        monkeypatch.chdir(tmp_path)
        run("add", world.root, "--name", "c")
        monkeypatch.setattr(os, "fsync", flushed)
        monkeypatch.setattr(Catalogue, "open", classmethod(traced))
        run("sync")
    folders = {path.parent for path in (tmp_path / "c").rglob("*.txt")}
    assert len(folders) == 30
    rows = [number for number, (kind, text) in enumerate(events) if kind == "sql" and text.startswith("INSERT INTO item")]
    commits = [number for number, event in enumerate(events) if event == ("sql", "COMMIT")]
    first = next(number for number in commits if number > rows[0])
    last = next(number for number in commits if number > rows[-1])
    for folder in folders:
        assert ("folder", str(folder)) in events[:last]
    assert ("folder", str(tmp_path / "c")) in events[:first]
    assert sum(kind == "file" and "/incoming/" in path for kind, path in events[:last]) == 30
    for number in rows:
        path = next(part for part in events[number][1].split("'") if part.startswith("c/"))
        commit = next(n for n in commits if n > number)
        assert ("folder", str((tmp_path / path).parent)) in events[:commit]


def test_what_is_under_way_is_bounded_and_every_task_comes_back_once() -> None:
    begun: list[int] = []
    taken = 0

    def work(task: int) -> int:
        return task * 2

    def handed_out() -> Iterator[int]:
        for task in range(1000):
            begun.append(task)
            yield task

    back: list[int] = []
    with ThreadPoolExecutor(4) as executor, closing(in_parallel(executor, work, handed_out())) as batches:
        for batch in batches:
            assert len(batch) <= AT_ONCE
            assert len(begun) <= taken + len(batch) + _UNDER_WAY
            taken += len(batch)
            assert [future.result() for _, future in batch] == [task * 2 for task, _ in batch]
            back += [task for task, _ in batch]
    assert sorted(back) == list(range(1000))


def test_who_closes_the_batches_lets_go_of_what_has_not_begun() -> None:
    gate, ran = threading.Event(), []

    def work(task: int) -> None:
        ran.append(task)
        if task:
            gate.wait()

    with ThreadPoolExecutor(1) as executor:
        with closing(in_parallel(executor, work, range(1000))) as batches:
            assert [task for task, _ in next(batches)] == [0]
        gate.set()
    assert len(ran) <= 2


def test_a_manifest_that_says_the_same_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World("Folder")
    file = world.add_file("=cmd.txt", b"A text")
    with start(world) as drive:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        monkeypatch.chdir(tmp_path)
        run("add", world.root, "--name", "c")
        run("sync")
        written = {name: (tmp_path / name).stat() for name in (JSONL, CSV, SUMS)}
        with Catalogue.open(tmp_path / ".materials" / "catalogue.sqlite") as catalogue:
            write_manifest(Store(tmp_path), catalogue)
        assert {name: (tmp_path / name).stat().st_ino for name in written} == {n: s.st_ino for n, s in written.items()}
        world.edit(file, b"Another text")
        run("sync")
    assert all((tmp_path / name).stat().st_ino != seen.st_ino for name, seen in written.items())
    assert not list(tmp_path.glob(".manifest*")) + list(tmp_path.glob(".SHA*"))
