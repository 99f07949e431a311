"""``/v1/documents``: list, read, upload and delete."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import BaseModel

from app import job
from app.api.access import Asker, Manager
from app.api.requests import MOST, Id, Jobs, Limit, Offset, Service
from app.errors import BadUpload
from app.job import Job
from app.uploads import base_name, keep
from corpus import jobs, store
from corpus.access import check_labels
from corpus.diff import Sign, diff
from corpus.sources import SourceFile
from corpus.store import DocumentRecord, VersionRecord

router = APIRouter(prefix="/v1", tags=["documents"])

Name = Annotated[str | None, Form(min_length=1, max_length=300)]


class Document(BaseModel):
    """A document with its newest ``version``, of so many ``versions``, and what that one is called and holds."""

    id: int
    collection: str
    name: str
    title: str
    format: str
    version: int
    versions: int
    effective_from: date | None
    effective_to: date | None
    passages: int

    @classmethod
    def of(cls, record: DocumentRecord) -> Document:
        newest = record.versions[-1]
        return cls(
            id=record.id,
            collection=record.collection,
            name=record.name,
            title=newest.title,
            format=newest.format,
            version=newest.number,
            versions=len(record.versions),
            effective_from=newest.effective_from,
            effective_to=newest.effective_to,
            passages=newest.passages,
        )


class DocumentPage(BaseModel):
    """Documents, by name, of ``total``."""

    documents: list[Document]
    total: int


class Versions(BaseModel):
    """All versions of a document, the oldest number first."""

    versions: list[VersionRecord]


class DiffLine(BaseModel):
    """A line of one version or of both. ``sign`` is "-" where only ``old`` has it, "+" where only ``new`` has it."""

    sign: Sign
    text: str
    page: int | None
    heading: str


class DiffHunk(BaseModel):
    """Changed lines close to each other, with those around them: it begins after ``old_before`` lines of the one
    version and ``new_before`` of the other."""

    old_before: int
    new_before: int
    lines: list[DiffLine]


class Diff(BaseModel):
    """What makes the text of version ``new`` out of that of ``old``; without hunks they are the same."""

    old: int
    new: int
    hunks: list[DiffHunk]


@router.get("/documents")
def list_documents(
    service: Service,
    reader: Asker,
    collection: Annotated[str | None, Query(description="The configured one if it is left out.")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> DocumentPage:
    """The documents of a collection."""
    name = collection or service.settings.collection
    with service.database.reading() as session:
        found = store.documents(session, name, offset, limit, reader)
        total = store.count_documents(session, name, reader)
        return DocumentPage(documents=[Document.of(record) for record in found], total=total)


@router.post("/documents", status_code=202)
def upload_documents(
    service: Service,
    worker: Jobs,
    _: Manager,
    response: Response,
    files: Annotated[list[UploadFile], File(description="One or more documents.")],
    collection: Annotated[str | None, Form(min_length=1, max_length=100)] = None,
    document: Name = None,
    title: Name = None,
    effective_from: Annotated[date | None, Form()] = None,
    access: Annotated[list[str] | None, Form(description="Labels; those that a document has stay without any.")] = None,
) -> Job:
    """Take files in. They are stored when this answers; the job that it answers with says what becomes of them.

    A document is named by its file, or ``document`` where there is only one; of a name that exists it becomes the next
    version. ``title`` and ``effective_from`` are read from the file where they are left out and it has them.
    """
    if len(files) > 1 and (document or title):
        raise BadUpload("A name and a title belong to one document, and several files were sent: send them one by one.")
    names = [document or base_name(file.filename or "") for file in files]
    for name in names:
        if names.count(name) > 1:
            raise BadUpload(f"Two files are called {name!r}: rename one, or send them one after the other.")
    labels = check_labels(access) if access else None
    folder = service.settings.data_dir.resolve() / "uploads"
    kept = [keep(file.file, file.filename or "", folder) for file in files]
    sources = [
        SourceFile(path, name, title, effective_from, access=labels) for path, name in zip(kept, names, strict=True)
    ]
    plan = jobs.note(service.database, sources, collection or service.settings.collection)
    with service.database.reading() as session:
        noted = job.job(session, service.embedding_model, plan.id).without_folders()
    worker.submit(plan.id)
    response.headers["Location"] = f"/v1/jobs/{plan.id}"
    return noted


@router.get("/documents/{document_id}")
def read_document(document_id: Id, service: Service, reader: Asker) -> Document:
    """One document."""
    with service.database.reading() as session:
        return Document.of(store.document_of_id(session, document_id, reader))


@router.get("/documents/{document_id}/versions")
def read_versions(document_id: Id, service: Service, reader: Asker) -> Versions:
    """All versions of a document."""
    with service.database.reading() as session:
        found = store.document_of_id(session, document_id, reader).versions
    # Where on the server the file lay is nobody's business.
    return Versions(versions=[replace(each, source=PurePath(each.source).name) for each in found])


@router.get("/documents/{document_id}/diff")
def read_diff(
    document_id: Id,
    service: Service,
    reader: Asker,
    old: Annotated[int, Query(ge=1, le=MOST, description="Number of the version to compare with.")],
    new: Annotated[int, Query(ge=1, le=MOST, description="Number of the version that is compared.")],
) -> Diff:
    """What changed from one version of a document to another, line by line."""
    with service.database.reading() as session:
        record = store.document_of_id(session, document_id, reader)
        hunks = diff(store.lines(session, record, old), store.lines(session, record, new))
    return Diff(
        old=old,
        new=new,
        hunks=[
            DiffHunk(
                old_before=hunk.old_before,
                new_before=hunk.new_before,
                lines=[
                    DiffLine(sign=each.sign, text=each.line.text, page=each.line.page, heading=each.line.heading)
                    for each in hunk.lines
                ],
            )
            for hunk in hunks
        ],
    )


@router.delete("/documents/{document_id}", status_code=204)
def delete_document(document_id: Id, service: Service, reader: Manager) -> None:
    """Delete a document with all its versions. Answers that cite it are kept, with their quotes."""
    with service.database.changing_corpus() as session:
        store.delete_document(session, store.document_of_id(session, document_id, reader).collection, document_id)
