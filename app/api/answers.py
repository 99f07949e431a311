"""``/v1/answers``: ask, whole or streamed, and read again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from typing import Annotated, Literal

import anyio
from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, Field

from app import answers
from app.answer import Answer, Passage
from app.answering import Done, Event, Sources
from app.api.access import Asker
from app.api.problems import problem_of
from app.api.reference import problems
from app.api.requests import QuestionBody, Service, question_of, takes
from app.question import Mode

router = APIRouter(prefix="/v1", tags=["answers"])

KEEP_ALIVE_S = 10

AnswerId = Annotated[
    str, Path(description="The id that an answer was given with.", examples=["0d4b1f0c6a3e4f5f9a7d2c8b1e6f3a90"])
]


class AskBody(QuestionBody):
    """A question, and how to answer it."""

    mode: Literal[Mode.WRITE, Mode.QUOTE, Mode.AUTO] | None = Field(
        None,
        description=(
            "quote: the best passages are quoted; write: the model writes; auto: it writes where it has been qualified "
            "to. The configured mode if it is left out."
        ),
        examples=["quote"],
    )
    stream: bool = Field(
        False,
        strict=True,
        description="Whether the answer comes as server-sent events while it is made.",
        examples=[False],
    )


class SourcesData(BaseModel):
    """The data of an event ``sources``."""

    passages: list[Passage] = Field(description="The passages found, the best first.", examples=[[]])


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
_GIVEN = {"description": f"The answer, or that there is none. {EVENTS}", "content": {"text/event-stream": _STREAM}}


@router.post(
    "/answers",
    response_model=Answer,
    responses={200: _GIVEN} | problems(400, 404, 413, 415, 422),
    dependencies=[takes("application/json")],
)
async def ask(body: AskBody, service: Service, asker: Asker, request: Request) -> Response | Answer:
    """Answer a question from the documents."""
    question = await run_in_threadpool(question_of, service, body, asker, body.mode)
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


@router.get("/answers/{answer_id}", responses=problems(404, 422))
def read_answer(answer_id: AnswerId, service: Service, asker: Asker) -> Answer:
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
