"""The dense index: a FAISS index on disk and in memory, derived from the embeddings in the database."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus import store
from corpus.store import State
from retrieval.embedder import Vectors
from retrieval.errors import IndexNotSaved
from retrieval.schema import Embedding

log = logging.getLogger(__name__)


class Ranked(NamedTuple):
    """A passage's id and its score by one kind of search; larger is better."""

    passage_id: int
    score: float


class Manifest(BaseModel):
    """What the index file beside it holds. ``database`` and ``generation`` are the database's state that it shows."""

    model: str
    dimension: int
    count: int
    database: str
    generation: int
    file: str
    sha256: str


class DenseIndex:
    """Cosine similarity over all passages, exact (`IndexIDMap2` of `IndexFlatIP`); ids are those of the passages.

    The database is the truth: `refresh` makes the index agree with it, whatever the files hold or whether they exist.
    """

    def __init__(self, folder: Path, model: str, dimension: int) -> None:
        self._folder = folder
        self._model = model
        self._dimension = dimension
        self._lock = threading.Lock()
        self._state = State(database="", generation=-1)
        self._index = self._load() or self._new()

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Ids of the passages in the index, ascending."""
        with self._lock:
            return np.sort(faiss.vector_to_array(self._index.id_map))

    def refresh(self, session: Session) -> bool:
        """Add and remove what the database has gained and lost. Returns whether anything had to be done."""
        state = store.state(session)
        if state == self._state:
            return False
        with self._lock:
            wanted = np.array(
                session.scalars(select(Embedding.passage_id).where(Embedding.model == self._model)).all(),
                dtype=np.int64,
            )
            if state.database != self._state.database:
                # Its ids are those of other passages.
                self._index = self._new()
            held = faiss.vector_to_array(self._index.id_map)
            gone, new = np.setdiff1d(held, wanted), np.setdiff1d(wanted, held)
            if len(gone):
                self._index.remove_ids(gone)
            for at in range(0, len(new), 500):
                by_id = self._vectors(session, new[at : at + 500])
                if by_id:
                    self._index.add_with_ids(np.stack(list(by_id.values())), np.array(list(by_id), dtype=np.int64))
            self._state = state
            return bool(len(gone) or len(new))

    def search(self, vector: Vectors, allowed: npt.NDArray[np.int64], limit: int) -> list[Ranked]:
        """The passages among ``allowed`` (ids) nearest to ``vector``, shape (dimension,), best first."""
        if not len(allowed):
            return []
        with self._lock:
            selector = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))
            scores, ids = self._index.search(vector[None], limit, params=selector)
        return [Ranked(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def similarities(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosines of ``vector``, shape (dimension,), with those of the passages ``ids`` that the index has."""
        found: dict[int, float] = {}
        with self._lock:
            for i in ids:
                try:
                    found[i] = float(self._index.reconstruct(i) @ vector)
                except RuntimeError:  # FAISS has no cheaper way of telling that it doesn't know an id
                    continue
        return found

    def save(self) -> None:
        """Write the index, then the manifest that names it; a reader finds the old pair or the new one, never a mix."""
        with self._lock:
            data = faiss.serialize_index(self._index).tobytes()
            manifest = Manifest(
                model=self._model,
                dimension=self._dimension,
                count=self._index.ntotal,
                database=self._state.database,
                generation=self._state.generation,
                file=f"dense-{self._state.generation}.faiss",
                sha256=hashlib.sha256(data).hexdigest(),
            )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _replace(self._folder / manifest.file, data)
            _replace(self._folder / "manifest.json", manifest.model_dump_json(indent=2).encode())
            for old in self._folder.glob("dense-*.faiss"):
                if old.name != manifest.file:
                    old.unlink(missing_ok=True)
        except OSError as error:
            raise IndexNotSaved(
                f"The index can't be written to {self._folder} ({error.strerror or error}): check that data_dir is "
                "writable and has room."
            ) from error

    def _load(self) -> faiss.IndexIDMap2 | None:
        """The saved index where it is whole and of this model; the generation it stands for is taken over with it."""
        path = self._folder / "manifest.json"
        if not path.exists():
            return None
        try:
            manifest = Manifest.model_validate(json.loads(path.read_bytes()))
            data = (self._folder / manifest.file).read_bytes()
        except (OSError, ValueError, ValidationError) as error:
            log.warning("The saved index can't be read (%s); making it anew from the database.", error)
            return None
        if hashlib.sha256(data).hexdigest() != manifest.sha256:
            log.warning("The saved index is damaged; making it anew from the database.")
            return None
        if (manifest.model, manifest.dimension) != (self._model, self._dimension):
            return None
        self._state = State(manifest.database, manifest.generation)
        return faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))

    def _new(self) -> faiss.IndexIDMap2:
        return faiss.IndexIDMap2(faiss.IndexFlatIP(self._dimension))

    def _vectors(self, session: Session, ids: npt.NDArray[np.int64]) -> dict[int, Vectors]:
        """Vectors by id; another process may have deleted some since ``ids`` were listed, and they are left out."""
        rows = session.execute(
            select(Embedding.passage_id, Embedding.vector).where(
                Embedding.model == self._model, Embedding.passage_id.in_([int(i) for i in ids])
            )
        )
        return {row.passage_id: np.frombuffer(row.vector, dtype="<f4") for row in rows}


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it holds all of ``data`` or what it held before."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
