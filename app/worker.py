"""The thread that carries jobs out while the server answers."""

from __future__ import annotations

import logging
import queue
import threading
from contextlib import closing, suppress

from app.errors import EXPLAINED
from app.service import Citewell
from corpus import jobs
from corpus.errors import CorpusError

log = logging.getLogger(__name__)

RETRY_S = 60
STOP_S = 10


class Worker:
    """Carries jobs out one after the other: first those that an earlier process left, then those that come.

    A job that meets an error stands still, says why, and is tried again after a minute.
    """

    def __init__(self, service: Citewell) -> None:
        self._service = service
        self._waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._stopping = threading.Event()
        # Whatever it is doing may be cut off, so it need not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Take up what is unfinished, and wait for more. Call it when the service has its models loaded."""
        for plan in jobs.unfinished(self._service.database):
            self._waiting.put(plan.id)
        self._thread.start()

    def submit(self, job_id: int) -> None:
        """Carry a job out when those before it are done."""
        self._waiting.put(job_id)

    def stop(self) -> None:
        """Let go after the step under way, or in its middle if it takes long; the job is resumed at the next start."""
        self._stopping.set()
        self._waiting.put(_NONE)
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while (job_id := self._waiting.get()) != _NONE and not self._stopping.is_set():
            try:
                self._carry_out(job_id)
            except Exception as error:
                self._stand_still(job_id, error)

    def _carry_out(self, job_id: int) -> None:
        with closing(self._service.work(jobs.resumed(self._service.database, job_id))) as steps:
            for _ in steps:
                if self._stopping.is_set():
                    return

    def _stand_still(self, job_id: int, error: Exception) -> None:
        if isinstance(error, EXPLAINED):
            problem = str(error)
            log.error("Job %d stands still: %s", job_id, problem)
        else:
            problem = f"Something went wrong ({type(error).__name__}): the server's log says more."
            log.error("Job %d stands still", job_id, exc_info=error)
        with suppress(CorpusError):
            jobs.stumble(self._service.database, job_id, problem)
        self._stopping.wait(RETRY_S)
        self._waiting.put(job_id)


_NONE = 0  # no job has this number
