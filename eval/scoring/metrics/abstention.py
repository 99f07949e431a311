"""Whether a confidence tells right answers from wrong ones, and when it is better not to answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Point(NamedTuple):
    """What happens if only questions with a confidence of at least ``threshold`` are answered: ``coverage`` is their
    share of all questions, ``risk`` the share of wrong answers among them."""

    coverage: float
    risk: float
    threshold: float


class Bin(NamedTuple):
    """The ``n`` questions with a confidence from ``low`` up to, but not at, ``high`` (the last bin has its end too):
    their mean confidence, and the share of them that is correct."""

    low: float
    high: float
    confidence: float
    accuracy: float
    n: int


class Calibration(NamedTuple):
    """The bins that hold a question, in rising order, and the expected calibration error."""

    bins: list[Bin]
    error: float


class PrecisionRecall(NamedTuple):
    """``precision`` is None where nothing was predicted, ``recall`` where there was nothing to find."""

    precision: float | None
    recall: float | None


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """The probability that a positive has a higher score than a negative, ties counting half: Mann-Whitney's U as a
    share of all pairs (Hanley & McNeil 1982). Raises ValueError if either class is missing."""
    values, is_positive = _columns(scores, positive)
    positives, negatives = values[is_positive], np.sort(values[~is_positive])
    if not len(positives) or not len(negatives):
        raise ValueError("The area under the ROC curve needs both classes: only one occurs.")
    below = np.searchsorted(negatives, positives, "left")
    below_or_equal = np.searchsorted(negatives, positives, "right")
    return float((below + below_or_equal).mean() / 2 / len(negatives))


def risk_coverage(confidence: Sequence[float], correct: Sequence[bool]) -> list[Point]:
    """The curve of risk against coverage (El-Yaniv & Wiener 2010): one point for each confidence that occurs, from the
    highest. Questions of equal confidence are answered together. Raises ValueError without a question."""
    values, right = _columns(confidence, correct)
    order = np.argsort(-values, kind="stable")
    values, wrong = values[order], np.cumsum(~right[order])
    last_of_its_value = np.flatnonzero(np.append(values[1:] != values[:-1], True))
    return [
        Point(float((at + 1) / len(values)), float(wrong[at] / (at + 1)), float(values[at])) for at in last_of_its_value
    ]


def area_under_risk_coverage(points: Sequence[Point]) -> float:
    """The sum of risk x growth in coverage over the points of `risk_coverage`. Where no two confidences are equal,
    that is the mean risk over all coverages 1/n, 2/n, ..., 1 (AURC; Geifman et al. 2019)."""
    before = [0.0, *(point.coverage for point in points)]
    return sum(point.risk * (point.coverage - low) for point, low in zip(points, before, strict=False))


def calibration(confidence: Sequence[float], correct: Sequence[bool], bins: int = 10) -> Calibration:
    """Bins of equal width over [0, 1], and the expected calibration error: the mean of |accuracy - confidence| over
    the bins, weighted by their numbers of questions (Naeini et al. 2015). Raises ValueError without a question and
    for a confidence outside [0, 1]."""
    values, right = _columns(confidence, correct)
    for value in values[(values < 0) | (values > 1)]:
        raise ValueError(f"A confidence is a probability, from 0 to 1, and one is {value}.")
    edges = np.arange(bins + 1) / bins
    bin_of = np.minimum(np.searchsorted(edges, values, "right") - 1, bins - 1)
    filled = [
        Bin(float(edges[at]), float(edges[at + 1]), float(values[inside].mean()), float(right[inside].mean()), n)
        for at in range(bins)
        if (n := int((inside := bin_of == at).sum()))
    ]
    return Calibration(filled, sum(b.n * abs(b.accuracy - b.confidence) for b in filled) / len(values))


def precision_recall(predicted: Sequence[bool], actual: Sequence[bool]) -> PrecisionRecall:
    """Of the questions predicted to be positive, the share that is, and of those that are, the share predicted."""
    hits = sum(p and a for p, a in zip(predicted, actual, strict=True))
    n_predicted, n_actual = sum(map(bool, predicted)), sum(map(bool, actual))
    return PrecisionRecall(hits / n_predicted if n_predicted else None, hits / n_actual if n_actual else None)


def _columns(values: Sequence[float], flags: Sequence[bool]) -> tuple[NDArray[np.float64], NDArray[Any]]:
    numbers, booleans = np.asarray(values, dtype=np.float64), np.asarray(flags, dtype=bool)
    if numbers.shape != booleans.shape or numbers.ndim != 1:
        raise ValueError(
            f"{len(numbers)} values don't go with {len(booleans)} outcomes: each question has one of both."
        )
    if not len(numbers):
        raise ValueError("There is no question to judge the confidence by.")
    if np.isnan(numbers).any():
        raise ValueError("A value is not a number: leave its question out.")
    return numbers, booleans
