"""``/v1/jobs``: ingestion jobs and the outcome of each file."""

from __future__ import annotations

import re
from pathlib import PurePath

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from app.api.access import Manager
from app.api.reference import problems
from app.api.requests import Id, Limit, Offset, Service, no_repeats
from app.ingestion import job_views
from app.ingestion.job_views import JobSummary
from corpus import jobs
from corpus.jobs import FileRecord, FileState, Outcome

router = APIRouter(prefix="/v1", tags=["jobs"], dependencies=[Depends(no_repeats)])


# Where an upload lies or lay, in what is said of it: `app.ingestion.uploads.keep`, and that of version 0.1.0.
_KEPT = re.compile(r"[^\s'\"]*/uploads/(?:[0-9a-f]{32}|[0-9a-f]{64})/")


class File(BaseModel):
    """A file of a job, and its outcome."""

    number: int = Field(description="Its number in the job, from 1.", examples=[1])
    path: str = Field(description="The name of the file, without its folder.", examples=["fees.pdf"])
    document: str = Field(description="The name of its document.", examples=["fees.pdf"])
    state: FileState = Field(description="How far its ingestion has come.", examples=["done"])
    outcome: Outcome | None = Field(description="The outcome; null until it is known.", examples=["added"])
    passages: int = Field(description="Number of passages stored.", examples=[12])
    reason: str = Field(description="Why it failed; empty otherwise.", examples=[""])
    warnings: list[str] = Field(description="What was left out of it, and other warnings.", examples=[[]])

    @classmethod
    def of(cls, record: FileRecord) -> File:
        """A file as others than the operator may see it: without the folder where it lies."""
        path = PurePath(record.path)

        def told(text: str) -> str:
            return _KEPT.sub("", text.replace(record.path, path.name))

        return cls(
            number=record.number,
            path=path.name,
            document=record.document,
            state=record.state,
            outcome=record.outcome,
            passages=record.passages,
            reason=told(record.reason),
            warnings=[told(warning) for warning in record.warnings],
        )


class Job(JobSummary):
    """A job with all of its files, in the order in which they are read."""

    files: list[File] = Field(description="Its files.", examples=[[]])

    @classmethod
    def of(cls, shown: job_views.Job) -> Job:
        """A job as others than the operator may see it."""
        summary = {name: getattr(shown, name) for name in JobSummary.model_fields}
        return cls(**summary, files=[File.of(record) for record in shown.files])


class JobPage(BaseModel):
    """Jobs, the newest first."""

    jobs: list[JobSummary] = Field(description="The entries on this page.", examples=[[]])
    total: int = Field(description="Total number on all pages.", examples=[2])


@router.get("/jobs", responses=problems(422))
def list_jobs(service: Service, manager: Manager, offset: Offset = 0, limit: Limit = 50) -> JobPage:
    """List the jobs that this key may see: those whose labels it has."""
    with service.database.reading() as session:
        found = job_views.summaries(session, service.models.embedding_model, offset, limit, manager)
        return JobPage(jobs=found, total=jobs.count(session, manager))


@router.get("/jobs/{job_id}", responses=problems(404, 422))
def read_job(job_id: Id, service: Service, manager: Manager) -> Job:
    """One job, with the outcome of each file."""
    with service.database.reading() as session:
        return Job.of(job_views.job(session, service.models.embedding_model, job_id, manager))
