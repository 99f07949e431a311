"""From what was typed to a question that stands alone, with everything that was left open filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from app.answering.qualification import Modes
from app.answering.question import Options, Question, asked_mode, check_text
from app.config import Settings
from app.models import Models
from corpus import store
from corpus.access import OPERATOR
from corpus.clock import Clock
from corpus.database import Database
from retrieval.query import Query

if TYPE_CHECKING:
    from accel import Generator


class Understanding:
    """Makes questions. A follow-up is reworded by rules, or by the model where ``answering.follow_ups`` says so."""

    def __init__(self, settings: Settings, database: Database, models: Models, modes: Modes, clock: Clock) -> None:
        self._settings, self._database, self._models = settings, database, models
        self._modes, self._clock = modes, clock

    def question(self, text: str, **options: Unpack[Options]) -> Question:
        """The question that a text asks. Raises `BadQuestion`, `UnknownCollection` and `UnknownDocument` before any
        model is loaded."""
        mode = options.get("mode")
        mode = None if mode is None else asked_mode(mode)
        history, principal = options.get("history", ()), options.get("principal", OPERATOR)
        self._check(text, history)
        collection = options.get("collection") or self._settings.collection
        document = options.get("document")
        with self._database.reading() as session:
            store.require_collection(session, collection, principal)
            if document is not None:
                document = store.document(session, collection, document, principal).name
        alone = self._standalone(text, history)
        query = Query(
            alone,
            collection,
            options.get("as_of") or self._clock.today(),
            options.get("k") or self._settings.retrieval.k,
            principal,
            document,
        )
        return Question(query, self._modes.resolve(mode), options.get("plain", False), text if alone != text else None)

    def _check(self, text: str, history: Sequence[str]) -> None:
        most = self._settings.limits.question_chars
        check_text(text, most, "question")
        for at, each in enumerate(history):
            check_text(each, most, f"history.{at}")

    def _standalone(self, text: str, history: Sequence[str]) -> str:
        from app.answering.follow_ups import reworded, standalone

        if not history:
            return text
        by_model = self._settings.answering.follow_ups == "model"
        alone = reworded(self._generator, text, history) if by_model else standalone(text, history)
        # Questions put behind each other become too long to be asked at some point; then only the last one is.
        return alone if len(alone) <= self._settings.limits.question_chars else text

    @property
    def _generator(self) -> Generator:
        return self._models.generator
