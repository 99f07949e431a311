"""Reading and changing the stored documents. Every function works in the session that it is given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from corpus.access import OPERATOR, Principal
from corpus.errors import UnknownCollection, UnknownDocument, UnknownVersion
from corpus.page_store import pages_of
from corpus.reading import Reading
from corpus.schema import Collection, CorpusRevision, Document, DocumentLabel, Page, Passage, Version
from corpus.timeline import Start, VersionStatus, ends, status


@dataclass(frozen=True)
class VersionRecord:
    """One version of a document, with its size, and how often its file has been read."""

    number: int
    title: str
    format: str
    source: str
    content_hash: str
    effective_from: date | None
    effective_to: date | None
    ingested_at: datetime
    pages: int
    passages: int
    origin: str | None = None
    reading: int = 1

    def status(self, day: date) -> VersionStatus:
        """What this version is on ``day``."""
        return status(self.effective_from, self.effective_to, day)


@dataclass(frozen=True)
class DocumentRecord:
    """A document and its versions, oldest number first."""

    id: int
    collection: str
    name: str
    versions: tuple[VersionRecord, ...]
    access: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.versions[-1].title

    def version(self, number: int) -> VersionRecord:
        """The version of that number. Raises `UnknownVersion`."""
        for version in self.versions:
            if version.number == number:
                return version
        known = ", ".join(str(version.number) for version in self.versions)
        raise UnknownVersion(f"{self.name} has no version {number}; there are: {known}.")

    def on(self, day: date) -> VersionRecord | None:
        """The version in force on ``day``; None before the first one."""
        return next((each for each in self.versions if each.status(day) is VersionStatus.CURRENT), None)


class State(NamedTuple):
    """Which database this is, and the number that grows with every change to what can be retrieved from it."""

    database: str
    revision: int


def state(session: Session) -> State:
    """The state that the database is in."""
    return State(*session.execute(select(CorpusRevision.database, CorpusRevision.number)).one())


def collections(session: Session, principal: Principal = OPERATOR) -> list[str]:
    """Names of all collections; for a principal with labels, of those that hold a document for it."""
    names = select(Collection.name).order_by(Collection.name)
    if principal.labels is not None:
        names = names.join(Document).where(readable(principal)).distinct()
    return list(session.scalars(names))


def require_collection(session: Session, name: str, principal: Principal = OPERATOR) -> int:
    """The id of a collection; raises `UnknownCollection` with the names of those that a principal may know of."""
    found = session.scalar(select(Collection.id).where(Collection.name == name))
    if found is None:
        known = collections(session, principal)
        there_are = f"there are: {', '.join(known)}" if known else "nothing has been ingested yet"
        raise UnknownCollection(f"There is no collection {name!r}; {there_are}. Fill it with: citewell ingest PATH")
    return found


def content_hash(session: Session, collection: str, principal: Principal = OPERATOR) -> str:
    """SHA-256 of what a collection holds for a principal: of its versions' texts, as they were last read, and of the
    days on which they apply."""
    columns = (Version.id, Version.content_hash, Version.effective_from, Version.effective_to, Version.reading)
    found = (
        select(*columns)
        .join(Document)
        .where(Document.collection_id == require_collection(session, collection, principal), readable(principal))
    )
    lines = ["\t".join(map(str, version)) for version in session.execute(found.order_by(Version.id))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_empty(session: Session, collection: str) -> bool:
    """Whether a collection holds no document, or doesn't exist."""
    documents = select(Document.id).join(Collection).where(Collection.name == collection)
    return session.scalar(documents.limit(1)) is None


def readable(principal: Principal) -> ColumnElement[bool]:
    """The condition on `Document` for what a principal may retrieve."""
    if principal.labels is None:
        return true()
    labelled = select(DocumentLabel.document_id).where(DocumentLabel.document_id == Document.id)
    return or_(~labelled.exists(), labelled.where(DocumentLabel.label.in_(sorted(principal.labels))).exists())


@dataclass(frozen=True)
class Provenance:
    """Where a version's text comes from: the format of its file, the file's path, what is said of its origin, and
    whether its title was said, too."""

    format: str
    source: str
    origin: str | None = None
    title_given: bool = False


def add_version(
    session: Session,
    document: Document,
    reading: Reading,
    provenance: Provenance,
    effective_from: date | None,
) -> Version:
    """Store a file's text as the next version of ``document``, and redraw the document's timeline."""
    version = Version(
        number=1 + max((v.number for v in document.versions), default=0),
        title=reading.title,
        format=provenance.format,
        source=provenance.source,
        origin=provenance.origin,
        title_given=provenance.title_given,
        content_hash=reading.content_hash,
        paged=reading.content.paged,
        effective_from=effective_from,
    )
    document.versions.append(version)
    version.pages.extend(pages_of(reading))
    _redraw_timeline(document)
    return version


def date_version(document: Document, version: Version, effective_from: date) -> None:
    """Say from when a version applies that was stored without a date."""
    version.effective_from = effective_from
    _redraw_timeline(document)


def find_document(session: Session, collection: str, name: str) -> Document | None:
    """The document of that name, or None."""
    return session.scalar(select(Document).join(Collection).where(Collection.name == collection, Document.name == name))


def make_document(session: Session, collection: str, name: str) -> Document:
    """A new document without versions, in a collection that is made if it doesn't exist."""
    holder = session.scalar(select(Collection).where(Collection.name == collection)) or Collection(name=collection)
    document = Document(collection=holder, name=name)
    session.add(document)
    session.flush()
    return document


def label_document(session: Session, document_id: int, access: Iterable[str]) -> None:
    """Make ``access`` the labels of a document, whatever they were."""
    session.execute(delete(DocumentLabel).where(DocumentLabel.document_id == document_id))
    if rows := [{"document_id": document_id, "label": label} for label in set(access)]:
        session.execute(insert(DocumentLabel), rows)


def labels_of(session: Session, document_id: int) -> frozenset[str]:
    """The labels of a document."""
    return frozenset(session.scalars(select(DocumentLabel.label).where(DocumentLabel.document_id == document_id)))


def last_in_force(document: Document) -> Version:
    """The version after which none comes."""
    return next(version for version in document.versions if version.effective_to is None)


def labels(session: Session, collection: str, names: Iterable[str]) -> dict[str, frozenset[str]]:
    """The labels of those of the documents ``names`` that have any."""
    rows = session.execute(
        select(Document.name, DocumentLabel.label)
        .join(DocumentLabel, DocumentLabel.document_id == Document.id)
        .join(Collection)
        .where(Collection.name == collection, Document.name.in_(set(names)))
    )
    found: dict[str, frozenset[str]] = {}
    for name, label in rows:
        found[name] = found.get(name, frozenset()) | {label}
    return found


def _redraw_timeline(document: Document) -> None:
    end_of = ends([Start(version.number, version.effective_from) for version in document.versions])
    for version in document.versions:
        version.effective_to = end_of[version.number]


def documents(
    session: Session, collection: str, offset: int = 0, limit: int | None = None, principal: Principal = OPERATOR
) -> list[DocumentRecord]:
    """Documents of a collection that are for a principal, by name; all, or ``limit`` after the first ``offset``."""
    here = Document.collection_id == require_collection(session, collection, principal)
    found = select(Document).where(here, readable(principal)).order_by(Document.name).options(*_WHOLE)
    return _records(session, session.scalars(found.offset(offset).limit(limit)).all())


def count_documents(session: Session, collection: str, principal: Principal = OPERATOR) -> int:
    """How many documents a collection holds for a principal."""
    here = Document.collection_id == require_collection(session, collection, principal)
    return session.scalar(select(func.count()).select_from(Document).where(here, readable(principal))) or 0


def document_of_id(session: Session, document_id: int, principal: Principal = OPERATOR) -> DocumentRecord:
    """The document with that id, of whatever collection; raises `UnknownDocument`, also for one that isn't for the
    principal."""
    one = select(Document).where(Document.id == document_id, readable(principal)).options(*_WHOLE)
    found = session.scalars(one).first()
    if found is None:
        raise UnknownDocument(f"There is no document with the id {document_id}: see GET /v1/documents")
    return _records(session, [found])[0]


def document(session: Session, collection: str, key: str | int, principal: Principal = OPERATOR) -> DocumentRecord:
    """The document with that id or name; an int is only taken for an id. Raises `UnknownDocument`, also for one that
    isn't for the principal."""
    collection_id = require_collection(session, collection, principal)
    if isinstance(key, int):
        named = Document.id == key
    else:
        named = or_(Document.name == key, Document.id == (int(key) if key.isdecimal() and len(key) < 10 else -1))
    here = Document.collection_id == collection_id
    found = session.scalars(select(Document).where(here, named, readable(principal)).options(*_WHOLE)).first()
    if found is None:
        raise UnknownDocument(f"There is no document {key!r} in collection {collection!r}: see citewell documents list")
    return _records(session, [found])[0]


# What a record is made of, in a statement each instead of one for each document.
_WHOLE = (joinedload(Document.collection), selectinload(Document.versions))


def _records(session: Session, found: Sequence[Document]) -> list[DocumentRecord]:
    sizes = {
        version_id: (pages, passages)
        for version_id, pages, passages in session.execute(
            select(Page.version_id, func.count(Page.id.distinct()), func.count(Passage.id))
            .outerjoin(Passage)
            .join(Version, Page.version_id == Version.id)
            .where(Version.document_id.in_([document.id for document in found]))
            .group_by(Page.version_id)
        )
    }
    access: dict[int, list[str]] = {}
    for document_id, label in session.execute(
        select(DocumentLabel.document_id, DocumentLabel.label).where(
            DocumentLabel.document_id.in_([document.id for document in found])
        )
    ):
        access.setdefault(document_id, []).append(label)
    return [
        DocumentRecord(
            id=document.id,
            collection=document.collection.name,
            name=document.name,
            versions=tuple(_version_record(version, *sizes.get(version.id, (0, 0))) for version in document.versions),
            access=tuple(sorted(access.get(document.id, ()))),
        )
        for document in found
    ]


def _version_record(version: Version, pages: int, passages: int) -> VersionRecord:
    return VersionRecord(
        number=version.number,
        title=version.title,
        format=version.format,
        source=version.source,
        content_hash=version.content_hash,
        effective_from=version.effective_from,
        effective_to=version.effective_to,
        ingested_at=version.ingested_at,
        pages=pages,
        passages=passages,
        origin=version.origin,
        reading=version.reading,
    )


def delete_document(
    session: Session, collection: str, key: str | int, principal: Principal = OPERATOR
) -> DocumentRecord:
    """Delete a document, named by id or name, with all its versions; returns what it was. Raises `UnknownDocument`,
    also for one that isn't for the principal."""
    record = document(session, collection, key, principal)
    session.execute(delete(Document).where(Document.id == record.id))
    return record
