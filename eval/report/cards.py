"""The figures with their intervals: a card for each group of metrics, and a table of gold sets and tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.report.figures import Shown, grouped
from eval.report.levels import LevelTable, by_level
from eval.runs.folder import Run
from eval.runs.record import Level
from eval.scoring.registry import Group, Unit

# A card with more rows than this takes the whole width, so that its neighbours needn't be as long.
_LONG = 7
# The levels that say most about finding the right place, before those that say less.
_TELLING = (Level.SECTION, Level.PAGE1, Level.PAGE, Level.PASSAGE, Level.DOCUMENT)


@dataclass(frozen=True)
class Bar:
    """A figure with its interval, as paths in a picture that is 100 wide and 8 high."""

    interval: str
    value: str


class Scale:
    """Where the interval bars of one card end: at 100 % for shares, else at the largest value of the same unit."""

    def __init__(self, figures: Sequence[Shown]) -> None:
        self._ends = dict.fromkeys(Unit, 0.0)
        for each in figures:
            self._ends[each.metric.unit] = max(self._ends[each.metric.unit], each.figure.high, each.figure.value)
        self._ends[Unit.SHARE] = 1.0

    def bar(self, shown: Shown) -> Bar:
        low, value, high = (
            max(0.0, min(100.0, each / (self._ends[shown.metric.unit] or 1.0) * 100))
            for each in (shown.figure.low, shown.figure.value, shown.figure.high)
        )
        return Bar(f"M{low:.1f} 4H{max(high, low + 0.6):.1f}", f"M{value:.1f} 0V8")


@dataclass(frozen=True)
class Card:
    """A group's figures: ``first`` stands for the group; ``table`` has those that are known for several levels."""

    group: Group
    first: Shown
    table: LevelTable | None
    rows: list[Shown]
    scale: Scale

    @property
    def is_wide(self) -> bool:
        return self.table is not None or len(self.rows) > _LONG


@dataclass(frozen=True)
class GroupRow:
    """The figures of one gold set or tag; None where it has none of that name."""

    kind: str
    name: str
    cells: list[Shown | None]


@dataclass(frozen=True)
class GroupTable:
    """The headline figures of each gold set and each tag."""

    columns: list[Shown]
    rows: list[GroupRow]
    is_open: bool


@dataclass(frozen=True)
class FiguresSection:
    """All figures of a run. ``groups`` is None where there is one group only."""

    cards: list[Card]
    groups: GroupTable | None


def section(run: Run) -> FiguresSection | None:
    """All figures of the run, or None where it has none."""
    groups = grouped(run.summary)
    if not groups:
        return None
    return FiguresSection([_card(group, figures) for group, figures in groups.items()], _by_group(run, groups))


def headline(group: Group, figures: Sequence[Shown]) -> Shown:
    """The figure that stands for a group."""
    if group is Group.RETRIEVAL:
        by_name = {figure.metric.name: figure for figure in figures}
        for level in _TELLING:
            if found := by_name.get(f"retrieval.{level}.recall@5"):
                return found
    return figures[0]


def _card(group: Group, figures: Sequence[Shown]) -> Card:
    first = headline(group, figures)
    table, rest = by_level(figures)
    return Card(group, first, table, [figure for figure in rest if figure is not first], Scale(figures))


def _by_group(run: Run, groups: dict[Group, list[Shown]]) -> GroupTable | None:
    if len(run.groups) < 2:
        return None
    loaded = run.info.kind == "load"
    columns = [headline(group, figures) for group, figures in groups.items()]
    if loaded:  # the gold sets are those asked at each rate, and what tells rates apart is time
        columns = groups.get(Group.SPEED, [])[:3]
    rows = []
    for group, figures in run.groups.items():
        kind, _, name = group.partition(":")
        known = [figures.get(each.metric.name) for each in columns]
        cells = [Shown(each.metric, figure) if figure else None for each, figure in zip(columns, known, strict=True)]
        rows.append(GroupRow("gold set" if kind == "gold" else kind, name, cells))
    return GroupTable(columns, rows, is_open=loaded)
