"""Plots of where time goes, and of what drafting saves. Each is None where the run has no data for it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from eval.report import series
from eval.report.chart import Chart, Entry
from eval.report.figures import duration, percent, span
from eval.report.svg import Axis, Plot, bars, rounded_up, shares, steps
from eval.runs.record import Record
from eval.scoring.metrics.statistics import quantile


def latency(records: Sequence[Record]) -> Chart | None:
    stages = series.stages(records)
    if not stages:
        return None
    low = min(min(seconds) for seconds in stages.values())
    high = max(max(seconds) for seconds in stages.values())
    x = _time_axis(low, high)
    title = "Time by stage"
    marks = {stage: (quantile(seconds, 0.5), quantile(seconds, 0.95)) for stage, seconds in stages.items()}
    said = "; ".join(f"{stage} {duration(p50)} and {duration(p95)}" for stage, (p50, p95) in marks.items())
    plot = Plot("latency", title, f"Median and 95th percentile: {said}.", x, shares("share of questions"), margin=20)
    numbers = [["stage", "median", "p95", "slowest", "n"]]
    legend = []
    for at, (stage, seconds) in enumerate(stages.items(), start=1):
        cls, (p50, p95) = f"c{at} dashed", marks[stage]
        plot.line(_distribution(seconds), cls, stepped=True)
        plot.dot(p50, 0.5, cls, title=f"{stage}, median: {duration(p50)}", radius=4)
        plot.dot(p95, 0.95, f"{cls} hollow", title=f"{stage}, 95th percentile: {duration(p95)}", radius=4)
        numbers.append([stage, duration(p50), duration(p95), duration(max(seconds)), str(len(seconds))])
        legend.append(Entry(cls, f"{stage} {span(duration(p50), duration(p95), ', ')}"))
    caption = "Share of questions done within a time, with median (●) and 95th percentile (○)."
    return Chart(title, plot.picture(), caption, numbers, tuple(legend))


def _time_axis(low: float, high: float) -> Axis:
    """A logarithmic axis with ticks at powers of ten, and at their doubles and halves where it spans few of them."""
    steps_of_ten = (1, 2, 5) if high / low < 50 else (1,)
    times = [step * 10.0**power for power in range(-6, 6) for step in steps_of_ten]
    ends = max(time for time in times if time <= low), min(time for time in times if time >= high)
    # A last power of ten far beyond the slowest would leave half of the plot empty.
    end = ends[1] if ends[1] <= high * 1.5 else high * 1.05
    ticks = [
        (time, duration(time).replace(".00", "").replace(".0\u00a0", "\u00a0"))
        for time in times
        if ends[0] <= time <= end
    ]
    return Axis("time (logarithmic)", ends[0], max(end, ends[0] * 1.1), ticks, logarithmic=True)


def _distribution(seconds: Sequence[float]) -> list[tuple[float, float]]:
    """The empirical distribution, in at most 101 points."""
    ordered = sorted(seconds)
    parts = min(len(ordered), 100)
    at = [round(part * len(ordered) / parts) for part in range(1, parts + 1)]
    return [(ordered[0], 0.0), *((ordered[count - 1], count / len(ordered)) for count in at)]


def speed_up(records: Sequence[Record]) -> Chart | None:
    found = series.speed_ups(records)
    if not found:
        return None
    title = "Speed-up over plain decoding"
    middle = median(one.times for one in found)
    high = max(rounded_up(max(one.times for one in found)), 2)
    y = Axis("times faster", 0, high, [(value, f"{value:g}×") for value in steps(high)])
    description = f"Speed-up against the share copied from passages, {len(found)} questions, median {middle:.2f} times."
    plot = Plot("speedup", title, description, shares("share of the answer copied from passages"), y, margin=20)
    plot.line([(0, 1), (1, 1)], "guide")
    plot.line([(0, middle), (1, middle)], "c1 thin")
    for one in found:
        hint = f"{one.times:.2f}× at {percent(one.copied)} copied: {one.question}"
        plot.dot(one.copied, one.times, "c1 cloud", title=hint, radius=4, row=one.row)
    plot.label(0, middle, f"median {middle:.2f}×", "c1 strong", dx=6, dy=-6)
    caption = f"One dot a question ({len(found)}); the dashed line is plain decoding. Drafts fit where text is copied."
    return Chart(title, plot.picture(), caption, [])


def draft_sources(records: Sequence[Record]) -> Chart | None:
    found = series.by_source(records)
    if not found:
        return None
    title = "Tokens per step by source of the draft"
    all_steps, all_tokens = sum(one.steps for one in found), sum(one.tokens for one in found)
    rows = [
        (
            series.SOURCES.get(one.source, one.source),
            one.per_step,
            f"{one.per_step:.2f} · {percent(one.tokens / all_tokens)}",
        )
        for one in found
    ]
    high = max(rounded_up(max(one.per_step for one in found)), 1)
    axis = Axis("tokens per step", 0, high, [(value, f"{value:g}") for value in steps(high)])
    said = "; ".join(f"{name} {value:.2f}" for name, value, _ in rows)
    numbers = [["source", "steps", "tokens", "tokens per step"]]
    numbers += [
        [series.SOURCES.get(one.source, one.source), f"{one.steps:,}", f"{one.tokens:,}", f"{one.per_step:.2f}"]
        for one in found
    ]
    overall = f"Overall {all_tokens / all_steps:.2f} tokens a step."
    caption = f"By where the text of the draft stood, with the share of all tokens. {overall}"
    return Chart(title, bars("sources", title, f"Tokens per step: {said}.", rows, axis), caption, numbers)
