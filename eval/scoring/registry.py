"""Every metric, once: its name, group, label and unit, whether less of it is better, and whether the regression check
watches it.

Scores, summaries, reports and comparisons read it here. A new metric is an entry here, and its formula: in
`eval.scoring.score` where it is a score of one question, in `eval.scoring.summary` where it needs many.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eval.runs.record import Failure, Level

DEPTHS = (1, 3, 5, 10)
"""The numbers of passages that recall is measured at."""

LEVELS = {
    Level.DOCUMENT: "document",
    Level.SECTION: "section",
    Level.PAGE: "page",
    Level.PAGE1: "page ±1",
    Level.PASSAGE: "passage",
}


class Group(StrEnum):
    """The groups of metrics, in the order in which the pipeline works. Causes of failure have a section of their own in
    a report."""

    RETRIEVAL = "Retrieval"
    ANSWERS = "Answers"
    QUOTES = "Quotes & numbers"
    ABSTENTION = "Abstention"
    SPEED = "Speed"
    FAILURES = "Failures"


class Unit(StrEnum):
    """What a value counts."""

    SHARE = "share"
    SECONDS = "seconds"
    TIMES = "times"
    NUMBER = "number"


@dataclass(frozen=True)
class Metric:
    """``short`` is a label for the head of a column. Over many questions a metric is the mean, or else the ``median``.

    The regression check watches ``watched`` metrics over all questions, and those ``watched_in_tags`` over each tag's.
    ``same_as`` names a metric that is the same share: this one is shown only where a run lacks that one.
    """

    name: str
    group: Group
    label: str
    short: str = ""
    unit: Unit = Unit.SHARE
    lower_is_better: bool = False
    watched: bool = False
    watched_in_tags: bool = False
    median: bool = False
    same_as: str | None = None

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]


def _at_level(
    level: Level, measure: str, short: str, *, watched: bool = False, watched_in_tags: bool = False
) -> Metric:
    label = f"{LEVELS[level].capitalize()} {short if short.startswith(('MRR', 'nDCG')) else short.lower()}"
    name = f"retrieval.{level}.{measure}"
    return Metric(name, Group.RETRIEVAL, label, short, watched=watched, watched_in_tags=watched_in_tags)


def _of_retrieval() -> list[Metric]:
    # For each layer the figures that fall when it breaks; what only some kind of question needs drowns among all.
    watched = {
        (Level.DOCUMENT, "recall@5"),
        (Level.SECTION, "ndcg@10"),
        (Level.SECTION, "recall@5"),
        (Level.PAGE1, "recall@5"),
        (Level.PASSAGE, "recall@10"),
    }
    measures = {f"recall@{k}": f"Recall at {k}" for k in DEPTHS} | {"mrr@10": "MRR at 10", "ndcg@10": "nDCG at 10"}
    tagged = (Level.SECTION, Level.PAGE1, Level.PASSAGE)
    return [
        _at_level(
            level,
            measure,
            short,
            watched=(level, measure) in watched,
            watched_in_tags=measure == "mrr@10" and level in tagged,
        )
        for level in Level
        for measure, short in measures.items()
    ]


def _time(name: str, label: str) -> Metric:
    return Metric(name, Group.SPEED, label, unit=Unit.SECONDS, lower_is_better=True)


def name_of(failure: Failure) -> str:
    """The name of the metric that counts a cause of failure."""
    return f"failure.{failure.value.replace(' ', '_')}"


_ANSWERS, _QUOTES, _ABSTENTION, _SPEED = Group.ANSWERS, Group.QUOTES, Group.ABSTENTION, Group.SPEED
# In the order in which they are shown; the first that a run has stands for its group.
METRICS = (
    *_of_retrieval(),
    Metric("search.words@10", Group.RETRIEVAL, "Evidence in the first 10, found by its words", watched=True),
    Metric("search.meaning@10", Group.RETRIEVAL, "Evidence in the first 10, found by its meaning", watched=True),
    Metric("answer.right", _ANSWERS, "Right in all respects", "Right", watched=True),
    Metric("answer.answered", _ANSWERS, "Answered, of the answerable", "Answered", watched=True),
    Metric("answer.words", _ANSWERS, "Words of an answer, median", unit=Unit.NUMBER, lower_is_better=True, median=True),
    Metric("answer.token_f1", _ANSWERS, "Words in common (F1)", "Words (F1)"),
    Metric("answer.token_recall", _ANSWERS, "Gold answer’s words given", watched=True),
    Metric("answer.rouge_l", _ANSWERS, "Same order of words (ROUGE-L)"),
    Metric("answer.exact_match", _ANSWERS, "Exact match", "Exact"),
    Metric("answer.copied", _ANSWERS, "Copied from the passages"),
    Metric("quote.verbatim", _QUOTES, "Quotes that are the page’s text", watched=True),
    Metric("citation.precision", _QUOTES, "Citations of a right place"),
    Metric("citation.recall", _QUOTES, "Right places that are cited", watched=True),
    Metric("citation.any", _QUOTES, "A right place is cited", "Place"),
    Metric("number.match", _QUOTES, "Gold figures given, beside their labels"),
    Metric(
        "number.unsupported",
        _QUOTES,
        "Numbers without a source, per answer",
        unit=Unit.NUMBER,
        lower_is_better=True,
        watched=True,
    ),
    Metric("abstain.rate.unanswerable", _ABSTENTION, "Declined, of the unanswerable", "Declined", watched=True),
    Metric("abstain.rate.answerable", _ABSTENTION, "Declined, of the answerable", lower_is_better=True),
    Metric("abstain.precision", _ABSTENTION, "Unanswerable, of the declined"),
    Metric("abstain.recall", _ABSTENTION, "Declined, of the unanswerable", same_as="abstain.rate.unanswerable"),
    Metric("abstain.auroc", _ABSTENTION, "Confidence parts both (AUROC)"),
    Metric("abstain.calibration_error", _ABSTENTION, "Calibration error", lower_is_better=True),
    Metric("abstain.aurc", _ABSTENTION, "Area under risk–coverage", lower_is_better=True),
    _time("latency.p50_s", "Whole answer, median"),
    _time("latency.p95_s", "Whole answer, 95th percentile"),
    Metric("load.errors", _SPEED, "Without an answer, for an error", lower_is_better=True),
    _time("latency.mean_s", "Whole answer, mean"),
    _time("latency.search.p50_s", "Search, median"),
    _time("latency.search.p95_s", "Search, 95th percentile"),
    _time("latency.first_token.p50_s", "First token, median"),
    _time("latency.first_token.p95_s", "First token, 95th percentile"),
    _time("latency.decode.p50_s", "Decoding after it, median"),
    _time("latency.decode.p95_s", "Decoding after it, 95th percentile"),
    Metric("decode.speed_up", _SPEED, "Speed-up over plain decoding", unit=Unit.TIMES),
    Metric("decode.tokens_per_step", _SPEED, "Tokens per step", unit=Unit.NUMBER),
    Metric("decode.rows_per_step", _SPEED, "Rows per step", unit=Unit.NUMBER),
    Metric("decode.lossless", _SPEED, "Same answer as plain decoding"),
    *(Metric(name_of(cause), Group.FAILURES, cause.value.capitalize(), lower_is_better=True) for cause in Failure),
)
BY_NAME = {metric.name: metric for metric in METRICS}
WATCHED = tuple(metric.name for metric in METRICS if metric.watched)
WATCHED_IN_TAGS = tuple(metric.name for metric in METRICS if metric.watched_in_tags)


def metric_of(name: str) -> Metric:
    """The metric of that name. A run of another version may have one that isn't listed: it is labelled with its name,
    and has the group of its family, its unit where that is one, and is a cost where the whole family are costs."""
    return BY_NAME.get(name) or _of_a_family(name)


def _of_a_family(name: str) -> Metric:
    family = [metric for metric in METRICS if metric.family == name.partition(".")[0]]
    if not family:
        return Metric(name, Group.ANSWERS, name, unit=Unit.NUMBER)
    units = {metric.unit for metric in family}
    unit = units.pop() if len(units) == 1 else Unit.NUMBER
    costs = all(metric.lower_is_better for metric in family)
    return Metric(name, family[0].group, name, unit=unit, lower_is_better=costs)


def lower_is_better(name: str) -> bool:
    """Whether a metric is a cost."""
    return metric_of(name).lower_is_better
