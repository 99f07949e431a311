"""What each metric is: its name in words, its unit, whether less of it is better, and whether `gate` watches it.

The one place that says so: reports, comparisons and the gate read it here. A metric that isn't listed is shown under a
label made of its name, and counts as a gain unless it is of a family of costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a value counts."""

    SHARE = "share"
    SECONDS = "seconds"
    TIMES = "times"
    NUMBER = "number"


@dataclass(frozen=True)
class Metric:
    """``gated`` metrics are watched over all questions, those ``gated_in_tags`` over each tag's. Of many questions a
    metric is the mean, or else the ``median``. A label of "" is made of the name."""

    name: str
    label: str = ""
    unit: Unit = Unit.SHARE
    lower_is_better: bool = False
    gated: bool = False
    gated_in_tags: bool = False
    median: bool = False


def _cost(name: str, label: str, unit: Unit = Unit.SHARE, *, gated: bool = False, median: bool = False) -> Metric:
    return Metric(name, label, unit, lower_is_better=True, gated=gated, median=median)


# In the order in which they are shown; the first that a run has stands for its group.
METRICS = (
    Metric("retrieval.document.recall@5", gated=True),
    Metric("retrieval.section.ndcg@10", gated=True),
    Metric("retrieval.section.recall@5", gated=True),
    Metric("retrieval.page1.recall@5", gated=True),
    Metric("retrieval.passage.recall@10", gated=True),
    Metric("retrieval.section.mrr@10", gated_in_tags=True),
    Metric("retrieval.page1.mrr@10", gated_in_tags=True),
    Metric("retrieval.passage.mrr@10", gated_in_tags=True),
    Metric("search.words@10", "Evidence in the first 10, found by its words", gated=True),
    Metric("search.meaning@10", "Evidence in the first 10, found by its meaning", gated=True),
    Metric("answer.right", "Right in all respects", gated=True),
    Metric("answer.answered", "Answered, of the answerable", gated=True),
    _cost("answer.words", "Words of an answer, median", Unit.NUMBER, median=True),
    Metric("answer.token_f1", "Words in common (F1)"),
    Metric("answer.token_recall", "Gold answer’s words given", gated=True),
    Metric("answer.rouge_l", "Same order of words (ROUGE-L)"),
    Metric("answer.exact_match", "Exact match"),
    Metric("answer.copied", "Copied from the passages"),
    Metric("quote.verbatim", "Quotes that are the page’s text", gated=True),
    Metric("citation.precision", "Citations of a right place"),
    Metric("citation.recall", "Right places that are cited", gated=True),
    Metric("citation.any", "A right place is cited"),
    Metric("number.match", "Gold figures given, beside their labels"),
    _cost("number.unsupported", "Numbers without a source, per answer", Unit.NUMBER, gated=True),
    Metric("abstain.rate.unanswerable", "Declined, of the unanswerable", gated=True),
    _cost("abstain.rate.answerable", "Declined, of the answerable"),
    Metric("abstain.precision", "Unanswerable, of the declined"),
    Metric("abstain.recall", "Declined, of the unanswerable"),
    Metric("abstain.auroc", "Confidence parts both (AUROC)"),
    _cost("abstain.calibration_error", "Calibration error"),
    _cost("abstain.aurc", "Area under risk–coverage"),
    _cost("latency.p50_s", "Whole answer, median", Unit.SECONDS),
    _cost("latency.p95_s", "Whole answer, 95th percentile", Unit.SECONDS),
    _cost("load.errors", "Without an answer, for an error"),
    _cost("latency.mean_s", "Whole answer, mean", Unit.SECONDS),
    _cost("latency.search.p50_s", "Search, median", Unit.SECONDS),
    _cost("latency.search.p95_s", "Search, 95th percentile", Unit.SECONDS),
    _cost("latency.first_token.p50_s", "First token, median", Unit.SECONDS),
    _cost("latency.first_token.p95_s", "First token, 95th percentile", Unit.SECONDS),
    _cost("latency.decode.p50_s", "Decoding after it, median", Unit.SECONDS),
    _cost("latency.decode.p95_s", "Decoding after it, 95th percentile", Unit.SECONDS),
    Metric("decode.speed_up", "Speed-up over plain decoding", Unit.TIMES),
    Metric("decode.tokens_per_step", "Tokens per step", Unit.NUMBER),
    Metric("decode.rows_per_step", "Rows per step", Unit.NUMBER),
    Metric("decode.lossless", "Same answer as plain decoding"),
)
BY_NAME = {metric.name: metric for metric in METRICS}
# Metrics with names like these are costs, listed or not.
FAMILIES_OF_COSTS = ("failure.", "latency.")


def lower_is_better(name: str) -> bool:
    """Whether a metric is a cost."""
    known = BY_NAME.get(name)
    return known.lower_is_better if known else name.startswith(FAMILIES_OF_COSTS)


def is_median(name: str) -> bool:
    """Whether a metric of many questions is their median."""
    return name in BY_NAME and BY_NAME[name].median


def gated() -> list[str]:
    """What `gate` watches: for each layer the figures that fall when it breaks."""
    return [metric.name for metric in METRICS if metric.gated]


def gated_in_tags() -> list[str]:
    """What it watches in each tag's questions too: what only some kind of question needs drowns among all."""
    return [metric.name for metric in METRICS if metric.gated_in_tags]
