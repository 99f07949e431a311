"""The retriever: one question through both indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from corpus import store
from corpus.access import OPERATOR, Reader
from corpus.database import Database
from corpus.store import PassageRecord, State
from retrieval import lexical
from retrieval.collapse import collapse
from retrieval.dense import DenseIndex
from retrieval.embedder import Embedder, Vectors
from retrieval.fusion import blend
from retrieval.recipe import Recipe
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
    """Searches the passages of one collection that apply on one day, and ranks them by a recipe."""

    def __init__(self, database: Database, embedder: Embedder, index: DenseIndex, recipe: Recipe) -> None:
        self._database = database
        self._embedder = embedder
        self._index = index
        self._recipe = recipe
        self._allowed: tuple[tuple[State, int, date, Reader], npt.NDArray[np.int64]] | None = None

    def search(self, question: str, collection: str, as_of: date, k: int, reader: Reader = OPERATOR) -> list[Hit]:
        """The passages of the ``k`` best sections that are for the reader, best first. Raises
        `corpus.errors.UnknownCollection`."""
        recipe = self._recipe
        vector = self._embedder.embed([question])[0]
        with self._database.reading() as session:
            collection_id = store.require_collection(session, collection)
            self._index.refresh(session, wait=False)
            similarity, bm25 = self._scored(
                session, question, vector, collection_id, as_of, reader, max(recipe.candidates, 2 * k)
            )
            scores = blend(similarity, bm25, recipe)
            passages = store.passages(session, list(scores))
            if wanted := references(question):
                for passage in passages:
                    scores[passage.id] += recipe.reference_weight * named(passage.heading, wanted)
            passages.sort(key=lambda passage: (-scores[passage.id], passage.id))
            if recipe.widest is None:
                chosen = passages[:k]
            else:
                chosen = [
                    store.widened(session, found.passage, found.start, found.end) if found.is_wider else found.passage
                    for found in collapse(passages, k, recipe.widest)
                ]
        return [Hit(each, scores[each.id], similarity.get(each.id), bm25.get(each.id)) for each in chosen]

    def _scored(
        self,
        session: Session,
        question: str,
        vector: Vectors,
        collection_id: int,
        as_of: date,
        reader: Reader,
        limit: int,
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Cosines and BM25 of the ``limit`` best by each of the searches that the recipe takes account of."""
        similarity: dict[int, float] = {}
        bm25: dict[int, float] = {}
        if self._recipe.similarity_weight:
            allowed = self._eligible(session, collection_id, as_of, reader)
            similarity = dict(self._index.search(vector, allowed, limit))
        if self._recipe.lexical_weight:
            bm25 = dict(lexical.search(session, question, collection_id, as_of, limit, reader))
        similarity |= self._index.similarities(vector, sorted(bm25.keys() - similarity.keys()))
        return similarity, bm25

    def _eligible(self, session: Session, collection_id: int, as_of: date, reader: Reader) -> npt.NDArray[np.int64]:
        """Ids of the passages that may be found; those of the last search are kept, as most searches are for today."""
        key = (store.state(session), collection_id, as_of, reader)
        cached = self._allowed
        if cached is None or cached[0] != key:
            ids = store.eligible_passage_ids(session, collection_id, as_of, reader)
            self._allowed = cached = (key, np.array(ids, dtype=np.int64))
        return cached[1]
