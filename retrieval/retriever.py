"""The retriever: one question through both indexes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from corpus import passage_store
from corpus.database import Database
from corpus.passage_store import PassageRecord
from corpus.table import Table
from retrieval import lexical
from retrieval.ann import Ids
from retrieval.collapse import Found, collapse, grow
from retrieval.dense import DenseIndex
from retrieval.embedder import Embedder, Vectors
from retrieval.embedding import indexed_text
from retrieval.fusion import blend
from retrieval.phrases import pairs, shared
from retrieval.places import Places, places
from retrieval.query import Query
from retrieval.ranking_recipe import Recipe
from retrieval.references import named, references
from retrieval.reranker import Reranker
from retrieval.searchable import Scope, Searchables
from retrieval.spellings import spellings

# How many of the best passages are checked for what the question names.
NAMED_AMONG = 300


@dataclass(frozen=True)
class Hit:
    """A passage that was found, or the span of its section that holds it and others that were.

    ``score`` is the recipe's, by which hits are sorted unless a reranker sorts them; ``similarity`` is the cosine of
    question and best passage, None where the passage has no embedding yet, ``bm25`` its lexical score, None where that
    search did not return it, and ``relevance`` what a reranker holds of it, None where none has read it.
    """

    passage: PassageRecord
    score: float
    similarity: float | None
    bm25: float | None
    relevance: float | None = None


@dataclass(frozen=True)
class Section:
    """A hit whose ``passage`` is widened to its section, to be quoted, and the ``tables`` in that. It is no `Hit`: what
    decides whether there is evidence was fitted to passages as they are found, so it must never be shown wider ones."""

    passage: PassageRecord
    score: float
    similarity: float | None
    bm25: float | None
    relevance: float | None
    tables: Sequence[Table] = ()
    is_whole: bool = True

    @classmethod
    def of(cls, hit: Hit, passage: PassageRecord, tables: Sequence[Table] = (), is_whole: bool = True) -> Section:
        """The section of a hit, which keeps the hit's scores; ``is_whole`` where all of it was short enough."""
        return cls(passage, hit.score, hit.similarity, hit.bm25, hit.relevance, tables, is_whole)


class Scores(NamedTuple):
    """Cosines, and BM25 scores, by the ids of passages."""

    similarity: dict[int, float]
    bm25: dict[int, float]


class Retriever:
    """Searches the passages of one collection that apply on one day, and ranks them by a recipe; the best of them anew
    by a ``reranker``, if there is one."""

    def __init__(
        self,
        database: Database,
        embedder: Embedder,
        index: DenseIndex,
        recipe: Recipe,
        reranker: Reranker | None = None,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._index = index
        self._recipe = recipe
        self._reranker = reranker
        # Runs while the words are looked up: both release the interpreter's lock for most of their time.
        # More at once than there are cores would only slow each other down.
        self._embedding = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embedding")
        self._searchables = Searchables()

    def search(self, query: Query) -> list[Hit]:
        """The passages of the ``k`` best sections, best first. Raises `corpus.errors.UnknownCollection`."""
        recipe, k = self._recipe, query.k
        embedded = self._embedding.submit(self._embedder.embed, [query.text])
        with self._database.reading() as session:
            self._index.refresh(session, wait=False)
            allowed = self._searchables.of(session, Scope.of(session, query)).ids
            scores = self._scored(session, query.text, embedded, allowed, max(recipe.candidates, 2 * k))
            passages, total = self._ranked(session, query.text, blend(scores.similarity, scores.bm25, recipe), k)
            relevance = self._relevances(query.text, passages[: recipe.reranked])
            # Those that a reranker has read come first, as it ranks them; the others follow as they were.
            read, unread = passages[: len(relevance)], passages[len(relevance) :]
            passages = [*sorted(read, key=lambda passage: -relevance[passage.id]), *unread]
            if recipe.widest is None:
                chosen = passages[:k]
            else:
                # A reranker's scale is not known: only its order is.
                ranked = [(each, -rank if relevance else total[each.id]) for rank, each in enumerate(passages)]
                beside = 0.0 if relevance else recipe.beside
                chosen = [
                    self._widened(
                        session, found, passage_store.section(session, found.passage) if recipe.whole_sections else ()
                    )
                    for found in collapse(ranked, k, recipe.widest, beside)
                ]
        return [
            Hit(each, total[each.id], scores.similarity.get(each.id), scores.bm25.get(each.id), relevance.get(each.id))
            for each in chosen
        ]

    def places(self, query: Query) -> Places | None:
        """The places that a question asks for by their number; None where it asks for something else. Raises
        `corpus.errors.UnknownCollection`."""
        with self._database.reading() as session:
            return places(session, query)

    def sections(self, hits: Sequence[Hit]) -> list[Section]:
        """Hits widened to what stands around them in their sections, as far as the recipe allows."""
        with self._database.reading() as session:
            return [self._section(session, hit) for hit in hits]

    def _section(self, session: Session, hit: Hit) -> Section:
        spans = passage_store.section(session, hit.passage)
        whole = self._widened(session, Found(hit.passage, hit.passage.start, hit.passage.end), spans)
        is_whole = all(whole.start <= start and end <= whole.end for start, end in spans)
        return Section.of(hit, whole, passage_store.tables(session, whole), is_whole)

    def _widened(self, session: Session, found: Found, section: Sequence[tuple[int, int]] = ()) -> PassageRecord:
        if self._recipe.widest is not None:
            grow(found, section, self._recipe.widest)
        if not found.is_wider:
            return found.passage
        return passage_store.widened(session, found.passage, found.start, found.end)

    def _ranked(
        self, session: Session, question: str, found: Mapping[int, float], k: int
    ) -> tuple[list[PassageRecord], dict[int, float]]:
        """The best of the passages ``found``, by their scores and what their wording is worth, best first; and these
        scores of all of them."""
        recipe, said, scores = self._recipe, pairs(question), dict(found)
        best = sorted(scores, key=lambda passage_id: (-scores[passage_id], passage_id))
        if recipe.reference_weight and (wanted := references(question)):
            # What the question names may have been found far down.
            for passage_id, heading in passage_store.headings(session, best[:NAMED_AMONG]).items():
                scores[passage_id] += recipe.reference_weight * named(heading, wanted)
            best.sort(key=lambda passage_id: (-scores[passage_id], passage_id))
        reranked = recipe.reranked if self._reranker else 0
        passages = passage_store.passages(session, best[: max(recipe.considered, reranked, 6 * k)])
        if recipe.pair_weight and said:
            for passage in passages:
                scores[passage.id] += recipe.pair_weight * shared(said, passage.heading, passage.text)
        return sorted(passages, key=lambda passage: (-scores[passage.id], passage.id)), scores

    def _relevances(self, question: str, passages: Sequence[PassageRecord]) -> dict[int, float]:
        """What the reranker holds of each passage; nothing without one."""
        if self._reranker is None:
            return {}
        texts = [indexed_text(each.heading, each.context, each.text) for each in passages]
        ids = [each.id for each in passages]
        return dict(zip(ids, self._reranker.relevances(question, texts), strict=True))

    def _scored(
        self,
        session: Session,
        question: str,
        embedded: Future[Vectors],
        allowed: Ids,
        limit: int,
    ) -> Scores:
        """Cosines and BM25 of the ``limit`` best by each of the searches that the recipe takes account of; to the words
        belong other spellings of the question's numbers."""
        similarity: dict[int, float] = {}
        bm25: dict[int, float] = {}
        if self._recipe.lexical_weight:
            words = " ".join([question, *spellings(question)])
            bm25 = dict(lexical.search(session, words, allowed, limit))
        [vector] = embedded.result()
        if self._recipe.similarity_weight:
            similarity = dict(self._index.search(vector, allowed, limit))
        similarity |= self._index.similarities(vector, sorted(bm25.keys() - similarity.keys()))
        return Scores(similarity, bm25)
