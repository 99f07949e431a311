"""The events of one answer: made in the threads of `app.api.turns`, taken in the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import nullcontext
from functools import partial

from app.answering.events import Done, Event, Sources
from app.api.requests import QuestionBody, is_reworded, understood
from app.api.turns import Turns
from app.mode import Mode
from app.service import Citewell
from corpus.access import Principal


class EventStream:
    """Asks a question as soon as it is made, in an event loop, and keeps the events until they are taken.

    Whoever takes them slowly holds nothing up: the model's turn ends when its last event is made. `leave` ends all of
    it, at the latest after the step under way.
    """

    def __init__(self, turns: Turns, service: Citewell, body: QuestionBody, principal: Principal, mode: Mode) -> None:
        self._turns, self._service = turns, service
        self._made: asyncio.Queue[Event | Exception] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._left = threading.Event()
        self._task = self._loop.create_task(self._ask(body, principal, mode))

    async def next(self, timeout: float | None = None) -> Event | None:
        """The next event; None if there is none within ``timeout`` seconds. Raises what asking has raised. After `Done`
        nothing comes."""
        try:
            async with asyncio.timeout(timeout):
                made = await self._made.get()
        except TimeoutError:
            return None
        if isinstance(made, Exception):
            raise made
        return made

    async def last(self) -> Done:
        """The last event, when it is made. Raises what asking has raised."""
        while True:
            event = await self.next()
            if isinstance(event, Done):
                return event

    def leave(self) -> None:
        """Want no more events: who is waiting leaves the queue, and the model stops writing."""
        self._left.set()
        self._task.cancel()

    async def _ask(self, body: QuestionBody, principal: Principal, mode: Mode) -> None:
        turns, service = self._turns, self._service
        try:
            may_write = mode is Mode.WRITE or is_reworded(service, body)
            with turns.place() if may_write else nullcontext():
                question = await understood(turns, service, body, principal, mode)
                events = service.stream(question)
                first = await turns.search(partial(next, events))
                rest = partial(self._make, events)
                if isinstance(first, Sources) and first.writes:
                    async with turns.turn():
                        self._made.put_nowait(first)
                        await turns.write(rest)
                else:
                    self._made.put_nowait(first)
                    await turns.search(rest)
        except Exception as error:
            self._made.put_nowait(error)

    def _make(self, events: Generator[Event]) -> None:
        """In another thread: closing the pipeline, between two events, ends the model's work."""
        try:
            for event in events:
                self._loop.call_soon_threadsafe(self._made.put_nowait, event)
                if self._left.is_set():
                    return
        finally:
            events.close()
