"""Which lines are a table: those whose pieces stand in columns."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Sequence
from itertools import pairwise

from corpus.loaders.pdf.another import LOOKED_AT, Header, as_header
from corpus.loaders.pdf.cell_text import is_amount, is_aside, names_periods
from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.pieces import Piece, is_figure
from corpus.loaders.pdf.table_cells import is_rest
from corpus.loaders.pdf.table_columns import EDGE, LEAST_LEADING, Span, columns_of, with_names
from corpus.loaders.pdf.table_parts import begins_again, goes_on, label_goes_on

_CAPTION = re.compile(r"(?:Table|TABLE|Figure|FIGURE|Chart|CHART) (?:\d[\d.]*|[IVX]+|[A-Z])\b|(?:Exhibit|EXHIBIT) \w+$")
_SENTENCE = re.compile(r"[.:;?!]$|^(?:table|figure|chart|exhibit) [\dA-Z]+\b", re.IGNORECASE)
_LONGEST_NAME = 80  # characters
_LONGEST_LABEL = 16  # lines, and the row that they belong to
_LABEL_LINES = 4  # lines in a row of which each is one cell: a label of rows, and one that goes on for several lines


def table_end(region: Sequence[Line], start: int, stops: set[int], headings: Collection[int], unsure: set[int]) -> int:
    """Where the table that begins at line ``start`` ends (exclusive), or ``start`` where none begins there.

    A table has at least two rows of several pieces; between them may stand single pieces, which are labels or parts of
    a cell's text. ``stops`` are lines that can't be in it, and ``headings`` those that look like headings: it goes on
    below them, and below white, where `goes_on` says so. A header that comes again begins another table; where a line
    may be one, it is put to those that are ``unsure``.
    """
    end = at = start
    several = 0
    values = float("inf")  # the left edge of the second column, as far as it is known
    while at < len(region) and at not in stops:
        line = region[at]
        if at > start and line.is_names:
            break
        is_apart = at > start and (at in headings or not 0 <= region[at - 1].y - line.y < 3 * line.height)
        is_part = is_apart and goes_on(region[start:at], _until(stops, region, at))
        if is_apart and not is_part:
            break
        if several > 2 and line.left >= values and names_periods(line.pieces):
            break
        if several > 2 and line.bold and begins_again(region[start:at], _until(stops, region, at)):
            break
        if len(line.pieces) > 1:
            header = as_header(region[start:end], region[at : at + LOOKED_AT], at > end) if several > 1 else Header.NO
            if header is Header.UNSURE:
                unsure.add(at)
            if header is not Header.NO:
                break
            several += 1
            values = min(values, line.pieces[1].left)
            end = at + 1
        elif not (
            is_part
            or end < at < end + _LABEL_LINES
            or (at == end and _begins_row(region, at, values))
            or label_goes_on(region[start:end], _until(stops, region, end, _LONGEST_LABEL), values)
        ):
            break
        at += 1
    if several < 2:
        return start
    # A last cell may go on for another line.
    row = region[end - 1]
    while (
        end < len(region)
        and not (end in stops or end in headings)
        and is_rest(row, region[end - 1], region[end], region[start].left)
    ):
        end += 1
    table = region[start:end]
    return end if _are_aligned(table) or _are_amounts_below_names(table) else start


def _until(stops: set[int], region: Sequence[Line], at: int, most: int = 6) -> Sequence[Line]:
    """The next lines from ``at`` on, without what can't be in a table."""
    ahead = range(at, min(at + most, len(region)))
    return region[at : next((line for line in ahead if line in stops), ahead.stop)]


def lines_above(run: Sequence[Line], table: Sequence[Line]) -> int:
    """How many of the last lines of ``run``, which stand above a table, belong to its header: what stands over its
    columns of values only, the units in which they are given, and below such lines what stands over one column each."""
    columns = columns_of(table)
    below = table[0]
    count = 0
    for passed, line in enumerate(reversed(run if len(columns) > 1 and not below.is_names else ()), start=1):
        if not 0 < line.y - below.y < 2.5 * line.height:
            break
        if not (_is_over_values(line, columns) or is_aside(line.text) or _are_over_one_each(line, columns)):
            break
        is_beside = line.y - below.y < LEAST_LEADING * line.height  # a line of a name beside those of another
        below = line
        columns = with_names(columns, line) or columns
        if is_aside(line.text) or line.right > columns[1][0] or (is_beside and count == passed - 1):
            count = passed
    return count


def _is_over_values(line: Line, columns: Sequence[Span]) -> bool:
    """Whether a line stands over columns of values as their name does: over nothing else, or, where it is wider than
    they are, flush with a run of them or in its middle, and not in that of the table."""
    if len(line.text) >= _LONGEST_NAME or _SENTENCE.search(line.text):
        return False
    if line.left >= columns[1][0]:
        return True
    if (
        line.left < (columns[0][1] + columns[1][0]) / 2
        or abs(line.left + line.right - columns[0][0] - columns[-1][1]) < 6
    ):
        return False
    runs = [(first[0], last[1]) for at, first in enumerate(columns) for last in columns[at:] if at]
    return any(
        abs(line.left - left) < EDGE or abs(line.right - right) < EDGE or abs(line.left + line.right - left - right) < 6
        for left, right in runs
    )


def _are_over_one_each(line: Line, columns: Sequence[Span]) -> bool:
    """Whether each piece stands over a column of its own; a single one, whether it reaches over no other."""
    middles = [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]
    if len(line.pieces) == 1:
        return bisect(middles, line.left) == bisect(middles, line.right)
    over = [bisect(middles, (piece.left + piece.right) / 2) for piece in line.pieces]
    return len(set(over)) == len(over)


def units_above(run: Sequence[Line], table: Line) -> int:
    """How many of the last lines of ``run``, which stand right above a ruled ``table``, give its units."""
    count, y = 0, table.y
    for line in reversed(run):
        if not is_aside(line.text) or not 0 < line.y - y < 3 * line.height:
            break
        count, y = count + 1, line.y
    return count


def _begins_row(region: Sequence[Line], at: int, values: float) -> bool:
    """Whether the single piece of line ``at`` can be a cell, and not a line of text or the caption of another table: by
    its words, its width and what follows."""
    line = region[at]
    if _CAPTION.match(line.text):
        return False
    width = line.right - line.left
    if width <= 0.6 * _width(region):
        return True
    following = region[at + 1] if at + 1 < len(region) else line
    if len(following.pieces) < 2:
        return False
    return line.right < values or (following.text[0].islower() and width <= 0.9 * _width(region))


def _are_aligned(table: Sequence[Line]) -> bool:
    """Whether most pieces after the first stand under or over another: those of loosely justified text don't."""
    inner = [(at, piece) for at, line in enumerate(table) for piece in line.pieces[1:]]
    aligned = sum(any(other_at != at and _is_over(piece, other) for other_at, other in inner) for at, piece in inner)
    return aligned >= 0.6 * len(inner)


def _are_amounts_below_names(table: Sequence[Line]) -> bool:
    """Whether its one row, the last line, has several amounts of which one stands below each name in the line above."""
    *above, header, row = table
    amounts = row.pieces[1:]
    names = header.pieces[-len(amounts) :] if amounts else ()
    labels = header.pieces[: len(header.pieces) - len(names)]
    if len(amounts) < 2 or len(names) != len(amounts) or len(labels) > 1:
        return False
    if (above or not labels) and any(is_amount(piece.text) for line in (*above, header) for piece in line.pieces):
        return False
    pairs = zip(names, amounts, strict=True)
    return all(is_figure(amount.text) and _is_below(amount, name) for name, amount in pairs)


def _is_below(piece: Piece, name: Piece) -> bool:
    return piece.left < name.right and name.left < piece.right


def _is_over(piece: Piece, other: Piece) -> bool:
    left, right = abs(piece.left - other.left), abs(piece.right - other.right)
    return left < 2 or right < 2 or abs(piece.left + piece.right - other.left - other.right) < 4


def _width(region: Sequence[Line]) -> float:
    return max(line.right for line in region) - min(line.left for line in region)
