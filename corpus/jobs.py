"""Ingestion jobs and the outcome of each of their files. They outlive the process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, String, cast, func, select, true, update
from sqlalchemy.orm import Session

from corpus.access import OPERATOR, Principal
from corpus.database import Database
from corpus.errors import UnknownJob
from corpus.schema import Job, JobFile, Version, now
from corpus.sources import SourceFile, Unread


class JobState(StrEnum):
    """How far a job is. It is done when all of its passages are embedded and the saved index holds them. One that
    failed was given up after several tries, and waits until somebody has it tried again."""

    QUEUED = "queued"
    READING = "reading"
    EMBEDDING = "embedding"
    INDEXING = "indexing"
    DONE = "done"
    FAILED = "failed"


class FileState(StrEnum):
    """How far a file is. One whose reading was cut off is read again; what isn't read at all was skipped."""

    QUEUED = "queued"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    NEW_VERSION = "new version"
    DATED = "dated"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


_STATES = {Outcome.FAILED: FileState.FAILED, Outcome.SKIPPED: FileState.SKIPPED}


@dataclass(frozen=True)
class FileReport:
    """One file's way in; ``reason`` says why it failed or was skipped, or what it is that is unchanged; ``warnings``
    what of it was left out, or could be meant otherwise."""

    path: Path
    document: str
    outcome: Outcome
    passages: int = 0
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A job that is to be carried out: its files that are neither done nor failed, by their number in it, and the
    ``principal`` who asked, within whose labels it acts. ``unread`` are files that a new job doesn't read."""

    id: int
    collection: str
    sources: Mapping[int, SourceFile]
    principal: Principal = OPERATOR
    unread: tuple[FileReport, ...] = ()


@dataclass(frozen=True)
class FileRecord:
    """A file of a job. ``outcome`` is None until it is settled; ``reason`` and ``warnings`` are as in `FileReport`."""

    number: int
    path: str
    document: str
    state: FileState
    outcome: Outcome | None
    passages: int
    reason: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class JobRecord:
    """A job with its files counted by state. ``passages`` were written by it; ``problem`` says why it stands still."""

    id: int
    collection: str
    state: JobState
    created_at: datetime
    finished_at: datetime | None
    problem: str
    files: Mapping[FileState, int]
    passages: int


_SOURCE = TypeAdapter(SourceFile)
_OPEN_JOB = Job.state.not_in([JobState.DONE, JobState.FAILED])
_OPEN_FILE = JobFile.state.in_([FileState.QUEUED, FileState.READING])


def note(
    database: Database,
    sources: Sequence[SourceFile],
    collection: str,
    principal: Principal = OPERATOR,
    unread: Sequence[Unread] = (),
) -> Plan:
    """Note what ``principal`` wants ingested, so that it is taken up again where the process dies before it is done.

    What of it is ``unread`` is noted, too, with its reason.
    """
    # A relative path would mean another file to a process that is started elsewhere.
    numbered = {number: replace(source, path=source.path.absolute()) for number, source in enumerate(sources, start=1)}
    reports = [_report(each) for each in unread]
    with database.writing() as session:
        labels = None if principal.labels is None else sorted(principal.labels)
        job = Job(collection=collection, state=JobState.QUEUED, labels=labels)
        job.files = [
            JobFile(number=number, source=_SOURCE.dump_python(source, mode="json"), state=FileState.QUEUED)
            for number, source in numbered.items()
        ]
        job.files += [
            JobFile(
                number=number,
                source=_SOURCE.dump_python(SourceFile(report.path.absolute(), report.document), mode="json"),
                state=_STATES[report.outcome],
                outcome=report.outcome,
                reason=_printable(report.reason),
            )
            for number, report in enumerate(reports, start=len(numbered) + 1)
        ]
        session.add(job)
        session.flush()
        return Plan(job.id, collection, numbered, principal, tuple(reports))


def _report(unread: Unread) -> FileReport:
    outcome = Outcome.FAILED if unread.is_fault else Outcome.SKIPPED
    return FileReport(unread.path, unread.path.name, outcome, reason=unread.reason)


def unfinished(database: Database) -> list[Plan]:
    """Jobs that are not done, oldest first."""
    with database.reading() as session:
        ids = session.scalars(select(Job.id).where(_OPEN_JOB).order_by(Job.id)).all()
    return [resumed(database, job_id) for job_id in ids]


def resumed(database: Database, job_id: int) -> Plan:
    """What is left to do of a job; raises `UnknownJob`."""
    with database.reading() as session:
        job = _require(session, job_id, OPERATOR)
        left = select(JobFile).where(JobFile.job_id == job_id, _OPEN_FILE).order_by(JobFile.number)
        sources = {file.number: _SOURCE.validate_python(file.source) for file in session.scalars(left)}
        return Plan(job_id, job.collection, sources, _asker(job))


def advance(database: Database, job_id: int, state: JobState) -> None:
    """Say how far a job is."""
    finished_at = now() if state is JobState.DONE else None
    with database.writing() as session:
        values = {"state": state, "problem": "", "finished_at": finished_at}
        session.execute(update(Job).where(Job.id == job_id, _OPEN_JOB).values(values))


def stumble(database: Database, job_id: int, problem: str) -> None:
    """Say why a job stands still, until it goes on."""
    with database.writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(problem=problem))


def give_up(database: Database, job_id: int, problem: str) -> None:
    """Say that a job is not tried again by itself, and why."""
    with database.writing() as session:
        values = {"state": JobState.FAILED, "problem": problem, "finished_at": now()}
        session.execute(update(Job).where(Job.id == job_id, _OPEN_JOB).values(values))


def reopen(database: Database, job_id: int | None = None) -> None:
    """Have a job that was given up tried again, or all of them; what was done of it stays done."""
    these = [Job.state == JobState.FAILED]
    with database.writing() as session:
        if job_id is not None:
            these.append(Job.id == _require(session, job_id, OPERATOR).id)
        session.execute(update(Job).where(*these).values(state=JobState.QUEUED, problem="", finished_at=None))


def begin(database: Database, job_id: int, number: int) -> bool:
    """Say that a file is being read; False where it is done already, by another process."""
    with database.writing() as session:
        file = update(JobFile).where(JobFile.job_id == job_id, JobFile.number == number, _OPEN_FILE)
        return bool(session.execute(file.values(state=FileState.READING).returning(JobFile.number)).all())


def settle(session: Session, job_id: int, number: int, report: FileReport, version: Version | None = None) -> None:
    """Record the final outcome of a file, in the transaction that stores its ``version``."""
    values = {
        "state": _STATES.get(report.outcome, FileState.DONE),
        "outcome": report.outcome,
        "passages": report.passages,
        "reason": _printable(report.reason),
        "warnings": list(report.warnings),
        "version_id": version.id if version else None,
        "document": _printable(report.document),
    }
    file = update(JobFile).where(JobFile.job_id == job_id, JobFile.number == number, _OPEN_FILE)
    session.execute(file.values(values))


def rival(session: Session, job_id: int, number: int, version: Version) -> str | None:
    """The path of another file of a job that became a version of the same document, from the same day on."""
    became = select(JobFile).join(Version, JobFile.version_id == Version.id)
    same = Version.effective_from.is_not_distinct_from(version.effective_from)
    here = became.where(JobFile.job_id == job_id, JobFile.number != number, same)
    found = session.scalars(here.where(Version.document_id == version.document_id)).first()
    return _printable(str(_SOURCE.validate_python(found.source).path)) if found else None


def is_overtaken(session: Session, job_id: int, document_id: int) -> bool:
    """Whether a later job brought a version of a document in already."""
    became = select(JobFile.job_id).join(Version, JobFile.version_id == Version.id)
    later = became.where(JobFile.job_id > job_id, Version.document_id == document_id)
    return session.scalar(later.limit(1)) is not None


def records(
    session: Session, offset: int = 0, limit: int | None = None, principal: Principal = OPERATOR
) -> list[JobRecord]:
    """Jobs that are for a principal, the newest first."""
    found = select(Job).where(_visible(session, principal)).order_by(Job.id.desc())
    return _records(session, session.scalars(found.offset(offset).limit(limit)).all())


def record(session: Session, job_id: int, principal: Principal = OPERATOR) -> JobRecord:
    """The job of that id; raises `UnknownJob`, also for one that isn't for the principal."""
    return _records(session, [_require(session, job_id, principal)])[0]


def files(session: Session, job_id: int, principal: Principal = OPERATOR) -> list[FileRecord]:
    """A job's files, in the order in which they are read. Raises `UnknownJob`, as `record` does."""
    _require(session, job_id, principal)
    found = session.scalars(select(JobFile).where(JobFile.job_id == job_id).order_by(JobFile.number))
    return [_file_record(file, _SOURCE.validate_python(file.source)) for file in found]


def count(session: Session, principal: Principal = OPERATOR) -> int:
    """How many jobs there are for a principal."""
    return session.scalar(select(func.count()).select_from(Job).where(_visible(session, principal))) or 0


def any_unfinished(session: Session, principal: Principal = OPERATOR) -> bool:
    """Whether a job that is for a principal is waiting or being carried out."""
    unfinished = select(Job.id).where(_OPEN_JOB, _visible(session, principal))
    return session.scalar(unfinished.limit(1)) is not None


def _asker(job: Job) -> Principal:
    return OPERATOR if job.labels is None else Principal(frozenset(job.labels))


def _may_see(principal: Principal, job: Job) -> bool:
    return principal.labels is None or (job.labels is not None and principal.labels.issuperset(job.labels))


def _visible(session: Session, principal: Principal) -> ColumnElement[bool]:
    """The condition on `Job` for what a principal may see: what was asked for by those who have no other labels.

    The files of a job are named by whoever asked, among them names that nobody else is to know.
    """
    if principal.labels is None:
        return true()
    asked_by = session.execute(select(cast(Job.labels, String)).where(Job.labels.is_not(None)).distinct()).scalars()
    within = [labels for labels in asked_by if principal.labels.issuperset(json.loads(labels))]
    return cast(Job.labels, String).in_(within)


def any_left(session: Session) -> bool:
    """Whether a job isn't done, failed ones included."""
    return session.scalar(select(Job.id).where(Job.state != JobState.DONE).limit(1)) is not None


def waiting_files(session: Session) -> list[Path]:
    """The files that are still to be read, of all jobs."""
    sources = session.scalars(select(JobFile.source).where(_OPEN_FILE))
    return [_SOURCE.validate_python(source).path for source in sources]


def count_failed(session: Session) -> int:
    """How many jobs were given up."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.state == JobState.FAILED)) or 0


def _records(session: Session, found: Sequence[Job]) -> list[JobRecord]:
    states = select(JobFile.job_id, JobFile.state, func.count(), func.sum(JobFile.passages))
    rows = session.execute(
        states.where(JobFile.job_id.in_([job.id for job in found])).group_by(JobFile.job_id, JobFile.state)
    ).all()
    return [
        JobRecord(
            id=job.id,
            collection=job.collection,
            state=JobState(job.state),
            created_at=job.created_at,
            finished_at=job.finished_at,
            problem=job.problem,
            files={FileState(state): files for job_id, state, files, _ in rows if job_id == job.id},
            passages=sum(passages for job_id, _, _, passages in rows if job_id == job.id),
        )
        for job in found
    ]


def _file_record(file: JobFile, source: SourceFile) -> FileRecord:
    return FileRecord(
        number=file.number,
        path=_printable(str(source.path)),
        document=_printable(file.document or source.document),
        state=FileState(file.state),
        outcome=Outcome(file.outcome) if file.outcome else None,
        passages=file.passages,
        reason=file.reason,
        warnings=tuple(file.warnings),
    )


def _require(session: Session, job_id: int, principal: Principal) -> Job:
    job = session.get(Job, job_id)
    if job is None or not _may_see(principal, job):
        raise UnknownJob(f"There is no job {job_id}: see citewell jobs list, or GET /v1/jobs.")
    return job


def _printable(name: str) -> str:
    """A file's name as text, whatever bytes it holds."""
    return name.encode(errors="backslashreplace").decode()
