"""``/v1/answers``: ask, whole or streamed, and read again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from app import answers
from app.answer import Answer, Passage
from app.answering import Done, Event, Sources
from app.api.access import Asker
from app.api.event_stream import EventStream
from app.api.problems import problem_of
from app.api.requests import QuestionBody, Queue, Service
from app.question import Mode

router = APIRouter(prefix="/v1", tags=["answers"])

KEEP_ALIVE_S = 10
LEFT = 499  # what servers write into their logs for those who left before they were answered


class AskBody(QuestionBody):
    """``mode`` is the configured one if it is left out. With ``stream``, the answer comes as server-sent events:
    ``sources``, ``delta`` after ``delta``, then ``done`` with the whole answer, which supersedes the deltas; or
    ``error`` with a problem."""

    mode: Mode | None = None
    stream: bool = False


class SourcesData(BaseModel):
    passages: list[Passage]


class DeltaData(BaseModel):
    text: str


@router.post("/answers", response_model=Answer)
async def ask(body: AskBody, service: Service, asker: Asker, turns: Queue, request: Request) -> Response | Answer:
    """Answer a question from the documents. Where the language model is to write and too many wait for it already, the
    answer is 503, and ``Retry-After`` says in how many seconds to come again."""
    request.state.question = body.question
    if body.mode is Mode.WRITE:
        service.require_writing()
    events = EventStream(turns, service, body, asker, service.settled(body.mode))
    if not body.stream:
        return await _whole(events, request)
    try:
        # What goes wrong before the first event is an ordinary problem response.
        first = await events.next()
        assert first is not None
        return _Streamed(events, first, request)
    except BaseException:
        events.leave()
        raise


@router.get("/answers/{answer_id}")
def read_answer(answer_id: str, service: Service, asker: Asker) -> Answer:
    """An answer that was given before, as it was given."""
    return answers.load(service.database, answer_id, asker)


async def _whole(events: EventStream, request: Request) -> Answer | Response:
    """The whole answer, unless the one who asked goes away."""
    answer, leaving = asyncio.create_task(events.last()), asyncio.create_task(_leaving(request))
    try:
        await asyncio.wait([answer, leaving], return_when=asyncio.FIRST_COMPLETED)
        return answer.result().answer if answer.done() else Response(status_code=LEFT)
    finally:
        events.leave()
        answer.cancel()
        leaving.cancel()


async def _leaving(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Streamed(StreamingResponse):
    """Server-sent events as they come, with a comment now and then while nothing comes, so that no proxy gives up."""

    def __init__(self, events: EventStream, first: Event, request: Request) -> None:
        self._events, self._request = events, request
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        super().__init__(self._encoded(first), media_type=EventSourceResponse.media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # A reader who has gone must not keep the model busy.
            self._events.leave()

    async def _encoded(self, event: Event | None) -> AsyncIterator[bytes]:
        try:
            while not isinstance(event, Done):
                yield _encode(event) if event else format_sse_event(comment="waiting")
                event = await self._events.next(KEEP_ALIVE_S)
            yield _encode(event)
        except Exception as error:
            self._request.state.end = "error"
            problem = problem_of(error, self._request.url.path)
            yield format_sse_event(event="error", data_str=problem.model_dump_json())


def _encode(event: Event) -> bytes:
    if isinstance(event, Sources):
        return format_sse_event(event="sources", data_str=SourcesData(passages=event.passages).model_dump_json())
    if isinstance(event, Done):
        return format_sse_event(event="done", data_str=event.answer.model_dump_json())
    return format_sse_event(event="delta", data_str=DeltaData(text=event.text).model_dump_json())
