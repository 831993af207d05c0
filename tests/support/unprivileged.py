"""Root may enter and change every folder. Inside `unprivileged`, a test may not, as any other user."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_VERSION = 0x20080522  # of the structures below; see capget(2)
_PERMISSIONS = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def unprivileged() -> Iterator[None]:
    """Let permissions apply to this thread and to those that it starts; skip the test where that is impossible."""
    if os.name == "nt":
        pytest.skip("Windows has other permissions")
    if os.geteuid():
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root may enter every folder")
    kernel, header, sets = ctypes.CDLL(None, use_errno=True), _Header(_VERSION, 0), (_Sets * 2)()
    assert kernel.capget(ctypes.byref(header), sets) == 0
    before = sets[0].effective
    sets[0].effective &= ~_PERMISSIONS
    assert kernel.capset(ctypes.byref(header), sets) == 0
    try:
        yield
    finally:
        sets[0].effective = before
        assert kernel.capset(ctypes.byref(header), sets) == 0
