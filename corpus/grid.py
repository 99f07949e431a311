"""A table as its reader sees it: cells that may cover several rows and columns."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from corpus.errors import Unreadable
from corpus.table_header import header_rows

# HTML's own limit for colspan (https://html.spec.whatwg.org, "table model"); a table that is wider is none.
MOST_COLUMNS = 1000
# A longer text is written once: no table may grow without bound by what its cells cover.
LONGEST_REPEATED = 200
# Nor by all of them together: so many characters of a table may be what its cells repeat.
MOST_REPEATED = 2_000_000
_VALUE = re.compile(r"\d")
# What has digits and still names a column: a year, a day, a quarter.
_YEAR = re.compile(r".{0,20}\b(?:19|20)\d\d\b.{0,12}|[QH]\d.*")


@dataclass(frozen=True)
class GridCell:
    """``text`` in the rows ``row`` to ``row + rows - 1`` and the columns ``column`` to ``column + columns - 1``, both
    counted from 0."""

    text: str
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1

    @property
    def end_row(self) -> int:
        return self.row + self.rows

    @property
    def end_column(self) -> int:
        return self.column + self.columns


@dataclass(frozen=True)
class Grid:
    """Cells of which none covers another, in the order of rows. The first ``header_rows`` rows name the columns; None
    where the format doesn't say. ``set_apart`` is how many of the first rows look other than those below: bold, or on
    another ground. ``doubtful`` are columns whose name in a header of one row may be that of a group, which nothing
    says: it names none of them."""

    cells: tuple[GridCell, ...]
    header_rows: int | None = 1
    set_apart: int = 0
    doubtful: frozenset[int] = frozenset()

    @classmethod
    def of_texts(cls, rows: Iterable[Sequence[str]], header_rows: int | None = 1) -> Self:
        """A grid without spans."""
        return cls(tuple(GridCell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row)), header_rows)

    @classmethod
    def flowing(cls, rows: Iterable[Sequence[GridCell]], header_rows: int | None = 1, most: int = 1_000_000) -> Self:
        """A grid of rows as HTML gives them: each cell takes the first place in its row that no cell from above covers.

        Cells that say 0 rows go down to the end. One that would cover another ends before it, and all end with column
        `MOST_COLUMNS`. Raises `Unreadable` where a row has more columns, or the cells cover more than ``most`` places.
        """
        given = [list(row) for row in rows]
        taken: list[set[int]] = [set() for _ in given]
        cells: list[GridCell] = []
        covered_in_all = 0
        for row, line in enumerate(given):
            column = 0
            for cell in line:
                while column in taken[row]:
                    column += 1
                end_row = min(row + cell.rows, len(given)) if cell.rows else len(given)
                end_column = column + 1
                while end_column < min(column + cell.columns, MOST_COLUMNS) and end_column not in taken[row]:
                    end_column += 1
                covered_in_all += (end_row - row) * (end_column - column)
                if end_column > MOST_COLUMNS or covered_in_all > most:
                    raise Unreadable(
                        f"one of its tables has more than the {MOST_COLUMNS:,} columns or {most:,} cells that are taken"
                    )
                for covered in taken[row:end_row]:
                    covered.update(range(column, end_column))
                cells.append(GridCell(cell.text, row, column, end_row - row, end_column - column))
                column = end_column
        return cls(tuple(cells), header_rows)

    @property
    def height(self) -> int:
        """The number of rows."""
        return max((cell.end_row for cell in self.cells), default=0)

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((cell.end_column for cell in self.cells), default=0)

    def compact(self) -> Self:
        """The grid without the rows and columns in which no cell begins: they say nothing of their own."""
        rows, columns = sorted({cell.row for cell in self.cells}), sorted({cell.column for cell in self.cells})

        def moved(cell: GridCell) -> GridCell:
            row, column = bisect_left(rows, cell.row), bisect_left(columns, cell.column)
            end_row, end_column = bisect_left(rows, cell.end_row), bisect_left(columns, cell.end_column)
            return GridCell(cell.text, row, column, end_row - row, end_column - column)

        header, set_apart = self.header_rows and bisect_left(rows, self.header_rows), bisect_left(rows, self.set_apart)
        return replace(self, cells=tuple(map(moved, self.cells)), header_rows=header, set_apart=set_apart)

    def with_whole_header(self) -> Self:
        """The grid whose header has all rows that its first ones reach into: a cell of it may go down several rows, and
        one over several columns has their own names in the row below, which has none for the rows' labels. A row with a
        value is never part of it. Where the format doesn't say it, the header is what looks like one."""
        if self.header_rows is None:
            filled = [(at, row) for at, row in enumerate(self._rows_printed()) if any(row)]
            count = header_rows([row for _, row in filled], set_apart=sum(at < self.set_apart for at, _ in filled))
            return replace(self, header_rows=filled[count - 1][0] + 1 if count else 0).with_whole_header()
        reach = self._reach(self.header_rows) if self.header_rows else 0
        over_some = any(1 < cell.columns < self.width and cell.text for cell in self.cells if cell.end_row == reach)
        first = next((cell for cell in self.cells if cell.row == reach and cell.column == 0), None)
        if 0 < reach < self.height - 1 and over_some and not (first and first.text) and not self._has_value(reach):
            reach = self._reach(reach + 1)
        return replace(self, header_rows=min(reach, self.height))

    def _rows_printed(self) -> Iterator[Sequence[str]]:
        """The texts of each row, without those that the first one's cells repeat further down, but for labels."""
        first = min((cell.row for cell in self.cells if cell.text), default=0)
        going_down = [cell for cell in self.cells if cell.row == first and cell.column and cell.rows > 1]
        end = max((cell.end_row for cell in going_down), default=0)
        for at, row in enumerate(replace(self, header_rows=0).rows()):
            if not first < at < end:
                yield row
                continue
            repeated = {
                column for cell in going_down if at < cell.end_row for column in range(cell.column, cell.end_column)
            }
            yield ["" if column in repeated else text for column, text in enumerate(row)]

    def _reach(self, header: int) -> int:
        """Where the cells of the first ``header`` rows end, or before the first row below them that has a value."""
        end = max((cell.end_row for cell in self.cells if cell.row < header), default=header)
        return next((row for row in range(header, end) if self._has_value(row)), max(end, header))

    def _has_value(self, row: int) -> bool:
        return any(
            _VALUE.search(cell.text) and not _YEAR.fullmatch(cell.text) for cell in self.cells if cell.row == row
        )

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The texts of each row, up to its last cell. A cell's text stands in every row and column that it covers, with
        three exceptions: a cell of the header stands in its first row only, and one over all columns or of more than
        `LONGEST_REPEATED` characters in its first place only. Raises `Unreadable` where what is repeated is more than
        `MOST_REPEATED` characters."""
        width, header, at, repeated = self.width, self.header_rows or 0, 0, 0
        covering: list[GridCell] = []
        for row in range(self.height):
            covering = [cell for cell in covering if cell.end_row > row]
            while at < len(self.cells) and self.cells[at].row == row:
                covering.append(self.cells[at])
                at += 1
            line = [""] * max((cell.end_column for cell in covering), default=0)
            for cell in covering:
                is_whole = cell.columns == width or len(cell.text) > LONGEST_REPEATED
                if cell.row < row and (is_whole or row < header):
                    continue
                end = cell.column + 1 if is_whole else cell.end_column
                line[cell.column : end] = [cell.text] * (end - cell.column)
                repeated += len(cell.text) * (end - cell.column - (cell.row == row))
            if repeated > MOST_REPEATED:
                raise Unreadable(
                    f"the merged cells of one of its tables repeat more than the {MOST_REPEATED:,} characters that are "
                    "taken"
                )
            yield tuple(line)


def set_apart(rows: Iterable[bool | None]) -> int:
    """How many of the first ``rows`` look other than those below; None stands for one that holds nothing. None do if
    all do."""
    return next((count for count, look in enumerate(rows) if look is False), 0)
