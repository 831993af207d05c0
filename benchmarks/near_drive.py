"""Google's hosts on this machine, in a process of their own: the emulator behind CONNECT and TLS, without a second hop.

A client is told of it by HTTPS_PROXY and by the throw-away CA. The thread that takes a CONNECT wraps the same socket in
TLS and lets the emulator's own handler serve it, so that nothing is copied twice.
"""

import hashlib
import os
import random
import ssl
import sys
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from materials_cli.emulator import server
from materials_cli.emulator.node import Node
from materials_cli.emulator.world import World

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tests", "tools")]
from sample_texts import DECKS
from support.decks import deck
from support.office_proxy import certificates

KEY, TOKEN = "the-key-of-the-benchmark", "the-token-of-the-benchmark"
SEED = 20261124
_IN_MEMORY = 1 << 20
_PIECE = 1 << 20


@dataclass(frozen=True)
class Shape:
    """What lies on the Drive: so many files of so many bytes in so many folders; seconds before each answer.

    slides: if any, the files are true decks with so many, whatever their bytes.
    """

    files: int
    size: int
    folders: int
    latency: float = 0.0
    slides: int = 0


@dataclass(frozen=True)
class Served:
    """What was served since it was last asked. cpu: seconds of this process; wall: seconds since then."""

    requests: Counter[str]
    cpu: float
    wall: float


class NearDrive:
    """One world at a time, at `proxy`, for whoever trusts `ca`."""

    def __init__(self, folder: Path) -> None:
        self.ca = folder / "ca.pem"
        self.proxy = ""
        self.folders: list[str] = []
        self._folder = folder
        self._chance = random.Random(SEED)
        certificates(self.ca, folder / "chain.pem")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "chain.pem")
        self._running: server.RunningServer | None = None
        self._files: list[str] = []
        self._seen = (0.0, 0.0)

    def hold(self, shape: Shape) -> str:
        """Serve a new world; return the id of its folder."""
        if self._running:
            self._running.close()
        for old in self._folder.glob("*.bin"):
            old.unlink()
        world = World("Benchmark")
        self.folders = folders = [world.add_folder(f"Folder {number:04}") for number in range(shape.folders)] or [world.root]
        suffix = "pptx" if shape.slides else "bin"
        self._files = [
            world.add_file(f"File {number:05}.{suffix}", self._content(number, shape), folders[number % len(folders)])
            for number in range(shape.files)
        ]
        # The kindest Drive for --fast-list: a true one loses some of what is asked for with several parents at once.
        world.or_loses_parents = False
        world.open, world.keys, world.tokens = False, {KEY}, {TOKEN}
        for file in self._files:
            _reckon(world.nodes[file])
        self._running = server.start(world, origin="https://drive.usercontent.google.com")
        self._running._server.RequestHandlerClass = _tunnel(self._context)  # noqa: SLF001 - no user needs to set it
        self._running.latency = shape.latency
        self.proxy = f"http://{self._running.address}"
        self.served()
        return world.root

    def edit(self, count: int) -> None:
        """Give so many files other bytes, of the same number."""
        assert self._running
        for file in self._chance.sample(self._files, count):
            node = self._running.world.nodes[file]
            self._running.world.edit(file, self._chance.randbytes(node.size))
            _reckon(node)

    def answer_at_once(self) -> None:
        """Have no latency from now on, until the next world."""
        assert self._running
        self._running.latency = 0.0

    def contents(self) -> Counter[str]:
        """The sha256 of every file that a mirror must hold."""
        assert self._running
        return Counter(self._running.world.nodes[file].content.digest("sha256") for file in self._files)

    def served(self) -> Served:
        """What was served since the last call."""
        assert self._running
        assert not self._running.crashes, self._running.crashes[0]
        now, seen = (time.process_time(), time.monotonic()), self._seen
        requests = list(self._running.requests)
        self._running.requests.clear()
        self._seen = now
        return Served(Counter(request.operation for request in requests), now[0] - seen[0], now[1] - seen[1])

    def _content(self, number: int, shape: Shape) -> bytes | Path:
        if not shape.slides:
            return self._bytes(number, shape.size)
        lines = [bullet for deck in DECKS for slide in deck.slides for bullet in slide.bullets]
        return deck(*(f"Slide {at} of {number}|{' '.join(self._chance.sample(lines, 4))}" for at in range(shape.slides)))

    def _bytes(self, number: int, size: int) -> bytes | Path:
        if size <= _IN_MEMORY:
            return self._chance.randbytes(size)
        path = self._folder / f"{number}.bin"
        with path.open("wb") as file:
            while (left := size - file.tell()) > 0:
                file.write(os.urandom(min(_PIECE, left)))
        return path


def _reckon(node: Node) -> None:
    """Have the digests ready that Drive states, so that no client waits for them."""
    for name in ("md5", "sha1", "sha256", "crc32c"):
        node.content.digest(name)


def _tunnel(context: ssl.SSLContext) -> type[server._Handler]:
    """The emulator's handler, which after a CONNECT goes on inside TLS on the same socket."""

    class Tunnel(server._Handler):  # noqa: SLF001
        def do_CONNECT(self) -> None:  # noqa: N802 - what http.server calls
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.connection = self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()
            self.close_connection = False

    return Tunnel


def serve(control: Connection, folder: Path) -> None:
    """Do what comes over `control`, a method's name and its arguments, until None comes."""
    drive = NearDrive(folder)
    while (order := control.recv()) is not None:
        name, *arguments = order
        attribute = getattr(drive, name)
        answer: Any = attribute(*arguments) if callable(attribute) else attribute
        control.send(answer)


def digests(folder: Path) -> Counter[str]:
    """The sha256 of every file of a mirror."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*.bin"):
        with path.open("rb") as file:
            found[hashlib.file_digest(file, "sha256").hexdigest()] += 1
    return found
