"""``/healthz`` and ``/readyz``: whether the process lives, and whether it can answer.

Both are answered in the event loop, from what is known anyway: no queue keeps them waiting, and whoever asks them, as
often as they like, costs nothing.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.watch import Seen

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str


class Readiness(BaseModel):
    """``ready`` is whether all passages can be found, but those of jobs that are being carried out (``ingesting``) or
    were given up (``failed_jobs``), and the model is loaded; ``model`` is null where answers are quoted without one.
    All of it is as it was seen last, which is a second ago as a rule."""

    ready: bool
    ingesting: bool
    failed_jobs: int
    passages: int
    embedded: int
    indexed: int
    model: str | None


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(request: Request, response: Response) -> Readiness:
    """Database, index and model are there and agree; status 503 where they don't."""
    seen: Seen = request.app.state.watch.seen
    response.status_code = 200 if seen.is_whole else 503
    return Readiness(
        ready=seen.is_whole,
        ingesting=seen.ingesting,
        failed_jobs=seen.failed_jobs,
        passages=seen.passages,
        embedded=seen.embedded,
        indexed=seen.indexed,
        model=seen.model,
    )
