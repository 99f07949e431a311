"""The causes of failure with their counts."""

from __future__ import annotations

from eval.report.figures import percent
from eval.report.markup import Html, el
from eval.report.outcome import SENTENCES, failures
from eval.runs.folder import Run
from eval.runs.record import Failure


def section(run: Run) -> Html | None:
    """The causes, the most frequent first; each filters the list of questions. None where nothing failed."""
    counted = failures(run.records)
    if not counted:
        return None
    most = counted[0][1]
    items = [_cause(cause, number, most, len(run.records), run) for cause, number in counted]
    failed = sum(number for _, number in counted)
    words = f"{failed:,} of {len(run.records):,} questions failed. Each counts under the first cause that holds."
    return el(
        "section",
        el("h2", "Failures by cause"),
        el("p", words, el("span", " A cause shows its questions.", cls="scripted", hidden=True), cls="note"),
        el("ul", *items, cls="causes"),
        id="failures",
    )


def _cause(cause: Failure, number: int, most: int, total: int, run: Run) -> Html:
    bar = el(
        "svg",
        el("rect", width=max(number / most * 100, 0.5), height=10, cls="bar"),
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    figure = run.summary.get(f"failure.{cause.value.replace(' ', '_')}")
    interval = f"{figure.low * 100:.1f} – {figure.high * 100:.1f} %" if figure else None
    link = el(
        "a", el("b", cause.value), el("span", SENTENCES[cause], cls="why"), href="#questions", data_cause=cause.value
    )
    share = el("span", percent(number / total, 1), cls="ci", title=f"95 % interval {interval}" if interval else None)
    return el("li", link, bar, el("span", f"{number:,} ", share, cls="count"))
