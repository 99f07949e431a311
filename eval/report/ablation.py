"""An ablation for the terminal, as a table that can be pasted into Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from eval.decide.ablation import Variant
from eval.runs.record import Level
from eval.scoring.registry import LEVELS

_FIGURES = {"recall@5": "recall at 5", "recall@10": "at 10", "mrr@10": "MRR at 10"}


def print_ablation(tried: Sequence[Variant], console: Console) -> None:
    """A row for each variant; recall in percent at those levels at which the gold sets name evidence."""
    columns = {
        f"retrieval.{level}.{figure}": f"{LEVELS[level]}: {name}"
        for level in Level
        if level is not Level.DOCUMENT
        for figure, name in _FIGURES.items()
    }
    shown = {figure: name for figure, name in columns.items() if any(figure in each.scores for each in tried)}
    table = Table("", *shown.values(), "p95, ms", box=MARKDOWN)
    for variant in tried:
        means = [variant.mean(figure) for figure in shown]
        cells = ["–" if mean is None else f"{mean:.3f}" for mean in means]
        table.add_row(variant.name, *cells, f"{1000 * variant.p95():.0f}")
    console.print(table)
