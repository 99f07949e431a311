"""``/healthz`` and ``/readyz``: whether the process lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.api.requests import Service
from app.question import Mode

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str


class Readiness(BaseModel):
    """``ready`` is whether all passages can be found, but those of a job that is being carried out, and the model is
    loaded; ``model`` is null where answers are quoted without one."""

    ready: bool
    ingesting: bool
    passages: int
    embedded: int
    indexed: int
    model: str | None


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers; asked in the event loop itself, so that no queue of questions keeps it waiting."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Readiness}})
def readyz(service: Service, response: Response) -> Readiness:
    """Database, index and model are there and agree; status 503 where they don't."""
    ingesting = service.is_ingesting()
    passages, embedded, indexed = service.index_sizes()
    readiness = Readiness(
        # A job changes them from one moment to the next, and answers are given meanwhile.
        ready=ingesting or passages == embedded == indexed,
        ingesting=ingesting,
        passages=passages,
        embedded=embedded,
        indexed=indexed,
        model=service.generator.name if service.settled() is Mode.WRITE else None,
    )
    response.status_code = 200 if readiness.ready else 503
    return readiness
