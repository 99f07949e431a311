"""The report's plots, those without data left out."""

from __future__ import annotations

from eval.report import quality, speed
from eval.report.chart import Chart
from eval.runs.folder import Run

_QUALITY = (quality.recall, quality.reliability, quality.answering, quality.risk_and_coverage)
_SPEED = (speed.latency, speed.speed_up, speed.draft_sources)


def charts(run: Run) -> list[Chart]:
    """All plots that the run has data for. What is measured under load isn't judged."""
    makers = _SPEED if run.info.kind == "load" else (*_QUALITY, *_SPEED)
    return [chart for make in makers if (chart := make(run.records)) is not None]
