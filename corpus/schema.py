"""The tables of documents, versions, pages and passages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, MetaData, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Root of every table of the project; constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, which SQLite keeps without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Collection(Base):
    """Documents that are asked together."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Document(Base):
    """One document through all its versions. How it gets its ``name``: `corpus.naming`."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("collection_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    name: Mapped[str]

    collection: Mapped[Collection] = relationship()
    versions: Mapped[list[Version]] = relationship(
        back_populates="document", order_by="Version.number", cascade="all, delete-orphan", passive_deletes=True
    )


class DocumentLabel(Base):
    """An access label of a document: it is for principals who have one of its labels, and without any for everybody."""

    __tablename__ = "document_labels"

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)


class DocumentPlace(Base):
    """A file's path that a document was read from: what is found there again belongs to that document."""

    __tablename__ = "document_places"

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True, index=True)


class Version(Base):
    """One text of a document. It applies from ``effective_from`` up to, but not on, ``effective_to``; None is open.

    ``source`` is the path of the file that was read; ``origin`` is where that came from, such as a URL, if it was said.
    ``reading`` counts how often the file has been read: pages and passages are those of the last reading.
    ``title_given`` is whether the title was said, rather than read from the file; None where that wasn't noted.
    """

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    format: Mapped[str]
    source: Mapped[str]
    origin: Mapped[str | None]
    content_hash: Mapped[str]
    paged: Mapped[bool]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    ingested_at: Mapped[datetime] = mapped_column(Moment, default=now)
    reading: Mapped[int] = mapped_column(default=1)
    title_given: Mapped[bool | None]

    document: Mapped[Document] = relationship(back_populates="versions")
    pages: Mapped[list[Page]] = relationship(
        back_populates="version", order_by="Page.number", cascade="all, delete-orphan", passive_deletes=True
    )


class Page(Base):
    """The text of one page of a version, as its passages and quotations are spans of it, and its ``tables``, each a
    `corpus.table.Table`; None where it was read before they were stored. ``recognised`` is how sure text recognition is
    of the text, 0 to 1, where 0 is that nobody knows; None where the file holds it as text."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    tables: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    recognised: Mapped[float | None]

    version: Mapped[Version] = relationship(back_populates="pages")
    passages: Mapped[list[Passage]] = relationship(
        back_populates="page", order_by="Passage.start", cascade="all, delete-orphan", passive_deletes=True
    )


class EarlierPage(Base):
    """The text of a page as it was read before, kept because citations are spans of it."""

    __tablename__ = "earlier_pages"

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    reading: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Passage(Base):
    """``text`` is the page's text from ``start`` to ``end``; it is kept here too because the lexical index reads it.

    Ids are never used again (in SQLite by AUTOINCREMENT), so that an index that still holds a deleted passage can't
    return another.
    """

    __tablename__ = "passages"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    heading: Mapped[str]
    heading_path: Mapped[list[str]] = mapped_column(JSON)
    context: Mapped[str]
    text: Mapped[str]

    page: Mapped[Page] = relationship(back_populates="passages")


class Job(Base):
    """A request to ingest files. Unless it is done it was interrupted, and is resumed at the next start.

    ``labels`` are those of whoever asked, within which it acts; None are the operator's, who has them all.
    """

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str]
    state: Mapped[str]
    problem: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    labels: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))

    files: Mapped[list[JobFile]] = relationship(order_by="JobFile.number", cascade="all, delete-orphan")


class JobFile(Base):
    """One file of a job. ``source`` is the `corpus.sources.SourceFile`, all that was known of it when it was asked for;
    ``document`` the name of the document that it was found to belong to; ``version_id`` the version it became, as long
    as that exists."""

    __tablename__ = "job_files"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str]
    outcome: Mapped[str | None]
    passages: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", ondelete="SET NULL"), index=True)
    document: Mapped[str | None]


class CorpusRevision(Base):
    """One row: a number that grows with every change to documents, passages or embeddings, and the name of the
    database in which it does, so that an index of another database isn't taken for one of this."""

    __tablename__ = "generation"

    id: Mapped[int] = mapped_column(primary_key=True)
    database: Mapped[str]
    number: Mapped[int]
