"""Whether embeddings and indexes agree with the stored passages, and how to mend them where they don't."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from corpus import integrity
from corpus.database import Database
from retrieval import lexical
from retrieval.ann import Ids
from retrieval.dense import BATCH, DenseIndex, embedded_ids, embeddings, leftovers
from retrieval.embedder import Embedder
from retrieval.embedding import count_missing, embed_missing
from retrieval.schema import Embedding

# Told what is going on, how much of it is done, and of how much; None where that isn't known.
Progress = Callable[[str, int, int | None], None]
MEND = "run citewell doctor --repair"


class Part(Enum):
    """What a finding is about."""

    PASSAGES = auto()
    TIMELINE = auto()
    EMBEDDINGS = auto()
    OTHER_MODEL = auto()
    LEXICAL_INDEX = auto()
    DENSE_INDEX = auto()


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do about it. Embeddings of another model are worth knowing of, and no fault."""

    part: Part
    what: str
    advice: str

    @property
    def is_fault(self) -> bool:
        """Whether something is wrong."""
        return self.part is not Part.OTHER_MODEL


class Doctor:
    """Examines a database and the dense index of it in ``folder``. Passages and pages are never changed or deleted."""

    def __init__(self, database: Database, embedder: Embedder, folder: Path, progress: Progress) -> None:
        self._database = database
        self._embedder = embedder
        self._folder = folder
        self._progress = progress

    def examine(self) -> list[Finding]:
        """All that is to be said, most fundamental first."""
        with self._database.reading() as session:
            self._progress("Examining the documents", 0, None)
            found = list(_documents(session))
            self._progress("Examining the index of words", 0, None)
            if not lexical.is_sound(session):
                found.append(Finding(Part.LEXICAL_INDEX, "The index of words is not that of the stored passages", MEND))
        with self._database.reading() as session:
            found += self._embeddings(session)
            found += self._dense(session)
        self._progress("", 0, None)
        return found

    def repair(self, findings: list[Finding]) -> Iterator[str]:
        """Rebuild what is derived and faulty, and say what was done, step by step."""
        parts = {finding.part for finding in findings}
        if Part.TIMELINE in parts:
            with self._database.changing_corpus() as session:
                for document in integrity.broken_timelines(session):
                    integrity.mend_timeline(document)
            yield "The versions' last days follow from their first days again."
        if Part.LEXICAL_INDEX in parts:
            self._progress("Rebuilding the index of words", 0, None)
            with self._database.changing_corpus() as session:
                lexical.rebuild(session)
            yield "The index of words was rebuilt from the passages."
        if Part.EMBEDDINGS in parts:
            yield f"Embedded: {_counted(self._embed(), 'passage')}."
        if parts & {Part.EMBEDDINGS, Part.DENSE_INDEX}:
            index = self._index()
            index.forget()
            with self._database.reading() as session:
                index.refresh(session, on_progress=lambda done, all_: self._progress("Indexing", done, all_))
            index.save()
            yield f"The dense index was rebuilt: {_counted(len(index), 'passage')}."
        self._progress("", 0, None)

    def _index(self) -> DenseIndex:
        return DenseIndex(self._folder, self._embedder.identity, self._embedder.dimension)

    def _embeddings(self, session: Session) -> Iterator[Finding]:
        model = self._embedder.identity
        if missing := count_missing(session, model):
            yield Finding(Part.EMBEDDINGS, f"No embedding is stored of {_counted(missing, 'passage')}", MEND)
        if bad := len(self._bad(session)):
            yield Finding(Part.EMBEDDINGS, f"No vector of length 1 stands in {_counted(bad, 'embedding')}", MEND)
        others = select(Embedding.model, func.count()).where(Embedding.model != model).group_by(Embedding.model)
        for name, count in session.execute(others):
            yield Finding(
                Part.OTHER_MODEL,
                f"The database holds {_counted(count, 'embedding')} by {name}, which is not the configured model",
                "nothing needs to be done: they serve again if embedder.path names it",
            )

    def _dense(self, session: Session) -> Iterator[Finding]:
        for path in leftovers(self._folder):
            yield Finding(Part.DENSE_INDEX, f"{path} was left by a process that died while saving the index", MEND)
        stored = embedded_ids(session, self._embedder.identity)
        index = self._index()
        if len(stored) and not len(index):
            yield Finding(Part.DENSE_INDEX, "No dense index is saved that can be read", MEND)
            return
        # What was stored since the index was saved is no fault: every search takes it over first.
        index.refresh(session)
        if not np.array_equal(index.ids, stored):
            lacking, more = len(np.setdiff1d(stored, index.ids)), len(np.setdiff1d(index.ids, stored))
            what = f"The dense index lacks {_counted(lacking, 'embedded passage')} and has {more:,} too many"
            yield Finding(Part.DENSE_INDEX, what, MEND)
        elif different := self._different(session, index):
            what = f"The dense index has another vector than the database for {_counted(different, 'passage')}"
            yield Finding(Part.DENSE_INDEX, what, MEND)

    def _bad(self, session: Session) -> Ids:
        """Ids of the passages whose embedding can't be one."""
        bad = [np.array([], dtype=np.int64)]
        for some in self._batches(session):
            ids, vectors = embeddings(session, self._embedder.identity, some, self._embedder.dimension)
            is_good = np.abs(np.linalg.norm(vectors, axis=1) - 1) < 0.01  # False for a NaN
            bad.append(np.setdiff1d(some, ids[is_good]))
        return np.concatenate(bad)

    def _different(self, session: Session, index: DenseIndex) -> int:
        different = 0
        for some in self._batches(session):
            ids, vectors = embeddings(session, self._embedder.identity, some, self._embedder.dimension)
            different += int((index.vectors(ids) != vectors).any(axis=1).sum())
        return different

    def _batches(self, session: Session) -> Iterator[Ids]:
        ids = embedded_ids(session, self._embedder.identity)
        for at in range(0, len(ids), BATCH):
            self._progress("Examining the embeddings", at, len(ids))
            yield ids[at : at + BATCH]

    def _embed(self) -> int:
        """Embed what has no embedding, or none that can be one; returns how many that were."""
        with self._database.changing_corpus() as session:
            bad, model = self._bad(session).tolist(), self._embedder.identity
            # A database takes only so many values in one statement.
            for at in range(0, len(bad), BATCH):
                some = Embedding.passage_id.in_(bad[at : at + BATCH])
                session.execute(delete(Embedding).where(Embedding.model == model, some))
        done = 0
        for step in embed_missing(self._database, self._embedder):
            self._progress("Embedding passages", step.done, step.total)
            done = step.done
        return done


def _documents(session: Session) -> Iterator[Finding]:
    for name, count in integrity.misplaced_passages(session):
        what = f"Another text than the page's stands in {_counted(count, 'passage')} of {name}"
        yield Finding(Part.PASSAGES, what, f"read it again with citewell documents reread {name}")
    for document in integrity.broken_timelines(session):
        what = f"The versions of {document.name} do not end where the next begins"
        yield Finding(Part.TIMELINE, what, MEND)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
