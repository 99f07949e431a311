"""Files in, versions of documents out: one transaction for each file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from corpus import jobs, store
from corpus.content import clean
from corpus.database import Database
from corpus.errors import Unreadable
from corpus.jobs import FileReport, Outcome, Plan
from corpus.loaders import Limits, format_of, load
from corpus.passages import CHARACTERS, Size, cut
from corpus.schema import Document, Version, now
from corpus.sources import find_sources


def plan(database: Database, paths: Sequence[Path], collection: str, effective_from: date | None = None) -> Plan:
    """Note a job that ingests the files that ``paths`` mean; raises what `find_sources` does."""
    return jobs.note(database, find_sources(paths, effective_from), collection)


def carry_out(database: Database, plan: Plan, limits: Limits, size: Size = CHARACTERS) -> Iterator[FileReport]:
    """Ingest file after file, in passages of ``size``; whatever becomes of one, the others go in."""
    for number, source in plan.sources.items():
        if not jobs.begin(database, plan.id, number):
            continue
        try:
            report = _ingest_file(database, plan, number, limits, size)
        except Unreadable as error:
            report = FileReport(source.path, source.document, Outcome.FAILED, reason=str(error))
        if report.outcome in (Outcome.FAILED, Outcome.UNCHANGED):
            with database.writing() as session:
                jobs.settle(session, plan.id, number, report)
        yield report


def _ingest_file(database: Database, plan: Plan, number: int, limits: Limits, size: Size) -> FileReport:
    source = plan.sources[number]
    if not source.document.isprintable():
        raise Unreadable("its name holds bytes that are no text: rename it")
    content_hash = _hash(source.path)
    with database.reading() as session:
        document = store.find_document(session, plan.collection, source.document)
        if document and _is_known(document, content_hash, source.effective_from):
            return FileReport(source.path, source.document, Outcome.UNCHANGED)
    content = load(source.path, limits)
    title = clean(source.title or content.title or source.path.stem.replace("-", " ").replace("_", " "))
    spans = list(cut(content, title, size))
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
        version = store.add_version(
            session,
            document or store.make_document(session, plan.collection, source.document),
            title=title,
            format_name=format_of(source.path),
            source=str(source.path.resolve()),
            content_hash=content_hash,
            effective_from=effective_from or (now().date() if document else None),
            content=content,
            spans=spans,
        )
        report = FileReport(
            source.path, source.document, Outcome.NEW_VERSION if document else Outcome.ADDED, len(spans)
        )
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


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"the file can't be opened: {error.strerror or error}") from error
