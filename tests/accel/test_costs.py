"""What a step costs is measured, kept, and decides how many rows are verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from accel import FastestRate, StepCosts, TransformersRuntime, step_costs
from tests.accel.test_runtime import of_family

CHEAP = StepCosts((1, 8, 32), (10.0, 10.1, 10.4), (0.0, 0.0, 0.0))
DEAR = StepCosts((1, 8, 32), (1.0, 8.0, 32.0), (0.0, 0.0, 0.0))


@pytest.fixture(scope="module")
def runtime() -> TransformersRuntime:
    return TransformersRuntime(of_family("Llama"))


def test_costs_between_the_measured_lie_on_a_line() -> None:
    costs = StepCosts((1, 5), (1.0, 3.0), (0.001, 0.002))
    assert costs.seconds(3, 0) == pytest.approx(2.0)
    assert costs.seconds(9, 0) == pytest.approx(5.0)
    assert costs.seconds(1, 1016) == pytest.approx(2.0)


def test_costs_are_measured_once_for_a_model_and_read_afterwards(runtime: TransformersRuntime, tmp_path: Path) -> None:
    first = step_costs(runtime, tmp_path)
    assert all(seconds > 0 for seconds in first.short)
    assert list(first.short) == sorted(first.short)
    assert step_costs(runtime, tmp_path) == first
    [file] = tmp_path.iterdir()
    file.write_text("{damaged")
    assert step_costs(runtime, tmp_path).rows == first.rows


def test_measuring_leaves_the_runtime_as_it_was(runtime: TransformersRuntime) -> None:
    _, before = runtime.prefill([[1, 2, 3]])
    step_costs(runtime)
    _, after = runtime.prefill([[1, 2, 3]])
    assert before.equal(after)


def test_likely_rows_are_verified_where_they_are_cheap_and_not_where_they_are_dear() -> None:
    likelihoods = [1.0, 0.3, 0.2, 0.1, 0.1, 0.05]
    assert FastestRate(CHEAP).choose(likelihoods, 0) == 6
    assert FastestRate(DEAR).choose(likelihoods, 0) == 1
    assert FastestRate(DEAR).choose([1.0, 1.0, 1.0], 0) >= 1


@pytest.mark.parametrize("costs", [CHEAP, DEAR])
def test_no_fixed_number_of_rows_settles_more_a_second(costs: StepCosts) -> None:
    drafts = [[1.0, *(0.9**n for n in range(1, 12))], [1.0, 0.1, 0.05], [1.0, 0.5, 0.4, 0.2, 0.1]] * 60
    budget = FastestRate(costs)

    def rate(chosen: list[int]) -> float:
        tokens = sum(sum(draft[:rows]) for draft, rows in zip(drafts, chosen, strict=True))
        return tokens / sum(costs.seconds(rows, 0) for rows in chosen)

    fastest = rate([budget.choose(draft, 0) for draft in drafts])
    assert all(fastest >= 0.99 * rate([min(rows, len(draft)) for draft in drafts]) for rows in range(1, 13))
