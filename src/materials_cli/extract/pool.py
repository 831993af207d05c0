"""Reads files in child processes, so that a file that hangs, expands or crashes its reader ends only a child.

A child is started when it is first needed and used again until it fails; a second one only when the first is busy for longer
than it takes to start one, since most runs read a few small files.
"""

import json
import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from materials_cli.batches import threads
from materials_cli.environment import for_reading
from materials_cli.extract import pronom
from materials_cli.messages import Message, msg, msgid
from materials_cli.model import Item, Progress, Section, Text

GIGABYTE = 1024**3
READER, _NAMER = "materials_cli.extract.child", "materials_cli.extract.pronom"
_CRASHED = msgid("Reading the file crashed or ran out of memory, so its text is unknown.")
_PIECE = 1 << 16
_PATIENCE = 0.25  # seconds


class Pool:
    """A number of children. Safe to share between threads: a call takes a free child, or waits for one.

    memory: bytes a child may use (if the system can limit it). seconds: the timeout for one file. output: the largest
    answer for one file, in bytes. program: the module that a child runs.
    """

    def __init__(
        self,
        workers: int,
        *,
        memory: int = 2 * GIGABYTE,
        seconds: float = 60,
        output: int = 64 * 1024**2,
        program: str = READER,
    ) -> None:
        self._memory, self._seconds, self._output, self._program = memory, seconds, output, program
        self._namers = Pool(1, seconds=seconds, program=_NAMER) if program == READER and pronom.is_installed() else None
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._workers, self._begun, self._counting = workers, 0, threading.Lock()
        self._children: set[_Child] = set()
        self._stopped = False

    def __enter__(self) -> Self:
        """The pool itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End all children."""
        self.close()

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of the children, for whoever measures them."""
        return tuple(child.id for child in list(self._children))

    @property
    def stopped(self) -> bool:
        """Whether stop() was called."""
        return self._stopped

    def stop(self) -> None:
        """End all children at once; threads that wait for one get none."""
        self._stopped = True
        if self._namers:
            self._namers.stop()
        for child in list(self._children):
            child.end()

    def close(self) -> None:
        """End all children and release them, once no thread waits for one."""
        self.stop()
        if self._namers:
            self._namers.close()
        for child in list(self._children):
            child.kill()
            self._children.discard(child)

    def extract(self, path: Path, name: str) -> Text:
        """The text of a file, and its PRONOM id if that can be told. A file that cannot be read never raises: it has a note."""
        text = _text(self.ask({"path": str(path), "name": name}))
        named = _text(self._namers.ask({"path": str(path)})).properties if self._namers else {}
        return replace(text, properties={**text.properties, **named}) if named else text

    def recognise(self, path: Path, number: int, languages: Sequence[str], cache: Path) -> Text:
        """The words that tesseract recognises in the pictures of one slide or page: at most one section, with that number.

        cache: the folder of earlier results.
        """
        return _text(self.ask({"path": str(path), "number": number, "languages": list(languages), "cache": str(cache)}))

    def ask(self, request: Mapping[str, object]) -> Mapping[str, Any] | Message:
        """The answer of the program that a child runs to a request; why there is none, if the child was ended."""
        child = self._free_child()
        try:
            if self._stopped:
                return msg(_CRASHED)
            if child is None or not child.alive:
                child = self._new_child()
            answer = child.ask(request, self._seconds, self._output)
            if not child.alive:
                self._children.discard(child)
            return answer
        finally:
            self._free.put(child)

    def _free_child(self) -> "_Child | None":
        """A child that is free, or will be soon; None for one that has not been started, or has ended."""
        if self._may_begin(1):
            return None
        with suppress(queue.Empty):
            return self._free.get(timeout=_PATIENCE)
        return None if self._may_begin(self._workers) else self._free.get()

    def _may_begin(self, most: int) -> bool:
        """Count one more child, if there are not so many yet."""
        with self._counting:
            fewer = self._begun < most
            self._begun += fewer
        return fewer

    def _new_child(self) -> "_Child":
        child = _Child(self._program, self._memory, self._seconds)
        self._children.add(child)
        if self._stopped:
            child.end()
        return child


class RemoteReaders(Protocol):
    """Other computers that read. threads: how many threads may wait for them, each for one answer."""

    threads: int

    def read(self, item: Item, wanted: Callable[[], bool]) -> Text:
        """The text of an item's bytes. wanted: whether the answer still is."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Threads, each of which waits for a child of the pool, and who is told how far they are.

    elsewhere: other computers that read in place of the children.
    """

    threads: Executor
    pool: Pool
    progress: Progress
    elsewhere: "RemoteReaders | None" = None


@contextmanager
def staffed(
    name: str, progress: Progress, seconds: float = 60, program: str = READER, *, elsewhere: RemoteReaders | None = None
) -> Iterator[Staff]:
    """A child for each core, and as many threads of this name to ask them; they end at once if anything is raised."""
    cores = os.cpu_count() or 1
    count = elsewhere.threads if elsewhere else cores
    with Pool(cores, seconds=seconds, program=program) as pool, threads(count, name) as asking:
        try:
            yield Staff(asking, pool, progress, elsewhere)
        except BaseException:
            pool.stop()
            raise


class _Child:
    """One process. A thread reads its output, since not every system can wait for a pipe with a timeout."""

    def __init__(self, program: str, memory: int, seconds: float) -> None:
        command = [sys.executable, "-P", "-m", program, str(memory), str(math.ceil(seconds))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=os.name != "nt", env=for_reading(os.environ),
        )  # fmt: skip
        self._output_queue: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._discarding = threading.Event()
        threading.Thread(target=self._listen, name="listener", daemon=True).start()

    @property
    def id(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """End the child and its own children. A thread that waits for its answer gets none."""
        with suppress(ProcessLookupError, PermissionError):
            if os.name == "nt":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the child and discard its output."""
        self._discarding.set()
        self.end()
        self._process.wait()
        with suppress(queue.Empty):
            while True:  # so that the listener does not wait for space in the queue
                self._output_queue.get_nowait()
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]  # a pipe

    def ask(self, request: Mapping[str, object], seconds: float, max_size: int) -> Mapping[str, Any] | Message:
        """The answer to a request. A child that gives none in time is ended."""
        answer = None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")  # type: ignore[union-attr]  # a pipe
            answer = self._receive(seconds, max_size)
        except (OSError, ValueError):
            pass  # the child has ended
        finally:
            if not isinstance(answer, bytes):
                self.kill()
        if not isinstance(answer, bytes):
            return answer or msg(_CRASHED)
        said: Mapping[str, Any] = json.loads(answer)
        return said

    def _listen(self) -> None:
        """Queue the child's output, then an empty piece when it ends."""
        with self._process.stdout as pipe:  # type: ignore[union-attr]  # a pipe
            while piece := pipe.read(_PIECE):
                if self._discarding.is_set():
                    return
                self._output_queue.put(piece)
        self._output_queue.put(b"")

    def _receive(self, seconds: float, max_size: int) -> bytes | Message | None:
        """The answer, one line; a note if it took too long or was too large; None if the child has ended."""
        deadline = time.monotonic() + seconds
        pieces: list[bytes] = []
        size = 0
        while True:
            try:
                piece = self._output_queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return msg("Reading the file took longer than {count} seconds and was stopped.", count=round(seconds))
            if not piece:
                return None
            pieces.append(piece)
            size += len(piece)
            if piece.endswith(b"\n"):
                return b"".join(pieces)
            if size > max_size:
                return msg("The file contains more text than any genuine document would; reading was stopped.")


def _text(answer: Mapping[str, Any] | Message) -> Text:
    """The text that a reader answered with, or why there is none."""
    if isinstance(answer, Message):
        return Text(note=answer)
    note = answer["note"] and Message.from_json(answer["note"])
    if "sections" not in answer:
        return Text(note=note)
    return Text(answer["unit"], tuple(Section(**section) for section in answer["sections"]), answer["properties"], note)
