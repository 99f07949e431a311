"""``/v1/answers``: ask, whole or streamed, and read again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from typing import Literal

import anyio
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from app import answers
from app.answer import Answer, Passage
from app.answering import Done, Event, Sources
from app.api.access import Asker
from app.api.problems import problem_of
from app.api.requests import QuestionBody, Service, question_of
from app.question import Mode

router = APIRouter(prefix="/v1", tags=["answers"])

KEEP_ALIVE_S = 10


class AskBody(QuestionBody):
    """``mode`` is the configured one if it is left out. With ``stream``, the answer comes as server-sent events:
    ``sources``, ``delta`` after ``delta``, then ``done`` with the whole answer, which supersedes the deltas; or
    ``error`` with a problem."""

    mode: Literal["write", "quote", "auto"] | None = None
    stream: bool = False


class SourcesData(BaseModel):
    passages: list[Passage]


class DeltaData(BaseModel):
    text: str


@router.post("/answers", response_model=Answer)
async def ask(body: AskBody, service: Service, asker: Asker, request: Request) -> Response | Answer:
    """Answer a question from the documents."""
    mode = Mode(body.mode) if body.mode else None
    question = await run_in_threadpool(question_of, service, body, asker, mode)
    if not body.stream:
        return await run_in_threadpool(service.answer, question)
    events = service.stream(question)
    # What goes wrong before the first event is an ordinary problem response.
    first = await run_in_threadpool(next, events)
    return StreamingResponse(
        _event_stream(first, events, request.url.path),
        media_type=EventSourceResponse.media_type,
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


@router.get("/answers/{answer_id}")
def read_answer(answer_id: str, service: Service, asker: Asker) -> Answer:
    """An answer that was given before, as it was given."""
    return answers.load(service.database, answer_id, asker)


async def _event_stream(first: Event, events: Generator[Event], path: str) -> AsyncIterator[bytes]:
    """Events as they come, with a comment now and then while nothing comes, so that no proxy gives up."""
    pending: asyncio.Future[Event | None] | None = None
    try:
        yield _encode(first)
        while True:
            pending = asyncio.ensure_future(run_in_threadpool(next, events, None))
            while not (await asyncio.wait([pending], timeout=KEEP_ALIVE_S))[0]:
                yield format_sse_event(comment="waiting")
            event = pending.result()
            if event is None:
                return
            yield _encode(event)
    except Exception as error:
        yield format_sse_event(event="error", data_str=problem_of(error, path).model_dump_json())
    finally:
        # A reader who has gone must not keep the model busy: closing the pipeline ends its loop. It can only be closed
        # between two steps, so the step under way is waited for.
        with anyio.CancelScope(shield=True):
            if pending is not None and not pending.done():
                await asyncio.wait([pending])
            await run_in_threadpool(events.close)


def _encode(event: Event) -> bytes:
    if isinstance(event, Sources):
        return format_sse_event(event="sources", data_str=SourcesData(passages=event.passages).model_dump_json())
    if isinstance(event, Done):
        return format_sse_event(event="done", data_str=event.answer.model_dump_json())
    return format_sse_event(event="delta", data_str=DeltaData(text=event.text).model_dump_json())
