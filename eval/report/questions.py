"""The list of questions: a row for each, which opens to all that is known of it, and the form that filters the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.report.details import details
from eval.report.figures import duration, label, unit_of, written
from eval.report.markup import Html, el, fragment
from eval.report.outcome import GOOD, failures, outcome_of, status_of
from eval.report.series import row_id
from eval.runs.folder import Run
from eval.runs.record import Figure, Record

# The score that a row shows: the first of these that any question has.
_TELLING = (
    "answer.token_f1",
    "answer.right",
    "retrieval.section.ndcg@10",
    "retrieval.page1.ndcg@10",
    "retrieval.passage.ndcg@10",
    "retrieval.document.ndcg@10",
)
_SHORT = {"answer.token_f1": "Words (F1)"}
ANY_FAILURE = "any failure"


def section(run: Run) -> Html | None:
    """The questions with their filters, or None where nothing was asked."""
    if not run.records:
        return None
    score = next((name for name in _TELLING if any(name in record.scores for record in run.records)), None)
    several = len({record.gold_set for record in run.records}) > 1
    rows = [_row(at, record, score, several) for at, record in enumerate(run.records)]
    return el(
        "section",
        el("h2", "Questions"),
        _filters(run.records, several),
        el("p", f"{len(rows):,} of {len(rows):,} questions", id="shown", role="status", aria_live="polite", cls="note"),
        _head(score, timed=any(record.total_s or record.search_s for record in run.records)),
        el("ol", *rows, cls="list", id="list"),
        el("p", "No question matches these filters.", id="nothing", cls="none", hidden=True),
        id="questions",
    )


def _filters(records: Sequence[Record], several: bool) -> Html:
    """The form, hidden until the script that it needs has run."""
    causes = [cause.value for cause, _ in failures(records)]
    seen = set(map(outcome_of, records))
    outcomes = [*(outcome for outcome in GOOD if outcome in seen), *([ANY_FAILURE, *causes] if causes else [])]
    statuses = list(dict.fromkeys(status_of(record) for record in records))
    tags = sorted({tag for record in records for tag in record.gold.tags})
    search = el("input", type="search", id="search", autocomplete="off", placeholder="words of question or answer")
    return el(
        "form",
        _field("search", "Search", search),
        _select("outcome", "Outcome", outcomes),
        _select("status", "Status", statuses if len(statuses) > 1 else []),
        _select("set", "Gold set", list(dict.fromkeys(r.gold_set for r in records)) if several else []),
        _select("tag", "Tag", tags),
        el("button", "Clear", type="reset"),
        id="filters",
        cls="scripted",
        role="search",
        hidden=True,
    )


def _select(key: str, words: str, values: Iterable[str]) -> Html | None:
    options = [el("option", value, value=value) for value in values]
    return _field(key, words, el("select", el("option", "all", value=""), *options, id=key)) if options else None


def _field(key: str, words: str, control: Html) -> Html:
    return el("div", el("label", words, for_=key), control, cls="field")


def _head(score: str | None, timed: bool) -> Html:
    """The columns' names; with the script, buttons that sort."""
    columns = [("at", "Question"), ("status", "Status"), ("outcome", "Outcome")]
    columns += [("score", _SHORT.get(score, label(score.split(".")[-1])))] if score else [("none", "")]
    columns += [("time", "Time")] if timed else []
    return el("div", *(el("span", words, data_sort=key, cls=f"c-{key}") for key, words in columns), cls="columns")


def _row(at: int, record: Record, score: str | None, several: bool) -> Html:
    row, gold = row_id(at), record.gold
    value = record.scores.get(score) if score else None
    seconds = record.total_s if record.total_s is not None else record.search_s
    status = status_of(record)
    outcome = outcome_of(record)
    verdict = record.failure.value if record.failure else outcome.value if outcome in GOOD else None
    origin = " · ".join([*([record.gold_set] if several else []), gold.id, *gold.tags])
    summary = el(
        "summary",
        el("span", el("span", gold.question, cls="asked"), el("span", origin, cls="origin"), cls="c-at"),
        el("span", status, cls="c-status"),
        el("span", verdict and el("span", verdict, cls=f"tag {'bad' if record.failure else 'good'}"), cls="c-outcome"),
        el("span", _score(score, value), cls="c-score"),
        el("span", "–" if seconds is None else duration(seconds), cls="c-time"),
    )
    return el(
        "li",
        el("details", summary, details(row, record), id=row),
        data_status=status,
        data_outcome=verdict,
        data_failed=record.failure is not None,
        data_set=record.gold_set if several else None,
        data_tags="\n".join(gold.tags) or None,
        data_score=None if value is None else f"{value:.4f}",
        data_time=None if seconds is None else f"{seconds:.4f}",
    )


def _score(name: str | None, value: float | None) -> Html:
    if name is None or value is None:
        return fragment("–" if name else "")
    return fragment(written(value, unit_of(name, Figure(value=value, low=value, high=value, n=1))))
