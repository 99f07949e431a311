"""One instance of the service: its database, models and indexes, put together."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.answering import answer_log
from app.answering.answer import Answer
from app.answering.question import Mode, Question, asked_mode, check_text
from app.config import Settings
from app.errors import NotQualified
from app.models import Models, once
from app.progress import Progress, silent
from corpus import ingest, jobs, passage_store, store
from corpus.access import OPERATOR, Reader
from corpus.clock import Clock
from corpus.database import Database
from corpus.jobs import FileReport, JobState, Plan
from corpus.loaders import Limits

if TYPE_CHECKING:
    # Loading these takes seconds, which listing documents or printing the configuration shouldn't cost.
    from accel import AnswerTrie, Step
    from accel import Generator as LanguageModel
    from app.answering.answerability import EvidenceGate
    from app.answering.draft_history import AnswerTries
    from app.answering.pipeline import Answerer, Event
    from retrieval.dense import DenseIndex
    from retrieval.doctor import Doctor
    from retrieval.embedder import Embedder
    from retrieval.embedding import EmbeddingProgress
    from retrieval.retriever import Hit, Retriever

MIB = 2**20


class Citewell:
    """Owns everything that lives as long as the process. Parts are made when they are first needed."""

    def __init__(self, settings: Settings, progress: Progress = silent) -> None:
        self.settings = settings
        self._progress = progress
        self.clock = Clock(settings.zone)
        self.models = Models(settings, progress)
        self.lock = self.models.lock
        self.database = Database(settings.resolved_database_url)
        self.database.migrate()

    @property
    def embedding_model(self) -> str:
        """The identity of the embedding model, for which it needn't be loaded."""
        return self.models.embedding_model

    @property
    def embedder(self) -> Embedder:
        return self.models.embedder

    @embedder.setter
    def embedder(self, embedder: Embedder) -> None:
        self.models.embedder = embedder

    @property
    def generator(self) -> LanguageModel:
        return self.models.generator

    @generator.setter
    def generator(self, generator: LanguageModel) -> None:
        self.models.generator = generator

    @property
    def gate(self) -> EvidenceGate:
        return self.models.gate

    @once
    def index(self) -> DenseIndex:
        from retrieval.dense import DenseIndex

        index = DenseIndex(self.settings.data_dir / "indexes", self.embedder.identity, self.embedder.dimension)
        with self.database.reading() as session:
            if index.refresh(session, on_progress=lambda done, total: self._progress("Indexing", done, total)):
                index.save()
        return index

    @property
    def doctor(self) -> Doctor:
        """Who examines database and indexes as they are, before anything is brought into agreement."""
        from retrieval.doctor import Doctor

        return Doctor(self.database, self.embedder, self.settings.data_dir / "indexes", self._progress)

    @once
    def retriever(self) -> Retriever:
        from retrieval.retriever import Retriever

        with self.database.reading() as session:
            is_left = jobs.any_left(session)
        if not is_left:
            # Another embedding model may have been configured since the documents came in.
            self._embed()
        return Retriever(self.database, self.embedder, self.index, self.settings.retrieval.recipe, self.models.reranker)

    @property
    def gate_path(self) -> Path:
        """Where this instance's own evidence gate lies: with the index whose scores it reads."""
        return self.models.gate_path

    @property
    def trust_path(self) -> Path:
        """Where it is kept what was measured of the language model."""
        return self.settings.data_dir / "trust.json"

    def settled(self, mode: Mode | None = None) -> Mode:
        """The mode in which answers are given: ``mode``, or the configured one; if that is auto, what it comes to."""
        mode = mode or self.settings.answering.mode
        return self._automatic if mode is Mode.AUTO else mode

    def require_writing(self) -> None:
        """Raise `NotQualified` unless those who ask over the network may have the model write: the configuration says
        so, or what was measured of it does."""
        may = self.settings.server.allow_write == "always" or self.settled() is Mode.WRITE
        if not may and self._automatic is not Mode.WRITE:
            raise NotQualified(
                "This server's language model is not qualified to write answers: leave mode out, or ask the operator "
                "to run citewell eval qualify or to set server.allow_write to always."
            )

    @once
    def _automatic(self) -> Mode:
        from app.answering.qualification import may_write

        return Mode.WRITE if may_write(self.trust_path, self.settings.generator.path) else Mode.QUOTE

    @once
    def earlier(self) -> AnswerTries:
        from app.answering.draft_history import AnswerTries

        tokens, folder = self.settings.generator.remembered_tokens, self.settings.data_dir / "answers"
        return AnswerTries(self.database, folder, tokens, self.generator.vocabulary)

    @once
    def answerer(self) -> Answerer:
        from app.answering.pipeline import Answerer

        return Answerer(
            self.retriever,
            lambda: self.generator,
            self.gate,
            self.settings.answering,
            max_new_tokens=self.settings.generator.max_new_tokens,
        )

    def load_models(self, mode: Mode | None = None) -> None:
        """Load what answering needs now, with its progress, rather than during the first answer."""
        self.answerer  # noqa: B018 - it is made by being asked for
        if self.settled(mode) is Mode.WRITE:
            self.generator  # noqa: B018

    def question(
        self,
        text: str,
        collection: str | None = None,
        as_of: date | None = None,
        k: int | None = None,
        mode: Mode | None = None,
        plain: bool = False,
        reader: Reader = OPERATOR,
        history: Sequence[str] = (),
        document: str | None = None,
    ) -> Question:
        """A question with what was left open filled in: the default collection, today, the configured passages. With a
        ``history`` of questions asked before, oldest first, a follow-up is made to stand alone. With a ``document``, by
        name or id, only that one is searched.

        Raises `BadQuestion`, `UnknownCollection` and `UnknownDocument` before any model is loaded.
        """
        if mode is not None:
            mode = asked_mode(mode)
        most = self.settings.limits.question_chars
        check_text(text, most, "question")
        for at, each in enumerate(history):
            check_text(each, most, f"history.{at}")
        collection = collection or self.settings.collection
        with self.database.reading() as session:
            store.require_collection(session, collection, reader)
            if document is not None:
                document = store.document(session, collection, document, reader).name
        alone = self._standalone(text, history)
        return Question(
            alone,
            collection,
            as_of or self.clock.today(),
            k or self.settings.retrieval.k,
            self.settled(mode),
            plain,
            reader,
            said=text if alone != text else None,
            document=document,
        )

    def _standalone(self, text: str, history: Sequence[str]) -> str:
        from app.answering.follow_ups import reworded, standalone

        if not history:
            return text
        by_model = self.settings.answering.follow_ups == "model"
        alone = reworded(self.generator, text, history) if by_model else standalone(text, history)
        # Questions put behind each other become too long to be asked at some point; then only the last one is.
        return alone if len(alone) <= self.settings.limits.question_chars else text

    def stream(self, question: Question, on_step: Callable[[Step], None] | None = None) -> Generator[Event]:
        """Answer a question, event by event; the answer is stored before its last event is given out. ``on_step`` is
        called with every step of the model."""
        from app.answering.pipeline import Done

        for event in self.answerer.stream(question, on_step, lambda: self._earlier(question)):
            if isinstance(event, Done):
                answer_log.save(self.database, event.answer)
            yield event

    def answer(self, question: Question, on_step: Callable[[Step], None] | None = None) -> Answer:
        """Answer a question, and store the answer."""
        from app.answering.pipeline import final

        return final(self.stream(question, on_step))

    def search(self, question: Question) -> list[Hit]:
        """The passages that an answer to the question would be written from."""
        return self.retriever.search(
            question.text, question.collection, question.as_of, question.k, question.reader, question.document
        )

    def ingest(
        self,
        paths: Sequence[Path],
        collection: str,
        effective_from: date | None = None,
        *,
        version_of: str | None = None,
        access: Sequence[str] | None = None,
        restore: bool = False,
    ) -> list[FileReport]:
        """Take files in, and embed their passages. One report for each file: also for those that failed, and for those
        of a folder that aren't read. With ``restore``, an older text of a document comes into force again."""
        plan = ingest.plan(
            self.database, paths, collection, effective_from, version_of=version_of, access=access, restore=restore
        )
        return [*self._carry_out(plan), *plan.unread]

    def resume(self) -> list[FileReport]:
        """Finish what an earlier process left unfinished or gave up: jobs, and embeddings of stored passages."""
        jobs.reopen(self.database)
        reports = [report for plan in jobs.unfinished(self.database) for report in self._carry_out(plan)]
        self._embed()
        return reports

    def retry(self, job_id: int) -> list[FileReport]:
        """Carry out now what is left of a job, be it that it was given up. Raises `corpus.errors.UnknownJob`."""
        jobs.reopen(self.database, job_id)
        return self._carry_out(jobs.resumed(self.database, job_id))

    def work(self, plan: Plan) -> Generator[FileReport | EmbeddingProgress]:
        """Carry a job out: one report for each file, then how far embedding is. Whoever stops listening leaves it to be
        resumed; nothing that was done is done again."""
        from retrieval.tokens import size_for

        jobs.advance(self.database, plan.id, JobState.READING)
        size = size_for(self.settings.embedder.path)
        yield from ingest.carry_out(self.database, plan, self._limits, size, self.clock)
        jobs.advance(self.database, plan.id, JobState.EMBEDDING)
        yield from self._embedding()
        with self.database.reading() as session:
            wrote_passages = jobs.record(session, plan.id).passages > 0
        if wrote_passages:
            jobs.advance(self.database, plan.id, JobState.INDEXING)
            self._save_index()
        jobs.advance(self.database, plan.id, JobState.DONE)

    def is_ingesting(self) -> bool:
        """Whether a job is waiting or being carried out, in this process or another."""
        with self.database.reading() as session:
            return jobs.any_unfinished(session)

    def show_progress(self, label: str, done: int, total: int | None) -> None:
        """Say how far something is, where the progress of the service is shown."""
        self._progress(label, done, total)

    def index_sizes(self, wait: bool = True) -> tuple[int, int, int]:
        """How many passages the database holds, how many of them are embedded, and how many the dense index has when
        it has been brought up to date; without ``wait``, as far as nobody else is at that."""
        from retrieval.embedding import count_missing

        with self.database.reading() as session:
            self.index.refresh(session, wait)
            passages = passage_store.count_passages(session)
            return passages, passages - count_missing(session, self.embedder.identity), len(self.index)

    def holds_nothing(self, collection: str) -> bool:
        """Whether the collection has no document yet."""
        with self.database.reading() as session:
            return store.is_empty(session, collection)

    def _earlier(self, question: Question) -> AnswerTrie | None:
        if not self.settings.generator.remembered_tokens:
            return None
        return self.earlier.of(question.collection, question.reader)

    def _carry_out(self, plan: Plan) -> list[FileReport]:
        reports = []
        self._progress("Reading documents", 0, len(plan.sources))
        for step in self.work(plan):
            if isinstance(step, FileReport):
                reports.append(step)
                self._progress("Reading documents", len(reports), len(plan.sources))
            else:
                self._progress("Embedding passages", step.done, step.total)
        return reports

    def _embed(self) -> None:
        """Embed what has no embedding yet, and save the dense index with it."""
        step = None
        for step in self._embedding():
            self._progress("Embedding passages", step.done, step.total)
        if step:
            self._save_index()

    def _embedding(self) -> Iterator[EmbeddingProgress]:
        """Embed what has no embedding yet, without loading the model for nothing."""
        from retrieval.embedding import EmbeddingProgress, count_missing, embed_missing

        with self.database.reading() as session:
            missing = count_missing(session, self.embedding_model)
        if missing:
            embedder = self.embedder
            yield EmbeddingProgress(0, missing)
            yield from embed_missing(self.database, embedder)

    def _save_index(self) -> None:
        with self.database.reading() as session:
            self.index.refresh(session)
        self.index.save()

    @property
    def _limits(self) -> Limits:
        limits = self.settings.limits
        return Limits(
            file_bytes=limits.file_mib * MIB,
            unpacked_bytes=limits.unpacked_mib * MIB,
            pages=limits.pages,
            cells=limits.cells,
            seconds=limits.seconds,
            memory_bytes=limits.memory_mib * MIB,
        )
