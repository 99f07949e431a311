"""A search during an ingestion: what it takes when 64 passages have been embedded since the one before.

The passages are made, as those of ``index`` are. Three searches are timed after each batch: one that takes the batch
in, one that finds nothing changed, and one that knows nothing and lists all that is stored, as every search did that
followed a change before versions were looked at rather than passages.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from bench.retrieval.index import DIMENSION
from corpus import store
from corpus.content import Content, Page
from corpus.database import Database
from corpus.passages import PassageSpan
from corpus.reading import Reading
from corpus.store import Provenance
from retrieval.dense import DenseIndex
from retrieval.embedder import Vectors
from retrieval.embedding import BATCH
from retrieval.query import Query
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Retriever
from retrieval.schema import Embedding

PASSAGES_OF_A_DOCUMENT = 100


def main(arguments: Sequence[str]) -> int:
    """Measure what ``arguments`` ask for, and print it; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval ingestion", description=__doc__)
    parser.add_argument("--passages", type=int, default=50_000, metavar="N")
    parser.add_argument("--batches", type=int, default=20, metavar="N", help="batches embedded meanwhile")
    options = parser.parse_args(arguments)
    if min(options.passages, options.batches) < 1:
        parser.error("--passages and --batches must be at least 1")
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), options.passages, options.batches)
    return 0


class _Made:
    """Vectors that cost nothing: what is measured is not the model."""

    identity, dimension = "made", DIMENSION

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._random.standard_normal((len(texts), DIMENSION), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _measure(folder: Path, passages: int, batches: int) -> None:
    database, embedder = Database(f"sqlite:///{folder / 'made.db'}"), _Made()
    database.migrate()
    _store(database, passages, "stored")
    _embed(database, embedder, list(range(1, passages + 1)))
    _store(database, batches * BATCH, "new")

    def retriever() -> Retriever:
        index = DenseIndex(folder / "indexes", embedder.identity, embedder.dimension)
        return Retriever(database, embedder, index, Recipe())  # type: ignore[arg-type]

    def search(searcher: Retriever) -> None:
        searcher.search(Query("case7 fee7?", "default", date(2026, 1, 1), 4))

    kept = retriever()
    search(kept)
    kept._index.save()
    took: dict[str, list[float]] = {"after a batch": [], "nothing changed": [], "listing everything": []}
    for number in range(batches):
        _embed(database, embedder, [passages + number * BATCH + 1 + at for at in range(BATCH)])
        fresh = retriever()  # with the saved vectors, so that only the listing is its own
        for name, searcher in (("after a batch", kept), ("nothing changed", kept), ("listing everything", fresh)):
            took[name].append(_seconds(lambda searcher=searcher: search(searcher)))  # type: ignore[misc]
    print(f"{passages} passages, {batches} batches of {BATCH}")
    quiet = float(np.median(took["nothing changed"]))
    for name, seconds in took.items():
        p50, p95 = np.percentile(seconds, [50, 95])
        print(f"{name}: p50 {1000 * p50:.1f} ms, p95 {1000 * p95:.1f} ms, {p50 / quiet:.1f} times the quiet one")
    database.close()


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _store(database: Database, passages: int, name: str) -> None:
    for at in range(0, passages, PASSAGES_OF_A_DOCUMENT):
        sentences = [
            f"case{number} costs fee{number % 997}, and more on rainy days, as document {at} says."
            for number in range(at, min(at + PASSAGES_OF_A_DOCUMENT, passages))
        ]
        ends = [*accumulate(len(sentence) + 1 for sentence in sentences)]
        page = Page(1, "\n".join(sentences), ())
        spans = tuple(
            PassageSpan(1, end - 1 - len(sentence), end - 1, (name,))
            for sentence, end in zip(sentences, ends, strict=True)
        )
        with database.changing_corpus() as session:
            store.add_version(
                session,
                store.make_document(session, "default", f"{name}-{at}"),
                Reading(f"{name}-{at}", name, Content(name, (page,)), spans),
                Provenance("markdown", name),
                effective_from=None,
            )


def _embed(database: Database, embedder: _Made, ids: Sequence[int]) -> None:
    for at in range(0, len(ids), 5_000):
        some = ids[at : at + 5_000]
        vectors = embedder.embed([""] * len(some))
        rows = [
            {"passage_id": i, "model": embedder.identity, "vector": vector.tobytes()}
            for i, vector in zip(some, vectors, strict=True)
        ]
        with database.changing_corpus() as session:
            session.execute(insert(Embedding), rows)
