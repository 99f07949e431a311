"""The columns of a table that has no rules: what stands above each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from corpus.loaders.pdf.lines import Line, joined
from corpus.loaders.pdf.pieces import CURRENCIES, Piece, is_figure

EDGE = 3.0  # points by which the edges of a column differ from page to page
_LEVEL = 0.3  # in heights of a character: cells of one row
LEAST_LEADING = 0.75  # likewise: no lines of one column stand closer to each other

Span = tuple[float, float]


def are_alike(columns: Sequence[Span], above: Sequence[Span]) -> bool:
    """Whether these are the same columns: each has its left or right edge, or its middle, where the other has it."""
    return len(columns) == len(above) and all(
        abs(left - other_left) < EDGE
        or abs(right - other_right) < EDGE
        or abs(left + right - other_left - other_right) < EDGE
        for (left, right), (other_left, other_right) in zip(columns, above, strict=True)
    )


def levelled(table: Sequence[Line], header: int) -> list[Line]:
    """The lines, those as one that stand too close for print in one column, and have none: names of three lines beside
    names of two, in what may be the ``header``, and numbers beside a label that is set higher."""
    found: list[Line] = []
    for at in reversed(range(len(table))):
        line, below = table[at], found[-1] if found else table[at]
        are_names = at + 1 < header and not line.is_names
        gap = line.y - min(piece.y for piece in below.pieces)
        is_over = any(_are_over(piece, (other.left, other.right)) for piece in line.pieces for other in below.pieces)
        is_close = not is_over and gap < LEAST_LEADING * min(line.height, below.height)
        is_level = gap < _LEVEL * line.height and _are_figures(below)
        if is_close and (is_level or are_names or _is_label_of(line, below) or _is_label_of(below, line)):
            found[-1] = Line(tuple(joined(sorted((*line.pieces, *below.pieces), key=lambda piece: piece.left))))
        else:
            found.append(line)
    return found[::-1]


def _is_label_of(line: Line, values: Line) -> bool:
    """Whether a line of words stands left of all ``values``, which are numbers."""
    are_words = not any(is_figure(piece.text) for piece in line.pieces)
    return are_words and line.right < values.left and _are_figures(values)


def _are_figures(line: Line) -> bool:
    return all(is_figure(piece.text) for piece in line.pieces)


def columns_of(table: Sequence[Line]) -> list[Span]:
    """The columns' left and right edges: pieces that stand over each other are in one column."""
    spans: list[Span] = []
    for line in sorted(table, key=lambda line: -len(line.pieces)):
        for piece in line.pieces:
            over = [span for span in spans if span[0] < piece.right and piece.left < span[1]]
            # A piece over two columns, or between two without a label beside it, is a heading of both.
            between = not over and bool(spans) and line.left > min(spans)[1] and piece.right < max(spans)[0]
            if len(over) < 2 and not between:
                spans = [span for span in spans if span not in over]
                left = min([piece.left, *(span[0] for span in over)])
                spans.append((left, max([piece.right, *(span[1] for span in over)])))
    return sorted(spans)


def columns_under(header: Sequence[Line], rows: Sequence[Line]) -> list[Span]:
    """The columns of a table with this ``header``, as wide as what the ``rows`` print and its names.

    Where a line has as many names as there are columns, each is that of one of them: a short number at its column's
    edge may stand beside the name. Names over several columns make no column then.
    """
    found = _joined(columns_of([*header, *rows]), header, rows)
    named: list[Span] = []
    for line in reversed(header):
        named = with_names(named or columns_of(rows), line) or named
    return named if named and _cells(rows, named) >= _cells(rows, found) else found


def are_flush_right(header: Sequence[Line], rows: Sequence[Line]) -> bool:
    """Whether a line of the ``header`` has a name for each column of values, which all end where the values do."""
    ends = [right for _, right in columns_of(rows)[1:]]
    return len(ends) > 1 and any(
        len(line.pieces) >= len(ends)
        and all(abs(name.right - end) < EDGE for name, end in zip(line.pieces[-len(ends) :], ends, strict=True))
        for line in header
    )


def _cells(rows: Sequence[Line], columns: Sequence[Span]) -> int:
    """How many cells hold the pieces of the rows."""
    return sum(len({column_of(piece, columns) for piece in row.pieces}) for row in rows)


def with_names(columns: Sequence[Span], line: Line) -> list[Span]:
    """The columns, each but the first widened to its name in the ``line``; none where that isn't one name for each, or
    one of them would reach into another column."""
    names = [piece for piece in line.pieces if column_of(piece, columns) > 0]
    if not 0 < len(names) == len(columns) - 1 or len(line.pieces) > len(columns):
        return []
    wide = [(min(a, name.left), max(b, name.right)) for (a, b), name in zip(columns[1:], names, strict=True)]
    found = [columns[0], *wide]
    return found if all(a[1] < b[0] for a, b in pairwise(found)) else []


def _joined(columns: Sequence[Span], header: Sequence[Line], rows: Sequence[Line]) -> list[Span]:
    """The columns, those two as one that nearly touch, if only the one has a name and only the other has values."""
    if not header or not rows:
        return list(columns)
    named = {at for at, span in enumerate(columns) for line in header for name in line.pieces if _are_over(name, span)}
    filled = {_nearest(piece, columns) for line in rows for piece in line.pieces}

    def are_one(at: int) -> bool:
        if not 1 < at < len(columns) or columns[at][0] - columns[at - 1][1] > rows[-1].height:
            return False
        return any(
            name in named and name not in filled and value in filled and value not in named
            for name, value in ((at - 1, at), (at, at - 1))
        )

    found: list[Span] = []
    for at, (left, right) in enumerate(columns):
        if are_one(at) and not are_one(at - 1) and not are_one(at + 1):
            found[-1] = (found[-1][0], right)
        else:
            found.append((left, right))
    return found


def _are_over(piece: Piece, span: Span) -> bool:
    return piece.left < span[1] and span[0] < piece.right


def _nearest(piece: Piece, columns: Sequence[Span]) -> int:
    """The column of which a piece covers most."""
    return max(range(len(columns)), key=lambda at: min(piece.right, columns[at][1]) - max(piece.left, columns[at][0]))


def column_of(piece: Piece, columns: Sequence[Span]) -> int:
    """Which of the columns a piece stands in: the first that it is over, or else the nearest."""
    if piece.text in CURRENCIES:  # it stands before its number, however far off
        return next((at for at, (_, right) in enumerate(columns) if at and right > piece.right), len(columns) - 1)

    def overlap(at: int) -> float:
        return min(piece.right, columns[at][1]) - max(piece.left, columns[at][0])

    first = next((at for at in range(len(columns)) if overlap(at) > 0), None)
    return first if first is not None else max(range(len(columns)), key=overlap)
