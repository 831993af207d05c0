"""Reads files in child processes, so that no file can hurt the run: one that hangs, swells or crashes costs its child.

A child lives as long as it behaves, and is made when it is first needed.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from materials_cli.messages import Message, msg, msgid
from materials_cli.model import Section, Text

GIGABYTE = 1024**3
_DEAD = msgid("Reading the file crashed or ran out of memory, so its text is unknown.")
_PIECE = 1 << 16


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
        return self._ask({"path": str(path), "name": name})

    def recognise(self, path: Path, number: int, languages: Sequence[str], cache: Path) -> Text:
        """The words that tesseract sees on the pictures of one slide or page: at most one section, of that number.

        cache: the folder of what was seen before.
        """
        return self._ask({"path": str(path), "number": number, "languages": list(languages), "cache": str(cache)})

    def _ask(self, request: Mapping[str, object]) -> Text:
        child = self._free.get()
        try:
            if self._stopped:
                return Text(note=msg(_DEAD))
            if child is None or not child.alive:
                child = self._new_child()
            text = child.ask(request, self._seconds, self._output)
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
    """One process. A thread listens to it, since only sockets can be waited for with a time limit on every system."""

    def __init__(self, memory: int) -> None:
        command = [sys.executable, "-P", "-m", "materials_cli.extract.child", str(memory)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=os.name != "nt",
        )  # fmt: skip
        self._heard: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._deaf = threading.Event()
        threading.Thread(target=self._listen, name="listener", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """End the child and what it started. Whoever waits for its answer sees that it is dead."""
        with suppress(ProcessLookupError, PermissionError):
            if os.name == "nt":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the child, and forget what it has said."""
        self._deaf.set()
        self.end()
        self._process.wait()
        with suppress(queue.Empty):
            while True:  # so that the listener does not wait for somebody to hear it
                self._heard.get_nowait()
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]

    def ask(self, request: Mapping[str, object], seconds: float, most: int) -> Text:
        """Its answer; one that gives none is ended, as is one whose answer nobody waits for any more."""
        answer: bytes | Message | None = None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")  # type: ignore[union-attr]
            answer = self._receive(seconds, most)
        except (OSError, ValueError):
            answer = None
        finally:
            if not isinstance(answer, bytes):
                self.kill()
        return _text(json.loads(answer)) if isinstance(answer, bytes) else Text(note=answer or msg(_DEAD))

    def _listen(self) -> None:
        """Pass on what the child says; nothing, when it is dead."""
        with self._process.stdout as pipe:  # type: ignore[union-attr]
            while piece := pipe.read(_PIECE):
                if self._deaf.is_set():
                    return
                self._heard.put(piece)
        self._heard.put(b"")

    def _receive(self, seconds: float, most: int) -> bytes | Message | None:
        """One line of answer; a note when it was given up; None when the child is dead."""
        deadline = time.monotonic() + seconds
        pieces: list[bytes] = []
        size = 0
        while True:
            try:
                piece = self._heard.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                given_up = round(seconds)
                return msg("Reading the file took longer than {count} seconds and was stopped.", count=given_up)
            if not piece:
                return None
            pieces.append(piece)
            size += len(piece)
            if piece.endswith(b"\n"):
                return b"".join(pieces)
            if size > most:
                return msg("The file contains more text than any genuine document would; reading was stopped.")


def _text(answer: dict[str, Any]) -> Text:
    sections = tuple(Section(**section) for section in answer["sections"])
    return Text(answer["unit"], sections, answer["properties"], answer["note"] and Message.from_json(answer["note"]))
