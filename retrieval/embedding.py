"""Embeddings for all passages that have none yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from corpus.database import Database
from corpus.schema import JobFile, Page, Passage, Version
from retrieval.embedder import Embedder, Vectors
from retrieval.schema import Embedding

WINDOW = 2048  # passages sorted by length, so that those of one batch are about as long
BATCH = 64  # passages of one transaction


@dataclass(frozen=True)
class EmbeddingProgress:
    """Passages embedded so far, of how many that had no embedding."""

    done: int
    total: int


def count_missing(session: Session, model: str) -> int:
    """Passages without an embedding by ``model``."""
    return session.scalar(select(func.count()).select_from(Passage).where(_lacks(model))) or 0


def count_embedded(session: Session, model: str, job_ids: Sequence[int]) -> dict[int, int]:
    """For each job, how many of the passages that it wrote have an embedding by ``model``."""
    written = select(JobFile.job_id, func.count().label("passages")).join(Version, JobFile.version_id == Version.id)
    embedded = written.join(Page).join(Passage).join(Embedding).where(Embedding.model == model)
    rows = session.execute(embedded.where(JobFile.job_id.in_(job_ids)).group_by(JobFile.job_id))
    return dict.fromkeys(job_ids, 0) | {row.job_id: row.passages for row in rows}


def embed_missing(database: Database, embedder: Embedder) -> Iterator[EmbeddingProgress]:
    """Embed what has no embedding by this model yet, one transaction for each batch.

    A process that dies in between loses one batch of work and nothing else; two that run at once do no harm.
    """
    with database.reading() as session:
        total = count_missing(session, embedder.identity)
    done = after = 0
    while window := _window(database, embedder.identity, after):
        after = max(window)
        ids = sorted(window, key=lambda i: len(window[i]))
        for at in range(0, len(ids), BATCH):
            batch = ids[at : at + BATCH]
            _store(database, embedder.identity, batch, embedder.embed([window[i] for i in batch]))
            done += len(batch)
            yield EmbeddingProgress(done, max(total, done))


def indexed_text(heading: str, context: str, text: str) -> str:
    """What of a passage is embedded: its heading path and table header say what the text alone may not."""
    return "\n".join(part for part in (heading, context, text) if part)


def _lacks(model: str) -> ColumnElement[bool]:
    return ~select(Embedding.passage_id).where(Embedding.passage_id == Passage.id, Embedding.model == model).exists()


def _window(database: Database, model: str, after: int) -> dict[int, str]:
    """The next passages without an embedding: what is to be embedded, by id."""
    columns = select(Passage.id, Passage.heading, Passage.context, Passage.text)
    with database.reading() as session:
        rows = session.execute(
            columns.where(Passage.id > after, _lacks(model)).order_by(Passage.id).limit(WINDOW)
        ).all()
    return {row.id: indexed_text(row.heading, row.context, row.text) for row in rows}


def _store(database: Database, model: str, ids: list[int], vectors: Vectors) -> None:
    """Store the vectors of those passages that are still there and still have none."""
    by_id = {i: vector.tobytes() for i, vector in zip(ids, vectors, strict=True)}
    with database.changing_corpus() as session:
        wanted = session.scalars(select(Passage.id).where(Passage.id.in_(by_id), _lacks(model)))
        new = [{"passage_id": i, "model": model, "vector": by_id[i]} for i in wanted]
        if new:
            session.execute(insert(Embedding), new)
