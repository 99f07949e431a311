"""What the routes share: the body of a question, and the service behind them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from app.service import Citewell


class QuestionBody(BaseModel):
    """A question, and of what it is asked; what is left out is the default collection, today, and four passages."""

    model_config = ConfigDict(extra="forbid")

    question: str
    collection: str | None = None
    as_of: date | None = None
    k: int | None = Field(None, ge=1, le=20)


def _service(request: Request) -> Citewell:
    service: Citewell = request.app.state.service
    return service


Service = Annotated[Citewell, Depends(_service)]
