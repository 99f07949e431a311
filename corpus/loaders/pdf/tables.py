"""Tables: lines whose pieces stand in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.loaders.pdf.headings import without_leaders
from corpus.loaders.pdf.lines import Line, Piece
from corpus.loaders.pdf.words import Words

_LEADING_SIGN = re.compile(r"[$€£¥(]+$")
_TRAILING_SIGN = re.compile(r"[)%]+$")


def table_end(region: Sequence[Line], start: int, stops: set[int]) -> int:
    """Where the table that begins at line ``start`` ends (exclusive), or ``start`` where none begins there.

    A table has at least two rows of several pieces; between them may stand single pieces, parts of a cell's text.
    ``stops`` are lines that can't be in it.
    """
    end = at = start
    several = 0
    while at < len(region) and at not in stops:
        line = region[at]
        if at > start and not 0 <= region[at - 1].y - line.y < 3 * line.height:
            break
        if len(line.pieces) > 1:
            several += 1
            end = at + 1
        elif at >= end + 2 or (at == end and not _begins_row(region, at)):
            break
        at += 1
    if several < 2:
        return start
    # A last cell may go on for another line.
    while end < len(region) and end not in stops and _is_rest(region[end - 1], region[end], region[start].left):
        end += 1
    found = region[start:end]
    return end if found and len(_columns(found)) > 1 and _are_aligned(found) else start


def table_rows(table: Sequence[Line], words: Words) -> list[list[str]]:
    """The cells of each row; those of a line that only goes on with a cell are added to the row above."""
    columns = _columns(table)
    gaps = [above.y - line.y for above, line in zip(table, table[1:], strict=False)]
    spaced = max(gaps, default=0.0) > 1.3 * min(gaps, default=0.0)
    rows: list[list[list[str]]] = []
    above: Line | None = None
    for line in table:
        cells: list[list[str]] = [[] for _ in columns]
        for piece in line.pieces:
            cells[_column(piece, columns)].append(without_leaders(piece.text).strip())
        if above and (_is_rest(above, line, table[0].left) or _are_rests(above, line, spaced)):
            rows[-1] = [old + new for old, new in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
        above = line
    return [_with_signs([words.join(cell) for cell in row]) for row in rows]


def _begins_row(region: Sequence[Line], at: int) -> bool:
    """Whether the single piece of line ``at`` can be a cell, and not a line of text: by its width and what follows."""
    line = region[at]
    width = line.right - line.left
    if width <= 0.6 * _width(region):
        return True
    following = region[at + 1] if at + 1 < len(region) else line
    return len(following.pieces) > 1 and following.text[0].islower() and width <= 0.9 * _width(region)


def _are_aligned(table: Sequence[Line]) -> bool:
    """Whether most pieces after the first stand under or over another: those of loosely justified text don't."""
    inner = [(at, piece) for at, line in enumerate(table) for piece in line.pieces[1:]]
    aligned = sum(any(other_at != at and _is_over(piece, other) for other_at, other in inner) for at, piece in inner)
    return aligned >= 0.6 * len(inner)


def _is_over(piece: Piece, other: Piece) -> bool:
    left, right = abs(piece.left - other.left), abs(piece.right - other.right)
    return left < 2 or right < 2 or abs(piece.left + piece.right - other.left - other.right) < 4


def _width(region: Sequence[Line]) -> float:
    return max(line.right for line in region) - min(line.left for line in region)


def _is_rest(above: Line, line: Line, left: float) -> bool:
    """Whether ``line``, a single piece, is the rest of a cell of the row above."""
    close = above.y - line.y < 1.3 * line.height
    inside = line.left > left + 2 * line.height or line.text[0].islower()
    return close and inside and len(line.pieces) == 1


def _are_rests(above: Line, line: Line, spaced: bool) -> bool:
    """Whether every piece of ``line`` is the rest of a cell of the row above.

    In a ``spaced`` table, with more white between rows than between lines, one that begins in lower case shows it.
    """
    if len(above.pieces) == 1 and line.text[0].islower() and abs(line.left - above.left) < 2 * line.height:
        return above.y - line.y < 1.3 * line.height  # the first cell, above the line on which its row's others stand
    lower = [piece.text[0].islower() for piece in line.pieces]
    close = above.y - line.y < 1.3 * line.height
    numbers = any(not any(c.isalpha() for c in piece.text) for piece in line.pieces)
    return close and not numbers and (all(lower) or (spaced and any(lower)))


def _columns(table: Sequence[Line]) -> list[tuple[float, float]]:
    """The columns' left and right edges: pieces that stand over each other are in one column."""
    spans: list[tuple[float, float]] = []
    for line in sorted(table, key=lambda line: -len(line.pieces)):
        for piece in line.pieces:
            over = [span for span in spans if span[0] < piece.right and piece.left < span[1]]
            # A piece over two columns is a heading of both, not a reason to make them one.
            if len(over) < 2:
                spans = [span for span in spans if span not in over]
                left = min([piece.left, *(span[0] for span in over)])
                spans.append((left, max([piece.right, *(span[1] for span in over)])))
    return sorted(spans)


def _column(piece: Piece, columns: Sequence[tuple[float, float]]) -> int:
    def overlap(at: int) -> float:
        return min(piece.right, columns[at][1]) - max(piece.left, columns[at][0])

    first = next((at for at in range(len(columns)) if overlap(at) > 0), None)
    return first if first is not None else max(range(len(columns)), key=overlap)


def _with_signs(row: Sequence[str]) -> list[str]:
    """A currency or per cent sign that stands in a column of its own, put to its number."""
    cells = list(row)
    for at in range(len(cells) - 1):
        if _LEADING_SIGN.match(cells[at]) and cells[at + 1]:
            cells[at], cells[at + 1] = "", cells[at] + cells[at + 1]
        elif _TRAILING_SIGN.match(cells[at + 1]) and cells[at]:
            cells[at], cells[at + 1] = cells[at] + cells[at + 1], ""
    return cells
