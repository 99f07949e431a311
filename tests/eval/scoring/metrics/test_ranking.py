"""Rankings are scored as trec_eval scores them."""

from __future__ import annotations

import math
import random

import pytest
import pytrec_eval

from eval.scoring.metrics.ranking import ndcg_at, recall_at, reciprocal_rank_at


def random_case(rng: random.Random) -> tuple[list[str], dict[str, int]]:
    """A ranking of distinct items, and graded relevant items of which some were not retrieved."""
    items = [f"d{at}" for at in range(rng.randint(2, 40))]
    ranked = rng.sample(items, rng.randint(1, len(items)))
    return ranked, {item: rng.randint(1, 4) for item in rng.sample(items, rng.randint(1, min(len(items), 12)))}


def test_the_values_are_those_of_trec_eval() -> None:
    cuts = (1, 2, 3, 5, 10, 30)
    measures = {f"{name}.{','.join(map(str, cuts))}" for name in ("recall", "ndcg_cut")} | {"recip_rank"}
    for seed in range(200):
        ranked, relevant = random_case(random.Random(seed))
        ranking = [[item] if item in relevant else [] for item in ranked]
        evaluator = pytrec_eval.RelevanceEvaluator({"q": relevant}, measures)
        # trec_eval goes by the scores, and orders equal ones by name.
        scores = {item: float(-rank) for rank, item in enumerate(ranked)}
        whole = evaluator.evaluate({"q": scores})["q"]
        for k in cuts:
            cut = evaluator.evaluate({"q": dict(list(scores.items())[:k])})["q"]
            ours = (
                recall_at(ranking, relevant, k),
                ndcg_at(ranking, relevant, k),
                reciprocal_rank_at(ranking, relevant, k),
            )
            theirs = whole[f"recall_{k}"], whole[f"ndcg_cut_{k}"], cut["recip_rank"]
            assert ours == pytest.approx(theirs, abs=1e-9), (seed, k)


TWO = {"a": 1, "b": 1}


def test_what_comes_again_counts_at_its_first_rank_only() -> None:
    again = [["a"], ["a"], ["b"]]
    assert recall_at(again, TWO, 2) == 0.5
    assert ndcg_at(again, TWO, 3) == pytest.approx((1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3)))
    assert ndcg_at([["a"], ["a"], ["a"]], {"a": 3}, 3) == 1.0


def test_one_result_may_hold_several() -> None:
    assert recall_at([["a", "b"]], TWO, 1) == 1.0
    assert ndcg_at([["a", "b"]], TWO, 5) == 1.0
    assert ndcg_at([[], ["a", "b"]], TWO, 5) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    )


def test_the_best_of_several_takes_the_rank_and_what_has_no_position_left_does_not_count() -> None:
    graded = {"low": 1, "high": 3}
    assert ndcg_at([["low", "high"]], graded, 5) == 1.0
    assert ndcg_at([["low", "high"]], graded, 1) == 1.0
    assert ndcg_at([["low"], ["high"]], graded, 1) == pytest.approx(1 / 3)
    graded["other"] = 1
    assert ndcg_at([[], ["low", "other"]], graded, 2) == pytest.approx((1 / math.log2(3)) / (3 + 1 / math.log2(3)))


def test_no_ranking_is_better_than_the_ideal_one() -> None:
    rng = random.Random(0)
    for _ in range(500):
        relevant = {key: rng.randint(1, 5) for key in "abcdefg"[: rng.randint(1, 7)]}
        ranking = [[key for key in relevant if rng.random() < 0.4] for _ in range(8)]
        for k in (1, 2, 3, 8):
            assert 0.0 <= ndcg_at(ranking, relevant, k) <= 1.0


def test_the_first_relevant_result_sets_the_reciprocal_rank() -> None:
    assert reciprocal_rank_at([[], [], ["b"], ["a"]], TWO, 10) == pytest.approx(1 / 3)
    assert reciprocal_rank_at([[], [], ["b"]], TWO, 2) == 0.0
    assert reciprocal_rank_at([], TWO, 2) == 0.0


def test_keys_that_are_not_relevant_are_passed_over() -> None:
    assert recall_at([["x", "a"]], TWO, 1) == 0.5
    assert reciprocal_rank_at([["x"], ["a"]], TWO, 5) == 0.5
    assert ndcg_at([["x"]], TWO, 5) == 0.0


@pytest.mark.parametrize("measure", [recall_at, reciprocal_rank_at, ndcg_at])
def test_without_a_relevant_item_or_a_rank_nothing_is_scored(measure) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="relevant item"):
        measure([["a"]], {}, 5)
    with pytest.raises(ValueError, match="rank 1 or later, not at 0"):
        measure([["a"]], TWO, 0)
