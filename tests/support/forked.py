"""Commands in processes of their own, forked from one that has imported them all: to start Python anew takes longer."""

import atexit
import gc
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

_ENOUGH = 1 << 16


def run(words: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[int]) -> int:
    """Run a command; return its status. streams: its standard input, output and error."""
    if not hasattr(os, "fork"):
        given = dict(zip(("stdin", "stdout", "stderr"), streams, strict=True))
        command = [sys.executable, "-m", "materials_cli", *words]
        return subprocess.run(command, cwd=folder, env=environment, check=False, **given).returncode  # type: ignore[call-overload,no-any-return]
    asked = json.dumps([list(words), str(folder), dict(environment)]).encode() + b"\n"
    sent = socket.send_fds(_parent(), [asked], streams)
    try:
        _parent().sendall(asked[sent:])
        return int(_parent().recv(_ENOUGH))
    except BaseException:  # a test that took too long leaves its status to no other
        _parent.cache_clear()
        raise


@cache
def _parent() -> socket.socket:
    """The connection to the process that forks."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, __file__, str(theirs.fileno())]
        parent = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)

    def end() -> None:
        ours.close()
        parent.terminate()
        parent.wait()

    atexit.register(end)
    return ours


def _serve(line: socket.socket) -> None:
    """Fork for each command that is asked for, and send its status."""
    from materials_cli.catalogue import items  # noqa: F401 - what most commands import when they begin
    from materials_cli.cli.commands import COMMANDS, load
    from materials_cli.search import engine  # noqa: F401 - "

    for name in COMMANDS:
        load(name)
    gc.freeze()
    while asked := _received(line):
        (words, folder, environment), streams = asked
        if not (child := os.fork()):
            line.close()
            _become(words, folder, environment, streams)
            _run()
        for stream in streams:
            os.close(stream)
        line.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _received(line: socket.socket) -> tuple[list[Any], list[int]] | None:
    data, streams, _, _ = socket.recv_fds(line, _ENOUGH, 3)
    while data and not data.endswith(b"\n"):
        data += line.recv(_ENOUGH)
    return (json.loads(data), streams) if data else None


def _become(words: list[str], folder: str, environment: dict[str, str], streams: list[int]) -> None:
    """What a process is when it begins: its arguments, folder, environment and streams."""
    from materials_cli.messages import decide_again

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    decide_again()
    sys.argv = ["materials", *words]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - they are open as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - "
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115 - "


def _run() -> NoReturn:
    """Run the command, and end as Python does, but for taking all modules apart, which takes longer than most commands."""
    from materials_cli.__main__ import main

    status = 1
    try:
        main()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else bool(ended.code)
    except BaseException:  # noqa: BLE001 - as Python itself ends
        sys.excepthook(*sys.exc_info())
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        status = 120
    os._exit(status)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        _serve(connection)
