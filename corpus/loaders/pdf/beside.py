"""Running text beside a table: both stand on the same lines, and no line of the text is the label of a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from corpus.loaders.pdf.headings import has_leaders
from corpus.loaders.pdf.lines import lines, rows
from corpus.loaders.pdf.pieces import Piece, is_figure

_LINES = 6  # of text at least
_NARROWEST = 15.0  # heights of a character
_INDENT = 3.0  # likewise, of a paragraph's first line
_APART = 2.6  # likewise, from paragraph to paragraph
_FULL = 0.8  # of the text's width: a line that goes on in the next
_MOST, _SOME = 0.7, 0.4  # of its lines
_DENSE = 1.8  # times the distance of its lines: rows that are as far apart may have its lines in their cells
_ROWS = 3
_WHITE = 0.8  # heights of a character between text and table


@dataclass(frozen=True)
class Beside:
    """The pieces of a page, from the top down and from left to right."""

    above: list[Piece]
    columns: tuple[list[Piece], list[Piece]]
    below: list[Piece]


def text_beside_table(page: Sequence[Piece]) -> Beside | None:
    """A page parted where text runs beside the rows of a table; None where it doesn't."""
    for run in running_texts(page):
        sides = _sides(run, page)
        if sides is None or bool(sides.left) == bool(sides.right):
            continue
        leading = median(above.y - piece.y for above, piece in pairwise(run))
        if _is_dense(sides.left or sides.right, leading) and not _is_headed(sides, page):
            return _parted(page, sides)
    return None


def running_texts(page: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Lines of running text: below each other with one left edge, most of them full, and many that only go on."""
    runs: list[list[Piece]] = []
    active: list[list[Piece]] = []
    for piece in sorted(page, key=lambda piece: -piece.y):
        active = [run for run in active if run[-1].y - piece.y < _APART * piece.height]
        run = next((run for run in active if _is_next(run, piece)), None)
        if run:
            run.append(piece)
        elif not piece.is_table:
            runs.append([piece])
            active.append(runs[-1])
    for whole in runs:
        yield from filter(_is_text, (whole, _narrower(whole)))


def _narrower(run: Sequence[Piece]) -> list[Piece]:
    """What follows the last wide line: text over the whole page may go on beside a table."""
    wide = max(piece.right for piece in run) - _INDENT * run[0].height
    last = max(at for at, piece in enumerate(run) if piece.right > wide)
    return list(run[last + 1 :])


def _is_next(run: Sequence[Piece], piece: Piece) -> bool:
    last, left, right = run[-1], min(each.left for each in run), max(each.right for each in run)
    is_alike = abs(last.height - piece.height) < 0.1 * piece.height and not piece.is_table
    is_under = -1.5 < piece.left - left < _INDENT * piece.height and last.y - piece.y > 0.5 * piece.height
    is_wider = len(run) >= _LINES and piece.right > right + _INDENT * piece.height
    return is_alike and is_under and not is_wider


def _is_text(run: Sequence[Piece]) -> bool:
    if len(run) < _LINES:
        return False
    left, right = min(piece.left for piece in run), max(piece.right for piece in run)
    full = sum(piece.right > left + _FULL * (right - left) for piece in run)
    going_on = sum(piece.text[0].islower() for piece in run)
    return (
        right - left > _NARROWEST * run[0].height
        and full >= _MOST * len(run)
        and going_on >= _SOME * len(run)
        and not any(has_leaders(piece.text) for piece in run)
    )


class _Sides(NamedTuple):
    """The pieces on the lines of a text: its ``own``, and those ``left`` and ``right`` of it."""

    own: list[Piece]
    left: list[Piece]
    right: list[Piece]


def _sides(run: Sequence[Piece], page: Sequence[Piece]) -> _Sides | None:
    """None where a piece stands across the edge of the text."""
    left, right, height = min(piece.left for piece in run), max(piece.right for piece in run), run[0].height
    head, foot = run[0].y + 0.5 * height, run[-1].y - 0.5 * height
    found = _Sides([], [], [])
    for piece in page:
        if not foot < piece.y < head:
            continue
        if piece.right <= left - _WHITE * height:
            found.left.append(piece)
        elif piece.left >= right + _WHITE * height:
            found.right.append(piece)
        elif left - 1 <= piece.left and piece.right <= right + 1 and not piece.is_table:
            found.own.append(piece)
        else:
            return None
    return found


def _is_dense(table: Iterable[Piece], leading: float) -> bool:
    """Whether the pieces are rows of several cells, most of which begin with a label of their own and end with a
    number, and so close to each other that no row has several lines."""
    found = [line for line in lines(table) if len(line.pieces) > 1]
    labelled = sum(not is_figure(line.pieces[0].text) and is_figure(line.pieces[-1].text) for line in found)
    if len(found) < _ROWS or labelled < _MOST * len(found):
        return False
    return median(above.y - line.y for above, line in pairwise(found)) < _DENSE * leading


def _is_headed(sides: _Sides, page: Sequence[Piece]) -> bool:
    """Whether a name stands right above the text, and others on its line: the text is a column of the table."""
    left, right = min(piece.left for piece in sides.own), max(piece.right for piece in sides.own)
    first = max(sides.own, key=lambda piece: piece.y)
    near = [piece for piece in page if first.y + 0.5 * first.height < piece.y < first.y + _APART * first.height]
    over = [piece for piece in near if left - 1 < piece.left and piece.right < right + 1]
    beside = [piece for piece in near if piece.right < left or piece.left > right]
    width = right - left
    return any(
        abs(piece.y - other.y) < 1 and piece.right - piece.left < 0.5 * width for piece in over for other in beside
    )


def _parted(page: Sequence[Piece], sides: _Sides) -> Beside:
    text, table = sides.own, [*(sides.left or sides.right)]
    edge = min(piece.left for piece in text) if sides.left else max(piece.right for piece in text)
    known = {id(piece) for piece in (*text, *table)}
    others = [piece for piece in page if id(piece) not in known]
    # The table may begin above the text, or end below it, where nothing stands on the text's side.
    for sign in (1, -1):
        for row in sorted(rows(others), key=lambda row: sign * row[0].y):
            gap = sign * row[0].y - max(sign * piece.y for piece in (*text, *table))
            if gap <= 0:
                continue
            is_beside = all(piece.right <= edge if sides.left else piece.left >= edge for piece in row)
            if gap > _APART * row[0].height or not is_beside:
                break
            table.extend(row)
    known = {id(piece) for piece in (*text, *table)}
    head = max(piece.y for piece in (*text, *table))
    rest = [piece for piece in page if id(piece) not in known]
    return Beside(
        [piece for piece in rest if piece.y >= head],
        (table, text) if sides.left else (text, table),
        [piece for piece in rest if piece.y < head],
    )
