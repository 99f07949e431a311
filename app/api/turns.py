"""Who works when: questions wait for the language model in the event loop, in a short queue, and take no thread.

Three kinds of work have threads of their own, so that none holds up another: the model has one, as it writes one answer
at a time; searching has as many as there are cores; and what remains (documents, jobs, stored answers) has those of the
web framework.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import copy_context
from typing import TypeVar

from app.errors import Busy

T = TypeVar("T")

# What an answer is taken to need until the first was measured, and the weight of the newest measurement.
FIRST_GUESS_S, NEWEST = 5.0, 0.2
LEAST_SEARCHES = 4
LONGEST_RETRY_S = 300


class Turns:
    """The queue before the language model, and the threads for it and for searching. Used in one event loop.

    ``waiting`` requests may wait beside the one whose turn it is, each for ``wait_seconds``. ``taken`` places are taken
    now; ``answer_s`` is what an answer needs of late, in seconds.
    """

    def __init__(self, waiting: int, wait_seconds: float) -> None:
        self._places = waiting + 1
        self._wait_seconds = wait_seconds
        self.taken = 0
        self._free = asyncio.Lock()
        self.answer_s = FIRST_GUESS_S
        self._model = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._searches = ThreadPoolExecutor(max(LEAST_SEARCHES, os.cpu_count() or 1), thread_name_prefix="search")

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue, for as long as the block runs. Raises `Busy` where all are taken."""
        if self.taken == self._places:
            raise self._busy()
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    async def search(self, work: Callable[[], T]) -> T:
        """What ``work`` gives, done in a thread for searching."""
        return await _done(self._searches, work)

    async def write(self, work: Callable[[], T]) -> T:
        """What ``work`` gives, done in the model's thread; for those whose turn it is."""
        return await _done(self._model, work)

    def close(self) -> None:
        """Let go of the threads when they have done what they are at."""
        for executor in (self._model, self._searches):
            executor.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait, with a place in the queue, until the model is free, and have it for as long as the block runs. Raises
        `Busy` where that takes too long; whoever is cancelled has left the queue."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._free.acquire()
        except TimeoutError:
            raise self._busy() from None
        began = time.monotonic()
        try:
            yield
        finally:
            self._free.release()
            self.answer_s += NEWEST * (time.monotonic() - began - self.answer_s)

    def _busy(self) -> Busy:
        """With the time in which those who wait now will probably have had their turns."""
        return Busy(min(LONGEST_RETRY_S, max(1, math.ceil(self.answer_s * self.taken))))


async def _done(executor: Executor, work: Callable[[], T]) -> T:
    """Whoever is cancelled meanwhile waits for the end, since a thread can't be cancelled."""
    future = asyncio.get_running_loop().run_in_executor(executor, copy_context().run, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise
