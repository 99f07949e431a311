"""Columns set close together: cells that stand no farther apart than words of loosely justified text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.loaders.pdf.lines import Line, joined
from corpus.loaders.pdf.pieces import WORD_GAP, Piece, belongs

_ROWS = 3  # that have white at one place: in fewer it may be chance
_MOST = 200  # rows of one page
_NUMBER = re.compile(r"\W*\w{0,3}\W*$|[\w.()§-]*\d[\w.()§-]*\.[\w.()§-]*$")  # of a list's item

Span = tuple[float, float]


def parted(region: Sequence[Line]) -> list[Line]:
    """The lines of ``region``, those pieces parted that hold several cells of a table without rules.

    At least three lines one under the other must have wide white at the same places and at no other. Justified text has
    it here and there in each line.
    """
    gaps = [_gaps(line) for line in region]
    found: list[Line] = []
    at = 0
    while at < len(region):
        count, white = _rows(region, gaps, at)
        rows = list(region[at : at + count])
        if count >= _ROWS and _are_columns(rows, white):
            rows = [Line(tuple(joined([part for piece in row.pieces for part in _cut(piece, white)]))) for row in rows]
        elif count < _ROWS:
            rows = rows[:1]
        found.extend(rows)
        at += len(rows)
    return found


def _rows(region: Sequence[Line], gaps: Sequence[Sequence[Span]], start: int) -> tuple[int, Sequence[Span]]:
    """How many lines from ``start`` have all their wide white, which is in ``gaps``, at the same places, and where."""
    white = gaps[start]
    at = start + 1
    while white and at < min(len(region), start + _MOST):
        above, line = region[at - 1], region[at]
        if not 0 < above.y - line.y < 3 * line.height or abs(above.height - line.height) > 0.15 * line.height:
            break
        common = list(_common(white, gaps[at], 0.5 * WORD_GAP * line.height))
        if not all(_are_explained(own, common) for own in gaps[start : at + 1]):
            break
        white = common
        at += 1
    return at - start, white


def _gaps(line: Line) -> list[Span]:
    least = WORD_GAP * line.height
    wide = [
        (at, left, right)
        for at, ((_, left), (right, _)) in enumerate(pairwise(_words(line)), start=1)
        if right - left >= least
    ]
    words = line.text.split() if wide else []
    return [(left, right) for at, left, right in wide if not belongs(words, at)]


def _common(white: Sequence[Span], gaps: Sequence[Span], least: float) -> Iterator[Span]:
    for left, right in white:
        for other_left, other_right in gaps:
            start, end = max(left, other_left), min(right, other_right)
            if end - start >= least:
                yield start, end


def _are_explained(gaps: Sequence[Span], white: Sequence[Span]) -> bool:
    """Whether a line with these ``gaps`` has them only where the other lines have white, and has at least one."""
    return bool(gaps) and all(any(left <= start and end <= right for start, end in white) for left, right in gaps)


def _are_columns(rows: Sequence[Line], white: Sequence[Span]) -> bool:
    """Whether what stands left of the first white are cells, and not the numbers of a list's items."""
    firsts = [" ".join(row.text.split()[: sum(right <= white[0][0] for _, right in _words(row))]) for row in rows]
    return len(white) > 1 or not all(_NUMBER.match(first) for first in firsts)


def _words(line: Line) -> list[Span]:
    return [word for piece in line.pieces for word in piece.words]


def _cut(piece: Piece, white: Sequence[Span]) -> list[Piece]:
    def is_parted(left: float, right: float) -> bool:
        return any(left <= start and end <= right for start, end in white)

    return piece.cut([at for at, (a, b) in enumerate(pairwise(piece.words), start=1) if is_parted(a[1], b[0])])
