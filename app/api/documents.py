"""``/v1/documents``: list, read, upload and delete."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import BaseModel

from app import job
from app.api.requests import Id, Jobs, Limit, Offset, Service
from app.errors import BadUpload
from app.job import Job
from app.uploads import base_name, keep
from corpus import jobs, store
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


@router.get("/documents")
def list_documents(
    service: Service,
    collection: Annotated[str | None, Query(description="The configured one if it is left out.")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> DocumentPage:
    """The documents of a collection."""
    name = collection or service.settings.collection
    with service.database.reading() as session:
        found = store.documents(session, name, offset, limit)
        return DocumentPage(
            documents=[Document.of(record) for record in found], total=store.count_documents(session, name)
        )


@router.post("/documents", status_code=202)
def upload_documents(
    service: Service,
    worker: Jobs,
    response: Response,
    files: Annotated[list[UploadFile], File(description="One or more documents.")],
    collection: Annotated[str | None, Form(min_length=1, max_length=100)] = None,
    document: Name = None,
    title: Name = None,
    effective_from: Annotated[date | None, Form()] = None,
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
    folder = service.settings.data_dir.resolve() / "uploads"
    kept = [keep(file.file, file.filename or "", folder) for file in files]
    sources = [SourceFile(path, name, title, effective_from) for path, name in zip(kept, names, strict=True)]
    plan = jobs.note(service.database, sources, collection or service.settings.collection)
    with service.database.reading() as session:
        noted = job.job(session, service.embedding_model, plan.id)
    worker.submit(plan.id)
    response.headers["Location"] = f"/v1/jobs/{plan.id}"
    return noted


@router.get("/documents/{document_id}")
def read_document(document_id: Id, service: Service) -> Document:
    """One document."""
    with service.database.reading() as session:
        return Document.of(store.document_of_id(session, document_id))


@router.get("/documents/{document_id}/versions")
def read_versions(document_id: Id, service: Service) -> Versions:
    """All versions of a document."""
    with service.database.reading() as session:
        return Versions(versions=list(store.document_of_id(session, document_id).versions))


@router.delete("/documents/{document_id}", status_code=204)
def delete_document(document_id: Id, service: Service) -> None:
    """Delete a document with all its versions. Answers that cite it are kept, with their quotes."""
    with service.database.changing_corpus() as session:
        store.delete_document(session, store.document_of_id(session, document_id).collection, document_id)
