"""``/v1/jobs``: what becomes of files that are ingested."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from app import job
from app.api.access import Manager
from app.api.requests import Id, Limit, Offset, Service
from app.job import Job, JobSummary
from corpus import jobs

router = APIRouter(prefix="/v1", tags=["jobs"])


class JobPage(BaseModel):
    """Jobs, the newest first, of ``total``."""

    jobs: list[JobSummary]
    total: int


@router.get("/jobs")
def list_jobs(service: Service, _: Manager, offset: Offset = 0, limit: Limit = 50) -> JobPage:
    """All jobs, of this process and others."""
    with service.database.reading() as session:
        found = job.summaries(session, service.embedding_model, offset, limit)
        return JobPage(jobs=found, total=jobs.count(session))


@router.get("/jobs/{job_id}")
def read_job(job_id: Id, service: Service, _: Manager) -> Job:
    """One job, with what became of each file."""
    with service.database.reading() as session:
        return job.job(session, service.embedding_model, job_id).without_folders()
