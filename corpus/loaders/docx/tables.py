"""A table of a word processor as a grid: cells merged across columns and down rows, and rows that begin late."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docx.oxml.ns import qn

from corpus.content import clean
from corpus.errors import Unreadable
from corpus.grid import MOST_COLUMNS, Grid, GridCell, set_apart
from corpus.loaders.docx.parts import inside
from corpus.loaders.docx.styles import is_on, is_shaded
from corpus.loaders.docx.text import Text, has_text
from corpus.loaders.limits import Limits


def grid_of(table: Any, text: Text, limits: Limits) -> Grid:
    """The cells of a ``w:tbl`` element. Its header are the rows marked as such, or else those that look like one.
    Raises `Unreadable` where its cells cover more than a sheet's may."""
    rows = [row for row in inside(table, qn("w:tr")) if not _is_gone(row, text)]
    cells: list[GridCell] = []
    open_cells: dict[int, int] = {}  # the cell of each column that the row below may go on with, as a place in `cells`
    header = covered = 0
    for at, row in enumerate(rows):
        properties = row.find(qn("w:trPr"))
        if header == at and properties is not None and is_on(properties.find(qn("w:tblHeader"))):
            header += 1
        column = _count(properties, "w:gridBefore", 0)
        going_on: dict[int, int] = {}
        for cell in inside(row, qn("w:tc")):
            inner = cell.find(qn("w:tcPr"))
            width = max(_count(inner, "w:gridSpan", 1), 1)
            covered += width
            if column + width > MOST_COLUMNS or covered > limits.cells:
                raise Unreadable(f"one of its tables has more than {MOST_COLUMNS:,} columns or {limits.cells:,} cells")
            merged = inner.find(qn("w:vMerge")) if inner is not None else None
            above = open_cells.get(column)
            if merged is not None and merged.get(qn("w:val")) != "restart" and above is not None:
                old = cells[above]
                cells[above] = GridCell(old.text, old.row, old.column, at - old.row + 1, old.columns)
                going_on[column] = above
            else:
                cells.append(GridCell(clean(text.of(cell)), at, column, 1, width))
                if merged is not None:
                    going_on[column] = len(cells) - 1
            column += width
        open_cells = going_on
    grid = Grid(tuple(cells), max(header, _first_filled(cells) + 1) if header else None, _set_apart(table, rows, text))
    return grid.compact().with_whole_header()


def _set_apart(table: Any, rows: Sequence[Any], text: Text) -> int:
    """How many of the first rows look other than those below: all that they say is bold, all their cells are on another
    ground, or the table's style shows the first so."""
    style, look = (table.find(f"{qn('w:tblPr')}/{qn(name)}") for name in ("w:tblStyle", "w:tblLook"))
    is_headed = style is not None and style.get(qn("w:val")) in text.styles.headed and _shows_first_row(look)
    grounds = list(map(_is_shaded, rows))
    shaded = set_apart(grounds)
    if any(grounds[shaded:]):  # every other row is, for the eye
        shaded = 0
    return max(set_apart(map(text.is_bold, rows)), shaded, int(is_headed and len(rows) > 1))


def _shows_first_row(look: Any) -> bool:
    """Whether a table shows what its style has for the first row: in words, or as bit 5 of a number (ECMA-376)."""
    if look is None:
        return False
    if (said := look.get(qn("w:firstRow"))) is not None:
        return said in ("1", "true", "on")
    number = look.get(qn("w:val"), "")
    return bool(re.fullmatch(r"[\dA-Fa-f]{1,4}", number)) and bool(int(number, 16) & 0x20)


def _is_shaded(row: Any) -> bool | None:
    shades = [cell.find(f"{qn('w:tcPr')}/{qn('w:shd')}") for cell in inside(row, qn("w:tc"))]
    return all(map(is_shaded, shades)) if shades else None


def _is_gone(row: Any, text: Text) -> bool:
    """Whether a row was deleted with changes tracked, or is hidden, which is counted."""
    properties = row.find(qn("w:trPr"))
    if properties is None:
        return False
    if properties.find(qn("w:del")) is not None:
        return True
    is_hidden = is_on(properties.find(qn("w:hidden")))
    text.left_out["hidden row"] += is_hidden and has_text(row)
    return is_hidden


def _count(properties: Any, name: str, otherwise: int) -> int:
    found = properties.find(qn(name)) if properties is not None else None
    said = found.get(qn("w:val"), "") if found is not None else ""
    return int(said) if said.isdecimal() else otherwise


def _first_filled(cells: list[GridCell]) -> int:
    return min((cell.row for cell in cells if cell.text), default=0)
