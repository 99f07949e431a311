"""Where tables stand on a sheet.

Empty rows part tables, and so do empty columns between two that have labels of their own. What stands alone above a
table is its title. A table without a header of its own goes on the one above it, or has no header: a value under the
header of another table would be a wrong statement.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from corpus.errors import Unreadable
from corpus.grid import Grid, GridCell

DEEPEST = 20  # how often an area is parted again; what is woven more tightly is one table

_SIGN = r"(?:[A-Z]{3}|[€$£¥]|Fr\.?)"
_VALUE = re.compile(rf"[-+−–(]?\s*{_SIGN}?\s*[-+−–(]?\d[\d.,'’\s]*(?:%|‰|bps?|{_SIGN}|p\.\s?a\.|[kmKMx]|\))*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")


class SheetCell(NamedTuple):
    """Text in the rows from ``row`` on and the columns from ``column`` on, in the order in which cells are sorted."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    bold: bool = False

    @property
    def end_row(self) -> int:
        return self.row + self.rows

    @property
    def end_column(self) -> int:
        return self.column + self.columns

    @property
    def is_value(self) -> bool:
        """Whether it is a number or an amount, which names no column; a year may."""
        text = self.text.strip()
        return bool(_VALUE.fullmatch(text)) and not _YEAR.fullmatch(text)


class Title(str):
    """A text that stands above a table as its title."""


Rows = list[list[SheetCell]]


def read_tables(cells: Sequence[SheetCell], most: int) -> list[str | Grid]:
    """Paragraphs and tables of the sorted ``cells`` in the order of reading; raises `Unreadable` where merged cells
    cover more than ``most`` places of a table."""
    reader = _Reader(most)
    reader.read(cells)
    reader.close()
    return reader.done


class _Reader:
    """Collects what was read in ``done``. A table stays open as long as more of it may follow."""

    def __init__(self, most: int) -> None:
        self.done: list[str | Grid] = []
        self._most = most
        self._open: list[SheetCell] = []
        self._header_rows = 0
        self._has_header = False  # whether a table of this part of the sheet has one
        self._waiting: list[SheetCell] = []  # texts that stand alone: rows of the open table if that goes on

    def close(self) -> None:
        """Nothing of the open table follows."""
        if self._open:
            self.done.append(_grid(self._open, self._header_rows, self._most))
        self.done += [cell.text for cell in self._waiting]
        self._open, self._waiting = [], []

    def read(self, cells: Sequence[SheetCell], depth: int = 0) -> None:
        """Read an area."""
        cells = self._without_titles(cells)
        if not cells:
            return
        if depth < DEEPEST:
            sides = _sides(cells)
            if len(sides) > 1:
                for side in sides:
                    self.close()
                    self._has_header = False
                    self.read(side, depth + 1)
                self.close()
                return
            bands = _bands(cells)
            if len(bands) > 1:
                for band in bands:
                    self.read(band, depth + 1)
                return
        self._table(cells)

    def _without_titles(self, cells: Sequence[SheetCell]) -> Sequence[SheetCell]:
        """What is left without the texts that stand alone above it."""
        rows = _rows(cells)
        if all(len(row) == 1 for row in rows) and not _is_list(rows):
            self._waiting += cells
            return []
        for at, row in enumerate(rows[:-1]):
            below = rows[at + 1][0]
            names_some_columns = row[0].columns > 1 and row[0].column > below.column
            if len(row) > 1 or names_some_columns or row[0].end_row > below.row or _is_list(rows[at:]):
                return [cell for row in rows[at:] for cell in row]
            self._waiting += row
        return rows[-1]

    def _table(self, cells: Sequence[SheetCell]) -> None:
        rows = _rows(cells)
        if self._open and self._goes_on(rows):
            self._open += [*self._waiting, *cells]
            self._waiting = []
            return
        header_rows = _header_rows(rows, is_first=not self._has_header)
        title = self._title(rows[0][0].row)
        self.close()
        if title is not None:
            self.done[title] = Title(str(self.done[title]))
        left, reach = _extent(cells)[0], max((cell.end_row for cell in cells if cell.rows > 1), default=0)
        notes: list[SheetCell] = []
        while len(rows) > header_rows + 1 and len(rows[-1]) == 1 and not _is_list(rows):
            if rows[-1][0].column != left or rows[-1][0].row < reach:
                break
            notes += rows.pop()
        self._open = [cell for row in rows for cell in row]
        self._header_rows, self._waiting = header_rows, notes[::-1]
        self._has_header |= header_rows > 0

    def _title(self, row: int) -> int | None:
        """Where in ``done`` the title of the table that begins in ``row`` will be: the uppermost text right above, or
        what the sheet begins with."""
        at = len(self._waiting)
        while at and self._waiting[at - 1].row == row - 1:
            at, row = at - 1, row - 1
        at = at if self.done or self._open else 0
        if at == len(self._waiting) or len(self._waiting[at].text) > 100 or self._waiting[at].text.endswith("."):
            return None
        return len(self.done) + bool(self._open) + at

    def _goes_on(self, rows: Rows) -> bool:
        """Whether ``rows`` have the columns of the open table, and begin with a value or come after a header alone."""
        left, right = _extent([cell for row in rows for cell in row])
        its_left, its_right = _extent(self._open)
        if len(_rows(self._open)) <= self._header_rows:
            return left >= its_left and right <= its_right
        return (left, right) == (its_left, its_right) and any(cell.is_value for cell in rows[0])


def _extent(cells: Sequence[SheetCell]) -> tuple[int, int]:
    return min(cell.column for cell in cells), max(cell.end_column for cell in cells)


def _rows(cells: Sequence[SheetCell]) -> Rows:
    return [list(row) for _, row in groupby(cells, key=lambda cell: cell.row)]


def _is_list(rows: Rows) -> bool:
    """Whether they are one column of short texts under a bold one."""
    if len(rows) < 3 or any(len(row) > 1 or len(row[0].text) > 100 for row in rows):
        return False
    return rows[0][0].bold and not any(row[0].bold for row in rows[1:])


def _bands(cells: Sequence[SheetCell]) -> list[list[SheetCell]]:
    """The parts between empty rows."""
    bands: list[list[SheetCell]] = []
    end = -1
    for cell in cells:
        if not bands or cell.row > end:
            bands.append([])
        bands[-1].append(cell)
        end = max(end, cell.end_row)
    return bands


def _sides(cells: Sequence[SheetCell]) -> list[list[SheetCell]]:
    """The parts between empty columns that are tables of their own: one without labels belongs to what is left of it,
    as the years of a balance sheet do."""
    runs: list[list[SheetCell]] = []
    end = -1
    for cell in sorted(cells, key=lambda cell: cell.column):
        if not runs or cell.column > end:
            runs.append([])
        runs[-1].append(cell)
        end = max(end, cell.end_column)
    sides = [runs[0]]
    for run in runs[1:]:
        if _has_own_labels(sides[-1]) and _has_own_labels(run):
            sides.append(run)
        else:
            sides[-1] = sides[-1] + run
    return [sorted(side) for side in sides]


def _has_own_labels(cells: list[SheetCell]) -> bool:
    left, right = _extent(cells)
    labels = sorted(cell for cell in cells if cell.column == left)[1:]
    return right - left > 1 and 2 * sum(not cell.is_value for cell in labels) > len(labels)


def _header_rows(rows: Rows, is_first: bool) -> int:
    """How many rows name the columns. The first row of a sheet's first table does, unless it is a pair of a name and a
    value; that of a later one only if it looks like a header."""
    first, *others = rows
    if _is_list(rows):
        return 1
    if is_first:
        is_pair = len(first) == 2 and (first[1].is_value or bool(_DATE.fullmatch(first[1].text)))
        if is_pair and all(len(row) <= 2 for row in rows):
            return 0
    elif any(cell.is_value for cell in first) or not _looks_like_header(first, others):
        return 0
    if len(others) < 2 or len(others[0]) < 2 or any(cell.is_value for cell in others[0]):
        return 1
    left = min(first[0].column, others[0][0].column)
    has_group = any(cell.columns > 1 for cell in first)
    is_labelled_below = first[0].column > left and has_group
    is_labelled_above = others[0][0].column > left and any(cell.is_value for row in others[1:3] for cell in row)
    return 2 if is_labelled_below or is_labelled_above else 1


def _looks_like_header(first: list[SheetCell], others: Rows) -> bool:
    if len(first) < 2:
        return False
    if not others or any(cell.is_value for row in others for cell in row):
        return True
    return all(cell.bold for cell in first) and not all(cell.bold for cell in others[0])


def _grid(cells: list[SheetCell], header_rows: int, most: int) -> Grid:
    """The table of ``cells``. Rows and columns in which none begins say nothing, and are left out."""
    rows = {row: at for at, row in enumerate(sorted({cell.row for cell in cells}))}
    columns = {column: at for at, column in enumerate(sorted({cell.column for cell in cells}))}
    starts_of_rows, starts_of_columns = list(rows), list(columns)
    placed, covered = [], 0
    for cell in sorted(cells):
        row, column = rows[cell.row], columns[cell.column]
        end_row = bisect_left(starts_of_rows, cell.end_row) if cell.rows > 1 else row + 1
        end_column = bisect_left(starts_of_columns, cell.end_column) if cell.columns > 1 else column + 1
        covered += (end_row - row) * (end_column - column)
        if covered > most:
            raise Unreadable(f"the merged cells of one of its tables cover more than the {most:,} cells that are taken")
        placed.append(GridCell(cell.text, row, column, end_row - row, end_column - column))
    doubtful = _doubtful([(rows[cell.row], columns[cell.column], cell) for cell in cells]) if header_rows == 1 else ()
    grid = Grid(tuple(placed), header_rows, doubtful=frozenset(doubtful))
    return grid.with_whole_header() if header_rows else grid


def _doubtful(placed: Sequence[tuple[int, int, SheetCell]]) -> Iterable[int]:
    """The columns of a table whose names may be those of groups: all names but the last are followed by columns without
    one, which hold the like. ``placed`` are its cells with their rows and columns."""
    if any(cell.columns > 1 for row, _, cell in placed if row == 0):
        return ()  # groups are merged
    names = sorted(column for row, column, _ in placed if row == 0 and column)
    ends = [*names[1:], max(column for _, column, _ in placed) + 1]
    groups = [name for name, end in zip(names, ends, strict=True) if end > name + 1]
    if len(names) < 2 or not set(names[:-1]) <= set(groups):
        return ()
    held: dict[int, set[bool]] = {column: set() for name in groups for column in (name, name + 1)}
    for row, column, cell in placed:
        if row and column in held:
            held[column].add(cell.is_value)
    return (name for name in groups if held[name] and held[name] == held[name + 1])
