"""Files in, versions of documents out: one transaction for each file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import date
from itertools import islice
from pathlib import Path

from corpus import jobs, store
from corpus.content import clean
from corpus.database import Database
from corpus.errors import Unreadable
from corpus.jobs import FileReport, Outcome, Plan
from corpus.loaders import Limits, format_of
from corpus.passages import CHARACTERS, Size
from corpus.readers import Readers
from corpus.reading import Reading, hash_of
from corpus.schema import Document, Version, now
from corpus.sources import SourceFile, find_sources


def plan(
    database: Database,
    paths: Sequence[Path],
    collection: str,
    effective_from: date | None = None,
    *,
    version_of: str | None = None,
    access: Sequence[str] | None = None,
) -> Plan:
    """Note a job that ingests the files that ``paths`` mean.

    ``version_of`` is the id or name of a document whose next version the one file becomes. Raises `UnknownDocument`
    where there is none, and what `find_sources` raises.
    """
    document = None
    if version_of is not None:
        with database.reading() as session:
            document = store.document(session, collection, version_of).name
    return jobs.note(database, find_sources(paths, effective_from, document, access), collection)


def carry_out(database: Database, plan: Plan, limits: Limits, size: Size = CHARACTERS) -> Iterator[FileReport]:
    """Ingest file after file, in passages of ``size``; whatever becomes of one, the others go in.

    Files are read ahead by other processes; what is read is written here, in the order of the plan.
    """
    _label_known(database, plan)
    waiting = (each for each in plan.sources.items() if jobs.begin(database, plan.id, each[0]))
    begun: deque[tuple[int, SourceFile, Future[Reading] | FileReport]] = deque()
    with Readers(limits, size) as readers:
        while True:
            for number, source in islice(waiting, 2 * readers.count - len(begun)):
                begun.append((number, source, _begin(database, plan.collection, source, limits, readers)))
            if not begun:
                return
            number, source, reading = begun.popleft()
            report = reading if isinstance(reading, FileReport) else _finish(database, plan, number, source, reading)
            if report.outcome in (Outcome.FAILED, Outcome.UNCHANGED):
                with database.writing() as session:
                    jobs.settle(session, plan.id, number, report)
            yield report


def _label_known(database: Database, plan: Plan) -> None:
    """Give the documents that there are already their labels, before any of their files is read."""
    wanted = {source.document: source.access for source in plan.sources.values() if source.access is not None}
    with database.reading() as session:
        known = store.labels(session, plan.collection, wanted)
    changed = {name: access for name, access in wanted.items() if known.get(name, frozenset()) != frozenset(access)}
    if not changed:
        return
    with database.changing_corpus() as session:
        for name, access in changed.items():
            if document := store.find_document(session, plan.collection, name):
                store.label_document(session, document.id, access)


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


def _finish(database: Database, plan: Plan, number: int, source: SourceFile, reading: Future[Reading]) -> FileReport:
    try:
        return _store(database, plan, number, source, reading.result())
    except Unreadable as error:
        return _failed(source, error)


def _failed(source: SourceFile, error: Unreadable) -> FileReport:
    return FileReport(source.path, source.document, Outcome.FAILED, reason=str(error))


def _store(database: Database, plan: Plan, number: int, source: SourceFile, reading: Reading) -> FileReport:
    content, content_hash = reading.content, reading.content_hash
    effective_from = source.effective_from or content.effective_from
    with database.changing_corpus() as session:
        # Asked again now that no other process can write: it may have ingested the same file meanwhile.
        document = store.find_document(session, plan.collection, source.document)
        if document and _is_known(document, content_hash, effective_from):
            return FileReport(source.path, source.document, Outcome.UNCHANGED)
        if document and effective_from and _date_undated(document, content_hash, effective_from):
            report = FileReport(source.path, source.document, Outcome.DATED)
            jobs.settle(session, plan.id, number, report)
            return report
        holder = document or store.make_document(session, plan.collection, source.document)
        if source.access is not None:
            store.label_document(session, holder.id, source.access)
        version = store.add_version(
            session,
            holder,
            title=reading.title,
            format_name=format_of(source.path),
            source=str(source.path.resolve()),
            origin=clean(source.origin or "") or None,
            content_hash=content_hash,
            effective_from=effective_from or (now().date() if document else None),
            content=content,
            spans=reading.spans,
        )
        outcome = Outcome.NEW_VERSION if document else Outcome.ADDED
        report = FileReport(source.path, source.document, outcome, len(reading.spans), warnings=content.warnings)
        session.flush()
        jobs.settle(session, plan.id, number, report, version)
        return report


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
