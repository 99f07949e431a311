"""Random tables, written by the libraries that write such files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from docx import Document
from hypothesis import strategies as st
from lxml import etree
from reportlab.lib import colors
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import SimpleDocTemplate, Table

from corpus.grid import Grid, GridCell

WORDS = st.text("abc déß€|#", min_size=1, max_size=6).map(lambda text: " ".join(text.split())).filter(bool)
# Print has no white at the ends of a cell, and puts signs to their numbers.
PLAIN_WORDS = st.sampled_from(["abc", "Abend", "d e", "für uns", "Zürich", "12 Tage", "2,50", "1,234", "7%"])


@st.composite
def grids(draw: st.DrawFn, words: st.SearchStrategy[str] = WORDS, inside: bool = False) -> Grid:
    """A table with a header and labels, and any cells merged that the others leave room for: those of the header across
    columns, labels down rows. With ``inside`` only cells below the one and beside the other."""
    height, width = draw(st.integers(2, 7)), draw(st.integers(2, 6))
    taken: set[tuple[int, int]] = set()
    cells = []
    for row in range(height):
        for column in range(width):
            if (row, column) in taken:
                continue
            is_inner = bool(row and column)
            rows = draw(st.integers(1, 3)) if is_inner or (row and not inside) else 1
            columns = draw(st.integers(1, 3)) if is_inner or (column and not inside) else 1
            rows, columns = min(rows, height - row), min(columns, width - column)
            covered = {(r, c) for r in range(row, row + rows) for c in range(column, column + columns)}
            if covered & taken:
                rows, columns, covered = 1, 1, {(row, column)}
            taken |= covered
            text = draw(words | st.integers(0, 99).map(str)) if is_inner else "x" + draw(words)
            cells.append(GridCell(text, row, column, rows, columns))
    return Grid(tuple(cells))


def write_html(grid: Grid, path: Path) -> None:
    page = etree.Element("html")
    etree.SubElement(etree.SubElement(page, "head"), "meta", charset="utf-8")
    table = etree.SubElement(etree.SubElement(page, "body"), "table")
    for row in range(grid.height):
        line = etree.SubElement(table, "tr")
        for cell in (cell for cell in grid.cells if cell.row == row):
            spans = {"rowspan": str(cell.rows), "colspan": str(cell.columns)}
            etree.SubElement(line, "td", {name: span for name, span in spans.items() if span != "1"}).text = cell.text
    path.write_bytes(etree.tostring(page, method="html", encoding="utf-8"))


def write_docx(grid: Grid, path: Path) -> None:
    document = Document()
    table = document.add_table(rows=grid.height, cols=grid.width)
    places = [row.cells for row in table.rows]  # once: Table.cell() looks through the whole table each time
    for cell in grid.cells:
        first = places[cell.row][cell.column]
        if cell.rows > 1 or cell.columns > 1:
            first = first.merge(places[cell.end_row - 1][cell.end_column - 1])
        first.text = cell.text
    document.save(str(path))


def write_xlsx(grid: Grid, path: Path, down: int = 0, right: int = 0) -> None:
    """``down`` and ``right`` are how many rows and columns stand free before it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cell in grid.cells:
        at = {"start_row": cell.row + down + 1, "start_column": cell.column + right + 1}
        sheet.cell(at["start_row"], at["start_column"], cell.text)
        if cell.rows > 1 or cell.columns > 1:
            sheet.merge_cells(
                **at, end_row=at["start_row"] + cell.rows - 1, end_column=at["start_column"] + cell.columns - 1
            )
    book.save(path)


def write_pdf(grid: Grid, path: Path, size: int = 10) -> None:
    """With a rule around each cell, which is as wide as the widest text and has the usual padding."""
    texts = [[""] * grid.width for _ in range(grid.height)]
    style: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("FONTSIZE", (0, 0), (-1, -1), size),
        ("LEADING", (0, 0), (-1, -1), 1.2 * size),
    ]
    for cell in grid.cells:
        texts[cell.row][cell.column] = cell.text
        if cell.rows > 1 or cell.columns > 1:
            style.append(("SPAN", (cell.column, cell.row), (cell.end_column - 1, cell.end_row - 1)))
    width = max(stringWidth(cell.text, "Helvetica", size) for cell in grid.cells) + 2 * 6
    table = Table(texts, grid.width * [width], grid.height * [1.2 * size + 2 * 3], style)
    SimpleDocTemplate(str(path)).build([table])


WRITERS: dict[str, Callable[[Grid, Path], None]] = {".html": write_html, ".docx": write_docx, ".xlsx": write_xlsx}
