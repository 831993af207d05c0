"""A file whose opening never ends, as on a network disk that has gone."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

linux_alone = pytest.mark.skipif(sys.platform != "linux", reason="no other system lets a file be held like this")
_LATER = 10_000.0  # seconds


@contextmanager
def never_opened(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever opens the file waits until this ends (fcntl(2), F_SETLEASE); once anybody does, the clock is set forward."""
    if sys.platform != "linux":
        raise AssertionError
    now, late = time.monotonic, [0.0]
    before = signal.signal(signal.SIGIO, lambda *_: late.append(_LATER))
    held = os.open(file, os.O_RDONLY)
    try:
        while not _is_held(held):
            time.sleep(0.01)  # a thread that was left behind closes it
        with monkeypatch.context() as moved:
            moved.setattr(time, "monotonic", lambda: now() + late[-1])
            yield
            assert late[-1], "nobody opened it"
    finally:
        os.close(held)
        signal.signal(signal.SIGIO, before)


def _is_held(file: int) -> bool:
    """Whether the file is held now; not while anybody else has it open."""
    try:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except BlockingIOError:
        return False
    except OSError:
        pytest.skip("this file system has no leases")
    return True
