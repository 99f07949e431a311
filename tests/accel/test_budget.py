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
def test_the_mean_of_rows_is_nearly_reached_and_never_exceeded(rows: float, seed: int) -> None:
    budget = MeanRows(rows, most=64)
    total = 0
    for step, likelihoods in enumerate(stream(2000, seed), start=1):
        floor = budget.least_likely
        chosen = budget.choose(likelihoods, 500)
        total += chosen
        assert 1 <= chosen <= min(len(likelihoods), 64)
        assert total <= rows * step
        # Nothing that was said not to be chosen, and all that is worth the price of the moment if the mean allows it.
        assert all(likelihood >= floor for likelihood in likelihoods[1:chosen])
        assert total + 1 > rows * step or all(likelihood < floor for likelihood in likelihoods[chosen:64])
    assert total >= 0.97 * rows * step


def test_sure_steps_get_more_rows_than_others() -> None:
    budget = MeanRows(6)
    rows = [[budget.choose([1.0] + [likelihood] * 20, 0) for likelihood in (0.9, 0.05)] for _ in range(200)]
    assert all(sure >= unsure for sure, unsure in rows)
    assert sum(sure for sure, _ in rows) > 2 * sum(unsure for _, unsure in rows)


def test_a_step_without_a_draft_is_one_row_and_no_more_than_the_most_are_chosen() -> None:
    assert MeanRows(8).choose([1.0], 0) == 1
    budget = MeanRows(8, most=10)
    budget.choose([1.0], 0)
    assert budget.choose([1.0] * 50, 0) == 10


@pytest.mark.parametrize(("rows", "most"), [(0, 8), (0.5, 8), (9, 8)])
def test_a_mean_that_cannot_be_held_is_refused(rows: float, most: int) -> None:
    with pytest.raises(ValueError, match="mean of rows"):
        MeanRows(rows, most)
