"""Two scorings are blended by their formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import blend
from retrieval.ranking_recipe import Recipe

scorings = st.dictionaries(st.integers(0, 9), st.floats(0.01, 30), max_size=8)


@given(scorings, scorings, st.floats(0, 1))
def test_scores_are_sums_of_what_each_search_says(similar: dict[int, float], bm25: dict[int, float], w: float) -> None:
    scores = blend(similar, bm25, Recipe(lexical_weight=w))
    assert scores.keys() == similar.keys() | bm25.keys()
    for item, score in scores.items():
        lexical = w * bm25.get(item, 0) / max(bm25.values()) if bm25 else 0
        assert score == pytest.approx(similar.get(item, 0) + lexical)


def test_words_decide_between_what_is_equally_similar_and_little_else() -> None:
    scores = blend({1: 0.6, 2: 0.55, 3: 0.3}, {2: 14.0, 3: 20.0}, Recipe(lexical_weight=0.1))
    assert sorted(scores, key=lambda item: -scores[item]) == [2, 1, 3]
    assert blend({}, {}, Recipe()) == {}
