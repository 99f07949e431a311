"""The retriever: one question through both indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from corpus import store
from corpus.database import Database
from corpus.store import PassageRecord, State
from retrieval import lexical
from retrieval.collapse import collapse
from retrieval.dense import DenseIndex
from retrieval.embedder import Embedder
from retrieval.fusion import blend
from retrieval.references import named, references


@dataclass(frozen=True)
class Hit:
    """A passage that was found, or the span of its section that holds it and others that were.

    ``score`` is that by which hits are sorted; ``similarity`` is the cosine of question and best passage, None where
    the passage has no embedding yet, and ``bm25`` its lexical score, None where that search did not return it.
    """

    passage: PassageRecord
    score: float
    similarity: float | None
    bm25: float | None


class Retriever:
    """Searches the passages of one collection that apply on one day.

    Each of the two searches gives ``candidates`` passages; their scores are blended (`retrieval.fusion`), and
    ``reference_weight`` is added for everything that the question names (`retrieval.references`) and a passage's
    heading path has. Hits of one section become one (`retrieval.collapse`) of at most ``widest`` characters.
    """

    def __init__(
        self,
        database: Database,
        embedder: Embedder,
        index: DenseIndex,
        *,
        candidates: int = 100,
        lexical_weight: float = 0.25,
        reference_weight: float = 0.1,
        widest: int = 1600,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._index = index
        self._candidates = candidates
        self._lexical_weight = lexical_weight
        self._reference_weight = reference_weight
        self._widest = widest
        self._allowed: tuple[tuple[State, int, date], npt.NDArray[np.int64]] | None = None

    def search(self, question: str, collection: str, as_of: date, k: int) -> list[Hit]:
        """The ``k`` best sections' passages, best first. Raises `corpus.errors.UnknownCollection`."""
        vector = self._embedder.embed([question])[0]
        with self._database.reading() as session:
            collection_id = store.require_collection(session, collection)
            self._index.refresh(session)
            key = (store.state(session), collection_id, as_of)
            cached = self._allowed
            if cached is None or cached[0] != key:
                ids = store.eligible_passage_ids(session, collection_id, as_of)
                self._allowed = cached = (key, np.array(ids, dtype=np.int64))
            limit = max(self._candidates, 2 * k)
            similarity = dict(self._index.search(vector, cached[1], limit))
            bm25 = dict(lexical.search(session, question, collection_id, as_of, limit))
            similarity |= self._index.similarities(vector, sorted(bm25.keys() - similarity.keys()))
            scores = blend(similarity, bm25, self._lexical_weight)
            passages = store.passages(session, list(scores))
            if wanted := references(question):
                for passage in passages:
                    scores[passage.id] += self._reference_weight * named(passage.heading, wanted)
            passages.sort(key=lambda passage: (-scores[passage.id], passage.id))
            return [
                Hit(
                    store.widened(session, found.passage, found.start, found.end) if found.is_wider else found.passage,
                    scores[found.passage.id],
                    similarity.get(found.passage.id),
                    bm25.get(found.passage.id),
                )
                for found in collapse(passages, k, self._widest)
            ]
