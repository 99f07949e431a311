"""Carrying ingestion jobs out: read files, store their passages, embed these, save the index."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.config import Settings
from app.ingestion import uploads
from app.models import Models
from app.progress import Progress
from corpus import ingest, jobs, passage_store, rereading, store
from corpus.clock import Clock
from corpus.database import Database
from corpus.errors import Unreadable
from corpus.jobs import FileReport, JobState, Plan
from corpus.loaders import Limits
from corpus.originals import Originals
from corpus.reading import hash_of
from corpus.recognition import find_recognition
from corpus.rereading import VersionReport
from corpus.store import VersionRecord

if TYPE_CHECKING:
    from retrieval.dense import DenseIndex
    from retrieval.embedding import EmbeddingProgress

MIB = 2**20


class IndexSizes(NamedTuple):
    """How many passages are stored, how many of these are embedded, and how many the dense index holds."""

    passages: int
    embedded: int
    indexed: int


class Ingestion:
    """The ingestion of one instance. ``index`` gives the dense index when it is first needed."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        models: Models,
        index: Callable[[], DenseIndex],
        clock: Clock,
        progress: Progress,
    ) -> None:
        self._settings, self._database, self._models = settings, database, models
        self._index, self._clock, self._progress = index, clock, progress
        self._originals = Originals(settings.originals_dir, settings.uploads_dir)

    def check(self) -> None:
        """Raise `NoRecognition` where the settings ask for text recognition and it can't be done here."""
        limits_of(self._settings)

    def resume(self) -> list[FileReport]:
        """Finish what an earlier process left unfinished or gave up: jobs, and embeddings of stored passages."""
        jobs.reopen(self._database)
        reports = [report for plan in jobs.unfinished(self._database) for report in self.carry_out(plan)]
        self.embed()
        return reports

    def retry(self, job_id: int) -> list[FileReport]:
        """Carry out now what is left of a job, even if it was given up. Raises `corpus.errors.UnknownJob`."""
        jobs.reopen(self._database, job_id)
        return self.carry_out(jobs.resumed(self._database, job_id))

    def carry_out(self, plan: Plan) -> list[FileReport]:
        """Carry a job out, showing its progress; one report for each file."""
        reports = []
        self._progress("Reading documents", 0, len(plan.sources))
        for step in self.work(plan):
            if isinstance(step, FileReport):
                reports.append(step)
                self._progress("Reading documents", len(reports), len(plan.sources))
            else:
                self._progress("Embedding passages", step.done, step.total)
        return reports

    def work(self, plan: Plan) -> Generator[FileReport | EmbeddingProgress]:
        """Carry a job out step by step: one report for each file, then how far embedding is. Whoever stops listening
        leaves it to be resumed; nothing that was done is done again."""
        from retrieval.tokens import size_for

        limits = limits_of(self._settings)
        jobs.advance(self._database, plan.id, JobState.READING)
        size = size_for(self._settings.embedder.path)
        originals = self._originals if self._settings.ingestion.originals == "keep" else None
        for report in ingest.carry_out(self._database, plan, limits, size, self._clock, originals):
            uploads.drop(report.path, self._settings.uploads_dir)
            yield report
        jobs.advance(self._database, plan.id, JobState.EMBEDDING)
        yield from self._embedding()
        with self._database.reading() as session:
            wrote_passages = jobs.record(session, plan.id).passages > 0
        if wrote_passages:
            jobs.advance(self._database, plan.id, JobState.INDEXING)
            self._save_index()
        jobs.advance(self._database, plan.id, JobState.DONE)

    def reread(self, collection: str, documents: Sequence[str] = ()) -> list[VersionReport]:
        """Read the versions of some documents, or of all in a collection, again, showing how far that is; one report
        for each. Raises `UnknownCollection`, `UnknownDocument` and `NoRecognition` of `corpus.errors`."""
        from retrieval.tokens import size_for

        limits = limits_of(self._settings)
        with self._database.reading() as session:
            wanted = rereading.versions(session, collection, documents)
        size = size_for(self._settings.embedder.path)
        reports: list[VersionReport] = []
        self._progress("Reading documents again", 0, len(wanted))
        for report in rereading.carry_out(self._database, wanted, self._originals, limits, size):
            reports.append(report)
            self._progress("Reading documents again", len(reports), len(wanted))
        self.embed()
        return reports

    def file_of(self, version: VersionRecord) -> Path | None:
        """The file that a version was read from, or its copy; None where neither is there with the same bytes."""
        kept = self._originals.find(version.content_hash, version.format)
        if kept is not None:
            return kept
        source = Path(version.source)
        try:
            return source if hash_of(source, limits_of(self._settings)) == version.content_hash else None
        except Unreadable:
            return None

    def is_running(self) -> bool:
        """Whether a job is waiting or being carried out, in this process or another."""
        with self._database.reading() as session:
            return jobs.any_unfinished(session)

    def holds_nothing(self, collection: str) -> bool:
        """Whether the collection has no document yet."""
        with self._database.reading() as session:
            return store.is_empty(session, collection)

    def sizes(self, wait: bool = True) -> IndexSizes:
        """The sizes when the index has been brought up to date; without ``wait``, as far as nobody else is at that."""
        from retrieval.embedding import count_missing

        with self._database.reading() as session:
            self._index().refresh(session, wait)
            passages = passage_store.count_passages(session)
            missing = count_missing(session, self._models.embedding_model)
            return IndexSizes(passages, passages - missing, len(self._index()))

    def embed_unless_left(self) -> None:
        """Embed what has no embedding yet, unless a job does: another embedding model may have been configured since
        the documents came in."""
        with self._database.reading() as session:
            is_left = jobs.any_left(session)
        if not is_left:
            self.embed()

    def embed(self) -> None:
        """Embed what has no embedding yet, and save the dense index with it."""
        step = None
        for step in self._embedding():
            self._progress("Embedding passages", step.done, step.total)
        if step:
            self._save_index()

    def _embedding(self) -> Iterator[EmbeddingProgress]:
        """Embed what has no embedding yet, without loading the model for nothing."""
        from retrieval.embedding import EmbeddingProgress, count_missing, embed_missing

        with self._database.reading() as session:
            missing = count_missing(session, self._models.embedding_model)
        if missing:
            embedder = self._models.embedder
            yield EmbeddingProgress(0, missing)
            yield from embed_missing(self._database, embedder)

    def _save_index(self) -> None:
        with self._database.reading() as session:
            self._index().refresh(session)
        self._index().save()


def limits_of(settings: Settings) -> Limits:
    """The limits within which a file is read. Raises `NoRecognition` where text is to be recognised and can't be."""
    limits, ingestion = settings.limits, settings.ingestion
    return Limits(
        file_bytes=limits.file_mib * MIB,
        unpacked_bytes=limits.unpacked_mib * MIB,
        pages=limits.pages,
        cells=limits.cells,
        seconds=limits.seconds,
        memory_bytes=limits.memory_mib * MIB,
        hidden=ingestion.hidden == "read",
        ocr=None if ingestion.ocr == "off" else find_recognition(ingestion.ocr_languages),
    )
