"""Each metric is defined once: a cost is a cost in the report, in a comparison and in the regression check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.console import Console

from app.answering.answer import Status
from eval.decide.compare import compare, judge
from eval.report.figures import Shown, grouped
from eval.report.terminal import print_summary
from eval.runs.folder import Run
from eval.runs.record import Level, Record
from eval.scoring.places import Places
from eval.scoring.registry import METRICS, WATCHED, WATCHED_IN_TAGS, lower_is_better, metric_of
from eval.scoring.relevance import Judge
from eval.scoring.score import scored
from eval.scoring.summary import summarise
from tests.conftest import ROOT
from tests.eval.records import answer, gold, passage, record, run

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
    assert Shown(metric_of(metric), summarise(after.records)[metric]).metric.lower_is_better is is_cost


def test_each_metric_is_defined_once() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    labels = [(metric.group, metric.label) for metric in METRICS if metric.same_as is None]
    assert len(set(labels)) == len(labels)
    assert "answer.right" in WATCHED
    assert not set(WATCHED) & set(WATCHED_IN_TAGS)


def everything_that_can_happen() -> list[Record]:
    """Questions that between them have every score: answered with and without plain decoding, declined, failed."""
    ranking = [passage(bm25=1.0)]
    held = {level: [["a"]] for level in Level}
    relevant = {level: {"a": 1} for level in Level}
    asked = {"ranking": ranking, "holds": held, "relevant": relevant, "total_s": 1.0, "search_s": 0.1}
    return [
        record(**asked, plain=answer()),
        record(answer=answer(status=Status.ABSTAINED, confidence=0.1), gold=gold(answerable_in_corpus=False)),
        record(answer=None, error="It failed."),
    ]


def test_every_metric_that_is_measured_is_listed_and_every_one_that_is_listed_is_measured() -> None:
    judge = Judge([], Places([]))
    records = [scored(each, judge) for each in everything_that_can_happen()]
    measured = set(summarise(records)) | {name for each in records for name in each.scores}
    listed = {metric.name for metric in METRICS}
    assert measured - listed == set()
    assert listed - measured == {"load.errors"}  # which test_load sees


def test_the_documentation_explains_each_metric() -> None:
    table = (ROOT / "docs" / "evaluation.md").read_text("utf-8").partition("| names | what | formula |")[2]
    rows = [line.split("|")[1] for line in table.partition("\n\n")[0].splitlines()[2:]]
    patterns = [pattern for row in rows for pattern in named_in(row)]
    for metric in METRICS:
        assert [each for each in patterns if re.fullmatch(each, metric.name)], f"{metric.name} is not explained"
    for pattern in patterns:
        assert any(re.fullmatch(pattern, metric.name) for metric in METRICS), f"{pattern} is no metric"


def named_in(cell: str) -> list[str]:
    """The names of a cell as patterns. LEVEL, CAUSE, k and * stand for several, and .x for a name that begins like the
    one before it, up to its last point."""
    patterns: list[str] = []
    for name in re.findall(r"`([^`]+)`", cell):
        whole = patterns[-1].rpartition(r"\.")[0] + re.escape(name) if name.startswith(".") else re.escape(name)
        whole = whole.replace("LEVEL", r"[a-z0-9]+").replace("CAUSE", "[a-z_]+").replace(r"\*", ".+")
        patterns.append(re.sub("@k$", r"@\\d+", whole))
    return patterns


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
    assert (figure.metric.label, figure.value) == ("Words of an answer, median", "10.00")
    console = Console(width=100, record=True)
    print_summary(Run(tmp_path, before.info, before.records, summary, {}), console)
    assert "Words of an answer, median" in console.export_text()


def test_a_check_that_watches_nothing_passes(tmp_path: Path) -> None:
    before, after = (
        scored_run(tmp_path / name, "answer.words", [value] * 12) for name, value in (("a", 1.0), ("b", 99.0))
    )
    assert judge(compare(before, after)).passed
