"""Confidence is judged by whether it tells right from wrong, and by what abstaining would gain."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from eval.scoring.metrics.abstention import (
    Bin,
    Point,
    PrecisionRecall,
    area_under_risk_coverage,
    auroc,
    calibration,
    precision_recall,
    risk_coverage,
)


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    # Pairs: 0.9 > 0.8, 0.9 > 0.1, 0.5 < 0.8, 0.5 > 0.1.
    assert auroc([0.9, 0.8, 0.5, 0.1], [True, False, True, False]) == 0.75
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert auroc([2, 1], [True, False]) == 1.0


def test_auroc_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    for size in range(5, 60):
        scores, positive = rng.integers(0, 10, size) / 10, rng.random(size) < 0.4
        positive[:2] = True, False
        assert auroc(list(scores), list(positive)) == pytest.approx(roc_auc_score(positive, scores), abs=1e-12)


@pytest.mark.parametrize("positive", [True, False])
def test_auroc_needs_both_classes(positive: bool) -> None:
    with pytest.raises(ValueError, match="both classes"):
        auroc([0.1, 0.2], [positive, positive])


def test_risk_falls_as_less_is_answered() -> None:
    points = risk_coverage([0.2, 0.9, 0.7, 0.4], [False, True, True, True])
    assert points == [Point(0.25, 0.0, 0.9), Point(0.5, 0.0, 0.7), Point(0.75, 0.0, 0.4), Point(1.0, 0.25, 0.2)]
    assert area_under_risk_coverage(points) == 0.25 * 0.25


def test_questions_of_equal_confidence_are_answered_together() -> None:
    points = risk_coverage([0.5, 0.9, 0.5, 0.5], [False, True, True, False])
    assert points == [Point(0.25, 0.0, 0.9), Point(1.0, 0.5, 0.5)]
    assert area_under_risk_coverage(points) == 0.75 * 0.5


def test_the_area_is_the_mean_risk_over_all_coverages() -> None:
    rng = np.random.default_rng(0)
    confidence, correct = rng.random(50), rng.random(50) < 0.6
    wrong = ~correct[np.argsort(-confidence)]
    mean = np.mean([wrong[: n + 1].mean() for n in range(50)])
    assert area_under_risk_coverage(risk_coverage(list(confidence), list(correct))) == pytest.approx(mean)


def test_calibration_compares_confidence_with_accuracy_in_each_bin() -> None:
    bins, error = calibration([0.95, 0.85, 0.05, 0.25], [True, False, False, True], bins=2)
    assert bins == [
        Bin(0.0, 0.5, pytest.approx(0.15), 0.5, 2),
        Bin(0.5, 1.0, pytest.approx(0.9), 0.5, 2),
    ]
    assert error == pytest.approx(0.5 * 0.35 + 0.5 * 0.4)


def test_bins_are_weighted_by_their_questions_and_empty_ones_left_out() -> None:
    bins, error = calibration([1.0, 1.0, 1.0, 0.0], [True, True, False, True])
    assert [(b.low, b.high, b.n) for b in bins] == [(0.0, 0.1, 1), (0.9, 1.0, 3)]
    assert error == pytest.approx((1 * 1 + 3 * (1 / 3)) / 4)


def test_a_confidence_at_an_edge_is_in_the_bin_above() -> None:
    bins, _ = calibration([at / 10 for at in range(11)], [True] * 11)
    assert [b.n for b in bins] == [1] * 9 + [2]
    assert [b.low for b in bins] == [at / 10 for at in range(10)]


@pytest.mark.parametrize("confidence", [1.2, -0.1, float("nan")])
def test_a_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(ValueError, match=r"probability.*(1\.2|-0\.1)|not a number"):
        calibration([confidence, 0.5], [True, True])


def test_precision_and_recall_are_unknown_without_cases() -> None:
    assert precision_recall([True, True, False, False], [True, False, True, True]) == PrecisionRecall(1 / 2, 1 / 3)
    assert precision_recall([False], [True]) == PrecisionRecall(None, 0.0)
    assert precision_recall([True], [False]) == PrecisionRecall(0.0, None)
    assert precision_recall([], []) == PrecisionRecall(None, None)


def test_every_question_has_a_value_and_an_outcome() -> None:
    with pytest.raises(ValueError, match="2 values don't go with 1 outcomes"):
        risk_coverage([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="no question"):
        risk_coverage([], [])
    with pytest.raises(ValueError, match="shorter"):
        precision_recall([True, False], [True])
