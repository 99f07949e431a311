"""Processes that read files, so that a file harms nothing but its own reading."""

from __future__ import annotations

import logging
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import LifoQueue
from tempfile import TemporaryFile
from threading import Lock
from types import TracebackType
from typing import IO, TypeVar

from corpus.errors import Unreadable
from corpus.loaders import Limits
from corpus.passages import Size
from corpus.reading import Reading, read

log = logging.getLogger(__name__)

# A status with which no process ends by itself.
_OUT_OF_MEMORY = 76
# The most that a process may write into files, which is only its errors.
_WRITTEN_BYTES = 2**20
_OUR_FAULT = "reading it met a fault of this program, not of the file: it is in the log; tell those who run the service"


@dataclass(frozen=True)
class _Refusal:
    """Why a file isn't read, and the traceback behind it; ``is_ours`` if it is a fault of this program."""

    reason: str
    trace: str
    is_ours: bool


class Sandbox:
    """Reads files side by side, in a process for each core, within the limits' time and memory for each file.

    Leaving the context ends the processes, whatever they are reading.
    """

    def __init__(self, limits: Limits, size: Size) -> None:
        self.count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._processes = [_Process(limits, size) for _ in range(self.count)]
        self._idle: LifoQueue[_Process] = LifoQueue()
        for process in self._processes:
            self._idle.put(process)
        self._threads = ThreadPoolExecutor(self.count)

    def begin(self, path: Path, title: str | None) -> Future[Reading]:
        """Have a file read, as `corpus.reading.read` does. The result raises `Unreadable`, also where the process
        crashed over the file."""
        return self._threads.submit(self._read, path, title)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.stop()
        self._threads.shutdown()
        for process in self._processes:
            process.close()

    def _read(self, path: Path, title: str | None) -> Reading:
        process = self._idle.get()
        try:
            return process.read(path, title)
        finally:
            self._idle.put(process)


Begun = TypeVar("Begun")


def ahead(begun: Iterable[Begun], readers: int) -> Iterator[Begun]:
    """What ``begun`` gives, in its order. Twice as many as there are ``readers`` are taken from it in advance, so that
    no reader waits for what is done with the one before."""
    coming = iter(begun)
    taken: deque[Begun] = deque()
    while True:
        taken.extend(islice(coming, 2 * readers - len(taken)))
        if not taken:
            return
        yield taken.popleft()


class _Process:
    """A process that reads one file after the other; started for the first file, and again after a crash."""

    def __init__(self, limits: Limits, size: Size) -> None:
        self._limits = limits
        self._size = size
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._errors: IO[bytes] | None = None
        # Held to start a process and to say that no more are started.
        self._starting = Lock()
        self._is_stopped = False

    def read(self, path: Path, title: str | None) -> Reading:
        try:
            line = self._line or self._start()
            line.send((path, title))
            answer: Reading | _Refusal = line.recv()
        except (EOFError, OSError) as error:
            raise Unreadable(self._cause_of_death(path)) from error
        if isinstance(answer, _Refusal):
            if answer.is_ours:
                log.error("%s can't be read by a fault of this program\n%s", path, answer.trace)
            elif answer.trace:
                log.info("%s can't be read: %s\n%s", path, answer.reason, answer.trace)
            raise Unreadable(answer.reason)
        return answer

    def stop(self) -> None:
        """End the process, and start no other."""
        with self._starting:
            self._is_stopped = True
            if self._process:
                self._process.kill()
                self._process.wait()

    def close(self) -> None:
        """Let go of what the process wrote, when nobody asks any more what it died of."""
        if self._errors:
            self._errors.close()

    def _start(self) -> Connection:
        with self._starting:
            if self._is_stopped:
                raise Unreadable("its reading was cut off: ingest it again")
            return self._started()

    def _started(self) -> Connection:
        self._line, theirs = Pipe()
        self._errors = TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        with theirs:
            # Modules come from where this process has them, never from the folder in which it happens to run.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", f"from corpus.sandbox import serve; serve({theirs.fileno()})"],
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
            )
        self._line.send((self._limits, self._size))
        return self._line

    def _cause_of_death(self, path: Path) -> str:
        process, self._process, self._line = self._process, None, None
        status = process.wait() if process else 0
        errors, self._errors = _last_words(self._errors), None
        memory = f"{self._limits.memory_bytes // 2**20:,} MiB of memory"
        if status == _OUT_OF_MEMORY:
            return f"reading it takes more than {memory}: divide it, or raise limits.memory_mib"
        if status == -signal.SIGALRM:
            return f"reading it takes longer than {self._limits.seconds} seconds: divide it, or raise limits.seconds"
        if status == 1 and "Traceback (most recent call last)" in errors:
            log.error("%s can't be read by a fault of this program\n%s", path, errors)
            return _OUR_FAULT
        log.info("The process that read %s crashed with status %d\n%s", path, status, errors)
        return (
            f"the process that read it crashed (status {status}): the file may be damaged, or need more than {memory}"
        )


def _last_words(errors: IO[bytes] | None) -> str:
    """What a process that is dead wrote of its errors, the end of it."""
    if errors is None:
        return ""
    with errors:
        errors.seek(max(errors.seek(0, os.SEEK_END) - 10_000, 0))
        return errors.read().decode(errors="replace")


def serve(descriptor: int) -> None:
    """Run in each process: read files until the other end of the line is closed.

    The limits are kept by the operating system, which nothing that a parser does can hold up, and also when the
    process that gave the order is gone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all processes; the parent stops this one
    with Connection(descriptor) as line, suppress(EOFError):
        limits, size = line.recv()
        with suppress(ValueError, OSError):  # some systems know no such limit
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
            resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITTEN_BYTES, _WRITTEN_BYTES))
        while True:
            path, title = line.recv()
            signal.alarm(limits.seconds)
            try:
                line.send(_answer(path, title, limits, size))
            except MemoryError:
                os._exit(_OUT_OF_MEMORY)
            signal.alarm(0)


def _answer(path: Path, title: str | None, limits: Limits, size: Size) -> Reading | _Refusal:
    try:
        return read(path, title, limits, size)
    except Unreadable as error:
        trace = "".join(traceback.format_exception(error)) if error.__cause__ else ""
        return _Refusal(str(error), trace, is_ours=False)
    except MemoryError:
        raise
    except Exception as error:
        return _Refusal(_OUR_FAULT, "".join(traceback.format_exception(error)), is_ours=True)
