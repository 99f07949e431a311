"""``/v1/search``: the passages without an answer."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.answer import Passage
from app.api.access import Asker
from app.api.reference import problems
from app.api.requests import QuestionBody, Service, question_of, takes

router = APIRouter(prefix="/v1", tags=["search"])


class SearchResult(BaseModel):
    """Passages, best first."""

    passages: list[Passage] = Field(description="The passages, the best first.", examples=[[]])


@router.post("/search", responses=problems(400, 404, 413, 415, 422), dependencies=[takes("application/json")])
def search(body: QuestionBody, service: Service, asker: Asker) -> SearchResult:
    """The passages that fit a question best."""
    hits = service.search(question_of(service, body, asker))
    return SearchResult(passages=[Passage.of(hit) for hit in hits])
