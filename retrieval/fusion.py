"""Two scorings made one."""

from __future__ import annotations

from collections.abc import Mapping


def blend(similarities: Mapping[int, float], bm25: Mapping[int, float], lexical_weight: float) -> dict[int, float]:
    """Items' scores: similarity + ``lexical_weight`` * BM25 over the largest BM25, the missing of either being 0.

    A cosine means the same for every question, and a BM25 doesn't, so only the latter is scaled. docs/retrieval.md
    compares this with reciprocal rank fusion, which throws away by how much the first is better than the second.
    """
    best = max(bm25.values(), default=0.0)
    scale = lexical_weight / best if best > 0 else 0.0
    return {item: similarities.get(item, 0.0) + scale * bm25.get(item, 0.0) for item in {**similarities, **bm25}}
