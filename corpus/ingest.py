"""Files in, versions of documents out: one transaction for each file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from corpus import store
from corpus.database import Database
from corpus.errors import CorpusError, Unreadable
from corpus.loaders import Limits, format_of
from corpus.passages import CHARACTERS, Size
from corpus.readers import Readers
from corpus.reading import Reading, hash_of
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
    """One file's way in; ``reason`` says why it failed, ``warnings`` what of it was left out."""

    path: Path
    document: str
    outcome: Outcome
    passages: int = 0
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """An ingestion that has been noted in the database and not been carried out yet."""

    id: int
    collection: str
    sources: tuple[SourceFile, ...]


def plan(database: Database, paths: Sequence[Path], collection: str, effective_from: date | None = None) -> Plan:
    """Note what is to be ingested, so that it is taken up again where the process dies before it is done."""
    sources = find_sources(paths, effective_from)
    with database.writing() as session:
        ingestion = Ingestion(
            collection=collection, paths=[str(path.resolve()) for path in paths], effective_from=effective_from
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
                sources = find_sources(paths, ingestion.effective_from)
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
    """Ingest file after file, in passages of ``size``; whatever becomes of one, the others go in.

    Files are read ahead by other processes; what is read is written here, in the order of the plan.
    """
    with Readers(limits, size) as readers:
        waiting = iter(plan.sources)
        begun: deque[tuple[SourceFile, Future[Reading] | FileReport]] = deque()
        while True:
            for source in islice(waiting, 2 * readers.count - len(begun)):
                begun.append((source, _begin(database, plan.collection, source, limits, readers)))
            if not begun:
                return
            source, reading = begun.popleft()
            if isinstance(reading, FileReport):
                yield reading
            else:
                yield _finish(database, plan.collection, source, reading)


def _begin(
    database: Database, collection: str, source: SourceFile, limits: Limits, readers: Readers
) -> Future[Reading] | FileReport:
    """Have a file read, unless it is known already or must not be read."""
    try:
        if not source.document.isprintable():
            raise Unreadable("its name holds bytes that are no text: rename it")
        content_hash = hash_of(source.path, limits)
    except Unreadable as error:
        return _failed(source, error)
    with database.reading() as session:
        document = store.find_document(session, collection, source.document)
        if document and _is_known(document, content_hash, source.effective_from):
            return FileReport(source.path, source.document, Outcome.UNCHANGED)
    return readers.begin(source.path, source.title)


def _finish(database: Database, collection: str, source: SourceFile, reading: Future[Reading]) -> FileReport:
    try:
        return _store(database, collection, source, reading.result())
    except Unreadable as error:
        return _failed(source, error)


def _failed(source: SourceFile, error: Unreadable) -> FileReport:
    return FileReport(source.path, source.document, Outcome.FAILED, reason=str(error))


def _store(database: Database, collection: str, source: SourceFile, reading: Reading) -> FileReport:
    content, content_hash = reading.content, reading.content_hash
    effective_from = source.effective_from or content.effective_from
    with database.changing_corpus() as session:
        # Asked again now that no other process can write: it may have ingested the same file meanwhile.
        document = store.find_document(session, collection, source.document)
        if document and _is_known(document, content_hash, effective_from):
            return FileReport(source.path, source.document, Outcome.UNCHANGED)
        if document and effective_from and _date_undated(document, content_hash, effective_from):
            return FileReport(source.path, source.document, Outcome.DATED)
        outcome = Outcome.NEW_VERSION if document else Outcome.ADDED
        store.add_version(
            session,
            document or store.make_document(session, collection, source.document),
            title=reading.title,
            format_name=format_of(source.path),
            source=str(source.path.resolve()),
            content_hash=content_hash,
            effective_from=effective_from or (now().date() if document else None),
            content=content,
            spans=reading.spans,
        )
    return FileReport(source.path, source.document, outcome, len(reading.spans), warnings=content.warnings)


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
