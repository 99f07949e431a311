"""What is a cost is a cost in the report, in a comparison and in the gate."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from eval.decide.compare import compare, judge
from eval.report.figures import grouped, shown
from eval.report.terminal import print_summary
from eval.runs.folder import Run
from eval.scoring.registry import METRICS, gated, gated_in_tags, lower_is_better
from eval.scoring.summary import summarise
from tests.eval.records import gold, record, run

COSTS = [
    "load.errors",
    "abstain.calibration_error",
    "abstain.aurc",
    "abstain.rate.answerable",
    "number.unsupported",
    "answer.words",
    "latency.p50_s",
    "latency.of something new_s",
    "failure.buried",
    "failure.something new",
]
GAINS = ["answer.right", "number.match", "abstain.auroc", "decode.speed_up", "something.new"]


def scored_run(folder: Path, metric: str, values: list[float]) -> Run:
    return run(folder, [record(gold=gold(id=f"q{at}"), scores={metric: value}) for at, value in enumerate(values)])


@pytest.mark.parametrize("metric", [*COSTS, *GAINS])
def test_costs_and_gains_are_the_same_everywhere(metric: str, tmp_path: Path) -> None:
    before, after = (scored_run(tmp_path / name, metric, [value] * 12) for name, value in (("a", 0.0), ("b", 1.0)))
    change = compare(before, after).changes[metric]
    is_cost = metric in COSTS
    assert (change.p_worse < change.p_better) is is_cost
    assert lower_is_better(metric) is is_cost
    assert shown(metric, summarise(after.records)[metric]).lower is is_cost


def test_each_metric_is_defined_once_and_the_gate_watches_the_ones_that_say_so() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    assert set(gated()) | set(gated_in_tags()) == {m.name for m in METRICS if m.gated or m.gated_in_tags}
    assert "answer.right" in gated()
    assert not set(gated()) & set(gated_in_tags())


def test_the_median_of_words_is_a_figure_of_every_report(tmp_path: Path) -> None:
    words = [10.0, 10.0, 10.0, 400.0, 20.0]
    before, after = (
        scored_run(tmp_path / name, "answer.words", [at + more for at in words]) for name, more in (("a", 0), ("b", 7))
    )
    summary = summarise(before.records)
    assert (summary["answer.words"].value, summary["answer.words"].n) == (10.0, 5)
    change = compare(before, after).changes["answer.words"]
    assert (change.before, change.after) == (10.0, 17.0)
    (figure,) = next(iter(grouped(summary).values()))
    assert (figure.label, figure.value) == ("Words of an answer, median", "10.00")
    console = Console(width=100, record=True)
    print_summary(Run(tmp_path, before.info, before.records, summary, {}), console)
    assert "Words of an answer, median" in console.export_text()


def test_a_gate_that_watches_nothing_passes(tmp_path: Path) -> None:
    before, after = (
        scored_run(tmp_path / name, "answer.words", [value] * 12) for name, value in (("a", 1.0), ("b", 99.0))
    )
    assert judge(compare(before, after)).passed
