"""How sure a figure is, and whether two runs differ by more than chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.runs.record import Figure

RESAMPLES = 2_000
FLIPS = 20_000
# Up to so many differing pairs, all 2^n ways to flip their signs are tried.
EXACT_PAIRS = 16
# What is drawn at once, so that memory stays small for thousands of questions.
_BLOCK = 200
# Scores that differ by less were only rounded differently.
_NO_DIFFERENCE = 1e-12

Values = NDArray[Any]


def mean_figure(values: Sequence[float], seed: int = 0) -> Figure:
    """The mean, with a 95 % percentile bootstrap interval (Efron 1979): the means of 2,000 samples drawn from the
    values with replacement. The same values and seed give the same figure. Raises ValueError without a value."""
    sample = np.asarray(values, dtype=np.float64)
    n = _number_of(sample)
    rng = np.random.default_rng(seed)
    means = [sample[rng.integers(0, n, (_BLOCK, n))].mean(axis=1) for _ in range(RESAMPLES // _BLOCK)]
    return _figure(float(sample.mean()), np.concatenate(means), n)


def figure_of(values: Values, statistic: Callable[[Values], float], seed: int = 0) -> Figure:
    """As `mean_figure`, for any statistic of an array whose first axis is the questions. A resample for which it raises
    ValueError, such as an AUROC where one class is missing, is left out; of all the values it must be defined."""
    n = _number_of(values)
    rng = np.random.default_rng(seed)
    value = float(statistic(values))
    resampled = []
    for _ in range(RESAMPLES):
        try:
            resampled.append(statistic(values[rng.integers(0, n, n)]))
        except ValueError:
            continue
    return _figure(value, np.asarray(resampled or [value]), n)


def quantile_figure(values: Sequence[float], q: float, seed: int = 0) -> Figure:
    """As `mean_figure`, for the quantile ``q``."""
    sample = np.asarray(values, dtype=np.float64)
    n = _number_of(sample)
    rng = np.random.default_rng(seed)
    drawn = [np.quantile(sample[rng.integers(0, n, (_BLOCK, n))], q, axis=1) for _ in range(RESAMPLES // _BLOCK)]
    return _figure(quantile(values, q), np.concatenate(drawn), n)


def quantile(values: Sequence[float], q: float) -> float:
    """The value that a share ``q`` of the values doesn't exceed, interpolated between neighbours (Hyndman & Fan 1996,
    type 7). Raises ValueError without a value."""
    _number_of(values)
    return float(np.quantile(np.asarray(values, dtype=np.float64), q))


def paired_test(before: Sequence[float], after: Sequence[float], seed: int = 0) -> float:
    """The one-sided p-value that ``after`` is lower than ``before``, by sign flips of the paired differences.

    If both were alike, each difference could as well have the other sign; p is the share of all such flips whose sum of
    differences is at most the one observed (Fisher 1935). Up to 16 differing pairs it is exact, otherwise estimated
    from 20,000 random flips as (1 + hits) / (1 + flips) (Phipson & Smyth 2010). Pairs that don't differ carry no
    information, and without any other p is 1.0. Raises ValueError for lists of different lengths.
    """
    if len(before) != len(after):
        raise ValueError(f"Pairs are of equally many questions, not {len(before)} and {len(after)}.")
    differences = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    differences = differences[np.abs(differences) > _NO_DIFFERENCE]
    n = len(differences)
    sizes = np.abs(differences)
    # Sums of the same sizes in another order may differ by rounding, and count as equal.
    observed = differences.sum() + 1e-9 * sizes.sum()
    if n <= EXACT_PAIRS:
        signs = 1 - 2 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
        return float((signs @ sizes <= observed).mean())
    rng = np.random.default_rng(seed)
    hits = sum(
        int((rng.choice(np.asarray([-1, 1], dtype=np.int8), (_BLOCK, n)) @ sizes <= observed).sum())
        for _ in range(FLIPS // _BLOCK)
    )
    return (1 + hits) / (1 + FLIPS)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """The p-values adjusted for their number (Holm 1979), in their order: rejecting what is at most alpha errs on any
    of them with a probability of at most alpha. The i-th smallest of m is multiplied by m - i + 1, and none is below
    the adjusted value of a smaller one or above 1."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for at, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(p_values) - at) * p))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}


def _number_of(values: Sequence[float] | Values) -> int:
    if not len(values):
        raise ValueError("There is no figure of no values: leave the metric out.")
    return len(values)


def _figure(value: float, resampled: Values, n: int) -> Figure:
    low, high = np.quantile(resampled, (0.025, 0.975))
    return Figure(value=value, low=float(low), high=float(high), n=n)
