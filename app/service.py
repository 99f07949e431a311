"""One instance of the service: its database, models and indexes, put together."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from app.answering import answer_log
from app.answering.answer import Answer
from app.answering.events import Done, Event, final
from app.answering.qualification import Modes
from app.answering.question import Options, Question
from app.answering.understanding import Understanding
from app.config import Settings
from app.ingestion.runner import Ingestion
from app.mode import Mode
from app.models import Models
from app.once import once
from app.progress import Progress, silent
from corpus import ingest, store
from corpus.access import OPERATOR, Principal
from corpus.clock import Clock
from corpus.database import Database
from corpus.jobs import FileReport
from corpus.originals import Originals
from corpus.store import DocumentRecord

if TYPE_CHECKING:
    # Loading these takes seconds, which listing documents or printing the configuration shouldn't cost.
    from accel import AnswerTrie, Step
    from app.answering.answerability import Answerability
    from app.answering.draft_history import DraftHistory
    from app.answering.pipeline import Answerer
    from retrieval.dense import DenseIndex
    from retrieval.retriever import Hit, Retriever


class Citewell:
    """Owns everything that lives as long as the process. Parts are made when they are first needed."""

    def __init__(self, settings: Settings, progress: Progress = silent, clock: Clock | None = None) -> None:
        self.settings, self.progress = settings, progress
        self.clock, self.modes = clock or Clock(settings.zone), Modes(settings)
        self.models = Models(settings, progress)
        self.lock = self.models.lock
        self.database = Database(settings.resolved_database_url)
        self.database.migrate()
        self.originals = Originals(settings.originals_dir, settings.uploads_dir)
        self.understanding = Understanding(settings, self.database, self.models, self.modes, self.clock)
        self.ingestion = Ingestion(settings, self.database, self.models, lambda: self.index, self.clock, progress)

    @once
    def index(self) -> DenseIndex:
        from retrieval.dense import DenseIndex

        embedder = self.models.embedder
        index = DenseIndex(self.settings.data_dir / "indexes", embedder.identity, embedder.dimension)
        with self.database.reading() as session:
            if index.refresh(session, on_progress=lambda done, total: self.progress("Indexing", done, total)):
                index.save()
        return index

    @once
    def retriever(self) -> Retriever:
        from retrieval.retriever import Retriever

        self.ingestion.embed_unless_left()
        embedder, reranker = self.models.embedder, self.models.reranker
        return Retriever(self.database, embedder, self.index, self.settings.retrieval.recipe, reranker)

    @once
    def answerability(self) -> Answerability:
        from app.answering.answerability import load_answerability

        return load_answerability(self.settings.answerability_path, self.models.embedding_model)

    @once
    def draft_history(self) -> DraftHistory:
        from app.answering.draft_history import DraftHistory

        tokens, folder = self.settings.generator.remembered_tokens, self.settings.data_dir / "answers"
        return DraftHistory(self.database, folder, tokens, self.models.generator.vocabulary)

    @once
    def answerer(self) -> Answerer:
        from app.answering.pipeline import Answerer

        generator, most = lambda: self.models.generator, self.settings.generator.max_new_tokens
        return Answerer(self.retriever, generator, self.answerability, self.settings.answering, most)

    def load_models(self, mode: Mode | None = None) -> None:
        """Load what answering needs now, with its progress, rather than during the first answer."""
        self.answerer  # noqa: B018 - it is made by being asked for
        if self.modes.resolve(mode) is Mode.WRITE:
            self.models.generator  # noqa: B018

    def question(self, text: str, **options: Unpack[Options]) -> Question:
        """A question with what was left open filled in. Raises what `Understanding.question` raises."""
        return self.understanding.question(text, **options)

    def search(self, question: Question) -> list[Hit]:
        """The passages that an answer to the question would be written from."""
        return self.retriever.search(question.query)

    def stream(self, question: Question, on_step: Callable[[Step], None] | None = None) -> Generator[Event]:
        """Answer a question, event by event. The answer is stored before its last event is given out."""
        for event in self.answerer.stream(question, on_step, lambda: self._earlier(question)):
            if isinstance(event, Done):
                answer_log.save(self.database, event.answer)
            yield event

    def answer(self, question: Question, on_step: Callable[[Step], None] | None = None) -> Answer:
        """Answer a question, and store the answer."""
        return final(self.stream(question, on_step))

    def ingest(self, paths: Sequence[Path], collection: str, **options: Unpack[ingest.Options]) -> list[FileReport]:
        """Take files in, and embed their passages. Returns one report for each file, read or not."""
        self.ingestion.check()
        plan = ingest.plan(self.database, paths, collection, **options)
        return [*self.ingestion.carry_out(plan), *plan.unread]

    def delete_document(self, collection: str, key: str | int, principal: Principal = OPERATOR) -> DocumentRecord:
        """Delete a document, with those of its originals that no other document has; returns what it was. Raises
        `corpus.errors.UnknownDocument`, also for one that isn't for the principal."""
        with self.database.changing_corpus() as session:
            record = store.delete_document(session, collection, key, principal)
        with self.database.changing_corpus() as session:
            self.originals.forget(session, (version.content_hash for version in record.versions))
        return record

    def _earlier(self, question: Question) -> AnswerTrie | None:
        remembers, query = self.settings.generator.remembered_tokens > 0, question.query
        return self.draft_history.of(query.collection, query.principal) if remembers else None
