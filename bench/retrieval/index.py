"""The dense index at a size: how fast, how right and how large.

The vectors are made, in clusters of clusters as those of passages are: documents about a subject, sections of a
document, passages of a section, each a random unit vector around that of the level above. Uniform noise would have no
neighbours worth finding. Questions are made as passages are, further from their section, and are not in the index.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from retrieval.ann import DEPTH, Ids, VectorIndex
from retrieval.embedder import Vectors

DIMENSION = 384
SUBJECTS, PASSAGES_OF_A_SECTION, SECTIONS_OF_A_DOCUMENT = 200, 8, 25
# How far each level lies from the one above: the length of the noise that is added to a unit vector. With these, a
# passage's cosine is about .67 with its section's passages, .45 with its document's and .18 with its subject's.
OF_DOCUMENT, OF_SECTION, OF_PASSAGE, OF_QUESTION = 1.2, 0.7, 0.7, 0.9
BATCH = 50_000


def main(arguments: Sequence[str]) -> int:
    """Measure what ``arguments`` ask for, and print it; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval index", description=__doc__)
    parser.add_argument("--vectors", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--questions", type=int, default=500, metavar="N")
    options = parser.parse_args(arguments)
    if min(options.vectors, options.questions) < 1:
        parser.error("--vectors and --questions must be at least 1")
    passages = _Passages(options.vectors)
    index = VectorIndex.empty(DIMENSION)
    before = _megabytes()
    for ids, vectors in passages:
        index.add(ids, vectors)
    questions = passages.questions(options.questions)
    allowed = np.arange(1, len(index) + 1)
    some = np.random.default_rng(2).random(len(allowed)) < 0.01
    print(f"{len(index)} vectors of {DIMENSION} numbers")
    exact = _measure("exact", index, questions, allowed)
    exact_of_some = _measure("exact, 1 of 100 allowed", index, questions, allowed[some])
    if not index.is_fit:
        began = time.monotonic()
        index = index.rebuilt()
        print(f"rebuilt in {time.monotonic() - began:.0f} s: {index.lists}")
        _measure("in lists", index, questions, allowed, exact)
        _measure("in lists, 1 of 100 allowed", index, questions, allowed[some], exact_of_some)
    print(f"memory of the index: {_megabytes() - before} MB; most while it was made: {_peak() - before} MB")
    return 0


def _measure(
    name: str, index: VectorIndex, questions: Vectors, allowed: Ids, exact: Sequence[set[int]] = ()
) -> list[set[int]]:
    """Search for each question and print what it took; returns the ids that were found first."""
    took, found = [], []
    for question in questions:
        began = time.perf_counter()
        ranked = index.search(question, allowed, 100)
        took.append(1000 * (time.perf_counter() - began))
        found.append({each.passage_id for each in ranked[:DEPTH]})
    p50, p95 = np.percentile(took, [50, 95])
    recall = np.mean([len(a & b) / len(b) for a, b in zip(found, exact, strict=True)]) if exact else 1.0
    print(f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, recall@{DEPTH} {recall:.3f}", flush=True)
    return found


class _Passages:
    """Made vectors, the same each time, in batches: ids from 1, and unit vectors."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._random = np.random.default_rng(1)
        sections = -(-count // PASSAGES_OF_A_SECTION)
        documents = -(-sections // SECTIONS_OF_A_DOCUMENT)
        subjects = self._around(np.zeros((SUBJECTS, DIMENSION), dtype=np.float32), 1.0)
        of_documents = self._around(subjects[self._random.integers(SUBJECTS, size=documents)], OF_DOCUMENT)
        self._sections = self._around(np.repeat(of_documents, SECTIONS_OF_A_DOCUMENT, axis=0)[:sections], OF_SECTION)

    def __iter__(self) -> Iterator[tuple[Ids, Vectors]]:
        for at in range(0, self._count, BATCH):
            ids = np.arange(at, min(at + BATCH, self._count))
            yield ids + 1, self._around(self._sections[ids // PASSAGES_OF_A_SECTION], OF_PASSAGE)

    def questions(self, count: int) -> Vectors:
        """Vectors that aren't among those of the passages."""
        return self._around(self._sections[self._random.integers(len(self._sections), size=count)], OF_QUESTION)

    def _around(self, centres: Vectors, distance: float) -> Vectors:
        noise = self._random.standard_normal(centres.shape, dtype=np.float32) * np.float32(distance / DIMENSION**0.5)
        vectors = centres + noise
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _megabytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 10**6


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 10**6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
