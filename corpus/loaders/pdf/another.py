"""Where another table begins right below one: what parts its header from a row of words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum, auto
from itertools import pairwise, takewhile
from statistics import median

from corpus.loaders.pdf.cell_text import is_aside, is_period
from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.pieces import Piece, is_figure
from corpus.loaders.pdf.table_columns import EDGE

LOOKED_AT = 12  # lines, of which the first may be a header
_WHITE = 1.5  # times the usual distance of rows: it parts what stands below
_NAME = re.compile(r"[A-Z].*[^\W\d_]{2}")


class Header(Enum):
    """What a row below others may be: a header of another table."""

    NO = auto()
    UNSURE = auto()  # it looks like a row of words as much as like a header
    SURE = auto()


def as_header(table: Sequence[Line], below: Sequence[Line], is_captioned: bool) -> Header:
    """Whether the first of the lines ``below`` a table is another's header: after a caption or white, names of columns
    that stand over amounts, or are set apart as the table's own header is.

    In a table with other rows of such words it is none. What is set as the rows are, in columns that are the same,
    can't be told from a row of words.
    """
    header, *rows = [line for line in table if len(line.pieces) > 1] or [below[0]]
    row, *rest = below
    following = list(takewhile(lambda line: len(line.pieces) > 1, rest))
    while len(following) > 1 and following[0].left > row.pieces[0].right:  # more lines of its names
        del following[0]
    if not rows or not following or not _are_names(header) or not _are_names(row):
        return Header.NO
    if not is_captioned and table[-1].y - row.y < _WHITE * _usual_gap([header, *rows]):
        return Header.NO
    for is_set_apart in (_is_bold, _is_ruled):
        if is_set_apart(header) and 3 * sum(map(is_set_apart, rows)) <= len(rows):
            return Header.SURE if is_set_apart(row) and not is_set_apart(following[0]) else Header.NO
    if any(map(_are_names, (*rows, *following))) or not (any(map(_amounts, rows)) and _amounts(following[0])):
        return Header.NO
    is_sure = _names_periods_only(row) or not _are_in_columns(following[0], rows)
    return Header.SURE if is_sure else Header.UNSURE


def _are_names(line: Line) -> bool:
    """Whether what stands right of a line's first piece may be names of columns."""
    names = [piece.text for piece in line.pieces[1:]]
    return len(set(names)) == len(names) and all(_NAME.match(name) or is_period(name) for name in names)


def _names_periods_only(line: Line) -> bool:
    """Whether all that a line holds are periods, beside units at most."""
    label, *names = line.pieces
    return all(is_period(piece.text) for piece in names) and (is_aside(label.text) or is_period(label.text))


def _amounts(line: Line) -> list[Piece]:
    return [piece for piece in line.pieces[1:] if is_figure(piece.text) and not is_period(piece.text)]


def _is_bold(line: Line) -> bool:
    return line.bold


def _is_ruled(line: Line) -> bool:
    return all(piece.rules for piece in line.pieces[1:])


def _usual_gap(rows: Sequence[Line]) -> float:
    return median(above.y - line.y for above, line in pairwise(rows))


def _are_in_columns(line: Line, rows: Sequence[Line]) -> bool:
    """Whether one of a line's amounts stands under another as numbers of one column do."""
    edges: tuple[Callable[[Piece], float], ...] = (
        lambda piece: piece.left,
        lambda piece: piece.right,
        lambda piece: (piece.left + piece.right) / 2,
    )
    others = [other for row in rows for other in _amounts(row)]
    return any(abs(edge(piece) - edge(other)) < EDGE for piece in _amounts(line) for other in others for edge in edges)
