"""``/v1/answers``: ask, whole or streamed, and read again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, Field
from starlette.types import Receive, Scope, Send

from app.answering import answer_log
from app.answering.answer import Answer, Passage
from app.answering.events import Done, Event, Sources
from app.api.access import Asker
from app.api.event_stream import EventStream
from app.api.problems import problem_of
from app.api.reference import problems
from app.api.requests import QuestionBody, Queue, Service, takes
from app.mode import Mode

router = APIRouter(prefix="/v1", tags=["answers"])

T = TypeVar("T")

KEEP_ALIVE_S = 10
LEFT = 499  # what servers write into their logs for those who left before they were answered

AnswerId = Annotated[str, Path(description="The id of the answer.", examples=["0d4b1f0c6a3e4f5f9a7d2c8b1e6f3a90"])]


class AskBody(QuestionBody):
    """A question, and how to answer it."""

    mode: Literal["write", "quote", "auto"] | None = Field(
        None,
        description=(
            "quote: quote the best passages; write: let the model write; auto: let the model write if it is qualified. "
            "If omitted, the configured mode."
        ),
        examples=["quote"],
    )
    stream: bool = Field(
        False,
        strict=True,
        description="If true, the answer is streamed as server-sent events.",
        examples=[False],
    )


class SourcesData(BaseModel):
    """The data of an event ``sources``."""

    passages: list[Passage] = Field(description="The passages found, best first.", examples=[[]])


class DeltaData(BaseModel):
    """The data of an event ``delta``."""

    text: str = Field(description="The next piece of a draft.", examples=["2.25% of"])


EVENT_DATA = (SourcesData, DeltaData)
EVENTS = """\
With `stream`, server-sent events, each with JSON as its data:

- `sources`, first: `{"passages": [...]}`, the passages found;
- `delta`, any number of times: `{"text": "..."}`, the next piece of a draft;
- `done`, last: the whole answer, as without `stream`; it supersedes the deltas;
- `error`, last, in place of `done`: a problem.

A line that begins with a colon is a comment, sent while nothing else is.
"""
_STREAM = {
    # As OpenAPI 3.2 describes a stream, which has no schema of its own but one of each event.
    "itemSchema": {
        "oneOf": [
            {
                "type": "object",
                "required": ["event", "data"],
                "properties": {
                    "event": {"const": event},
                    "data": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "contentSchema": {"$ref": f"#/components/schemas/{schema}"},
                    },
                },
            }
            for event, schema in (
                ("sources", "SourcesData"),
                ("delta", "DeltaData"),
                ("done", "Answer"),
                ("error", "Problem"),
            )
        ]
    },
    "example": (
        'event: sources\ndata: {"passages": []}\n\nevent: delta\ndata: {"text": "2.25%"}\n\n'
        'event: done\ndata: {"id": "...", "answer": "2.25% of the amount."}\n\n'
    ),
}
_GIVEN: dict[str, Any] = {
    "description": f"The answer, or that there is none. {EVENTS}",
    "content": {"text/event-stream": _STREAM},
}


@router.post(
    "/answers",
    response_model=Answer,
    responses=problems(400, 404, 413, 415, 422) | {200: _GIVEN},
    dependencies=[takes("application/json")],
)
async def ask(body: AskBody, service: Service, asker: Asker, turns: Queue, request: Request) -> Response | Answer:
    """Answer a question from the documents. If the language model is to write and too many requests wait for it
    already, the response is 503, and ``Retry-After`` says after how many seconds to try again."""
    request.state.question = body.question
    mode = Mode(body.mode) if body.mode else None
    if mode is Mode.WRITE:
        service.modes.require_writing()
    events = EventStream(turns, service, body, asker, service.modes.resolve(mode))
    try:
        # What goes wrong before a stream's first event is an ordinary problem response.
        if body.stream and (first := await _unless_left(request, events.next())):
            return _Streamed(events, first, request)
        done = None if body.stream else await _unless_left(request, events.last())
    except BaseException:
        events.leave()
        raise
    events.leave()
    return done.answer if done else Response(status_code=LEFT)


@router.get("/answers/{answer_id}", responses=problems(404, 422))
def read_answer(answer_id: AnswerId, service: Service, asker: Asker) -> Answer:
    """Read an answer that was given before, unchanged."""
    return answer_log.load(service.database, answer_id, asker)


async def _unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """What ``work`` gives; None where the one who asked goes away before."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(_leaving(request))
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
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
