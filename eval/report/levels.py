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
    """``rows[level][measure]`` is a figure; not every level needs to have every measure. ``heads`` are the names
    of the measures."""

    heads: dict[str, str]
    rows: dict[Level, dict[str, Shown]]

    def n(self, level: Level) -> int:
        """Over how many questions a level's figures are: those whose evidence goes into that detail."""
        return next(iter(self.rows[level].values())).figure.n


def level_of(name: str) -> tuple[Level, str] | None:
    """The level and the measure of a metric of retrieval, such as ``recall@5``; None of another metric."""
    match = _NAME.fullmatch(name)
    return (Level(match[1]), match[2]) if match else None


def by_level(figures: Sequence[Shown]) -> tuple[LevelTable | None, list[Shown]]:
    """The table of the figures that belong in one, None if there are none, and the figures that are left."""
    rows: dict[Level, dict[str, Shown]] = {}
    rest = []
    for figure in figures:
        if found := level_of(figure.metric.name):
            level, measure = found
            rows.setdefault(level, {})[measure] = figure
        else:
            rest.append(figure)
    if not rows:
        return None, rest
    heads = {measure: each.metric.short or measure for row in rows.values() for measure, each in row.items()}
    return LevelTable(heads, {level: rows[level] for level in Level if level in rows}), rest
