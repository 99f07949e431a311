"""What the routes share: the body of a question, and the service behind them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.api.turns import Turns
from app.question import Mode, Question
from app.service import Citewell
from app.worker import Worker
from corpus.access import Reader


class QuestionBody(BaseModel):
    """A question, and of what it is asked; what is left out is the default collection, today, and four passages.
    ``history`` holds the questions asked before in the same conversation, oldest first, follow-ups as they were
    understood (an answer's ``asked_as``): "and for joint accounts?" is understood by them. With ``document``, the name
    of one, only that one is searched."""

    model_config = ConfigDict(extra="forbid")

    question: str
    history: list[str] = Field([], max_length=20)
    document: str | None = None
    collection: str | None = None
    as_of: date | None = None
    k: int | None = Field(None, ge=1, le=20)


def question_of(service: Citewell, body: QuestionBody, reader: Reader, mode: Mode | None = None) -> Question:
    """The question that a body asks; raises what `Citewell.question` raises."""
    return service.question(
        body.question,
        body.collection,
        body.as_of,
        body.k,
        mode,
        reader=reader,
        history=body.history,
        document=body.document,
    )


MOST = 2**31 - 1  # the largest number that a database's ids can be

Id = Annotated[int, Path(ge=1, le=MOST)]
Offset = Annotated[int, Query(ge=0, le=MOST, description="How many to leave out at the beginning.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many to give.")]


async def _service(request: Request) -> Citewell:
    service: Citewell = request.app.state.service
    return service


Service = Annotated[Citewell, Depends(_service)]


async def _worker(request: Request) -> Worker:
    worker: Worker = request.app.state.worker
    return worker


Jobs = Annotated[Worker, Depends(_worker)]


async def _turns(request: Request) -> Turns:
    turns: Turns = request.app.state.turns
    return turns


Queue = Annotated[Turns, Depends(_turns)]


def is_reworded(service: Citewell, body: QuestionBody) -> bool:
    """Whether the language model is needed to understand the question."""
    return bool(body.history) and service.settings.answering.follow_ups == "model"


async def understood(
    turns: Turns, service: Citewell, body: QuestionBody, reader: Reader, mode: Mode | None = None
) -> Question:
    """The same as `question_of`, in another thread: the model's, when it is free, where the model rewords the question,
    for which there must be a place in the queue. Raises `app.errors.Busy`, too."""
    work = partial(question_of, service, body, reader, mode)
    if is_reworded(service, body):
        async with turns.turn():
            return await turns.write(work)
    return await turns.search(work)
