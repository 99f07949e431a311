"""``/v1/documents``: list, read, upload and delete."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from app import job
from app.api.access import Asker, Manager
from app.api.jobs import Job
from app.api.reference import problems
from app.api.requests import (
    A_NAME,
    CollectionQuery,
    Day,
    Id,
    Jobs,
    Limit,
    Offset,
    Service,
    VersionNumber,
    form_flag,
    no_repeats,
    takes,
)
from app.errors import BadUpload
from app.uploads import base_name, keep
from corpus import jobs, store
from corpus.access import check_labels
from corpus.diff import Sign, diff
from corpus.sources import SourceFile
from corpus.store import DocumentRecord, VersionRecord

router = APIRouter(prefix="/v1", tags=["documents"], dependencies=[Depends(no_repeats)])

Name = Annotated[str, Field(max_length=300, json_schema_extra=A_NAME)]
CollectionName = Annotated[str, Field(max_length=100, json_schema_extra=A_NAME)]
# A form sends what is left empty, and that counts as left out.
FormDay = Annotated[Day, WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]})]
FormFlag = Annotated[bool, BeforeValidator(form_flag), WithJsonSchema({"anyOf": [{"type": "boolean"}, {"const": ""}]})]
_LABEL = {"type": "string", "pattern": r"^\w[\w.:/-]{0,99}$"}
# A form can't tell one label from a list of one.
Labels = Annotated[list[str], WithJsonSchema({"anyOf": [{"type": "array", "items": _LABEL}, _LABEL]})]


_NOTED = {
    "description": "The files are stored; the job says what becomes of them.",
    "headers": {
        "Location": {"description": "The job's path.", "schema": {"type": "string"}, "example": "/v1/jobs/2"},
    },
}


class Document(BaseModel):
    """A document, and what its newest version is called and holds."""

    id: int = Field(description="Its number, which stays the same.", examples=[1])
    collection: str = Field(description="The collection that it is in.", examples=["default"])
    name: str = Field(description="Its name in the collection.", examples=["fees.pdf"])
    title: str = Field(description="The title of its newest version.", examples=["Card fees"])
    format: str = Field(description="The format that the newest version was read as.", examples=["pdf"])
    version: int = Field(description="The number of its newest version.", examples=[2])
    versions: int = Field(description="How many versions it has.", examples=[2])
    effective_from: date | None = Field(
        description="First day on which the newest version applies; null is always.", examples=["2026-01-01"]
    )
    effective_to: date | None = Field(
        description="First day on which the newest version applies no more; null is never.", examples=["2027-01-01"]
    )
    passages: int = Field(description="How many passages the newest version has.", examples=[12])

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
    """Documents, by name."""

    documents: list[Document] = Field(description="Those of this page.", examples=[[]])
    total: int = Field(description="How many there are on all pages.", examples=[23])


class Version(BaseModel):
    """A version of a document."""

    number: int = Field(description="Its number in the document, from 1.", examples=[1])
    title: str = Field(description="Its title.", examples=["Card fees"])
    format: str = Field(description="The format that its file was read as.", examples=["pdf"])
    source: str = Field(description="The name of its file; where it lies stays with the server.", examples=["fees.pdf"])
    content_hash: str = Field(description="The SHA-256 of its file, in hexadecimal digits.", examples=["9f86d081884c"])
    effective_from: date | None = Field(
        description="First day on which it applies; null is always.", examples=["2026-01-01"]
    )
    effective_to: date | None = Field(
        description="First day on which it applies no more; null is never.", examples=["2027-01-01"]
    )
    ingested_at: datetime = Field(description="When it was taken in, in UTC.", examples=["2026-01-31T09:30:00Z"])
    pages: int = Field(description="How many pages it has; 1 in formats without pages.", examples=[3])
    passages: int = Field(description="How many passages it has.", examples=[12])
    origin: str | None = Field(
        None, description="Where its file came from, such as an address.", examples=["https://bank.example/fees.pdf"]
    )

    @classmethod
    def of(cls, record: VersionRecord) -> Version:
        """A version as others than the operator may see it: without the folder where its file lies."""
        return cls(
            number=record.number,
            title=record.title,
            format=record.format,
            source=PurePath(record.source).name,
            content_hash=record.content_hash,
            effective_from=record.effective_from,
            effective_to=record.effective_to,
            ingested_at=record.ingested_at,
            pages=record.pages,
            passages=record.passages,
            origin=record.origin,
        )


class Versions(BaseModel):
    """All versions of a document."""

    versions: list[Version] = Field(description="The versions, the oldest number first.", examples=[[]])


class DiffLine(BaseModel):
    """A line of one version or of both."""

    sign: Sign = Field(
        description='"-" where only old has it, "+" where only new has it, " " for both.', examples=["+"]
    )
    text: str = Field(description="The line.", examples=["The fee is EUR 3.50."])
    page: int | None = Field(description="The page that it stands on; null in formats without pages.", examples=[1])
    heading: str = Field(description="The headings that it stands below.", examples=["Card fees > Cash"])


class DiffHunk(BaseModel):
    """Changed lines close to each other, with those around them."""

    old_before: int = Field(description="How many lines of old come before.", examples=[10])
    new_before: int = Field(description="How many lines of new come before.", examples=[11])
    lines: list[DiffLine] = Field(description="The lines.", examples=[[]])


class Diff(BaseModel):
    """What makes the text of version ``new`` out of that of ``old``."""

    old: int = Field(description="The number of the one version.", examples=[1])
    new: int = Field(description="The number of the other.", examples=[2])
    hunks: list[DiffHunk] = Field(description="What differs; nothing where the texts are the same.", examples=[[]])


@router.get("/documents", responses=problems(404, 422))
def list_documents(
    service: Service,
    reader: Asker,
    collection: CollectionQuery = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> DocumentPage:
    """The documents of a collection."""
    name = collection or service.settings.collection
    with service.database.reading() as session:
        found = store.documents(session, name, offset, limit, reader)
        total = store.count_documents(session, name, reader)
        return DocumentPage(documents=[Document.of(record) for record in found], total=total)


@router.post(
    "/documents",
    status_code=202,
    responses={202: _NOTED} | problems(400, 413, 415, 422, 507),
    dependencies=[takes("multipart/form-data")],
)
def upload_documents(
    service: Service,
    worker: Jobs,
    manager: Manager,
    response: Response,
    files: Annotated[
        list[UploadFile], File(min_length=1, description="One or more documents.", examples=[["fees.pdf"]])
    ],
    collection: Annotated[
        CollectionName | SkipJsonSchema[None],
        Form(
            description="The collection that they go into; the configured one if it is left out.", examples=["default"]
        ),
    ] = None,
    document: Annotated[
        Name | SkipJsonSchema[None],
        Form(
            description="The document's name, for one file; the file's name if it is left out.", examples=["fees.pdf"]
        ),
    ] = None,
    title: Annotated[
        Name | SkipJsonSchema[None],
        Form(
            description="The version's title, for one file; read from the file if it is left out.",
            examples=["Card fees"],
        ),
    ] = None,
    effective_from: Annotated[
        FormDay | SkipJsonSchema[None],
        Form(
            description="First day on which they apply; if it is left out, the file's own, or today for a new version.",
            examples=["2026-01-31"],
        ),
    ] = None,
    access: Annotated[
        Labels | SkipJsonSchema[None],
        Form(
            description="Access labels, of those that the key has. If omitted, existing ones stay, and new documents get the key's.",
            examples=[["board"]],
        ),
    ] = None,
    restore: Annotated[
        FormFlag,
        Form(description="Whether an older text of a document comes into force again.", examples=[False]),
    ] = False,
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
        SourceFile(path, name, title, effective_from, access=labels, restore=restore)
        for path, name in zip(kept, names, strict=True)
    ]
    plan = jobs.note(service.database, sources, collection or service.settings.collection, manager)
    with service.database.reading() as session:
        noted = Job.of(job.job(session, service.embedding_model, plan.id, manager))
    worker.submit(plan.id)
    response.headers["Location"] = f"/v1/jobs/{plan.id}"
    return noted


@router.get("/documents/{document_id}", responses=problems(404, 422))
def read_document(document_id: Id, service: Service, reader: Asker) -> Document:
    """One document."""
    with service.database.reading() as session:
        return Document.of(store.document_of_id(session, document_id, reader))


@router.get("/documents/{document_id}/versions", responses=problems(404, 422))
def read_versions(document_id: Id, service: Service, reader: Asker) -> Versions:
    """All versions of a document."""
    with service.database.reading() as session:
        found = store.document_of_id(session, document_id, reader).versions
        return Versions(versions=[Version.of(version) for version in found])


@router.get("/documents/{document_id}/diff", responses=problems(404, 422))
def read_diff(
    document_id: Id,
    service: Service,
    reader: Asker,
    old: VersionNumber,
    new: VersionNumber,
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


@router.delete("/documents/{document_id}", status_code=204, responses=problems(404, 422))
def delete_document(document_id: Id, service: Service, manager: Manager) -> None:
    """Delete a document with all its versions. Answers that cite it are kept, with their quotes."""
    with service.database.changing_corpus() as session:
        found = store.document_of_id(session, document_id, manager)
        store.delete_document(session, found.collection, found.id, manager)
