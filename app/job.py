"""What is known of a job, as the API and the command line show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath

from sqlalchemy.orm import Session

from app.answer import Frozen
from corpus import jobs
from corpus.jobs import FileRecord, FileState, JobRecord, JobState
from retrieval.embedding import count_embedded


class JobSummary(Frozen):
    """A job, and how far it is. ``counts`` says how many of its files are in which state; ``passages`` how many it has
    written, of which ``embedded`` are found by their meaning (and all by their words); ``problem`` why it stands still,
    or "". It is done when they all are, and the saved index holds them."""

    id: int
    collection: str
    state: JobState
    problem: str
    created_at: datetime
    finished_at: datetime | None
    counts: dict[FileState, int]
    passages: int
    embedded: int


class Job(JobSummary):
    """A job with all of its files, in the order in which they are read."""

    files: list[FileRecord]

    def without_folders(self) -> Job:
        """The same, as it may be told over the network: of files' paths only their names."""
        return self.model_copy(update={"files": [replace(each, path=PurePath(each.path).name) for each in self.files]})


def summaries(session: Session, model: str, offset: int = 0, limit: int | None = None) -> list[JobSummary]:
    """Jobs, the newest first; embeddings are counted of ``model``."""
    return [JobSummary(**fields) for fields in _fields(session, model, jobs.records(session, offset, limit))]


def job(session: Session, model: str, job_id: int) -> Job:
    """The job of that id; raises `corpus.errors.UnknownJob`."""
    [fields] = _fields(session, model, [jobs.record(session, job_id)])
    return Job(**fields, files=jobs.files(session, job_id))


def _fields(session: Session, model: str, records: Sequence[JobRecord]) -> list[dict[str, object]]:
    embedded = count_embedded(session, model, [record.id for record in records])
    shared = ("id", "collection", "state", "problem", "created_at", "finished_at", "passages")
    return [
        {name: getattr(record, name) for name in shared} | {"counts": record.files, "embedded": embedded[record.id]}
        for record in records
    ]
