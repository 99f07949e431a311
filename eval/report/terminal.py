"""A run's summary for the terminal: figures with their intervals, failures by cause, and where the time goes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.report.figures import Shown, duration, grouped, percent
from eval.report.levels import by_level
from eval.report.outcome import failures, verdict
from eval.report.series import stages
from eval.runs.folder import Figures, Run
from eval.scoring.metrics.statistics import quantile
from eval.scoring.registry import LEVELS, Group, metric_of

WIDTH = 100
_BAR = 30
_TAGS = 12
_GROUP_COLUMNS = (
    "answer.answered",
    "abstain.rate.unanswerable",
    "answer.right",
    "answer.token_f1",
    "answer.exact_match",
    "citation.any",
)


def print_summary(run: Run, console: Console) -> None:
    """Print what a run found, in at most 100 columns. What the run has no data for is left out."""
    width = min(WIDTH, console.width)
    console.print(Text.assemble((run.name, "bold cyan"), f"  {run.info.kind}, {run.info.started_at}"), width=width)
    console.print(_plain(verdict(run)), width=width)
    for table in (_by_level(run), _figures(run), _by_group(run), _failures(run), _times(run)):
        if table is not None:
            console.print()
            console.print(table, width=width)


def _by_level(run: Run) -> Table | None:
    levels, _ = by_level(grouped(run.summary).get(Group.RETRIEVAL, []))
    if levels is None:
        return None
    table = _table("Percent", *levels.heads.values(), "n")
    table.collapse_padding = True
    for level, row in levels.rows.items():
        cells = [_with_interval(row[metric]) if metric in row else Text("–") for metric in levels.heads]
        table.add_row(Text(LEVELS[level]), *cells, Text(f"{levels.n(level):,}"))
    return table


def _with_interval(shown: Shown) -> Text:
    low, value, high = (figure * 100 for figure in (shown.figure.low, shown.figure.value, shown.figure.high))
    return Text.assemble((f"{value:.0f}", "bold"), f" ({low:.0f}–{high:.0f})")


def _figures(run: Run) -> Table | None:
    groups = {group: by_level(figures)[1] for group, figures in grouped(run.summary).items()}
    groups = {group: figures for group, figures in groups.items() if figures}
    if not groups:
        return None
    table = _table("Figure", "value", "95 % interval", "n", wide=True)
    for group, figures in groups.items():
        table.add_row(Text(group.value, "bold"))
        for figure in figures:
            name = Text(f"  {figure.metric.label}{' ↓' if figure.metric.lower_is_better else ''}")
            table.add_row(name, _plain(figure.value, "bold"), _plain(figure.interval), Text(f"{figure.figure.n:,}"))
    return table


def _by_group(run: Run) -> Table | None:
    """The figures that say most of each gold set and of the most frequent tags."""
    if run.info.kind != "answers" or len(run.groups) < 2:
        return None
    sets = [name for name in run.groups if name.startswith("gold:")]
    tags = sorted(run.groups.keys() - set(sets), key=lambda name: (-_size(run.groups[name]), name))
    table = _table("Percent", *(metric_of(name).short for name in _GROUP_COLUMNS), "n")
    for name in [*sets, *tags[:_TAGS]]:
        figures = run.groups[name]
        cells = [_percent(figures, metric) for metric in _GROUP_COLUMNS]
        table.add_row(Text(name.removeprefix("gold:")), *cells, Text(f"{_size(figures):,}"))
    return table


def _size(figures: Figures) -> int:
    return max((figure.n for figure in figures.values()), default=0)


def _percent(figures: Figures, metric: str) -> Text:
    return Text(f"{figures[metric].value * 100:.0f}" if metric in figures else "–")


def _failures(run: Run) -> Table | None:
    counted = failures(run.records)
    if not counted:
        return None
    total, most = len(run.records), counted[0][1]
    table = _table("Failure", "questions", "share", "")
    table.columns[3].justify = "left"
    for cause, number in counted:
        bar = Text("█" * max(1, round(number / most * _BAR)), "yellow")
        table.add_row(Text(cause.value), Text(f"{number:,}"), _plain(percent(number / total, 1)), bar)
    return table


def _times(run: Run) -> Table | None:
    """The stages, the slowest first."""
    measured = sorted(stages(run.records).items(), key=lambda item: -quantile(item[1], 0.5))
    if not measured:
        return None
    table = _table("Stage", "median", "p95", "slowest")
    for stage, seconds in measured:
        table.add_row(Text(stage), *(_plain(duration(each)) for each in _slow(seconds)))
    return table


def _slow(seconds: Sequence[float]) -> tuple[float, float, float]:
    return quantile(seconds, 0.5), quantile(seconds, 0.95), max(seconds)


def _plain(value: str, style: str = "") -> Text:
    """A value with common spaces, for the tools that a terminal's output is piped to."""
    return Text(value.replace("\u00a0", " "), style)


def _table(first: str, *others: str, wide: bool = False) -> Table:
    """Without lines, so that it can be piped and cut into columns."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first, overflow="fold", min_width=38 if wide else None)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table
