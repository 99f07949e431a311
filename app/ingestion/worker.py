"""The thread that carries jobs out while the server answers."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections import Counter
from contextlib import closing

from app.errors import fault
from app.ingestion.runner import Ingestion
from corpus import jobs
from corpus.database import Database
from corpus.errors import CorpusError, UnknownJob

log = logging.getLogger(__name__)

# Seconds until a failed job is tried again: doubled each time, up to the longest. After this many tries, which
# is about two hours, it is given up.
RETRY_S, LONGEST_RETRY_S, TRIES = 60.0, 3600.0, 8
STOP_S = 10


class Worker:
    """Carries out jobs one by one: first those that an earlier process left unfinished or gave up, then new ones.

    A failing job is paused with its error and tried again after a while; other jobs go on meanwhile. After `TRIES`
    failures it is given up, until the next start or ``citewell jobs retry``.
    """

    def __init__(self, database: Database, ingestion: Ingestion) -> None:
        self._database, self._ingestion = database, ingestion
        # When which job is due, the earliest first; guarded by the condition, which also says that it is to stop.
        self._due: list[tuple[float, int]] = []
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._failures: Counter[int] = Counter()
        # Whatever it is doing may be cut off, so it need not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Take up what is left, and wait for more. Call it when the service has its models loaded."""
        jobs.reopen(self._database)
        for plan in jobs.unfinished(self._database):
            self.submit(plan.id)
        self._thread.start()

    def submit(self, job_id: int) -> None:
        """Carry a job out when those before it are done."""
        self._put(job_id, time.monotonic())

    def stop(self) -> None:
        """Let go after the step under way, or in its middle if it takes long; the job is resumed at the next start."""
        with self._changed:
            self._stopping.set()
            self._changed.notify()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while (job_id := self._next()) is not None:
            try:
                self._carry_out(job_id)
                del self._failures[job_id]
            except Exception as error:
                self._stumble(job_id, error)

    def _put(self, job_id: int, due: float) -> None:
        with self._changed:
            heapq.heappush(self._due, (due, job_id))
            self._changed.notify()

    def _next(self) -> int | None:
        """The job that is due next, when it is due; None when the worker is to stop."""
        with self._changed:
            while not self._stopping.is_set():
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[1]
                self._changed.wait(wait)
        return None

    def _carry_out(self, job_id: int) -> None:
        with closing(self._ingestion.work(jobs.resumed(self._database, job_id))) as steps:
            for _ in steps:
                if self._stopping.is_set():
                    return

    def _stumble(self, job_id: int, error: Exception) -> None:
        """Note that a job failed, and when to try it again, if at all."""
        if isinstance(error, UnknownJob):
            return  # it was deleted, with all that was to be done
        self._failures[job_id] += 1
        failures = self._failures[job_id]
        log.error("Job %d failed, for the %d. time", job_id, failures, exc_info=error)
        problem = f"{fault(error)}: the server's log says more of job {job_id}."
        try:
            if failures >= TRIES:
                again = f"It was given up after {failures} tries: mend the cause, then run citewell jobs retry {job_id}"
                jobs.give_up(self._database, job_id, f"{problem} {again}.")
                del self._failures[job_id]
                return
            jobs.stumble(self._database, job_id, problem)
        except CorpusError:
            log.exception("What became of job %d can't be written down", job_id)
        self._put(job_id, time.monotonic() + min(LONGEST_RETRY_S, RETRY_S * 2 ** (failures - 1)))
