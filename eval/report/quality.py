"""Plots of what was found and how sure of it the service was. Each is None where the run has no data for it."""

from __future__ import annotations

from collections.abc import Sequence

from eval.report import series
from eval.report.chart import Chart
from eval.report.figures import percent
from eval.report.svg import Axis, Plot, rounded_up, shares
from eval.runs.record import Level, Record
from eval.scoring.metrics.abstention import auroc, calibration, risk_coverage
from eval.scoring.registry import LEVELS


def recall(records: Sequence[Record]) -> Chart | None:
    curves = series.recall_by_k(records)
    if not curves:
        return None
    depth = len(curves[0].recall)
    title = "Recall by number of passages"
    first = ", ".join(
        f"{LEVELS[c.level]} {percent(c.recall[0])} at 1 and {percent(c.recall[-1])} at {depth}" for c in curves
    )
    x = Axis("passages looked at (k)", 1, max(depth, 2), [(k, str(k)) for k in range(1, depth + 1)])
    plot = Plot("recall", title, f"Recall by level: {first}.", x, shares("recall"), margin=100)
    for curve in reversed(curves):
        cls = _color(curve.level)
        points = list(enumerate(curve.recall, start=1))
        plot.line(points, cls)
        for k, value in points:
            hint = f"{LEVELS[curve.level]}: {percent(value, 1)} at {k}, {curve.n} questions"
            plot.dot(k, value, cls, title=hint, radius=2.2)
    plot.end_labels(
        [(c.recall[-1], f"{LEVELS[c.level]} {percent(c.recall[-1])}", f"{_color(c.level)} strong") for c in curves]
    )
    numbers = [["k", *(f"{LEVELS[c.level]} (n={c.n})" for c in curves)]]
    numbers += [[str(k + 1), *(percent(c.recall[k], 1) for c in curves)] for k in range(depth)]
    caption = (
        "Share of the places of evidence among the first k passages, by how closely a passage must agree with one."
    )
    return Chart(title, plot.picture(), caption, numbers)


def _color(level: Level) -> str:
    return f"c{list(Level).index(level) + 1} dashed"


def reliability(records: Sequence[Record]) -> Chart | None:
    confidence, found = series.judged(records)
    if not confidence:
        return None
    measured = calibration(confidence, found)
    title = "Reliability of the confidence"
    description = f"Share of questions with evidence, in bins of confidence. Calibration error {measured.error:.3f}."
    plot = Plot("reliability", title, description, shares("confidence"), shares("evidence was found"), margin=20)
    plot.line([(0, 0), (1, 1)], "guide")
    for each in measured.bins:
        hint = (
            f"confidence {percent(each.low)} to {percent(each.high)}: evidence for {percent(each.accuracy)} of {each.n}"
        )
        plot.bar(each.low, each.high, each.accuracy, "c1 faint", title=hint)
        plot.dot(each.confidence, each.accuracy, "c1", title=hint, radius=3.5)
        plot.label((each.low + each.high) / 2, 1, str(each.n), "middle small", dy=-4)
    numbers = [["confidence", "mean", "evidence found", "questions"]]
    numbers += [
        [f"{percent(b.low)} – {percent(b.high)}", percent(b.confidence, 1), percent(b.accuracy, 1), str(b.n)]
        for b in measured.bins
    ]
    caption = (
        "How often the passages held evidence when the service was so sure of it; below the dashed line it promises "
        f"too much. Numbers of questions stand at the top. Calibration error {measured.error:.3f}."
    )
    return Chart(title, plot.picture(), caption, numbers)


def answering(records: Sequence[Record]) -> Chart | None:
    confidence, answerable = series.asked(records)
    if not confidence:
        return None
    points = series.tried(confidence, answerable)
    corners = [(0.0, 0.0), *((wrong, right) for wrong, right, _ in points)]
    area = auroc(confidence, answerable)
    ninth = next(point for point in points if point[1] >= 0.9)
    title = "Answering what can be answered"
    at = (
        f"where {percent(ninth[1])} of the answerable questions are answered, {percent(ninth[0])} of the others are too"
    )
    x, y = shares("of the unanswerable, answered"), shares("of the answerable, answered")
    plot = Plot("roc", title, f"Area under the ROC curve {area:.3f}; {at}.", x, y, margin=20)
    plot.line([(0, 0), (1, 1)], "guide")
    plot.line(corners, "c1")
    plot.dot(ninth[0], ninth[1], "c1", title=f"{at}: confidence from {ninth[2]:.3f}", radius=3.5)
    plot.label(ninth[0], ninth[1], f"{percent(ninth[1])} and {percent(ninth[0])}", "strong c1", dx=8, dy=14)
    numbers = [["answerable answered", "unanswerable answered", "confidence from"]]
    tenths = [next(point for point in points if point[1] >= tenth / 20 - 1e-9) for tenth in range(10, 21)]
    numbers += [[percent(p[1], 1), percent(p[0], 1), f"{p[2]:.3f}"] for p in dict.fromkeys(tenths)]
    caption = (
        "The ROC curve: what is answered if everything from a confidence on is. The nearer to the upper left corner, "
        f"the better it tells them apart. Area under it {area:.3f}."
    )
    return Chart(title, plot.picture(), caption, numbers)


def risk_and_coverage(records: Sequence[Record]) -> Chart | None:
    confidence, found = series.judged(records)
    if not confidence:
        return None
    points = risk_coverage(confidence, found)
    title = "Risk by coverage"
    last, half = points[-1], min(points, key=lambda point: abs(point.coverage - 0.5))
    description = (
        f"Share of questions without evidence if only the surest are answered: {percent(half.risk)} of the surest "
        f"{percent(half.coverage)}, {percent(last.risk)} of all."
    )
    high = min(1.0, rounded_up(max(max(point.risk for point in points), 0.05)))
    x, y = shares("questions answered (coverage)"), shares("without evidence (risk)", high)
    plot = Plot("risk", title, description, x, y, margin=20)
    line = [(0, points[0].risk), *((point.coverage, point.risk) for point in points)]
    plot.area(line, "c2 faint")
    plot.line(line, "c2", stepped=True)
    for point in dict.fromkeys((half, last)):
        reached = f"{percent(point.coverage)} coverage, confidence from {point.threshold:.2f}"
        hint = f"risk {percent(point.risk, 1)} at {reached}"
        plot.dot(point.coverage, point.risk, "c2", title=hint, radius=3.5)
        plot.label(point.coverage, point.risk, percent(point.risk), "end strong c2", dx=-4, dy=-8)
    numbers = [["coverage", "risk", "confidence from"]]
    tenths = [min(points, key=lambda point: abs(point.coverage - tenth / 10)) for tenth in range(1, 11)]
    numbers += [[percent(p.coverage), percent(p.risk, 1), f"{p.threshold:.3f}"] for p in dict.fromkeys(tenths)]
    caption = (
        "If only the questions with the highest confidence were answered, so many of them would lack evidence. "
        "A confidence that knows keeps the line low until far to the right."
    )
    return Chart(title, plot.picture(), caption, numbers)
