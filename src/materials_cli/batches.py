"""Runs many tasks on an executor, enough at a time to keep it busy, and returns what is done in batches."""

import queue
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TypeVar

from materials_cli.errors import Code, SignalInterrupt

AT_ONCE = 64
_UNDER_WAY = 2 * AT_ONCE
_MOMENT = 0.25

_T = TypeVar("_T")
_R = TypeVar("_R")


def in_parallel(
    executor: Executor, work: Callable[[_T], _R], tasks: Iterable[_T]
) -> Generator[list[tuple[_T, Future[_R]]], None, None]:
    """Run the tasks, enough at a time to keep the executor busy without filling the memory; yield what is done, in batches.

    A batch waits a moment for more to come, since each ends in a flush of the disk, but never longer. Close it to let go
    of what has not begun.
    """
    done: queue.SimpleQueue[Future[_R]] = queue.SimpleQueue()
    waiting, under_way = iter(tasks), dict[Future[_R], _T]()

    def begin(count: int) -> None:
        for task in islice(waiting, count):
            future = executor.submit(work, task)
            under_way[future] = task
            future.add_done_callback(done.put)

    begin(_UNDER_WAY)
    try:
        while under_way:
            arrived = [done.get()]
            begin(1)
            until = time.monotonic() + _MOMENT
            with suppress(queue.Empty):
                while len(arrived) < min(AT_ONCE, len(under_way)):
                    arrived.append(done.get(timeout=max(0.0, until - time.monotonic())))
                    begin(1)
            yield [(under_way.pop(future), future) for future in arrived]
    finally:
        for future in under_way:
            future.cancel()


@contextmanager
def threads(count: int, name: str) -> Iterator[Executor]:
    """Threads that have ended afterwards, except if the run hangs: what they wait for may never come."""
    workers = ThreadPoolExecutor(count, name)
    try:
        yield workers
    except BaseException as error:
        hanging = isinstance(error, SignalInterrupt) and error.code is Code.STALLED
        workers.shutdown(wait=not hanging, cancel_futures=True)
        raise
    workers.shutdown()
