"""``/v1/search``: the passages without an answer."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from app.answer import Passage
from app.api.access import Asker
from app.api.requests import QuestionBody, Service, question_of

router = APIRouter(prefix="/v1", tags=["search"])


class SearchResult(BaseModel):
    """Passages, best first."""

    passages: list[Passage]


@router.post("/search")
def search(body: QuestionBody, service: Service, asker: Asker) -> SearchResult:
    """The passages that fit a question best."""
    hits = service.search(question_of(service, body, asker))
    return SearchResult(passages=[Passage.of(hit) for hit in hits])
