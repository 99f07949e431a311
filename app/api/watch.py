"""What is known of the service's state without asking: looked at by a thread of its own, given out at no cost."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from app.ingestion.runner import IndexSizes
from app.mode import Mode
from app.service import Citewell
from corpus import jobs, store
from corpus.store import State

log = logging.getLogger(__name__)

PAUSE_S = 1.0
# Counting a large corpus takes a while, and is not to take more than this part of the time.
SHARE = 0.05
STOP_S = 10


@dataclass(frozen=True)
class Seen:
    """What was last seen: how many passages are stored, how many of them embedded, and how many of these in the index;
    whether a job is waiting or being carried out, and how many were given up; and the language model's name if it is
    loaded. ``is_whole`` is whether all this could be seen and agrees."""

    is_whole: bool = False
    ingesting: bool = False
    failed_jobs: int = 0
    passages: int = 0
    embedded: int = 0
    indexed: int = 0
    model: str | None = None


class Watch:
    """Looks at the database once a second, counts where something has changed, and brings the index up to date.

    It alone writes ``seen``, which anybody may read.
    """

    def __init__(self, service: Citewell) -> None:
        self._service = service
        self.seen = Seen()
        self._state: State | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Look once, then go on in a thread."""
        self._look_or_say()
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the look under way."""
        self._stopping.set()
        self._thread.join(STOP_S)

    def look(self) -> None:
        """See what there is now. Raises `corpus.errors.DatabaseUnusable`."""
        service = self._service
        with service.database.reading() as session:
            before = store.state(session)
            ingesting, failed = jobs.any_unfinished(session), jobs.count_failed(session)
        sizes = IndexSizes(self.seen.passages, self.seen.embedded, self.seen.indexed)
        if before != self._state or not self.seen.is_whole:
            sizes = service.ingestion.sizes(wait=False)
            with service.database.reading() as session:
                # What changed while it was counted is counted at the next look.
                self._state = before if store.state(session) == before else None
        writes, model = service.modes.resolve() is Mode.WRITE, service.models.loaded_generator
        self.seen = Seen(
            # A job changes them from one moment to the next, and one that was given up may have left some unembedded.
            is_whole=(ingesting or failed > 0 or sizes.passages == sizes.embedded == sizes.indexed)
            and not (writes and model is None),
            ingesting=ingesting,
            failed_jobs=failed,
            passages=sizes.passages,
            embedded=sizes.embedded,
            indexed=sizes.indexed,
            model=model if writes else None,
        )

    def _run(self) -> None:
        pause = PAUSE_S
        while not self._stopping.wait(pause):
            began = time.monotonic()
            self._look_or_say()
            pause = max(PAUSE_S, (time.monotonic() - began) / SHARE)

    def _look_or_say(self) -> None:
        try:
            self.look()
        except Exception:
            if self.seen.is_whole or self._state is None:
                log.exception("The state of the database and its indexes can't be seen")
            self._state, self.seen = _UNKNOWN, Seen()


_UNKNOWN = State(database="", revision=-1)
