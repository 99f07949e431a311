"""``/v1/search``: the passages without an answer."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.answering.answer import Passage
from app.api.access import Asker
from app.api.reference import problems
from app.api.requests import QuestionBody, Queue, Service, is_reworded, takes, understood

router = APIRouter(prefix="/v1", tags=["search"])


class SearchResult(BaseModel):
    """Passages, best first."""

    passages: list[Passage] = Field(description="The passages, best first.", examples=[[]])


@router.post("/search", responses=problems(400, 404, 413, 415, 422), dependencies=[takes("application/json")])
async def search(body: QuestionBody, service: Service, asker: Asker, turns: Queue, request: Request) -> SearchResult:
    """Find the passages that fit a question best, without answering it."""
    request.state.question = body.question
    with turns.place() if is_reworded(service, body) else nullcontext():
        question = await understood(turns, service, body, asker)
    hits = await turns.search(partial(service.search, question))
    return SearchResult(passages=[Passage.of(hit) for hit in hits])
