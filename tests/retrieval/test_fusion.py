"""Reciprocal rank fusion, against its formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import reciprocal_rank_fusion

rankings = st.lists(st.lists(st.integers(0, 9), unique=True, max_size=8), max_size=3)


@given(rankings, st.integers(1, 100))
def test_scores_are_sums_of_reciprocal_ranks(lists: list[list[int]], constant: int) -> None:
    fused = dict(reciprocal_rank_fusion(lists, constant))
    assert set(fused) == {item for ranking in lists for item in ranking}
    for item, score in fused.items():
        assert score == pytest.approx(sum(1 / (constant + r.index(item) + 1) for r in lists if item in r))


def test_what_both_searches_find_comes_first() -> None:
    assert [item for item, _ in reciprocal_rank_fusion([[1, 2, 3], [4, 2]])] == [2, 1, 4, 3]
