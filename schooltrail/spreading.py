"""Spreads pure work over processes, in order, with little in flight."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from models.errors import SchooltrailError

if TYPE_CHECKING:
    from contextlib import ExitStack

POOL_FROM = 600
"""Under this many messages a second process costs more to start than it saves."""

Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


def ordered_map(stack: ExitStack, todo: int) -> Mapper:
    """Return an ordered, lazy map: in this process for a little work, over a pool for much."""
    if todo < POOL_FROM:
        return map
    # spawn: safe beside threads and open database connections, and the same on every system.
    workers = max(1, min(os.cpu_count() or 1, 8))
    context = multiprocessing.get_context("spawn")
    pool = stack.enter_context(ProcessPoolExecutor(workers, mp_context=context))

    def spread(work: Callable[[Any], Any], batches: Iterable[Any]) -> Iterator[Any]:
        """Keep a few batches in flight: enough to keep all busy, few enough to bound memory."""
        waiting: deque[Any] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(work, batch))
                if len(waiting) > workers + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise SchooltrailError(
                "the system ended one of the reading processes, most likely for lack of memory",
                "Close other programs and run: schooltrail build   It goes on where it stopped.",
            ) from error

    return spread
