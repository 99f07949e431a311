"""Tables that a PDF draws with rules around each cell, so that it says itself which rows and columns a cell covers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.loaders.pdf.beside import running_texts
from corpus.loaders.pdf.cell_text import is_period
from corpus.loaders.pdf.lattice import SAME, Area, Lattice, lattices, middle
from corpus.loaders.pdf.lines import Line, lines, rows
from corpus.loaders.pdf.pieces import NamePiece, Piece, is_figure
from corpus.loaders.pdf.rules import Rules

_DIGIT = re.compile(r"\d")
_LOOSE = 1.5  # in heights of a character, from line to line: these are rows of their own
_SPACE = 0.4  # likewise, between two words
_PADDING = 6.0  # points that a cell usually has free at its sides
_BELOW = 0.7  # likewise, from the foot of a name to the rule below it
_BESIDE = 2.2  # likewise, from a row that is printed above or below the rules


@dataclass(frozen=True)
class RuledCell:
    """The lines of a cell in the rows ``row`` to ``end_row`` and the columns ``column`` to ``end_column``, both counted
    from 0 and without the last."""

    lines: tuple[Line, ...]
    row: int
    column: int
    end_row: int
    end_column: int


@dataclass(frozen=True)
class RuledTable(Piece):
    """A whole table as one piece of print, with its cells in the order of rows, and the edges of its columns."""

    cells: tuple[RuledCell, ...] = ()
    edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class HeadedTable(Piece):
    """A whole table as one piece of print, of which only the names of the columns stand between rules. They are the
    first of its lines."""

    lines: tuple[Line, ...] = ()


def with_ruled_tables(pieces: Sequence[Piece], rules: Rules) -> list[Piece]:
    """The pieces of a page, in which a table is one piece where its rules tell all of its cells."""
    left_over = list(pieces)
    for lattice in lattices(rules):
        inside = [piece for piece in left_over if lattice.holds(piece)]
        if table := _table(lattice, inside, left_over):
            left_over = [piece for piece in left_over if not lattice.holds(piece)]
            left_over.append(table)
            continue
        if not _has_rows_beside(lattice, inside, left_over) and (names := _names(lattice, inside)):
            body = lines(piece for piece in inside if lattice.place(piece)[0] > 0)
            in_columns = all(
                len({lattice.place(piece)[1] for piece in line.pieces}) == len(line.pieces) for line in body
            )
            filled = [len(line.pieces) for line in body if len(line.pieces) > 1]
            if in_columns and (len(filled) > 1 or filled == [len(names)]):
                left_over = [piece for piece in left_over if not lattice.holds(piece)]
                left_over.append(_headed(lattice, (Line(tuple(names)), *body)))
    return left_over


def underlined(pieces: Iterable[Piece], rules: Rules) -> Iterator[Piece]:
    """The pieces with the level rules right below them."""
    heights = [rule.at for rule in rules.level]
    for piece in pieces:
        first, last = bisect_left(heights, piece.y - _BELOW * piece.height), bisect_right(heights, piece.y)
        found = tuple(
            (rule.start, rule.end)
            for rule in rules.level[first:last]
            if rule.start - SAME <= piece.left and piece.right <= rule.end + SAME
        )
        yield replace(piece, rules=found) if found else piece


def _headed(lattice: Lattice, its: tuple[Line, ...]) -> Piece:
    return HeadedTable(
        text=" ".join(line.text for line in its),
        left=lattice.xs[0],
        right=lattice.xs[-1],
        y=its[0].y,
        height=its[-1].height,
        bold=False,
        words=((lattice.xs[0], lattice.xs[-1]),),
        is_table=True,
        lines=its,
    )


def _names(lattice: Lattice, inside: Sequence[Piece]) -> list[Piece]:
    """The names of columns in the first row of a lattice, each as one piece of print; none where it holds no names, or
    rows of the table. The rows below may stand without rules between them."""
    held: dict[int, list[Piece]] = defaultdict(list)
    for piece in inside:
        row, column = lattice.place(piece)
        if row == 0:
            held[column].append(piece)
            if not lattice.xs[column] - SAME <= piece.left or not piece.right <= lattice.xs[column + 1] + SAME:
                return []
    cells = {column: lines(its) for column, its in held.items()}
    are_names = all(
        len(line.pieces) == 1 and (not is_figure(line.text) or is_period(line.text))
        for its in cells.values()
        for line in its
    )
    is_parted = all(_has_walls(lattice, column) for column in cells)
    if len(cells) < 2 or not (are_names and is_parted):
        return []
    y = min(piece.y for its in held.values() for piece in its)
    return [_name(cells[column], lattice.xs[column], lattice.xs[column + 1], y) for column in sorted(cells)]


def _has_walls(lattice: Lattice, column: int) -> bool:
    """Whether rules part a column from the one left of it in the first row and in those below."""
    if column == 0:
        return True
    rules = lattice.upright.get(lattice.xs[column], ())
    return any(rule.start < lattice.ys[1] - _PADDING and lattice.ys[1] + _PADDING < rule.end for rule in rules)


def _name(its: Sequence[Line], left: float, right: float, y: float) -> Piece:
    """The lines of a cell as one piece as wide as the cell, so that no white between names parts the table."""
    pieces = [piece for line in its for piece in line.pieces]
    return NamePiece(
        text=" ".join(line.text for line in its),
        left=left + SAME,
        right=right - SAME,
        y=y,
        height=pieces[0].height,
        bold=all(piece.bold for piece in pieces),
        words=tuple(word for piece in pieces for word in piece.words),
        walled=True,
        lines=tuple(line.text for line in its),
    )


def printed_regions(regions: Iterable[Sequence[Line]]) -> Iterator[Sequence[Line]]:
    """Regions of lines, each cell of a ruled table as one of its own."""
    for region in regions:
        yield [line for line in region if not line.is_table]
        for piece in (piece for line in region for piece in line.pieces):
            if isinstance(piece, RuledTable):
                yield from (cell.lines for cell in piece.cells)
            elif isinstance(piece, HeadedTable):
                yield piece.lines


def _table(lattice: Lattice, inside: Sequence[Piece], page: Sequence[Piece]) -> RuledTable | None:
    """The table of a lattice; None where its rules don't tell its cells from each other, or not all of them."""
    areas = lattice.areas() if len(inside) > 3 and not any(piece.is_table for piece in inside) else None
    if areas is None or _has_rows_outside(lattice, page) or _has_rows_beside(lattice, inside, page):
        return None
    at = {(row, column): area for area in areas for row, column in _places(area)}
    held: dict[Area, list[Piece]] = defaultdict(list)
    for piece in inside:
        area = at[lattice.place(piece)]
        if not _fits(piece, area, lattice):
            return None
        held[area].append(piece)
    cells = {area: tuple(lines(its)) for area, its in held.items()}
    if any(map(_has_columns_inside, cells.values())) or _has_rows_inside(cells, lattice):
        return None
    filled = Counter(row for area in cells for row in range(area.row, area.end_row))
    if sum(count > 1 for count in filled.values()) < 2:
        return None
    return _piece(lattice, [RuledCell(cells.get(area, ()), *area) for area in areas], inside)


def _places(area: Area) -> Iterator[tuple[int, int]]:
    return ((r, c) for r in range(area.row, area.end_row) for c in range(area.column, area.end_column))


def _fits(piece: Piece, area: Area, lattice: Lattice) -> bool:
    """Whether a piece stands in its cell as a whole."""
    left, right = lattice.xs[area.column] - SAME, lattice.xs[area.end_column] + SAME
    foot, head = lattice.ys[area.end_row] - SAME, lattice.ys[area.row] + SAME
    return left <= piece.left and piece.right <= right and foot <= piece.y and piece.y + 0.5 * piece.height <= head


def _has_columns_inside(its: Sequence[Line]) -> bool:
    """Whether the lines of a cell stand in several columns. One among others may only be justified."""
    several = sum(len(line.pieces) > 1 for line in its)
    return several > 1 or several == len(its) == 1


def _has_rows_inside(cells: Mapping[Area, Sequence[Line]], lattice: Lattice) -> bool:
    """Whether some cells hold several rows, between which no rule is drawn: amounts one under the other, or lines that
    begin beside each other where no text goes on."""
    beside: dict[tuple[int, int], list[bool]] = defaultdict(list)
    single: Counter[int] = Counter()
    for area, its in cells.items():
        if area.end_row - area.row > 1:
            continue
        if sum(is_figure(line.text) for line in its) > 1:
            return True
        single[area.row] += 1
        room = _room(its, lattice.xs[area.column], lattice.xs[area.end_column])
        for above, line in pairwise(its):
            # Names of columns may have several lines, and numbers in them are those of periods.
            is_name = area.row == 0 and (is_period(line.text) or not _DIGIT.search(line.text))
            if not is_name and not line.text[0].islower():
                beside[area.row, round(line.y)].append(_ends_early(above, line, room))
    # Several texts end before they must, or one does and all cells of the row begin another.
    return any(sum(early) > 1 or (any(early) and len(early) == single[row] > 1) for (row, _), early in beside.items())


def _room(its: Sequence[Line], left: float, right: float) -> float:
    """How wide a line may be in a cell with these edges, by the white that its lines leave at the sides."""
    inset = min(min(line.left - left, right - line.right) for line in its)
    return right - left - 2 * min(inset, _PADDING)


def _ends_early(above: Line, line: Line, room: float) -> bool:
    """Whether the first word of ``line`` would have stood in the line above, in a cell with so much room."""
    left, right = line.pieces[0].words[0]
    loose = above.y - line.y > _LOOSE * line.height
    return loose or above.right - above.left + _SPACE * line.height + right - left < room


def _has_rows_beside(lattice: Lattice, inside: Sequence[Piece], page: Sequence[Piece]) -> bool:
    """Whether the rows go on outside of the rules, as where they are drawn around some of the columns."""
    texts = {id(piece) for run in running_texts(page) for piece in run}  # of another column of the page
    others = (piece for piece in page if not piece.is_table and id(piece) not in texts)
    outside = sorted(piece.y for piece in others if not lattice.holds(piece))

    def goes_on(row: Sequence[Piece]) -> bool:
        y, near = row[0].y, 0.25 * row[0].height
        return bisect_right(outside, y + near) > bisect_left(outside, y - near)

    own = rows(inside)
    count = sum(map(goes_on, own))
    # A column of text beside the table has lines at other heights, too.
    own_heights = sorted(row[0].y for row in own)
    inside_of = [y for y in outside if lattice.ys[-1] < y < lattice.ys[0]]
    other = sum(
        bisect_right(own_heights, y + 2 * SAME) == bisect_left(own_heights, y - 2 * SAME)
        for y in {round(y) for y in inside_of}
    )
    return count > max(1, other) and 3 * count >= len(own)


def _has_rows_outside(lattice: Lattice, page: Sequence[Piece]) -> bool:
    """Whether a row of the table is printed right above or below its rules."""
    left, right = lattice.xs[0], lattice.xs[-1]
    near = [
        piece
        for piece in page
        if not piece.is_table
        and left - SAME <= piece.left
        and piece.right <= right + SAME
        and not lattice.holds(piece)
        and (
            0 <= piece.y - lattice.ys[0] < _BESIDE * piece.height
            or 0 <= lattice.ys[-1] - piece.y < _BESIDE * piece.height
        )
    ]
    return any(len({bisect_right(lattice.xs, middle(piece)[0]) for piece in row}) > 1 for row in rows(near))


def _piece(lattice: Lattice, cells: Sequence[RuledCell], inside: Sequence[Piece]) -> RuledTable:
    """The table without the rows and columns that hold nothing."""
    filled_rows = sorted({cell.row for cell in cells if cell.lines})
    filled_columns = sorted({cell.column for cell in cells if cell.lines})
    kept = [
        RuledCell(
            cell.lines,
            bisect_left(filled_rows, cell.row),
            bisect_left(filled_columns, cell.column),
            bisect_left(filled_rows, cell.end_row),
            bisect_left(filled_columns, cell.end_column),
        )
        for cell in cells
    ]
    kept = [cell for cell in kept if cell.row < cell.end_row and cell.column < cell.end_column]
    heights = Counter(piece.height for piece in inside)
    first = max(inside, key=lambda piece: piece.y)
    return RuledTable(
        text=" ".join(line.text for cell in kept for line in cell.lines),
        left=lattice.xs[0],
        right=lattice.xs[-1],
        y=first.y,
        height=heights.most_common(1)[0][0],
        bold=False,
        words=((lattice.xs[0], lattice.xs[-1]),),
        is_table=True,
        cells=tuple(kept),
        edges=tuple(lattice.xs[column] for column in filled_columns),
    )
