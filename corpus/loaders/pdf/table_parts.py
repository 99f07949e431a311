"""Parts of a table: rows that go on below white or a bold line, under the header that is printed once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.loaders.pdf.cell_text import is_amount
from corpus.loaders.pdf.headings import rank
from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.pieces import Piece
from corpus.loaders.pdf.table_columns import EDGE

_LABEL_LINES = 2  # of a label above the first row of a part
_LONGEST_LABEL = 120  # characters
_WHITE = 5.0  # heights of a character, from the last row of a part to the next part
_HEADER_LINES = 5
_CLOSE = 1.5  # heights of a character, from line to line of one label
_LEADING = 3.0  # likewise, from a label to its row
_ALIKE = 0.08  # of its height: print of one size
_NAME = re.compile(r"[^\W\d_]{3}|\b(?:19|20)\d\d\b")
_NO_AMOUNT = re.compile(r"[*†‡]+|NM|nm|N/M|n/m|N/A|n/a")
_NO_LABEL = re.compile(r"[.;?!]$|^(?:table|figure|chart|exhibit) [\dA-Z]+\b", re.IGNORECASE)


def goes_on(table: Sequence[Line], below: Sequence[Line]) -> bool:
    """Whether the lines ``below`` begin with more rows of ``table``, from which white or a line like a heading parts
    them: the next row has several amounts that all stand under amounts, or under the names of a table that has no rows
    yet, and at most a label stands above it.

    A single amount may stand under another by chance.
    """
    count = next((at for at, line in enumerate(below[: _LABEL_LINES + 1]) if len(line.pieces) > 1), None)
    if count is None:
        return False
    labels, row = below[:count], below[count]
    rows = [line for line in table if _amounts(line)]
    left = min(line.left for line in rows or (*labels, row))
    gaps = [above.y - line.y for above, line in pairwise((table[-1], *labels, row))]
    is_near = 0 < gaps[0] < _WHITE * row.height and all(0 < gap < _LEADING * row.height for gap in gaps[1:])
    return (
        is_near
        and all(_is_label(label, left, row) for label in labels)
        and (_is_in_columns(row, rows) if rows else bool(labels) and _is_under_names(row, table))
    )


def label_goes_on(table: Sequence[Line], below: Sequence[Line], values: float) -> bool:
    """Whether the lines ``below`` begin with another row of ``table``, whose label has several lines: all of them stand
    close to each other and left of the ``values``, and the last one's amounts under those of the table."""
    count = next((at for at, line in enumerate(below) if len(line.pieces) > 1), None)
    rows = [line for line in table if _amounts(line)]
    if count is None or not rows:
        return False
    label, row = below[:count], below[count]
    texts = [*(line.text for line in label), row.pieces[0].text]
    gaps = [above.y - line.y for above, line in pairwise((table[-1], *label, row))]
    return (
        _is_in_columns(row, rows)
        and all(line.right < values and abs(line.height - row.height) <= _ALIKE * row.height for line in label)
        and row.pieces[0].right < values
        and all(0 < gap < _CLOSE * row.height for gap in gaps)
        and not any(_NO_LABEL.search(text) for text in texts)
    )


def _is_in_columns(row: Line, rows: Sequence[Line]) -> bool:
    """Whether a row has a label and several values, set in the size of these ``rows``, which all end where amounts of
    theirs do; a mark may stand in place of an amount."""
    values = [piece for piece in row.pieces[1:] if is_amount(piece.text) or _NO_AMOUNT.fullmatch(piece.text)]
    return (
        len(_amounts(row)) > 1
        and len(values) == len(row.pieces) - 1
        and abs(row.height - rows[-1].height) <= _ALIKE * row.height
        and all(any(_is_under(value, other) for line in rows for other in _amounts(line)) for value in values)
    )


def _is_under_names(row: Line, header: Sequence[Line]) -> bool:
    """Whether a row has several amounts, each below a name in the last line of a ``header`` and beside no other."""
    names = [name for name in header[-1].pieces if name.left > row.pieces[0].right]
    values = _amounts(row)
    if len(header) > _HEADER_LINES or not 1 < len(values) == len(names) == len(row.pieces) - 1:
        return False
    return (
        abs(row.height - header[-1].height) <= _ALIKE * row.height
        and all(value.right < name.left for value, name in zip(values, names[1:], strict=False))
        and all(name.right < value.left for name, value in zip(names, values[1:], strict=False))
    )


def _amounts(line: Line) -> list[Piece]:
    """The amounts right of a line's label."""
    return [piece for piece in line.pieces[1:] if is_amount(piece.text)]


def _is_label(line: Line, left: float, row: Line) -> bool:
    """Whether a line begins where the table's labels do, or is indented, is set in the size of its ``row``, and reads
    as no sentence, caption or numbered heading."""
    is_beside = -line.height < line.left - left < 2 * line.height
    is_alike = abs(line.height - row.height) <= _ALIKE * row.height
    is_text = len(line.text) > _LONGEST_LABEL or _NO_LABEL.search(line.text) or rank(line.text) is not None
    return is_beside and is_alike and not is_text


def _is_under(piece: Piece, other: Piece) -> bool:
    """Whether both end at the same place, as numbers of one column do, but for a sign or parenthesis."""
    return any(abs(right - other_right) < EDGE for right in _ends(piece) for other_right in _ends(other))


def _ends(piece: Piece) -> list[float]:
    """Where a number ends: with all of its signs, or without a last one that is printed apart."""
    is_sign = len(piece.words) > 1 and not any(map(str.isdigit, piece.text.split()[-1]))
    return [piece.right, piece.words[-2][1]] if is_sign else [piece.right]


def begins_again(table: Sequence[Line], below: Sequence[Line]) -> bool:
    """Whether the lines ``below`` begin with a header, so that they are another table: in bold, as the header of this
    ``table`` is and its rows aren't, they name columns, and a row of amounts follows."""
    rows = [line for line in table if _amounts(line)]
    if len(rows) < 2 or not table[0].bold or 2 * sum(line.bold for line in rows) > len(rows) or _amounts(table[0]):
        return False
    if len(below[0].pieces) < 2 and below[0].left < min(row.pieces[1].left for row in rows):
        return False
    count = next((at for at, line in enumerate(below) if not line.bold or _amounts(line)), len(below))
    names = [piece for line in below[:count] for piece in line.pieces[1:]]
    if count == len(below) or below[count].bold or not names or not all(_NAME.search(piece.text) for piece in names):
        return False
    gaps = [above.y - line.y for above, line in pairwise(below[: count + 1])]
    return bool(_amounts(below[count])) and all(0 < gap < _LEADING * below[0].height for gap in gaps)
