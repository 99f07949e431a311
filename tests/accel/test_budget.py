"""A budget gives rows to the steps in which they are likeliest to pay, and holds its mean."""

from __future__ import annotations

import random

import pytest

from accel import MeanRows


def stream(steps: int, seed: int) -> list[list[float]]:
    """Likelihoods as drafts have them: largest first, some steps sure of themselves and others not."""
    draw = random.Random(seed)
    drafts = []
    for _ in range(steps):
        sure = draw.uniform(0.5, 1)
        drafts.append(sorted((draw.random() ** (1 / sure) * sure for _ in range(draw.randrange(80))), reverse=True))
    return [[1.0, *draft] for draft in drafts]


@pytest.mark.parametrize("rows", [1.5, 4, 8, 20])
@pytest.mark.parametrize("seed", range(3))
def test_the_mean_of_rows_is_held(rows: float, seed: int) -> None:
    budget = MeanRows(rows, most=64)
    chosen = []
    for likelihoods in stream(2000, seed):
        floor = budget.least_likely
        chosen.append(budget.choose(likelihoods, 500))
        assert 1 <= chosen[-1] <= min(len(likelihoods), 64)
        # Neither fewer nor more than what is worth the price of the moment, and nothing that was said not to be.
        assert all(likelihood >= floor for likelihood in likelihoods[1 : chosen[-1]])
        assert all(likelihood < floor for likelihood in likelihoods[chosen[-1] : 64])
    assert sum(chosen[500:]) / len(chosen[500:]) == pytest.approx(rows, rel=0.1)


def test_sure_steps_get_more_rows_than_others() -> None:
    budget = MeanRows(6)
    rows = [[budget.choose([1.0] + [likelihood] * 20, 0) for likelihood in (0.9, 0.05)] for _ in range(200)]
    assert all(sure >= unsure for sure, unsure in rows)
    assert sum(sure for sure, _ in rows) > 2 * sum(unsure for _, unsure in rows)


def test_a_step_without_a_draft_is_one_row_and_no_more_than_the_most_are_chosen() -> None:
    assert MeanRows(8).choose([1.0], 0) == 1
    assert MeanRows(8, most=10).choose([1.0] * 50, 0) == 10


@pytest.mark.parametrize(("rows", "most"), [(0, 8), (0.5, 8), (9, 8)])
def test_a_mean_that_cannot_be_held_is_refused(rows: float, most: int) -> None:
    with pytest.raises(ValueError, match="mean of rows"):
        MeanRows(rows, most)
