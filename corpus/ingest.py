"""Files in, versions of documents out: one transaction for each file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select

from corpus import store
from corpus.content import clean
from corpus.database import Database
from corpus.errors import CorpusError, Unreadable
from corpus.loaders import Limits, format_of, load
from corpus.passages import CHARACTERS, Size, cut
from corpus.schema import Document, Ingestion, Version, now
from corpus.sources import SourceFile, find_sources


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    NEW_VERSION = "new version"
    DATED = "dated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True)
class FileReport:
    """One file's way in; ``reason`` says why it failed."""

    path: Path
    document: str
    outcome: Outcome
    passages: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """An ingestion that has been noted in the database and not been carried out yet."""

    id: int
    collection: str
    sources: tuple[SourceFile, ...]


def plan(
    database: Database,
    paths: Sequence[Path],
    collection: str,
    effective_from: date | None = None,
    *,
    version_of: str | None = None,
    access: Sequence[str] | None = None,
) -> Plan:
    """Note what is to be ingested, so that it is taken up again where the process dies before it is done.

    ``version_of`` is the id or name of a document whose next version the one file becomes. Raises `UnknownDocument`
    where there is none, and what `find_sources` raises.
    """
    document = None
    if version_of is not None:
        with database.reading() as session:
            document = store.document(session, collection, version_of).name
    sources = find_sources(paths, effective_from, document, access)
    with database.writing() as session:
        ingestion = Ingestion(
            collection=collection,
            paths=[str(path.resolve()) for path in paths],
            document=document,
            access=None if access is None else list(access),
            effective_from=effective_from,
        )
        session.add(ingestion)
        session.flush()
        return Plan(ingestion.id, collection, tuple(sources))


def unfinished(database: Database) -> list[Plan]:
    """Ingestions that were begun and not finished, oldest first; those with nothing left to read are let go."""
    plans = []
    with database.writing() as session:
        open_ones = select(Ingestion).where(Ingestion.finished_at.is_(None)).order_by(Ingestion.id)
        for ingestion in session.scalars(open_ones):
            paths = [path for path in map(Path, ingestion.paths) if path.exists()]
            try:
                sources = find_sources(paths, ingestion.effective_from, ingestion.document, ingestion.access)
            except CorpusError:
                ingestion.finished_at = now()
            else:
                plans.append(Plan(ingestion.id, ingestion.collection, tuple(sources)))
    return plans


def finish(database: Database, plan: Plan) -> None:
    """Note that a plan is done, failed files included."""
    with database.writing() as session:
        ingestion = session.get(Ingestion, plan.id)
        if ingestion:
            ingestion.finished_at = now()


def carry_out(database: Database, plan: Plan, limits: Limits, size: Size = CHARACTERS) -> Iterator[FileReport]:
    """Ingest file after file, in passages of ``size``; whatever becomes of one, the others go in."""
    _label_known(database, plan)
    for source in plan.sources:
        try:
            yield _ingest_file(database, plan.collection, source, limits, size)
        except Unreadable as error:
            yield FileReport(source.path, source.document, Outcome.FAILED, reason=str(error))


def _label_known(database: Database, plan: Plan) -> None:
    """Give the documents that there are already their labels, before any of their files is read."""
    wanted = {source.document: source.access for source in plan.sources if source.access is not None}
    with database.reading() as session:
        known = store.labels(session, plan.collection, wanted)
    changed = {name: access for name, access in wanted.items() if known.get(name, frozenset()) != frozenset(access)}
    if not changed:
        return
    with database.changing_corpus() as session:
        for name, access in changed.items():
            if document := store.find_document(session, plan.collection, name):
                store.label_document(session, document.id, access)


def _ingest_file(database: Database, collection: str, source: SourceFile, limits: Limits, size: Size) -> FileReport:
    if not source.document.isprintable():
        raise Unreadable("its name holds bytes that are no text: rename it")
    content_hash = _hash(source.path)
    with database.reading() as session:
        document = store.find_document(session, collection, source.document)
        if document and _is_known(document, content_hash, source.effective_from):
            return FileReport(source.path, source.document, Outcome.UNCHANGED)
    content = load(source.path, limits)
    title = clean(source.title or content.title or source.path.stem.replace("-", " ").replace("_", " "))
    spans = list(cut(content, title, size))
    effective_from = source.effective_from or content.effective_from
    with database.changing_corpus() as session:
        # Asked again now that no other process can write: it may have ingested the same file meanwhile.
        document = store.find_document(session, collection, source.document)
        if document and _is_known(document, content_hash, effective_from):
            return FileReport(source.path, source.document, Outcome.UNCHANGED)
        if document and effective_from and _date_undated(document, content_hash, effective_from):
            return FileReport(source.path, source.document, Outcome.DATED)
        outcome = Outcome.NEW_VERSION if document else Outcome.ADDED
        holder = document or store.make_document(session, collection, source.document)
        if source.access is not None:
            store.label_document(session, holder.id, source.access)
        store.add_version(
            session,
            holder,
            title=title,
            format_name=format_of(source.path),
            source=str(source.path.resolve()),
            origin=clean(source.origin or "") or None,
            content_hash=content_hash,
            effective_from=effective_from or (now().date() if document else None),
            content=content,
            spans=spans,
        )
    return FileReport(source.path, source.document, outcome, len(spans))


def _is_known(document: Document, content_hash: str, effective_from: date | None) -> bool:
    """Whether ingesting this would change nothing.

    Without a date the text is known if it is the one last in force: going back to an older text is a change. With a
    date, any version will do that has both.
    """
    if effective_from is None:
        return _last_in_force(document).content_hash == content_hash
    return any((v.content_hash, v.effective_from) == (content_hash, effective_from) for v in document.versions)


def _date_undated(document: Document, content_hash: str, effective_from: date) -> bool:
    """Where the version last in force is this text without a date, date it instead of storing the text again."""
    last = _last_in_force(document)
    if last.content_hash != content_hash or last.effective_from is not None:
        return False
    store.date_version(document, last, effective_from)
    return True


def _last_in_force(document: Document) -> Version:
    return next(version for version in document.versions if version.effective_to is None)


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"the file can't be opened: {error.strerror or error}") from error
