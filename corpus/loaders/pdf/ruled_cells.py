"""A ruled table as a grid, with its header and what of it the page before has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from corpus.grid import Grid, GridCell
from corpus.loaders.pdf.cell_text import with_signs
from corpus.loaders.pdf.headings import without_leaders
from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.ruled import RuledCell, RuledTable
from corpus.loaders.pdf.table_cells import TableCells, header_rows
from corpus.loaders.pdf.table_columns import EDGE, Span, are_alike
from corpus.loaders.pdf.words import Words


def ruled_cells(table: Sequence[Line], words: Words, above: TableCells | None = None) -> TableCells:
    """The cells of the ruled table that is the last line, under lines with its units; ``above`` is the table
    that ends the page before, where this one begins its page."""
    ruled = table[-1].pieces[0]
    assert isinstance(ruled, RuledTable)
    cells = [_cell(cell, words) for cell in ruled.cells]
    units = " ".join(line.text for line in table[:-1])
    titles = _titles(cells)
    count = titles + header_rows(_ruled_rows(cells, titles))
    first = [line for cell in ruled.cells if cell.row == 0 for line in cell.lines]
    bold = count > 0 and all(line.bold for cell in ruled.cells if cell.row < count for line in cell.lines)
    columns = tuple(_ruled_columns(ruled, count))
    plain = count == 0 or (above is not None and above.bold and not all(line.bold for line in first))
    goes_on = plain and not units and above is not None and _is_continued(columns, ruled.edges, above)
    if goes_on and above:
        count, bold = 0, above.bold
    elif units:
        count = max(count, 1)
        cells[0] = replace(cells[0], text=f"{units} {cells[0].text}".strip())
    return TableCells(_grid(cells, count), columns, bold, goes_on, ruled.edges)


def _cell(cell: RuledCell, words: Words) -> GridCell:
    text = with_signs(words.join(without_leaders(line.text).strip() for line in cell.lines))
    return GridCell(text, cell.row, cell.column, cell.end_row - cell.row, cell.end_column - cell.column)


def _grid(cells: Sequence[GridCell], header: int) -> Grid:
    grid = Grid(tuple(cells), header)
    return grid.with_whole_header() if header else grid


def _titles(cells: Sequence[GridCell]) -> int:
    """How many of the first rows are one cell over all columns, and so name the table."""
    width, height = max(cell.end_column for cell in cells), max(cell.end_row for cell in cells)
    count = 0
    while count < height - 1 and cells[count].row == count and cells[count].columns == width:
        count += 1
    return count


def _ruled_rows(cells: Sequence[GridCell], start: int) -> Iterator[list[str]]:
    """The texts of each row from ``start`` on, in every column that a cell covers."""
    width = max(cell.end_column for cell in cells)
    for _, row in groupby((cell for cell in cells if cell.row >= start), key=lambda cell: cell.row):
        texts = [""] * width
        for cell in row:
            texts[cell.column : cell.end_column] = [cell.text] * cell.columns
        yield texts


def _ruled_columns(table: RuledTable, header: int) -> Iterator[Span]:
    """The left and right edge of what is printed in each column below the header; of an empty one where it is drawn."""
    for column, edge in enumerate(table.edges):
        printed = [
            piece
            for cell in table.cells
            if cell.row >= header and (cell.column, cell.end_column) == (column, column + 1)
            for line in cell.lines
            for piece in line.pieces
        ]
        yield (
            min((piece.left for piece in printed), default=edge),
            max((piece.right for piece in printed), default=edge),
        )


def _is_continued(columns: Sequence[Span], edges: Sequence[float], above: TableCells) -> bool:
    drawn = len(edges) == len(above.edges) and bool(edges)
    if drawn and all(abs(x - other) < EDGE for x, other in zip(edges, above.edges, strict=True)):
        return True
    return are_alike(columns, above.columns)
