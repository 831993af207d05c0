"""What a child that reads files may use: memory, processor time, files and processes, and no network where Linux allows it.

Each limit is one that the system has: Windows has none of them, macOS does not enforce that of memory.
"""

import contextlib
import os
from pathlib import Path

_SPARE_MEMORY = 512 * 1024**2
_MEMORY_PER_BYTE = 64
_LARGEST_FILE = 64 * 1024**2
_MOST_FILES = 64
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER and CLONE_NEWNET, unshare(2)


def leave_the_network() -> bool:
    """Move this process to a network of its own, in which there is nothing; return whether the system allows that.

    Who may not do so alone does it in a user namespace of its own, where every user may, unless the administrator forbids it.
    """
    try:
        import ctypes  # noqa: PLC0415 - os.unshare() is new in Python 3.12

        unshare = ctypes.CDLL(None).unshare
    except (ImportError, OSError, AttributeError, TypeError):
        return False
    return any(unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK))


def limit(memory: int, seconds: int, size: int | None = None) -> None:
    """Limit what this process may use for the next file.

    memory: bytes, for everything. seconds: of processor time, from now on. size: of the file to be read, on which the limit
    of memory depends, so that a small file that expands is stopped early; None: a program is run that reads it.
    """
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415 - not available on Windows

        spent = resource.getrusage(resource.RUSAGE_SELF)
        if size is not None:
            memory = min(memory, _used() + _SPARE_MEMORY + _MEMORY_PER_BYTE * size)
        most = {
            resource.RLIMIT_AS: memory,
            resource.RLIMIT_CPU: int(spent.ru_utime + spent.ru_stime) + seconds + 1,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: _LARGEST_FILE,
            resource.RLIMIT_NOFILE: _MOST_FILES,
            resource.RLIMIT_NPROC: resource.RLIM_INFINITY if size is None else 0,
        }
        for kind, soft in most.items():
            hard = resource.getrlimit(kind)[1]
            unlimited = resource.RLIM_INFINITY in {soft, hard}
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (max(soft, hard) if unlimited else min(soft, hard), hard))


def limit_without_memory() -> None:
    """Limit what this process may use, but for memory and time: it writes nothing, and leaves no image of its memory."""
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415 - not available on Windows

        for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
            resource.setrlimit(kind, (0, 0))


def _used() -> int:
    """Bytes of memory that this process uses, or 0 if the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0
