"""The whole pipeline as a LangChain runnable. LangChain's types stay in this file."""

from __future__ import annotations

from datetime import date
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from app.answering.answer import Answer
from app.service import Citewell


class CitedAnswers(Runnable[str, Answer]):
    """A question in, a cited answer out. ``stream`` gives the one answer when it is whole: sentences that no source
    supports are only taken out at its end."""

    def __init__(self, service: Citewell, collection: str | None = None, as_of: date | None = None) -> None:
        self._service = service
        self._collection = collection
        self._as_of = as_of

    def invoke(
        self,
        input: str,  # noqa: A002 - the interface's own name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Answer:
        """Answer one question; the answer is stored like any other."""
        return self._call_with_config(self._answer, input, config)

    def _answer(self, question: str) -> Answer:
        return self._service.answer(self._service.question(question, collection=self._collection, as_of=self._as_of))
