"""The retriever as LangChain's. LangChain's types stay in this file."""

from __future__ import annotations

from datetime import date

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.access import OPERATOR, Principal
from corpus.clock import Clock
from retrieval.query import Query
from retrieval.retriever import Hit, Retriever


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents; the metadata hold all that a citation needs. Without ``as_of``: today's."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    collection: str = "default"
    k: int = 4
    as_of: date | None = None
    principal: Principal = OPERATOR
    clock: Clock = Clock()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = self.retriever.search(
            Query(query, self.collection, self.as_of or self.clock.today(), self.k, self.principal)
        )
        return [_document(hit) for hit in hits]


def _document(hit: Hit) -> Document:
    passage = hit.passage
    return Document(
        id=str(passage.id),
        page_content=passage.text,
        metadata={
            "document": passage.document,
            "title": passage.title,
            "version": passage.version,
            "reading": passage.reading,
            "page": passage.page,
            "heading": passage.heading,
            "context": passage.context,
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
        },
    )
