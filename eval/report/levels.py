"""Metrics of retrieval that are known for several levels of evidence, as a table: levels down, metrics across."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.report.figures import Shown
from eval.runs.record import Level

_NAME = re.compile(rf"retrieval\.({'|'.join(Level)})\.(.+)")


@dataclass(frozen=True)
class LevelTable:
    """``rows[level][metric]`` is a figure; not every level needs to have every metric."""

    metrics: Sequence[str]
    rows: dict[Level, dict[str, Shown]]

    def n(self, level: Level) -> int:
        """Over how many questions a level's figures are: those whose evidence goes into that detail."""
        return next(iter(self.rows[level].values())).figure.n


def by_level(figures: Sequence[Shown]) -> tuple[LevelTable | None, list[Shown]]:
    """The table of the figures that belong in one, None if there are none, and the figures that are left."""
    rows: dict[Level, dict[str, Shown]] = {}
    rest = []
    for figure in figures:
        if match := _NAME.fullmatch(figure.name):
            rows.setdefault(Level(match[1]), {})[match[2]] = figure
        else:
            rest.append(figure)
    if not rows:
        return None, rest
    metrics = list(dict.fromkeys(metric for row in rows.values() for metric in row))
    metrics.sort(key=lambda metric: not metric.startswith("recall"))
    return LevelTable(metrics, {level: rows[level] for level in Level if level in rows}), rest
