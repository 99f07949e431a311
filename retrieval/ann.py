"""Nearest vectors by FAISS: exact while that is quick, then in inverted lists that are searched as far as it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil, sqrt
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from retrieval.embedder import Vectors

Ids = npt.NDArray[np.int64]

EXACT_UP_TO = 50_000
# Lists made for so many vectors serve until there are that many times more: then they are long and their centres old.
GROWTH = 2
# Vectors for each list, and rounds, in which the lists' centres are found.
TRAINED_WITH, ROUNDS = 40, 10
RECALL, DEPTH, ASKED = 0.97, 10, 200
# Questions are farther from passages than passages from each other, so they need this many times the lists: with
# ObliQA's 14,154 passages in 238 lists, passages asked as questions needed 11 for a recall of .97, and its questions 32
# for .95.
FURTHER = 3
BATCH = 20_000
SEED = 5


class Ranked(NamedTuple):
    """A passage's id and its score by one kind of search; larger is better."""

    passage_id: int
    score: float


class Lists(BaseModel, frozen=True):
    """Inverted lists: a vector lies in the one of ``nlist`` lists whose centre is nearest, and the ``nprobe`` lists
    nearest to a question are searched. That finds the share ``recall`` of the ten vectors that are really nearest,
    asked with the vectors themselves. ``made_for`` is how many there were."""

    nlist: int
    nprobe: int
    recall: float
    made_for: int


class VectorIndex:
    """Unit vectors under ids, found by the largest dot product. Exact without ``lists``.

    Searching in several threads is safe, and so is reading vectors meanwhile; adding and removing is not.
    """

    def __init__(self, index: faiss.Index, lists: Lists | None = None) -> None:
        self._index = index
        self.lists = lists

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """An exact index with nothing in it."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def read(cls, path: Path, lists: Lists | None) -> VectorIndex:
        """What `write` has written, of an index with those lists."""
        return cls(faiss.read_index(str(path)), lists)

    def write(self, path: Path) -> None:
        """Write the vectors; raises RuntimeError where there is no room or no folder."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> Ids:
        """All ids, ascending."""
        if self.lists is None:
            return np.sort(faiss.vector_to_array(self._index.id_map))
        lists = self._index.invlists
        held = [faiss.rev_swig_ptr(lists.get_ids(i), lists.list_size(i)) for i in range(lists.nlist)]
        return np.sort(np.concatenate(held))

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Take in vectors, shape (len(ids), dimension), whose ids it doesn't have."""
        self._index.add_with_ids(vectors, ids)

    def remove(self, ids: Ids) -> None:
        """Let go of vectors."""
        self._index.remove_ids(ids)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of ids that it has, shape (len(ids), dimension)."""
        return self._index.reconstruct_batch(ids)

    def search(self, vector: Vectors, allowed: Ids, limit: int) -> list[Ranked]:
        """The ids among ``allowed`` nearest to ``vector``, shape (dimension,), best first: ``limit`` of them, or all
        those of ``allowed`` that it has.

        The fewer are allowed, the more lists are searched, so that about as many vectors are compared as without
        that filter; where the filter leaves few, that means all lists, and the result is exact.
        """
        if not len(allowed) or not len(self):
            return []
        selector = _selector(allowed)
        if self.lists is None:
            return self._found(vector, limit, faiss.SearchParameters(sel=selector))
        probes = min(ceil(self.lists.nprobe * max(1, len(self) / len(allowed))), self.lists.nlist)
        found = self._found(vector, limit, faiss.SearchParametersIVF(sel=selector, nprobe=probes))
        if probes < self.lists.nlist and len(found) < min(limit, len(allowed)):
            return self._found(vector, limit, faiss.SearchParametersIVF(sel=selector, nprobe=self.lists.nlist))
        return found

    def _found(self, vector: Vectors, limit: int, parameters: faiss.SearchParameters) -> list[Ranked]:
        with _threads(1):
            scores, ids = self._index.search(vector[None], limit, params=parameters)
        return [Ranked(int(i), float(score)) for i, score in zip(ids[0], scores[0], strict=True) if i >= 0]

    def similarities(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The dot products of ``vector``, shape (dimension,), with the vectors of those of ``ids`` that it has."""
        found: dict[int, float] = {}
        for i in ids:
            try:
                found[i] = float(self._index.reconstruct(i) @ vector)
            except RuntimeError:  # FAISS has no cheaper way of telling that it doesn't know an id
                continue
        return found

    @property
    def is_fit(self) -> bool:
        """Whether what it is made for is what it holds; `rebuilt` is, otherwise."""
        if self.lists is None:
            return len(self) <= EXACT_UP_TO
        # Somewhat fewer than would be exact now, so that one vector more or less doesn't turn it around each time.
        return EXACT_UP_TO / 2 < len(self) <= GROWTH * self.lists.made_for

    def rebuilt(self) -> VectorIndex:
        """Another index with the same vectors, as fits their number. This one can be searched meanwhile."""
        with _threads(os.cpu_count() or 1):
            if len(self) <= EXACT_UP_TO:
                new = VectorIndex.empty(self._index.d)
                self._copy_to(new)
                return new
            return self._in_lists()

    def _in_lists(self) -> VectorIndex:
        ids, nlist = self.ids, round(2 * sqrt(len(self)))
        chosen = np.random.default_rng(SEED)
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(self._index.d), self._index.d, nlist, faiss.METRIC_INNER_PRODUCT)
        index.cp.niter = ROUNDS
        sample = chosen.choice(ids, min(TRAINED_WITH * nlist, len(ids)), replace=False)
        index.train(self.vectors(sample))
        # By it, single vectors are found again and removed.
        index.set_direct_map_type(faiss.DirectMap.Hashtable)
        new = VectorIndex(index, Lists(nlist=nlist, nprobe=nlist, recall=1.0, made_for=len(ids)))
        self._copy_to(new)
        new.lists = _fewest_probes(index, new.vectors(chosen.choice(ids, ASKED, replace=False)))
        return new

    def _copy_to(self, new: VectorIndex) -> None:
        ids = self.ids
        for at in range(0, len(ids), BATCH):
            some = ids[at : at + BATCH]
            new.add(some, self.vectors(some))


def _fewest_probes(index: faiss.IndexIVFFlat, asked: Vectors) -> Lists:
    """`FURTHER` times the fewest lists that hold enough of what is nearest to each of ``asked``, which are in the
    index, is found."""

    def nearest(nprobe: int) -> Ids:
        parameters = faiss.SearchParametersIVF(nprobe=nprobe)
        # The first is the vector itself.
        return index.search(asked, DEPTH + 1, params=parameters)[1][:, 1:]

    exact = [set(row) for row in nearest(index.nlist)]

    def recall(nprobe: int) -> float:
        hits = [len(exact[at] & set(row)) for at, row in enumerate(nearest(nprobe))]
        return sum(hits) / (DEPTH * len(exact))

    nprobe = 1
    while nprobe < index.nlist and recall(nprobe) < RECALL:
        nprobe = min(ceil(1.3 * nprobe), index.nlist)
    nprobe = min(FURTHER * nprobe, index.nlist)
    return Lists(nlist=index.nlist, nprobe=nprobe, recall=round(recall(nprobe), 4), made_for=index.ntotal)


def _selector(ids: Ids) -> faiss.IDSelector:
    """One bit for each id up to the largest: it is made in a hundredth of the time that a hash of a million takes."""
    bits = np.zeros(int(ids.max()) + 1, dtype=bool)
    bits[ids] = True
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Let FAISS use so many threads. One question is answered sooner by one: it is too little work to share, and on a
    busy machine they wait for each other. The number is torch's too, so it is put back."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
