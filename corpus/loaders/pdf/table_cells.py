"""The lines of a table as a grid, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.content import clean
from corpus.grid import Grid
from corpus.loaders.pdf.cell_text import is_amount, is_aside, is_period, with_signs
from corpus.loaders.pdf.headings import without_leaders
from corpus.loaders.pdf.lines import Line, joined
from corpus.loaders.pdf.names import names_of
from corpus.loaders.pdf.pieces import CURRENCIES, is_figure
from corpus.loaders.pdf.table_columns import (
    EDGE,
    Span,
    are_alike,
    are_flush_right,
    column_of,
    columns_of,
    columns_under,
    levelled,
)
from corpus.loaders.pdf.words import Words
from corpus.table_header import brings_names, is_number

# What a label that goes on in the next line ends with.
_UNFINISHED = re.compile(r"(?:[,(/&\x02\ufffe-]|\b(?:and|or|of|for|in|on|the|to|by|with))$", re.IGNORECASE)
# What an amount at the end of a label belongs to.
_OF_AMOUNT = re.compile(r"\b(?:under|over|above|below|up to|from|to|than|least|most|of|in|per|and|or)$", re.IGNORECASE)
_BULLETS = "•●▪◦"  # they begin a line of a label, where a dash may begin the label of a row
_CLOSER = 0.9  # of the distance of rows: lines of a name that are closer
_SET_IN = 6.0  # in heights of a character, by which labels are indented at most
_FLUSH = 1.0  # points by which edges that are set alike differ


@dataclass(frozen=True)
class TableCells:
    """A table as a ``grid``, the first column of which says what the rows are of. ``columns`` are the edges of what the
    rows print, ``edges`` those that are drawn, and ``bold`` says whether the header is set apart so. ``goes_on`` says
    that these are more rows of the table above."""

    grid: Grid
    columns: tuple[Span, ...]
    bold: bool = False
    goes_on: bool = False
    edges: tuple[float, ...] = ()


def table_cells(
    table: Sequence[Line], words: Words, above: TableCells | None = None, headed: bool = True
) -> TableCells:
    """A table's cells. What several lines of a header say of a column is its one name, also where a line says it of
    several columns; lines that only go on with a cell are added to the row above.

    ``above`` is the table that ends the page before, where this one begins its page. It has no header where it isn't
    ``headed``.
    """
    table = [_unglued(line, table) for line in table]
    table = levelled(table, max(_lines_over_amounts(table), _first_over_rule(table)))
    columns = columns_of(table)
    between_rules = [at for at, line in enumerate(table, start=1) if line.is_names]
    count = (
        between_rules[-1]
        if between_rules
        else max(header_rows(_lines(table, columns), _close(table)), _lines_over_rule(table))
    )
    count = count if headed else 0
    columns = columns_under(table[:count], table[count:])
    bold = count > 0 and all(line.bold for line in table[:count])
    # Rows of words alone look like a header, but not under one that is bold.
    plain = count == 0 or (above is not None and above.bold and not table[0].bold)
    goes_on = plain and above is not None and are_alike(columns, above.columns)
    if goes_on and above:
        count, bold = 0, above.bold
    names = names_of(table[:count], columns, are_flush_right(table[:count], table[count:]))
    header = [with_signs(words.join(name)) for name in names]
    rows = [row for row in _rows(table[count:], header, columns, words) if any(map(clean, row))]
    has_header = count > 0 and any(map(clean, header))
    return TableCells(Grid.of_texts(rows, int(has_header)), tuple(columns_of(table[count:])), bold, goes_on)


def is_rest(row: Line, above: Line, line: Line, left: float) -> bool:
    """Whether ``line``, a single piece, is the rest of a cell of the ``row`` that begins ``above`` or higher, in a
    table with this ``left`` edge. What begins where that row's label does, and not in lower case, begins another."""
    close = above.y - line.y < 1.3 * line.height
    is_label = len(row.pieces) > 1 and row.left < left + _SET_IN * line.height
    begins_row = is_label and abs(line.left - row.left) < _FLUSH and line.text[0] != "("
    inside = line.left > left + 2 * line.height and not begins_row
    return close and (inside or line.text[0].islower()) and len(line.pieces) == 1


def _unglued(line: Line, table: Sequence[Line]) -> Line:
    """The line with the currency sign, or amount, that stands right behind its label and is its first value, as a piece
    of its own: other lines have a sign there, or an amount that ends there."""
    label, *values = line.pieces
    words = label.text.split()
    at = next((at for at in range(1, len(words)) if words[at][0] in CURRENCIES), 0)
    if not at or not values or _OF_AMOUNT.search(" ".join(words[:at])) or not is_figure(" ".join(words[at:]) + "0"):
        return line
    begins, ends = label.words[at][0], label.right
    others = [piece for other in table if other is not line for piece in other.pieces[1:]]
    if any(map(str.isdigit, words[-1])):
        is_there = any(abs(piece.right - ends) < EDGE for piece in others) and values[0].left > ends
    else:
        is_there = any(piece.text[0] in CURRENCIES and abs(piece.left - begins) < EDGE for piece in others)
    name, value = label.cut([at])
    return Line((name, *joined((value, *values)))) if is_there else line


def _lines(table: Sequence[Line], columns: Sequence[Span]) -> Iterator[list[str]]:
    """The texts of each line, column by column."""
    for line in table:
        texts: list[list[str]] = [[] for _ in columns]
        for piece in line.pieces:
            texts[column_of(piece, columns)].append(piece.text)
        yield [" ".join(text) for text in texts]


def _close(table: Sequence[Line]) -> list[bool]:
    """Whether each line stands closer to the one above than rows do, as lines of one name may."""
    gaps = [0.0, *(above.y - line.y for above, line in pairwise(table))]
    usual = median(gaps[(len(gaps) + 1) // 2 :] or gaps)
    return [0 < gap < _CLOSER * usual for gap in gaps]


def header_rows(rows: Iterable[Sequence[str]], close: Sequence[bool] = ()) -> int:
    """How many of the first rows are the header; ``close`` says which of them stand closer to the one above than rows
    do.

    The first is, unless it has a label and amounts; and so are those under it without a label or amounts, or with
    periods beside their label; and those over columns of amounts that are close, give units for their label, or bring
    names which these still lack.
    """
    every = list(rows)
    for at, (label, *cells) in enumerate(every):
        values = list(filter(None, cells))
        if any(map(is_amount, values)):
            return at
        if (
            not label
            or at == 0
            or (not values and is_aside(label))
            or _names_amounts(every, at, any(close[at : at + 1]))
        ):
            continue
        if not values or 2 * sum(map(is_period, values)) < len(values):
            return at
    return 1


def _lines_over_rule(table: Sequence[Line]) -> int:
    """How many of the first lines stand over a rule as wide as the table, if they are closer to each other than any of
    the rows below it; 0 where they don't, or one of them has an amount."""
    count = _first_over_rule(table)
    gaps = [above.y - line.y for above, line in pairwise(table)]
    if not 1 < count < len(gaps) or max(gaps[: count - 1]) > _CLOSER * min(gaps[count - 1 :]):
        return 0
    return 0 if any(map(_has_amounts, table[:count])) else count


def _first_over_rule(table: Sequence[Line]) -> int:
    """How many of the first lines stand over the first rule as wide as the table; 0 where there is none."""
    left, right = min(line.left for line in table) + EDGE, max(line.right for line in table) - EDGE
    ruled = (any(start < left and right < end for piece in line.pieces for start, end in piece.rules) for line in table)
    return next((at for at, is_ruled in enumerate(ruled, start=1) if is_ruled), 0)


def _lines_over_amounts(table: Sequence[Line]) -> int:
    """How many of the first lines stand over the first one with an amount; 0 where no line has one."""
    return next((at for at, line in enumerate(table) if _has_amounts(line)), 0)


def _has_amounts(line: Line) -> bool:
    return any(is_amount(piece.text) for piece in line.pieces[1:])


def _names_amounts(rows: Sequence[Sequence[str]], at: int, is_close: bool) -> bool:
    """Whether a row, which has no amounts, goes on with names of columns, and most cells below it are amounts."""
    goes_on = is_close or is_aside(rows[at][0]) or brings_names(rows[:at], rows[at])
    if any(map(is_number, rows[at][1:])) or not goes_on:
        return False
    below = [text for row in rows[at + 1 :] for text in row[1:] if text]
    return 2 * sum(map(is_amount, below)) > len(below)


def _rows(lines: Sequence[Line], header: list[str], columns: Sequence[Span], words: Words) -> Iterator[list[str]]:
    """The header, and the rows under it, each with the lines that go on with it."""
    gaps = [above.y - line.y for above, line in pairwise(lines)]
    spaced = max(gaps, default=0.0) > 1.3 * min(gaps, default=0.0)
    below = [(gap, above) for gap, (above, line) in zip(gaps, pairwise(lines), strict=True) if len(line.pieces) > 1]
    between = [gap for gap, above in below if len(above.pieces) > 1]  # rows of one line each
    usual = median(between or [gap for gap, _ in below] or [0.0])
    rows: list[list[list[str]]] = [[[name] if name else [] for name in header]]
    above: Line | None = None
    row: Line | None = None
    is_appended = False
    for line in lines:
        cells: list[list[str]] = [[] for _ in columns]
        for piece in line.pieces:
            cells[column_of(piece, columns)].append(without_leaders(piece.text).strip())
        begins_label = above and not any(rows[-1][1:]) and _is_rest_of_label(above, line, columns, usual)
        is_rest_of_row = above and row and is_rest(row, above, line, columns[0][0])
        is_appended = bool(above and (is_rest_of_row or _are_rests(above, line, spaced) or begins_label))
        if is_appended:
            rows[-1] = [old + new for old, new in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
            row = line
        above = line
    for its in rows:
        yield [with_signs(words.join(cell)) for cell in its]


def _is_rest_of_label(above: Line, line: Line, columns: Sequence[Span], usual: float) -> bool:
    """Whether a row's label begins in the line above, which is closer than rows usually are, and doesn't end there: by
    its last word, how line ``line`` begins, or for lack of room. A short name is that of the rows below it."""
    left, right = columns[0]
    labels = len(above.pieces) == 1 and above.left < right and line.left < right
    is_cut = bool(_UNFINISHED.search(above.text)) or line.text[0].islower() or line.text[0] == "("
    is_full = above.right - left > 0.85 * (right - left) and len(above.text.split()) > 2
    is_group = above.text.endswith(":") or line.left - above.left > 2 * line.height
    goes_on = line.text[0] in _BULLETS or ((is_cut or is_full) and not is_group)
    return labels and goes_on and 0 < above.y - line.y < 0.85 * usual


def _are_rests(above: Line, line: Line, spaced: bool) -> bool:
    """Whether every piece of ``line`` is the rest of a cell of the row above.

    In a ``spaced`` table, with more white between rows than between lines, one that begins in lower case shows it.
    """
    close = above.y - line.y < 1.3 * line.height
    if len(above.pieces) == 1 and abs(line.left - above.left) < 2 * line.height:
        # The first cell, above the line on which its row's others stand.
        goes_on = line.text[0].islower() or above.text.count("(") > above.text.count(")")
        if close and goes_on:
            return True
    lower = [piece.text[0].islower() for piece in line.pieces]
    numbers = any(not any(c.isalpha() for c in piece.text) for piece in line.pieces)
    return close and not numbers and (all(lower) or (spaced and any(lower)))
