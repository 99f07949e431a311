"""Intervals cover what they should, and the paired test errs as rarely as it says."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from eval.scoring.metrics.abstention import auroc
from eval.scoring.metrics.statistics import figure_of, holm, mean_figure, paired_test, quantile, quantile_figure

Draw = Callable[[np.random.Generator], "np.ndarray"]


@pytest.mark.parametrize(
    ("draw", "mean"),
    [
        (lambda rng: rng.random(60) < 0.7, 0.7),
        (lambda rng: rng.exponential(2.0, 60), 2.0),
    ],
    ids=["Bernoulli", "skewed"],
)
def test_the_interval_covers_the_true_mean_in_95_of_100_samples(draw: Draw, mean: float) -> None:
    rng = np.random.default_rng(7)
    figures = [mean_figure(draw(rng), seed) for seed in range(400)]
    covered = np.mean([figure.low <= mean <= figure.high for figure in figures])
    assert 0.90 <= covered <= 0.99
    # Both sides are missed: an interval that is only long enough on one would cover too.
    assert np.mean([figure.high < mean for figure in figures]) < 0.08
    assert np.mean([figure.low > mean for figure in figures]) < 0.08


def test_the_interval_has_the_width_of_the_normal_approximation() -> None:
    sample = np.random.default_rng(0).normal(5.0, 2.0, 1000)
    figure = mean_figure(list(sample))
    assert figure.value == pytest.approx(sample.mean())
    assert figure.n == 1000
    assert figure.high - figure.low == pytest.approx(2 * 1.96 * sample.std() / 1000**0.5, rel=0.06)


def test_a_figure_is_the_same_each_time() -> None:
    values = list(np.random.default_rng(0).random(50))
    assert mean_figure(values) == mean_figure(values)
    assert mean_figure(values) != mean_figure(values, seed=1)


def test_equal_values_leave_no_doubt_and_no_values_no_figure() -> None:
    figure = mean_figure([0.5, 0.5, 0.5])
    assert (figure.value, figure.low, figure.high, figure.n) == (0.5, 0.5, 0.5, 3)
    assert mean_figure([True]).value == 1.0
    for nothing in (lambda: mean_figure([]), lambda: quantile([], 0.5), lambda: figure_of(np.empty((0, 2)), np.mean)):
        with pytest.raises(ValueError, match="no values"):
            nothing()


def test_every_value_may_be_drawn_several_times() -> None:
    # Three times the same is one of 27 samples, and so within the outer 2.5 %.
    values = [0.0, 0.5, 1.0]
    for figure in (mean_figure(values), figure_of(np.asarray(values), np.mean)):
        assert (figure.low, figure.high) == (0.0, 1.0)


def test_any_statistic_has_a_figure() -> None:
    sample = np.random.default_rng(0).random(300)
    median = figure_of(sample, lambda values: quantile(values, 0.5))
    assert median.low < median.value == np.median(sample) < median.high
    assert median.n == 300
    assert figure_of(sample, np.mean).high == pytest.approx(mean_figure(list(sample)).high, abs=0.005)


def test_a_quantile_has_the_interval_of_its_resamples() -> None:
    sample = np.random.default_rng(0).exponential(1.0, 200)
    figure, any_statistic = quantile_figure(list(sample), 0.9), figure_of(sample, lambda values: quantile(values, 0.9))
    assert (figure.value, figure.n) == (quantile(list(sample), 0.9), 200)
    assert figure.low == pytest.approx(any_statistic.low, rel=0.03)
    assert figure.high == pytest.approx(any_statistic.high, rel=0.03)


def test_questions_are_resampled_with_all_their_columns() -> None:
    rng = np.random.default_rng(0)
    positive = rng.random(40) < 0.5
    columns = np.stack([positive + rng.normal(0, 0.6, 40), positive], axis=1)
    figure = figure_of(columns, lambda c: auroc(c[:, 0], c[:, 1] > 0))
    assert figure.value == auroc(columns[:, 0], positive)
    assert 0.5 < figure.low < figure.value < figure.high <= 1.0


def test_resamples_without_a_value_are_left_out() -> None:
    columns = np.asarray([[0.9, 1], [0.4, 0], [0.3, 0]])
    figure = figure_of(columns, lambda c: auroc(c[:, 0], c[:, 1] > 0))
    assert (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="both classes"):
        figure_of(columns[1:], lambda c: auroc(c[:, 0], c[:, 1] > 0))


def test_a_quantile_lies_between_its_neighbours() -> None:
    assert quantile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert quantile([1.0, 2.0, 3.0], 0.95) == pytest.approx(2.9)
    assert quantile([7.0], 0.95) == 7.0


@pytest.mark.parametrize(
    ("before", "after", "p"),
    [
        ([1, 1, 1, 1, 1], [0, 0, 0, 0, 0], 1 / 32),
        ([0, 0, 0, 0, 0], [1, 1, 1, 1, 1], 1.0),
        # Of all 8 signs only -3 -2 -1 and -3 -2 +1 sum to at most -4.
        ([3, 2, 0], [0, 0, 1], 2 / 8),
        ([5, 5, 1, 1], [5, 5, 0, 0], 1 / 4),
        ([0.1 + 0.2, 1], [0.3, 0], 1 / 2),
        ([0.5, 0.5], [0.5, 0.5], 1.0),
        ([], [], 1.0),
    ],
)
def test_few_pairs_are_tested_exactly(before: list[float], after: list[float], p: float) -> None:
    assert paired_test(before, after) == p


def test_sums_that_are_equal_but_for_rounding_count_as_equal() -> None:
    sizes = [0.1, 0.2, 0.3]
    # -0.1 - 0.2 + 0.3 and +0.1 + 0.2 - 0.3 are both 0, and three other sums are below it.
    signs = product((-1, 1), repeat=3)
    expected = sum(round(sum(s * x for s, x in zip(sign, sizes, strict=True)), 9) <= 0 for sign in signs) / 8
    assert paired_test([0.1, 0.2, 0], [0, 0, 0.3]) == paired_test([0, 0, 0.3], [0.1, 0.2, 0]) == expected == 5 / 8


def test_pairs_that_do_not_differ_leave_the_test_exact() -> None:
    equal = [0.1 + 0.2] * 50, [0.3] * 50
    assert paired_test([1.0] * 5 + equal[0], [0.0] * 5 + equal[1]) == 1 / 32


def test_random_flips_agree_with_the_exact_test() -> None:
    rng = np.random.default_rng(3)
    differences = rng.normal(-0.25, 1.0, 16)
    exact = paired_test([0.0] * 16, list(differences))
    # A 17th pair that hardly differs leaves p as it is, but for the number of pairs.
    estimated = paired_test([0.0] * 17, [*differences, 1e-9])
    assert 0.02 < exact < 0.5
    assert estimated == pytest.approx(exact, abs=0.01)


def test_the_p_value_of_random_flips_is_never_zero() -> None:
    assert paired_test([1.0] * 100, [0.0] * 100) == 1 / 20_001
    assert paired_test([0.0] * 100, [1.0] * 100) == 1.0


@pytest.mark.parametrize("pairs", [12, 25])
def test_a_false_alarm_is_as_rare_as_the_level(pairs: int) -> None:
    rng = np.random.default_rng(5)
    p_values = [paired_test(rng.random(pairs), rng.random(pairs), seed) for seed in range(400)]
    assert 0.025 <= np.mean(np.asarray(p_values) <= 0.05) <= 0.08


def test_a_real_fall_is_found_and_a_rise_is_not() -> None:
    rng = np.random.default_rng(5)
    before = rng.random(80)
    after = before - 0.1 + rng.normal(0, 0.2, 80)
    assert paired_test(before, after) < 0.01
    assert paired_test(after, before) > 0.99
    fell = [1.0] * 30 + [0.0] * 10, [1.0] * 18 + [0.0] * 12 + [1.0] * 2 + [0.0] * 8
    assert paired_test(*fell) < 0.05


def test_pairs_need_two_values() -> None:
    with pytest.raises(ValueError, match="not 2 and 1"):
        paired_test([1.0, 2.0], [1.0])


def test_holm_multiplies_the_smallest_most() -> None:
    assert holm({"b": 0.04, "a": 0.01, "c": 0.03}) == pytest.approx({"b": 0.06, "a": 0.03, "c": 0.06})
    assert list(holm({"b": 0.04, "a": 0.01})) == ["b", "a"]
    assert holm({"a": 0.7, "b": 0.9}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}
