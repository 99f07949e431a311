"""Two scorings made one."""

from __future__ import annotations

from collections.abc import Mapping

from retrieval.ranking_recipe import Recipe


def blend(similarities: Mapping[int, float], bm25: Mapping[int, float], recipe: Recipe) -> dict[int, float]:
    """Items' scores by a recipe: cosines, and BM25 over the largest BM25, each with its weight; the missing of either
    being 0.

    A cosine means the same for every question, and a BM25 doesn't, so only the latter is scaled. Ranks alone
    (reciprocal rank fusion) would throw away by how much the first is better than the second.
    """
    best = max(bm25.values(), default=0.0)
    scale = recipe.lexical_weight / best if best > 0 else 0.0
    return {
        item: recipe.similarity_weight * similarities.get(item, 0.0) + scale * bm25.get(item, 0.0)
        for item in {**similarities, **bm25}
    }
