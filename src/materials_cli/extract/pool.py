"""Reads files in child processes, so that no file can hurt the run: one that hangs, swells or crashes costs its child.

A child lives as long as it behaves, and is made when it is first needed.
"""

import json
import os
import queue
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from materials_cli.model import Section, Text

GIGABYTE = 1024**3
_SLOW = "The file took longer than {:.0f} seconds to read and was given up."
_DEAD = "The file made its reader crash or run out of memory, so its text is not known."
_HUGE = "The file holds more text than any real document and was given up."


class Pool:
    """A number of children. Safe to share between threads: a call takes a free child, or waits for one.

    memory: bytes a child may use (where the system can limit it). seconds: how long one file may take. output: bytes
    of text that one file may give.
    """

    def __init__(self, workers: int, *, memory: int = 2 * GIGABYTE, seconds: float = 60, output: int = 64 * 1024**2) -> None:
        self._memory, self._seconds, self._output = memory, seconds, output
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(workers):
            self._free.put(None)
        self._children: set[_Child] = set()
        self._stopped = False

    def __enter__(self) -> Self:
        """The pool itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End all children."""
        self.close()

    def stop(self) -> None:
        """End all children at once; a file being read is given up, by the thread that waits for it."""
        self._stopped = True
        for child in list(self._children):
            child.end()

    def close(self) -> None:
        """End all children for good, when no thread waits for one any more."""
        self.stop()
        for child in list(self._children):
            child.kill()
            self._children.discard(child)

    def extract(self, path: Path, name: str) -> Text:
        """The text of a file; whatever the file does, the answer is a Text, with a note when something is wrong."""
        child = self._free.get()
        try:
            if self._stopped:
                return Text(note=_DEAD)
            if child is None or not child.alive:
                child = self._new_child()
            text = child.ask(path, name, self._seconds, self._output)
            if not child.alive:
                self._children.discard(child)
            return text
        finally:
            self._free.put(child)

    def _new_child(self) -> "_Child":
        child = _Child(self._memory)
        self._children.add(child)
        if self._stopped:
            child.end()
        return child


class _Child:
    def __init__(self, memory: int) -> None:
        command = [sys.executable, "-P", "-m", "materials_cli.extract.child", str(memory)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=os.name != "nt",
        )  # fmt: skip

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Whoever waits for its answer sees the end of it; to close the pipe here would leave them waiting."""
        self._process.kill()

    def kill(self) -> None:
        self.end()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()

    def ask(self, path: Path, name: str, seconds: float, most: int) -> Text:
        request = json.dumps({"path": str(path), "name": name}).encode() + b"\n"
        try:
            self._process.stdin.write(request)  # type: ignore[union-attr]
            answer = self._receive(seconds, most)
        except (OSError, ValueError):
            answer = None
        if isinstance(answer, bytes):
            return _text(json.loads(answer))
        self.kill()
        return Text(note=answer or _DEAD)

    def _receive(self, seconds: float, most: int) -> bytes | str | None:
        """One line of answer; a note when it was given up; None when the child is dead."""
        pipe = self._process.stdout
        if pipe is None:
            return None
        deadline = time.monotonic() + seconds
        pieces: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    return _SLOW.format(seconds)
                piece = os.read(pipe.fileno(), 1 << 20)
                if not piece:
                    return None
                pieces.append(piece)
                size += len(piece)
                if piece.endswith(b"\n"):
                    return b"".join(pieces)
                if size > most:
                    return _HUGE


def _text(answer: dict[str, Any]) -> Text:
    sections = tuple(Section(**section) for section in answer["sections"])
    return Text(answer["unit"], sections, answer["properties"], answer["note"])
