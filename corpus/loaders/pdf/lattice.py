"""Lattices: rules of a page that cross each other, as those around the cells of a table do."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.loaders.pdf.pieces import Piece
from corpus.loaders.pdf.rules import Rule, Rules

SAME = 2.0  # points by which two rules, or a rule and the print in its cell, may miss each other
_NARROWEST = 5.0  # points of a row or column
_MOST = 250_000  # pairs of rules: what crosses more often is a drawing


class Area(NamedTuple):
    """Rows and columns of a lattice, each without the last."""

    row: int
    column: int
    end_row: int
    end_column: int


@dataclass(frozen=True)
class Lattice:
    """Rules that cross each other. ``xs`` go from left to right, and ``ys`` from the top down."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    upright: dict[float, list[Rule]]
    level: dict[float, list[Rule]]

    def holds(self, piece: Piece) -> bool:
        x, y = middle(piece)
        return self.xs[0] < x < self.xs[-1] and self.ys[-1] < y < self.ys[0]

    def place(self, piece: Piece) -> tuple[int, int]:
        """The row and the column in which a piece stands."""
        x, y = middle(piece)
        return bisect_left([-each for each in self.ys], -y) - 1, bisect_right(self.xs, x) - 1

    def areas(self) -> list[Area] | None:
        """The cells, which cover each place once; None where the rules draw other shapes."""
        height, width = len(self.ys) - 1, len(self.xs) - 1
        # Whether a rule stands left of a place, or above it.
        walls = [[self._is_wall(row, column) for column in range(width + 1)] for row in range(height)]
        floors = [[self._is_floor(row, column) for column in range(width)] for row in range(height + 1)]
        taken: set[tuple[int, int]] = set()
        found: list[Area] = []
        for row in range(height):
            for column in range(width):
                if (row, column) in taken:
                    continue
                end_column = next(end for end in range(column + 1, width + 1) if walls[row][end])
                end_row = next(end for end in range(row + 1, height + 1) if any(floors[end][column:end_column]))
                own = {(r, c) for r in range(row, end_row) for c in range(column, end_column)}
                is_closed = all(floors[end_row][column:end_column]) and all(
                    walls[r][column] and walls[r][end_column] for r in range(row, end_row)
                )
                is_parted = any(any(walls[r][column + 1 : end_column]) for r in range(row, end_row))
                if not is_closed or is_parted or own & taken:
                    return None
                taken |= own
                found.append(Area(row, column, end_row, end_column))
        return found

    def _is_wall(self, row: int, column: int) -> bool:
        if column in (0, len(self.xs) - 1):
            return True
        return _covers(self.upright[self.xs[column]], self.ys[row + 1], self.ys[row])

    def _is_floor(self, row: int, column: int) -> bool:
        if row in (0, len(self.ys) - 1):
            return True
        return _covers(self.level[self.ys[row]], self.xs[column], self.xs[column + 1])


def middle(piece: Piece) -> tuple[float, float]:
    return (piece.left + piece.right) / 2, piece.y + 0.3 * piece.height


def _covers(rules: Iterable[Rule], start: float, end: float) -> bool:
    """Whether one of the rules goes along most of the way from ``start`` to ``end``."""
    quarter = (end - start) / 4
    return any(rule.start <= start + quarter and end - quarter <= rule.end for rule in rules)


def lattices(rules: Rules) -> list[Lattice]:
    """What has at least two rows and two columns."""
    upright, level = _joined(rules.upright), _joined(rules.level)
    if not upright or not level or len(upright) * len(level) > _MOST:
        return []
    found = []
    for its_upright, its_level in _crossing(upright, level):
        xs = _edges({rule.at for rule in its_upright}, its_level)
        ys = _edges({rule.at for rule in its_level}, its_upright)
        if len(xs) > 2 and len(ys) > 2:
            found.append(Lattice(tuple(xs), tuple(ys[::-1]), _by_place(its_upright), _by_place(its_level)))
    return found


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """The sorted ``rules``, those one that go on with each other: many a table draws each cell's sides by itself."""
    places: list[list[Rule]] = []
    for rule in rules:
        if not places or rule.at - places[-1][0].at > SAME:
            places.append([])
        places[-1].append(rule)
    found: list[Rule] = []
    for place in places:
        start = end = None
        for rule in sorted(place, key=lambda rule: rule.start):
            if end is not None and start is not None and rule.start <= end + SAME:
                end = max(end, rule.end)
                continue
            if end is not None and start is not None:
                found.append(Rule(place[0].at, start, end))
            start, end = rule.start, rule.end
        if end is not None and start is not None:
            found.append(Rule(place[0].at, start, end))
    return found


def _crossing(upright: Sequence[Rule], level: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that touch each other, directly or by others."""
    heights = [rule.at for rule in level]
    group = list(range(len(upright) + len(level)))  # of each rule another of its group, or itself

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for at, rule in enumerate(upright):
        first, last = bisect_left(heights, rule.start - SAME), bisect_right(heights, rule.end + SAME)
        for other in range(first, last):
            if level[other].start - SAME <= rule.at <= level[other].end + SAME:
                group[root(len(upright) + other)] = root(at)
    members: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for at, rule in enumerate((*upright, *level)):
        members[root(at)][at >= len(upright)].append(rule)
    yield from (found for found in members.values() if all(found))


def _edges(places: set[float], across: Sequence[Rule]) -> list[float]:
    """The places of rules in their order, and where those ``across`` begin and end if they stick out: a table may have
    none at its own edges."""
    edges = sorted(places)
    start, end = min(rule.start for rule in across), max(rule.end for rule in across)
    return [
        *([start] if edges[0] - start > _NARROWEST else []),
        *edges,
        *([end] if end - edges[-1] > _NARROWEST else []),
    ]


def _by_place(rules: Sequence[Rule]) -> dict[float, list[Rule]]:
    found: dict[float, list[Rule]] = defaultdict(list)
    for rule in rules:
        found[rule.at].append(rule)
    return found
