"""The list of questions: a row for each, which opens to all that is known of it, and the form that filters the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.report.details import Details, details
from eval.report.figures import duration, written
from eval.report.outcome import GOOD, failures, outcome_of, status_of
from eval.report.series import row_id
from eval.runs.folder import Run
from eval.runs.record import Record
from eval.scoring.registry import metric_of

# The score that a row shows: the first of these that any question has.
_TELLING = (
    "answer.token_f1",
    "answer.right",
    "retrieval.section.ndcg@10",
    "retrieval.page1.ndcg@10",
    "retrieval.passage.ndcg@10",
    "retrieval.document.ndcg@10",
)
ANY_FAILURE = "any failure"


@dataclass(frozen=True)
class Filters:
    """What each filter offers; one without anything to offer is left out."""

    outcomes: list[str]
    statuses: list[str]
    sets: list[str]
    tags: list[str]


@dataclass(frozen=True)
class Row:
    """A question as a row of the list. ``verdict`` is None where it wasn't judged, ``gold_set`` where there is one."""

    id: str
    question: str
    origin: str
    status: str
    verdict: str | None
    is_failed: bool
    gold_set: str | None
    tags: tuple[str, ...]
    score: float | None
    shown_score: str
    seconds: float | None
    time: str
    details: Details


@dataclass(frozen=True)
class QuestionsSection:
    """``columns`` are the keys that rows are sorted by, with their names."""

    filters: Filters
    columns: list[tuple[str, str]]
    rows: list[Row]

    @property
    def number(self) -> str:
        return f"{len(self.rows):,}"


def section(run: Run) -> QuestionsSection | None:
    """The questions with their filters, or None where nothing was asked."""
    if not run.records:
        return None
    score = next((name for name in _TELLING if any(name in record.scores for record in run.records)), None)
    several = len({record.gold_set for record in run.records}) > 1
    rows = [_row(at, record, score, several) for at, record in enumerate(run.records)]
    timed = any(record.total_s or record.search_s for record in run.records)
    return QuestionsSection(_filters(run.records, several), _columns(score, timed), rows)


def _filters(records: Sequence[Record], several: bool) -> Filters:
    causes = [cause.value for cause, _ in failures(records)]
    seen = set(map(outcome_of, records))
    outcomes = [*(outcome.value for outcome in GOOD if outcome in seen), *([ANY_FAILURE, *causes] if causes else [])]
    statuses = list(dict.fromkeys(status_of(record) for record in records))
    sets = list(dict.fromkeys(record.gold_set for record in records)) if several else []
    tags = sorted({tag for record in records for tag in record.gold.tags})
    return Filters(outcomes, statuses if len(statuses) > 1 else [], sets, tags)


def _columns(score: str | None, timed: bool) -> list[tuple[str, str]]:
    columns = [("at", "Question"), ("status", "Status"), ("outcome", "Outcome")]
    columns += [("score", metric_of(score).short)] if score else [("none", "")]
    return [*columns, ("time", "Time")] if timed else columns


def _row(at: int, record: Record, score: str | None, several: bool) -> Row:
    gold, outcome = record.gold, outcome_of(record)
    value = record.scores.get(score) if score else None
    seconds = record.total_s if record.total_s is not None else record.search_s
    return Row(
        id=row_id(at),
        question=gold.question,
        origin=" · ".join([*([record.gold_set] if several else []), gold.id, *gold.tags]),
        status=status_of(record),
        verdict=record.failure.value if record.failure else outcome.value if outcome in GOOD else None,
        is_failed=record.failure is not None,
        gold_set=record.gold_set if several else None,
        tags=tuple(gold.tags),
        score=value,
        shown_score=_score(score, value),
        seconds=seconds,
        time="–" if seconds is None else duration(seconds),
        details=details(record),
    )


def _score(name: str | None, value: float | None) -> str:
    if name is None or value is None:
        return "–" if name else ""
    return written(value, metric_of(name).unit)
