"""The dense index: vectors on disk and in memory, derived from the embeddings in the database."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus import store
from corpus.catalogue import Catalogue
from corpus.files import put, replacing, unfinished
from corpus.store import State
from retrieval.ann import Ids, Lists, Ranked, VectorIndex
from retrieval.embedder import Vectors
from retrieval.errors import IndexNotSaved
from retrieval.schema import Embedding

log = logging.getLogger(__name__)

# Rows read from the database at once.
BATCH = 500


class Manifest(BaseModel):
    """What the index file beside it holds. ``database`` and ``generation`` are the database's state that it shows;
    without ``lists`` it is exact."""

    model: str
    dimension: int
    count: int
    lists: Lists | None = None
    database: str
    generation: int
    file: str
    sha256: str


class DenseIndex:
    """Cosine similarity over all passages, whose ids are those of the vectors; `VectorIndex` says how exact it is.

    The database is the truth: `refresh` makes the index agree with it, whatever the files hold or whether they exist.
    Searches go on meanwhile.
    """

    def __init__(self, folder: Path, model: str, dimension: int) -> None:
        self._folder = folder
        self._model = model
        self._dimension = dimension
        # Held by whoever changes, rebuilds or saves the vectors, which may take minutes.
        self._changing = threading.Lock()
        # Held for the moment in which vectors are added, removed or searched.
        self._lock = threading.Lock()
        self._state = State(database="", revision=-1)
        # What is stored, and what of it isn't in here; None until both have been listed.
        self._catalogue = Catalogue()
        self._unembedded: Ids | None = None
        self._vectors = self._load() or VectorIndex.empty(dimension)

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def ids(self) -> Ids:
        """Ids of the passages in the index, ascending."""
        with self._lock:
            return self._vectors.ids

    @property
    def lists(self) -> Lists | None:
        """How the vectors are searched; None is one by one."""
        return self._vectors.lists

    def refresh(
        self, session: Session, wait: bool = True, on_progress: Callable[[int, int], None] = lambda done, total: None
    ) -> bool:
        """Add and remove what the database has gained and lost. Returns whether anything had to be done.

        With ``wait`` the index agrees with the database in the end, and is rebuilt if it has outgrown its form.
        Without, the latter goes on in a thread, and where another one is at work the index stays as it is for now.
        ``on_progress`` is told how many vectors are added, of how many.
        """
        if store.state(session) == self._state or not self._changing.acquire(blocking=wait):
            return False
        try:
            changed = self._agree(session, on_progress)
        finally:
            self._changing.release()
        if not self._vectors.is_fit:
            if wait:
                self._rebuild()
            else:
                threading.Thread(target=self._rebuild, daemon=True).start()
        return changed

    def search(self, vector: Vectors, allowed: Ids, limit: int) -> list[Ranked]:
        """The passages among ``allowed`` (ids) nearest to ``vector``, shape (dimension,), best first."""
        with self._lock:
            return self._vectors.search(vector, allowed, limit)

    def similarities(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosines of ``vector``, shape (dimension,), with those of the passages ``ids`` that the index has."""
        with self._lock:
            return self._vectors.similarities(vector, ids)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of passages that the index has, shape (len(ids), dimension)."""
        with self._lock:
            return self._vectors.vectors(ids)

    def forget(self) -> None:
        """Let go of everything, so that the next `refresh` reads everything from the database."""
        with self._changing, self._lock:
            self._vectors, self._state = VectorIndex.empty(self._dimension), State(database="", revision=-1)
            self._unembedded = None

    def save(self) -> None:
        """Write the index, then the manifest that names it; a reader finds the old pair or the new one, never a mix.

        Does nothing where another process has saved a newer state of the same database.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._changing, self._alone(fcntl.LOCK_EX):
                if not self._is_older():
                    self._write()
        except (OSError, RuntimeError) as error:  # FAISS raises the latter for a full disk
            raise IndexNotSaved(
                f"The index can't be written to {self._folder} ({getattr(error, 'strerror', None) or error}): check "
                "that data_dir is writable and has room."
            ) from error

    def _agree(self, session: Session, on_progress: Callable[[int, int], None]) -> bool:
        """Take over the difference, in small steps between which searches come through."""
        state = store.state(session)
        if state.database != self._state.database:
            # Ids of another database are those of other passages.
            self._unembedded = None
            with self._lock:
                self._vectors = VectorIndex.empty(self._dimension)
        # Until all is taken over it isn't known what is missing: after any failure, all is listed again.
        known, self._unembedded = self._unembedded, None
        gone, new, missing = self._difference(session, known)
        if len(gone):
            with self._lock:
                self._vectors.remove(gone)
        for at in range(0, len(new), BATCH):
            ids, vectors = embeddings(session, self._model, new[at : at + BATCH], self._dimension)
            if len(ids):
                with self._lock:
                    self._vectors.add(ids, vectors)
                missing = _without(missing, ids)
            on_progress(min(at + BATCH, len(new)), len(new))
        self._unembedded, self._state = missing, state
        return bool(len(gone) or len(new))

    def _difference(self, session: Session, known: Ids | None) -> tuple[Ids, Ids, Ids]:
        """The ids that it has and the database has no more, those that it has to take in, and all that it hasn't.

        Where it isn't ``known`` what was missing, all embeddings are listed. Otherwise only those are looked for that
        were, as a passage that has one keeps it as long as it exists.
        """
        if known is None:
            self._catalogue.forget()
            _, stored = self._catalogue.refresh(session)
            embedded, held = embedded_ids(session, self._model), self._vectors.ids
            missing = _without(stored, np.intersect1d(held, embedded))
            return _without(held, embedded), np.intersect1d(embedded, missing), missing
        gone, stored = self._catalogue.refresh(session)
        held_and_gone, missing = _without(gone, known), _without(known, gone)
        if len(stored):
            missing = np.union1d(missing, _without(stored, self._vectors.ids))
        new = np.intersect1d(embedded_ids(session, self._model, int(missing[0])), missing) if len(missing) else missing
        return held_and_gone, new, missing

    def _rebuild(self) -> None:
        with self._changing:
            if self._vectors.is_fit:
                return  # Another thread has been quicker.
            rebuilt = self._vectors.rebuilt()
            with self._lock:
                self._vectors = rebuilt

    def _write(self) -> None:
        for leftover in leftovers(self._folder):
            leftover.unlink(missing_ok=True)
        with unfinished(self._folder / "dense") as temporary:
            self._vectors.write(temporary)
            sha256 = _sha256(temporary)
            manifest = Manifest(
                model=self._model,
                dimension=self._dimension,
                count=len(self),
                lists=self.lists,
                database=self._state.database,
                generation=self._state.revision,
                file=f"dense-{self._state.revision}-{sha256[:12]}.faiss",
                sha256=sha256,
            )
            put(temporary, self._folder / manifest.file)
        with replacing(self._folder / "manifest.json") as temporary:
            temporary.write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        for old in self._folder.glob("dense-*.faiss"):
            if old.name != manifest.file:
                old.unlink(missing_ok=True)

    def _load(self) -> VectorIndex | None:
        """The saved index where it is whole and of this model; the generation it stands for is taken over with it."""
        if not (self._folder / "manifest.json").exists():
            return None
        try:
            with self._alone(fcntl.LOCK_SH):
                manifest = self._manifest()
                path = self._folder / manifest.file
                if _sha256(path) != manifest.sha256:
                    log.warning("The saved index is damaged; rebuilding it from the database.")
                    return None
                if (manifest.model, manifest.dimension) != (self._model, self._dimension):
                    return None
                vectors = VectorIndex.read(path, manifest.lists)
        except (OSError, ValueError, ValidationError) as error:
            log.warning("The saved index can't be read (%s); rebuilding it from the database.", error)
            return None
        self._state = State(manifest.database, manifest.generation)
        return vectors

    def _manifest(self) -> Manifest:
        return Manifest.model_validate_json((self._folder / "manifest.json").read_bytes())

    def _is_older(self) -> bool:
        try:
            saved = self._manifest()
        except (OSError, ValueError):
            return False
        ours = (self._model, self._dimension, self._state.database)
        is_whole = (self._folder / saved.file).exists()
        return (
            is_whole
            and (saved.model, saved.dimension, saved.database) == ours
            and saved.generation > self._state.revision
        )

    @contextmanager
    def _alone(self, operation: int) -> Iterator[None]:
        """Wait until no other process writes the folder (or, to write it, uses it); a process that dies lets go."""
        with (self._folder / ".lock").open("a") as file:
            fcntl.flock(file, operation)
            yield


def _without(ids: Ids, others: Ids) -> Ids:
    return np.setdiff1d(ids, others, assume_unique=True)


def embedded_ids(session: Session, model: str, first: int = 0) -> Ids:
    """Ids of the passages that a model has embedded, from the id ``first`` on, ascending."""
    these = select(Embedding.passage_id).where(Embedding.passage_id >= first, Embedding.model == model)
    rows = session.scalars(these.execution_options(yield_per=10_000))
    return np.sort(np.fromiter(rows, dtype=np.int64))


def embeddings(session: Session, model: str, ids: Ids, dimension: int) -> tuple[Ids, Vectors]:
    """The stored vectors of ``ids``, shape (n, dimension), and the ids that they are of. Left out are those that were
    deleted since the ids were listed, and those that are no vectors of that length."""
    rows = session.execute(
        select(Embedding.passage_id, Embedding.vector).where(
            Embedding.model == model, Embedding.passage_id.in_(ids.tolist())
        )
    )
    whole = {row.passage_id: row.vector for row in rows if len(row.vector) == 4 * dimension}
    vectors = np.frombuffer(b"".join(whole.values()), dtype="<f4").reshape(-1, dimension)
    return np.fromiter(whole, dtype=np.int64), vectors


def leftovers(folder: Path) -> list[Path]:
    """What a process that died while saving an index has left in its folder."""
    return [*folder.glob(".dense*"), *folder.glob(".manifest*")]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
