"""``/healthz`` and ``/readyz``: whether the process lives, and whether it can answer.

Both are answered in the event loop, from what is known anyway: no queue keeps them waiting, and whoever asks them, as
often as they like, costs nothing.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.api.watch import Seen

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """That the process lives."""

    status: str = Field(description="Always ok.", examples=["ok"])


class Readiness(BaseModel):
    """What was seen last, usually a second ago."""

    ready: bool = Field(
        description="Whether all passages can be found (except those of running or failed jobs) and the model is "
        "loaded.",
        examples=[True],
    )
    ingesting: bool = Field(description="Whether an ingestion job is waiting or running.", examples=[False])
    failed_jobs: int = Field(description="Number of jobs that failed for good.", examples=[0])
    passages: int = Field(description="Number of stored passages.", examples=[412])
    embedded: int = Field(description="Number of passages with an embedding.", examples=[412])
    indexed: int = Field(description="Number of passages in the index.", examples=[412])
    model: str | None = Field(
        description="The language model; null if answers are quoted without one.", examples=["SmolLM2-135M-Instruct"]
    )


@router.get("/healthz")
async def healthz() -> Health:
    """Check that the process is alive."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Readiness, "description": "Something isn't there, or doesn't agree."}})
async def readyz(request: Request, response: Response) -> Readiness:
    """Check that database, index and model are available and agree. Status 503 if not."""
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
