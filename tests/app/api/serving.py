"""A small instance served over HTTP by this process, so that a test can hold its model, or look into it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.api.server import bind, create_app
from app.config import load_settings
from app.service import Citewell
from tests.conftest import settings_of

QUESTION = "What does a parcel cost?"
DEADLINE_S = 120


def small(folder: Path, generator_path: Path, *more: str, models: Citewell | None = None) -> Citewell:
    """An instance with one document, which answers whatever it is asked, in a few tokens; its models are those of
    another instance, if one is given."""
    short = ("answering.min_confidence=0", "generator.max_new_tokens=6", "generator.rows=1")
    service = Citewell(load_settings(overrides=settings_of(folder / "var", generator_path, *short, *more)))
    if models:
        service.models.embedder, service.models.generator = models.models.embedder, models.models.generator
    (folder / "fees.md").write_text("# Fees\n\nThe fee for a parcel is 5 crowns, and for a letter it is 1 crown.\n")
    service.ingest([folder / "fees.md"], "default")
    service.load_models()
    return service


@contextmanager
def served(service: Citewell, app: FastAPI | None = None) -> Iterator[str]:
    """The address at which a service, or its application, is served while the block runs."""
    listener = bind("127.0.0.1", 0, service.settings.access)
    server = uvicorn.Server(uvicorn.Config(app or create_app(service), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(DEADLINE_S)
        listener.close()


def until(holds: Any) -> None:
    """Wait until something holds, and fail where it doesn't in a long time."""
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Held:
    """A language model that waits, before it writes, until it is let go; ``waiting`` says whether it does."""

    def __init__(self, generator: Any) -> None:
        self._generator = generator
        self.go_on, self.waiting = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._generator, name)

    def stream(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        self.waiting.set()
        assert self.go_on.wait(DEADLINE_S)
        yield from self._generator.stream(*arguments, **named)
