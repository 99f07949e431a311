"""What is known of a job, as the API and the command line show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from corpus import jobs
from corpus.access import OPERATOR, Principal
from corpus.jobs import FileRecord, FileState, JobRecord, JobState
from retrieval.embedding import count_embedded


class JobSummary(BaseModel):
    """A job, and how far it is. It is done when all its passages are embedded, and the saved index holds them."""

    model_config = ConfigDict(frozen=True)

    id: int = Field(description="The number of the job.", examples=[2])
    collection: str = Field(description="The collection of its files.", examples=["default"])
    state: JobState = Field(description="How far the job has come.", examples=["done"])
    problem: str = Field(description="Why it is paused or failed; empty otherwise.", examples=[""])
    created_at: datetime = Field(description="When it was created, in UTC.", examples=["2026-01-31T09:30:00Z"])
    finished_at: datetime | None = Field(description="When it was finished, in UTC.", examples=["2026-01-31T09:31:00Z"])
    counts: dict[FileState, int] = Field(description="Number of files in each state.", examples=[{"done": 2}])
    passages: int = Field(description="Number of passages stored; they can all be found by their words.", examples=[24])
    embedded: int = Field(description="Number of those that can be found by their meaning, too.", examples=[24])


class Job(JobSummary):
    """A job with all of its files, in the order in which they are read."""

    files: list[FileRecord]


def summaries(
    session: Session, model: str, offset: int = 0, limit: int | None = None, principal: Principal = OPERATOR
) -> list[JobSummary]:
    """Jobs that are for a principal, the newest first; embeddings are counted of ``model``."""
    return [JobSummary(**fields) for fields in _fields(session, model, jobs.records(session, offset, limit, principal))]


def job(session: Session, model: str, job_id: int, principal: Principal = OPERATOR) -> Job:
    """The job of that id; raises `corpus.errors.UnknownJob`, also for one that isn't for the principal."""
    [fields] = _fields(session, model, [jobs.record(session, job_id, principal)])
    return Job(**fields, files=jobs.files(session, job_id, principal))


def _fields(session: Session, model: str, records: Sequence[JobRecord]) -> list[dict[str, object]]:
    embedded = count_embedded(session, model, [record.id for record in records])
    shared = ("id", "collection", "state", "problem", "created_at", "finished_at", "passages")
    # What was read again since may have more passages than the job wrote.
    return [
        {name: getattr(record, name) for name in shared}
        | {"counts": record.files, "embedded": min(embedded[record.id], record.passages)}
        for record in records
    ]
