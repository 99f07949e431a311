"""The figures of a run: means of its questions' scores, and what can only be said of many questions together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.answering.answer import Status
from eval.runs.record import Figure, Record
from eval.scoring.metrics.abstention import (
    area_under_risk_coverage,
    auroc,
    calibration,
    precision_recall,
    risk_coverage,
)
from eval.scoring.metrics.statistics import figure_of, mean_figure, quantile_figure
from eval.scoring.registry import metric_of
from eval.scoring.score import is_well_supported

Columns = npt.NDArray[np.float64]


def summarise(records: Sequence[Record]) -> dict[str, Figure]:
    """All figures of the questions, by name."""
    values: dict[str, list[float]] = defaultdict(list)
    for record in records:
        for name, value in record.scores.items():
            values[name].append(value)
    figures = {
        name: quantile_figure(each, 0.5) if metric_of(name).median else mean_figure(each)
        for name, each in values.items()
    }
    figures |= _latencies(records)
    figures |= _abstention(records)
    return dict(sorted(figures.items()))


def groups(records: Sequence[Record]) -> dict[str, dict[str, Figure]]:
    """The figures of each gold set, of those of its questions that annotators held to be well supported, and of each
    tag on its own."""
    members: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        supported = [f"gold:{record.gold_set}, well supported"] if is_well_supported(record.gold) else []
        for group in (f"gold:{record.gold_set}", *supported, *(f"tag:{tag}" for tag in record.gold.tags)):
            members[group].append(record)
    return {group: summarise(each) for group, each in sorted(members.items())}


def _latencies(records: Sequence[Record]) -> dict[str, Figure]:
    """Medians and 95th percentiles, in seconds: of the whole, and of its stages."""
    done = [record for record in records if record.answer is not None]
    written = [record.answer.stats for record in done if record.answer is not None and record.answer.stats.steps]
    stages = {
        "latency": [record.total_s for record in done if record.total_s is not None],
        "latency.search": [record.search_s for record in records if record.search_s is not None],
        "latency.first_token": [stats.ttft_ms / 1000 for stats in written],
        "latency.decode": [(stats.decode_ms - stats.ttft_ms) / 1000 for stats in written],
    }
    return {
        f"{stage}.p{share}_s": quantile_figure(times, share / 100)
        for stage, times in stages.items()
        if times
        for share in (50, 95)
    }


def _abstention(records: Sequence[Record]) -> dict[str, Figure]:
    """How well the confidence tells answerable from unanswerable questions, and how well it is calibrated; the latter
    can only be said where it is known which passages are evidence."""
    judged = [
        (record.answer.confidence, record.gold.answerable_in_corpus, record.found, record.answer.status)
        for record in records
        if record.answer is not None and record.answer.confidence is not None
    ]
    if not judged:
        return {}
    columns = np.array([[c, a, f, s is Status.ABSTAINED] for c, a, f, s in judged], dtype=float)
    figures = {}
    if any(record.gold.evidence for record in records):
        figures["abstain.calibration_error"] = figure_of(columns, lambda c: calibration(*_judged(c)).error)
        figures["abstain.aurc"] = figure_of(columns, lambda c: area_under_risk_coverage(risk_coverage(*_judged(c))))
    if 0 < columns[:, 1].sum() < len(columns):
        figures["abstain.auroc"] = figure_of(columns, _auroc)
        if columns[:, 3].any():
            figures["abstain.recall"] = figure_of(columns, lambda c: _of_abstentions(c).recall)
            figures["abstain.precision"] = figure_of(columns, lambda c: _of_abstentions(c).precision)
    return figures


def _judged(columns: Columns) -> tuple[list[float], list[bool]]:
    return columns[:, 0].tolist(), (columns[:, 2] > 0).tolist()


def _auroc(columns: Columns) -> float:
    return auroc(columns[:, 0].tolist(), (columns[:, 1] > 0).tolist())


class _Shares(NamedTuple):
    precision: float
    recall: float


def _of_abstentions(columns: Columns) -> _Shares:
    """Raises ValueError for a sample without abstentions or without unanswerable questions."""
    precision, recall = precision_recall((columns[:, 3] > 0).tolist(), (columns[:, 1] == 0).tolist())
    if precision is None or recall is None:
        raise ValueError("nothing to divide by")
    return _Shares(precision, recall)
