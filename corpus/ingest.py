"""Files in, versions of documents out: one transaction for each file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack

from sqlalchemy.orm import Session

from corpus import changes, jobs, naming, store
from corpus.access import OPERATOR, Principal
from corpus.clock import Clock
from corpus.content import clean
from corpus.database import Database
from corpus.errors import Unreadable
from corpus.jobs import FileReport, Outcome, Plan
from corpus.loaders import Limits, format_of, not_read
from corpus.naming import Home
from corpus.originals import Originals
from corpus.passages import CHARACTERS, Size
from corpus.reading import Reading, hash_of
from corpus.sandbox import Sandbox, ahead
from corpus.schema import Document, Version
from corpus.sources import SourceFile, find_files
from corpus.store import Provenance


class Options(TypedDict, total=False):
    """What may be said of all files that are ingested together.

    ``effective_from`` is the first day on which they apply; ``version_of`` the id or name of a document whose next
    version the one file becomes; ``access`` their labels. With ``restore``, an older text of a document comes into
    force again. ``principal`` is who asks.
    """

    effective_from: date | None
    version_of: str | None
    access: Sequence[str] | None
    restore: bool
    principal: Principal


def plan(database: Database, paths: Sequence[Path], collection: str, **options: Unpack[Options]) -> Plan:
    """Note a job that ingests the files that ``paths`` mean. Raises `UnknownDocument` for a ``version_of`` that isn't
    there, and what `find_files` raises."""
    principal, document = options.get("principal", OPERATOR), None
    if (version_of := options.get("version_of")) is not None:
        with database.reading() as session:
            document = store.document(session, collection, version_of, principal).name
    found = find_files(paths, options.get("effective_from"), document, options.get("access"))
    sources = [replace(source, restore=options.get("restore", False)) for source in found.sources]
    return jobs.note(database, sources, collection, principal, found.unread)


def carry_out(
    database: Database,
    plan: Plan,
    limits: Limits,
    size: Size = CHARACTERS,
    clock: Clock = Clock(),  # noqa: B008 - it is frozen
    originals: Originals | None = None,
) -> Iterator[FileReport]:
    """Ingest file after file, in passages of ``size``; whatever becomes of one, the others go in.

    Files are read ahead by other processes; what is read is written here, in the order of the plan. All is done as the
    plan's principal may do it. Without a date, a new text applies from today, by the ``clock``. Copies of the files are
    kept in ``originals``, if there is such a folder; raises `OriginalNotKept` where it can't be written.
    """
    waiting = (each for each in plan.sources.items() if jobs.begin(database, plan.id, each[0]))
    with Sandbox(limits, size) as sandbox:
        ingestions = (_Ingestion(database, plan, *each, limits, sandbox, clock, originals) for each in waiting)
        for ingestion, reading in ahead(((each, each.begin()) for each in ingestions), sandbox.count):
            report = reading if isinstance(reading, FileReport) else ingestion.finish(reading)
            if report.outcome in (Outcome.FAILED, Outcome.UNCHANGED):
                with database.writing() as session:
                    jobs.settle(session, plan.id, ingestion.number, report)
            yield report


@dataclass(frozen=True)
class _Ingestion:
    """One file of a plan on its way in."""

    database: Database
    plan: Plan
    number: int
    source: SourceFile
    limits: Limits
    sandbox: Sandbox
    clock: Clock
    originals: Originals | None

    def begin(self) -> Future[Reading] | FileReport | None:
        """Have the file read, unless it must not be. Of a file that is known already: its report, or None where its
        labels or its place are to change."""
        source = self.source
        try:
            _refuse_bytes(source)
            content_hash = hash_of(source.path, self.limits)
            if self.plan.principal.labels is not None:
                # What a name stands for is told only to those whose file is read, and stored where the name is free.
                self.plan.principal.labels_for_new(source.access)
                return self.sandbox.begin(source.path, source.title)
            with self.database.reading() as session:
                home = self._home(session, content_hash)
                remark = self._remark(home, content_hash, source.effective_from)
                if remark is not None:
                    # By its likeness a file may be another document's when those before it are stored.
                    is_settled = not (home.takes_place or home.remark) and self._labels(session, home) is None
                    return self._unchanged(home, remark) if is_settled and self._is_kept(content_hash) else None
        except Unreadable as error:
            return self._failed(error)
        return self.sandbox.begin(source.path, source.title)

    def finish(self, reading: Future[Reading] | None) -> FileReport:
        """Write what was read, or what is new about a file that is known."""
        try:
            if reading is None:
                if report := self._know(hash_of(self.source.path, self.limits)):
                    return report
                reading = self.sandbox.begin(self.source.path, self.source.title)
            return self._store(reading.result())
        except Unreadable as error:
            return self._failed(error)

    def _know(self, content_hash: str) -> FileReport | None:
        """What became of a file that is known; None where it has to be read after all."""
        with self.database.changing_corpus() as session:
            # Asked again now that no other process can write.
            home = self._home(session, content_hash)
            remark = self._remark(home, content_hash, self.source.effective_from)
            if remark is None:
                return None
            return self._settle(session, home, content_hash, self._unchanged(home, remark))

    def _store(self, reading: Reading) -> FileReport:
        effective_from = self.source.effective_from or reading.content.effective_from
        with self.database.changing_corpus() as session:
            # Asked again now that no other process can write: it may have ingested the same file meanwhile.
            home = self._home(session, reading.content_hash)
            remark = self._remark(home, reading.content_hash, effective_from)
            if remark is not None:
                return self._settle(session, home, reading.content_hash, self._unchanged(home, remark))
            if (
                home.document
                and effective_from
                and changes.date_undated(home.document, reading.content_hash, effective_from)
            ):
                report = FileReport(self.source.path, home.name, Outcome.DATED, warnings=home.warnings)
                return self._settle(session, home, reading.content_hash, report)
            return self._add(session, home, reading, effective_from)

    def _add(self, session: Session, home: Home, reading: Reading, effective_from: date | None) -> FileReport:
        is_restored = home.document and self.source.restore and changes.same_texts(home.document, reading.content_hash)
        if is_restored:
            # The day that stands in the file is that on which it first applied.
            effective_from = self.source.effective_from
        if home.document and effective_from is None:
            self._refuse_undated(session, home.document)
        holder = home.document or store.make_document(session, self.plan.collection, home.name)
        path = self.source.path
        origin = clean(self.source.origin or "") or None
        provenance = Provenance(format_of(path), str(path.resolve()), origin, title_given=bool(self.source.title))
        first_day = effective_from or (self.clock.today() if home.document else None)
        version = store.add_version(session, holder, reading, provenance, first_day)
        session.flush()
        if rival := jobs.rival(session, self.plan.id, self.number, version):
            raise Unreadable(
                f"{rival} and {self.source.path} would both be {home.name!r} from the same day on: say in a manifest "
                "from when each applies, or give them different names there"
            )
        outcome = Outcome.NEW_VERSION if home.document else Outcome.ADDED
        warnings = (*reading.content.warnings, *home.warnings)
        report = FileReport(self.source.path, home.name, outcome, len(reading.spans), warnings=warnings)
        return self._settle(session, replace(home, document=holder), reading.content_hash, report, version)

    def _refuse_undated(self, session: Session, document: Document) -> None:
        """Refuse a text that would apply from today only because nothing else is known of it."""
        if jobs.is_overtaken(session, self.plan.id, document.id):
            raise Unreadable("a newer text came in meanwhile: ingest it again, if it is to replace that")
        source = self.source
        is_by_place = source.folder is not None and not source.is_named and not source.restore
        if is_by_place and (other := naming.rival(session, document, source, self.limits)):
            raise Unreadable(
                f"{other} holds the text of {document.name!r} that is in force, and {source.path} a new one: say from "
                "when it applies (--effective-from), or ingest it with --as-version-of"
            )

    def _settle(
        self, session: Session, home: Home, content_hash: str, report: FileReport, version: Version | None = None
    ) -> FileReport:
        """Record the document's labels and place, and the file's outcome, in this transaction; keep the file."""
        assert home.document is not None
        labels = self._labels(session, home, is_new=version is not None and version.number == 1)
        if labels is not None:
            store.label_document(session, home.document.id, labels)
        if home.takes_place:
            naming.take_place(session, self.plan.collection, home.document, self.source)
        if self.originals and not self._is_kept(content_hash):
            self.originals.keep(self.source.path, content_hash)
        jobs.settle(session, self.plan.id, self.number, report, version)
        return report

    def _is_kept(self, content_hash: str) -> bool:
        """Whether there is nothing left to keep of a file that holds these bytes."""
        if self.originals is None or not_read(self.source.path):
            return True
        return self.originals.find(content_hash, format_of(self.source.path)) is not None

    def _home(self, session: Session, content_hash: str) -> Home:
        return naming.find_home(
            session, self.plan.collection, self.source, content_hash, self.plan.principal, self.limits
        )

    def _remark(self, home: Home, content_hash: str, effective_from: date | None) -> str | None:
        """What is to be said of a file that would change nothing; None where it would."""
        if home.document is None:
            return None
        wish = changes.Wish(content_hash, effective_from, self.source.restore)
        return changes.remark(home.document, wish, self.clock.today())

    def _labels(self, session: Session, home: Home, is_new: bool = False) -> frozenset[str] | None:
        """The labels that the file's document is to have; None where they stay. Raises `Unreadable`."""
        principal, asked = self.plan.principal, self.source.access
        if is_new or home.document is None:
            return principal.labels_for_new(asked)
        if asked is None:
            return None
        held = store.labels_of(session, home.document.id)
        labels = principal.labels_instead(held, asked)
        return None if labels == held else labels

    def _unchanged(self, home: Home, remark: str) -> FileReport:
        reason = "; ".join(filter(None, (home.remark, remark)))
        return FileReport(self.source.path, home.name, Outcome.UNCHANGED, reason=reason, warnings=home.warnings)

    def _failed(self, error: Unreadable) -> FileReport:
        reason = str(error) if self.source.access is None else f"{error}; labels stay as they were"
        return FileReport(self.source.path, self.source.document, Outcome.FAILED, reason=reason)


def _refuse_bytes(source: SourceFile) -> None:
    if not source.document.isprintable():
        raise Unreadable("its name holds bytes that are no text: rename it")
    try:
        os.fspath(source.path).encode()
    except UnicodeEncodeError as error:
        raise Unreadable("the name of its folder holds bytes that are no text: rename that") from error
