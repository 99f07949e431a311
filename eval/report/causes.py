"""The causes of failure with their counts."""

from __future__ import annotations

from dataclasses import dataclass

from eval.report.figures import percent
from eval.report.outcome import SENTENCES, failures
from eval.runs.folder import Run
from eval.scoring.registry import name_of


@dataclass(frozen=True)
class Cause:
    """How many questions failed for one cause; ``width`` of 100 is that of the most frequent one."""

    name: str
    sentence: str
    number: str
    width: str
    share: str
    interval: str | None


@dataclass(frozen=True)
class FailuresSection:
    """The causes, the most frequent first; each filters the list of questions."""

    words: str
    causes: list[Cause]


def section(run: Run) -> FailuresSection | None:
    """The causes of failure, or None where nothing failed."""
    counted = failures(run.records)
    if not counted:
        return None
    most, total = counted[0][1], len(run.records)
    causes = []
    for cause, number in counted:
        figure = run.summary.get(name_of(cause))
        interval = f"{figure.low * 100:.1f} – {figure.high * 100:.1f} %" if figure else None
        width = f"{max(number / most * 100, 0.5):.1f}"
        causes.append(Cause(cause.value, SENTENCES[cause], f"{number:,}", width, percent(number / total, 1), interval))
    failed = sum(number for _, number in counted)
    words = f"{failed:,} of {total:,} questions failed. Each counts under the first cause that holds."
    return FailuresSection(words, causes)
