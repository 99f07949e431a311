"""The lines of a table as a grid, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from corpus.content import clean
from corpus.grid import Grid
from corpus.loaders.pdf.headings import without_leaders
from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.pieces import CURRENCIES, Piece, is_figure
from corpus.loaders.pdf.words import Words
from corpus.table_header import brings_names, is_number

_PERIOD = re.compile(
    r".{0,40}\b(?:19|20)\d\d\b|(?:January|February|March|April|May|Ju|August|\w+ember|October)\w* \d", re.I
)
_SIGN_SPACE = re.compile(r"(?<=[$€£¥]) +(?=[(\d—–-])|(?<=[\d)—–-]) +(?=[%)])")
_UNCOVERED = 4.0  # points off the middle of its columns that a name may stand, rather than leave one out
_MOST_NAMES, _MOST_CHOICES = 100, 1_000_000  # of a header, which are weighed against each other
_ASTRAY = 1000.0  # likewise, that a name is worse off over other columns than that it stands flush in
# What a label that goes on in the next line ends with.
_UNFINISHED = re.compile(r"(?:[,(/&\x02\ufffe-]|\b(?:and|or|of|for|in|on|the|to|by|with))$", re.IGNORECASE)
_TIGHT = 0.95  # in heights of a character, from line to line of one name that is set close
# What an amount at the end of a label belongs to.
_OF_AMOUNT = re.compile(r"\b(?:under|over|above|below|up to|from|to|than|least|most|of|in|per|and|or)$", re.IGNORECASE)
_SET_IN = 6.0  # in heights of a character, by which labels are indented at most
_FLUSH = 1.0  # points by which edges that are set alike differ
EDGE = 3.0  # points by which the edges of a column differ from page to page

Span = tuple[float, float]


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
    columns = columns_of(table)
    names = [at for at, line in enumerate(table, start=1) if line.is_names]
    count = names[-1] if names else header_rows(_lines(table, columns), _close(table))
    count = count if headed else 0
    bold = count > 0 and all(line.bold for line in table[:count])
    # Rows of words alone look like a header, but not under one that is bold.
    plain = count == 0 or (above is not None and above.bold and not table[0].bold)
    goes_on = plain and above is not None and are_alike(columns, above.columns)
    if goes_on and above:
        count, bold = 0, above.bold
    header = _header(table[:count], columns, words)
    rows = [row for row in _rows(table[count:], header, columns, words) if any(map(clean, row))]
    has_header = count > 0 and any(map(clean, header))
    return TableCells(Grid.of_texts(rows, int(has_header)), tuple(columns_of(table[count:])), bold, goes_on)


def are_alike(columns: Sequence[Span], above: Sequence[Span]) -> bool:
    """Whether these are the same columns: each has its left or right edge, or its middle, where the other has it."""
    return len(columns) == len(above) and all(
        abs(left - other_left) < EDGE
        or abs(right - other_right) < EDGE
        or abs(left + right - other_left - other_right) < EDGE
        for (left, right), (other_left, other_right) in zip(columns, above, strict=True)
    )


def names_periods(pieces: Sequence[Piece]) -> bool:
    """Whether all of ``pieces`` are years, dates or the like."""
    return all(is_period(piece.text) for piece in pieces)


def is_period(text: str) -> bool:
    """Whether ``text`` is a year, a date or the like."""
    return bool(_PERIOD.match(text)) and not _is_amount(text)


def is_aside(text: str) -> bool:
    """Whether all of ``text`` is in parentheses, as units are: "(in millions)"."""
    return text.startswith("(") and text.endswith(")") and not is_figure(text)


def is_rest(row: Line, above: Line, line: Line, left: float) -> bool:
    """Whether ``line``, a single piece, is the rest of a cell of the ``row`` that begins ``above`` or higher, in a
    table with this ``left`` edge. What begins where that row's label does, and not in lower case, begins another."""
    close = above.y - line.y < 1.3 * line.height
    is_label = len(row.pieces) > 1 and row.left < left + _SET_IN * line.height
    begins_row = is_label and abs(line.left - row.left) < _FLUSH and line.text[0] != "("
    inside = line.left > left + 2 * line.height and not begins_row
    return close and (inside or line.text[0].islower()) and len(line.pieces) == 1


def _is_amount(text: str) -> bool:
    return is_figure(text) and not re.fullmatch(r"(?:19|20)\d\d|\d{1,3} ?[-–] ?\d{1,3}", text)


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
    return Line((*label.cut([at]), *values)) if is_there else line


def _lines(table: Sequence[Line], columns: Sequence[Span]) -> Iterator[list[str]]:
    """The texts of each line, column by column."""
    for line in table:
        texts: list[list[str]] = [[] for _ in columns]
        for piece in line.pieces:
            texts[_column(piece, columns)].append(piece.text)
        yield [" ".join(text) for text in texts]


def _close(table: Sequence[Line]) -> list[bool]:
    """Whether each line stands closer to the one above than rows do, as lines of one name may."""
    gaps = [0.0, *(above.y - line.y for above, line in pairwise(table))]
    usual = median(gaps[(len(gaps) + 1) // 2 :] or gaps)
    return [0 < gap < 0.9 * usual for gap in gaps]


def header_rows(rows: Iterable[Sequence[str]], close: Sequence[bool] = ()) -> int:
    """How many of the first rows are the header; ``close`` says which of them stand closer to the one above than rows
    do.

    The first is, unless it has a label and amounts; and so are those under it without a label or amounts, or with
    periods beside their label; and those over columns of amounts that are close, or bring names which these still lack.
    """
    every = list(rows)
    for at, (label, *cells) in enumerate(every):
        values = list(filter(None, cells))
        if any(map(_is_amount, values)):
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


def _names_amounts(rows: Sequence[Sequence[str]], at: int, is_close: bool) -> bool:
    """Whether a row, which has no amounts, goes on with names of columns, and most cells below it are amounts."""
    if any(map(is_number, rows[at][1:])) or not (is_close or brings_names(rows[:at], rows[at])):
        return False
    below = [text for row in rows[at + 1 :] for text in row[1:] if text]
    return 2 * sum(map(_is_amount, below)) > len(below)


def _header(lines: Sequence[Line], columns: Sequence[Span], words: Words) -> list[str]:
    names: list[list[str]] = [[] for _ in columns]
    parts = [[part for piece in line.pieces for part in _parted(piece, columns)] for line in lines]
    below: list[tuple[Piece, tuple[int, int]]] = []
    covered: list[list[tuple[Piece, tuple[int, int]]]] = []
    for pieces in reversed(parts):
        values = [piece for piece in pieces if _column(piece, columns) > 0]
        below = list(zip(values, _covered(values, columns, below), strict=True)) or below
        covered.insert(0, below if values else [])
    for pieces, values_covered in zip(parts, covered, strict=True):
        values = [piece for piece, _ in values_covered]
        names[0].extend(
            without_leaders(text).strip() for piece in pieces if piece not in values for text in piece.texts
        )
        for piece, (start, end) in values_covered:
            over_all = len(columns) > 2 and end - start == len(columns) - 1
            if over_all or (len(pieces) == 1 and is_aside(piece.text)):
                names[0].extend(piece.texts)
                continue
            for at in range(start, end):
                names[at + 1].extend(piece.texts)
    return [with_signs(words.join(name)) for name in names]


def _parted(piece: Piece, columns: Sequence[Span]) -> list[Piece]:
    """The names of neighbouring columns that stand too close to each other to be pieces of their own."""
    over = sum(left < piece.right and piece.left < right for left, right in columns)
    return piece.split(0.6 * piece.height) if over > 1 else [piece]


def _covered(
    pieces: Sequence[Piece], all_columns: Sequence[Span], below: Sequence[tuple[Piece, tuple[int, int]]]
) -> list[tuple[int, int]]:
    """For each of ``pieces`` the columns (from, to) that it names: those under the rule below it, those of a name
    ``below`` that it is flush with, or else those over whose middle it stands, as near as can be."""

    columns = all_columns[1:]
    own = [_under_rule(piece, pieces, columns, sum(all_columns[0]) / 2) or _flush(piece, below) for piece in pieces]

    @cache
    def best(at: int, first: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if at == len(pieces):
            return _UNCOVERED * (len(columns) - first), ()
        middle = (pieces[at].left + pieces[at].right) / 2
        choices: list[tuple[float, tuple[tuple[int, int], ...]]] = []
        last = len(columns) - (len(pieces) - at)  # where it may begin, so that every later piece still has a column
        for start in range(first, last + 1):
            for end in range(start + 1, last + 2):
                off = abs((columns[start][0] + columns[end - 1][1]) / 2 - middle)
                if (start, end) != (own[at] or (start, end)):
                    off += _ASTRAY
                cost, rest = best(at + 1, end)
                choices.append((_UNCOVERED * (start - first) + off + cost, ((start, end), *rest)))
        return min(choices)

    free = len(columns) - len(pieces) + 1
    if free < 1 or len(pieces) > _MOST_NAMES or len(pieces) * free**3 > _MOST_CHOICES:
        return [(at, at + 1) for at in (_column(piece, columns) for piece in pieces)]
    return list(best(0, 0)[1])


def _under_rule(piece: Piece, line: Sequence[Piece], columns: Sequence[Span], label: float) -> tuple[int, int] | None:
    """The columns (from, to) over which the widest rule goes that is below this name and no other, and begins right of
    the middle of the ``label``s: others are drawn below the whole line."""
    own = [
        (left, right)
        for left, right in piece.rules
        if left > label and sum(left < other.right and other.left < right for other in line) == 1
    ]
    if not own:
        return None
    left, right = max(own, key=lambda rule: rule[1] - rule[0])
    under = [
        at for at, span in enumerate(columns) if 3 * (min(right, span[1]) - max(left, span[0])) > span[1] - span[0]
    ]
    return (under[0], under[-1] + 1) if under else None


def _flush(piece: Piece, below: Sequence[tuple[Piece, tuple[int, int]]]) -> tuple[int, int] | None:
    """The columns of the only name that stands under this one, if both end at the same place, or have one middle and no
    more white between them than lines of one name. What is set flush left may head several columns."""
    under = [(other, own) for other, own in below if other.left < piece.right and piece.left < other.right]
    if len(under) != 1:
        return None
    other, own = under[0]
    ends_alike = abs(piece.right - other.right) < _FLUSH
    is_centred = abs(piece.left + piece.right - other.left - other.right) < 2 * _FLUSH
    is_close = piece.y - other.y < _TIGHT * piece.height
    return own if ends_alike or (is_centred and is_close) else None


def _rows(lines: Sequence[Line], header: list[str], columns: Sequence[Span], words: Words) -> Iterator[list[str]]:
    """The header, and the rows under it, each with the lines that go on with it."""
    gaps = [above.y - line.y for above, line in pairwise(lines)]
    spaced = max(gaps, default=0.0) > 1.3 * min(gaps, default=0.0)
    usual = median([gap for gap, line in zip(gaps, lines[1:], strict=True) if len(line.pieces) > 1] or [0.0])
    rows: list[list[list[str]]] = [[[name] if name else [] for name in header]]
    above: Line | None = None
    row: Line | None = None
    is_appended = False
    for line in lines:
        cells: list[list[str]] = [[] for _ in columns]
        for piece in line.pieces:
            cells[_column(piece, columns)].append(without_leaders(piece.text).strip())
        begins_label = above and not is_appended and _is_rest_of_label(above, line, columns, usual)
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
    return labels and not is_group and (is_cut or is_full) and 0 < above.y - line.y < 0.85 * usual


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


def _column(piece: Piece, columns: Sequence[Span]) -> int:
    if piece.text in CURRENCIES:  # it stands before its number, however far off
        return next((at for at, (_, right) in enumerate(columns) if at and right > piece.right), len(columns) - 1)

    def overlap(at: int) -> float:
        return min(piece.right, columns[at][1]) - max(piece.left, columns[at][0])

    first = next((at for at in range(len(columns)) if overlap(at) > 0), None)
    return first if first is not None else max(range(len(columns)), key=overlap)


def with_signs(cell: str) -> str:
    """Currency and per cent signs put to their numbers."""
    return _SIGN_SPACE.sub("", cell) if is_figure(cell) else cell
