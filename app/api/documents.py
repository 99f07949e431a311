"""``/v1/documents``: list, read, upload and delete."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import PurePath

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from app.api.access import Asker, Manager
from app.api.reference import problems
from app.api.requests import (
    CollectionQuery,
    Id,
    Limit,
    Offset,
    PageNumber,
    ReadingNumber,
    Service,
    VersionNumber,
    no_repeats,
)
from corpus import page_store, store, version_text
from corpus.diff import Hunk, Sign, SignedLine, diff
from corpus.store import DocumentRecord, VersionRecord
from corpus.table_diff import ChangeKind, TableChange

router = APIRouter(prefix="/v1", tags=["documents"], dependencies=[Depends(no_repeats)])


class Document(BaseModel):
    """A document, and what its newest version is called and holds."""

    id: int = Field(description="The number of the document; it never changes.", examples=[1])
    collection: str = Field(description="The collection it belongs to.", examples=["default"])
    name: str = Field(description="Its name in the collection.", examples=["fees.pdf"])
    title: str = Field(description="The title of its newest version.", examples=["Card fees"])
    format: str = Field(description="The file format of its newest version.", examples=["pdf"])
    version: int = Field(description="The number of its newest version.", examples=[2])
    versions: int = Field(description="Number of versions.", examples=[2])
    effective_from: date | None = Field(
        description="First day on which the newest version applies; null means always.", examples=["2026-01-01"]
    )
    effective_to: date | None = Field(
        description="First day on which the newest version no longer applies; null means it has no end.",
        examples=["2027-01-01"],
    )
    passages: int = Field(description="Number of passages in the newest version.", examples=[12])

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

    documents: list[Document] = Field(description="The entries on this page.", examples=[[]])
    total: int = Field(description="Total number on all pages.", examples=[23])


class Version(BaseModel):
    """A version of a document."""

    number: int = Field(description="Its number in the document, from 1.", examples=[1])
    title: str = Field(description="Its title.", examples=["Card fees"])
    format: str = Field(description="The format of its file.", examples=["pdf"])
    source: str = Field(description="The name of its file, without the folder.", examples=["fees.pdf"])
    content_hash: str = Field(description="The SHA-256 of its file, in hexadecimal digits.", examples=["9f86d081884c"])
    effective_from: date | None = Field(
        description="First day on which it applies; null means always.", examples=["2026-01-01"]
    )
    effective_to: date | None = Field(
        description="First day on which it no longer applies; null means it has no end.", examples=["2027-01-01"]
    )
    ingested_at: datetime = Field(description="When it was ingested, in UTC.", examples=["2026-01-31T09:30:00Z"])
    pages: int = Field(description="Number of pages; 1 for formats without pages.", examples=[3])
    passages: int = Field(description="Number of passages.", examples=[12])
    origin: str | None = Field(
        None, description="Where its file came from, such as an address.", examples=["https://bank.example/fees.pdf"]
    )
    reading: int = Field(
        description="How often its file has been read; citations name the reading that they quote.", examples=[1]
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
            reading=record.reading,
        )


class Versions(BaseModel):
    """All versions of a document."""

    versions: list[Version] = Field(description="The versions, the oldest number first.", examples=[[]])


class PageText(BaseModel):
    """The text of a page, of which citations are spans."""

    version: int = Field(description="The number of the version.", examples=[1])
    page: int = Field(description="The number of the page; 1 for formats without pages.", examples=[3])
    reading: int = Field(description="Which reading of the version's file the text is from.", examples=[1])
    text: str = Field(description="The text.", examples=["Card fees\n\nThe fee is EUR 3.50."])


class DiffChange(BaseModel):
    """What changed in a table."""

    kind: ChangeKind = Field(description="What happened to which part of the table.", examples=["cell changed"])
    row: str = Field(description="The labels of the row; empty for a column.", examples=["Platinum credit card"])
    column: str = Field(
        description="The name of the column; empty for a row, or where it has none.", examples=["Annual fee"]
    )
    old: str = Field(description="What the cell said; empty for rows and columns.", examples=["EUR 40"])
    new: str = Field(description="What the cell says now; empty for rows and columns.", examples=["EUR 45"])
    text: str = Field(
        description="The change in words.", examples=["Platinum credit card, Annual fee: EUR 40 -> EUR 45"]
    )

    @classmethod
    def of(cls, change: TableChange) -> DiffChange:
        return cls(
            kind=change.kind,
            row=change.row,
            column=change.column,
            old=change.old,
            new=change.new,
            text=change.text,
        )


class DiffLine(BaseModel):
    """A line of one version or of both."""

    sign: Sign = Field(
        description='"-" if only the old version has it, "+" if only the new one has, " " for both.', examples=["+"]
    )
    text: str = Field(description="The line.", examples=["The fee is EUR 3.50."])
    page: int | None = Field(description="The page of the line; null for formats without pages.", examples=[1])
    heading: str = Field(description="The headings above the line.", examples=["Card fees > Cash"])
    changes: list[DiffChange] = Field(
        description="If the line is a row of a table: what changed there, cell by cell. Rows with the same labels are "
        "compared. A row without a clear match is shown as removed or added.",
        examples=[[]],
    )

    @classmethod
    def of(cls, each: SignedLine) -> DiffLine:
        line = each.line
        changes = [DiffChange.of(change) for change in each.changes]
        return cls(sign=each.sign, text=line.text, page=line.page, heading=line.heading, changes=changes)


class DiffHunk(BaseModel):
    """Changed lines close to each other, with those around them."""

    old_before: int = Field(description="Number of lines of the old version before this group.", examples=[10])
    new_before: int = Field(description="Number of lines of the new version before this group.", examples=[11])
    lines: list[DiffLine] = Field(description="The lines.", examples=[[]])

    @classmethod
    def of(cls, hunk: Hunk) -> DiffHunk:
        lines = [DiffLine.of(each) for each in hunk.lines]
        return cls(old_before=hunk.old_before, new_before=hunk.new_before, lines=lines)


class Diff(BaseModel):
    """Compare the texts of two versions, line by line, and their tables cell by cell."""

    old: int = Field(description="The number of the old version.", examples=[1])
    new: int = Field(description="The number of the new version.", examples=[2])
    hunks: list[DiffHunk] = Field(description="The differences; empty if the texts are the same.", examples=[[]])


@router.get("/documents", responses=problems(404, 422))
def list_documents(
    service: Service,
    principal: Asker,
    collection: CollectionQuery = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> DocumentPage:
    """The documents of a collection."""
    name = collection or service.settings.collection
    with service.database.reading() as session:
        found = store.documents(session, name, offset, limit, principal)
        total = store.count_documents(session, name, principal)
        return DocumentPage(documents=[Document.of(record) for record in found], total=total)


@router.get("/documents/{document_id}", responses=problems(404, 422))
def read_document(document_id: Id, service: Service, principal: Asker) -> Document:
    """One document."""
    with service.database.reading() as session:
        return Document.of(store.document_of_id(session, document_id, principal))


@router.get("/documents/{document_id}/versions", responses=problems(404, 422))
def read_versions(document_id: Id, service: Service, principal: Asker) -> Versions:
    """All versions of a document."""
    with service.database.reading() as session:
        found = store.document_of_id(session, document_id, principal).versions
        return Versions(versions=[Version.of(version) for version in found])


@router.get("/documents/{document_id}/text", responses=problems(404, 422))
def read_text(
    document_id: Id,
    service: Service,
    principal: Asker,
    version: VersionNumber,
    page: PageNumber = 1,
    reading: ReadingNumber = None,
) -> PageText:
    """The text of a page, as it was read last or earlier: a citation's quote is its text from start to end."""
    with service.database.reading() as session:
        record = store.document_of_id(session, document_id, principal)
        record.version(version)
        found = page_store.page(session, record.id, version, page, reading)
    return PageText(version=version, page=found.number, reading=found.reading, text=found.text)


@router.get("/documents/{document_id}/diff", responses=problems(404, 422))
def read_diff(
    document_id: Id,
    service: Service,
    principal: Asker,
    old: VersionNumber,
    new: VersionNumber,
) -> Diff:
    """What changed from one version of a document to another: line by line, and cell by cell in tables."""
    with service.database.reading() as session:
        record = store.document_of_id(session, document_id, principal)
        hunks = diff(version_text.read(session, record, old), version_text.read(session, record, new))
    return Diff(old=old, new=new, hunks=[DiffHunk.of(hunk) for hunk in hunks])


@router.delete("/documents/{document_id}", status_code=204, responses=problems(404, 422))
def delete_document(document_id: Id, service: Service, manager: Manager) -> None:
    """Delete a document with all its versions and their originals. Answers that cite it are kept, with their quotes."""
    with service.database.reading() as session:
        found = store.document_of_id(session, document_id, manager)
    service.delete_document(found.collection, found.id, manager)
