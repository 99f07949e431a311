"""Reading and writing spreadsheets of questions, XLSX or CSV."""

from __future__ import annotations

import csv
import io
import logging
import warnings
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from app.batch.question_columns import HEADER_ROWS, has_formulas, header_rank
from app.batch.workbook_parts import lacking
from app.errors import BadSpreadsheet
from corpus.errors import Unreadable
from corpus.faults import is_ours
from corpus.files import replacing
from corpus.loaders.limits import Limits, check_zip
from corpus.loaders.plain import read_text

log = logging.getLogger(__name__)

CELL_CHARS = 32_767  # the most characters that a cell of an XLSX holds
CUT_OFF = " … [cut off here: a cell holds no more]"


DELIMITERS = ",;\t|"


class Spreadsheet:
    """An XLSX, or a CSV as one, in which answers are written; never to the file that it was read from.

    ``workbook`` is what is written; ``stored`` the same with the results of formulas in their place. Raises
    `BadSpreadsheet` for what can't be read. ``column`` names the header of the questions, by which the delimiter of a
    CSV is told.
    """

    def __init__(self, source: Path, column: str | None = None) -> None:
        self.source = source
        self.is_copy = source.suffix.lower() == ".xlsx"
        self.workbook = read_workbook(source, column)
        self.stored = read_workbook(source, results=True) if has_formulas(self.workbook) else self.workbook
        self._pictures = [
            (image, image.ref.getvalue())
            for sheet in (*self.workbook.worksheets, *self.workbook.chartsheets)
            for image in getattr(sheet, "_images", ())
            if isinstance(image.ref, io.BytesIO)
        ]

    def save(self, target: Path) -> None:
        """Write it so that after a crash the file is whole or as it was. Raises `BadSpreadsheet`."""
        # Saving closes what the pictures are read from.
        for image, data in self._pictures:
            image.ref = io.BytesIO(data)
        save_workbook(self.workbook, target)

    def lacking(self, copy: Path) -> list[str]:
        """What the saved copy lacks of an XLSX, in words."""
        return lacking(self.source, copy) if self.is_copy else []


def save_workbook(workbook: openpyxl.Workbook, target: Path) -> None:
    """Write a workbook so that after a crash the file is whole or as it was. Raises `BadSpreadsheet`."""
    try:
        with replacing(target) as temporary:
            workbook.save(temporary)
    except OSError as error:
        raise BadSpreadsheet(f"{target} can't be written: {error.strerror or error}.") from error
    except Exception as error:
        log.exception("%s can't be written", target.name)
        raise BadSpreadsheet(f"{target} can't be written ({type(error).__name__}): see the log.") from error


def read_workbook(source: Path, column: str | None = None, *, results: bool = False) -> openpyxl.Workbook:
    """An XLSX, or a CSV as one; with ``results`` those of formulas in their place. Raises `BadSpreadsheet` for what
    can't be read."""
    try:
        if source.suffix.lower() == ".csv":
            return _from_csv(read_text(source), column)
        if source.suffix.lower() != ".xlsx":
            raise BadSpreadsheet(f"{source} is neither .xlsx nor .csv: save it as one of the two.")
        check_zip(source, Limits(), "xl/workbook.xml")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is lost is said once, and in words (`Spreadsheet.lacking`)
            return openpyxl.load_workbook(source, data_only=results, rich_text=not results)
    except OSError as error:
        raise BadSpreadsheet(f"{source} can't be opened: {error.strerror or error}.") from error
    except BadSpreadsheet:
        raise
    except Unreadable as error:
        raise BadSpreadsheet(f"{source} can't be read: {error}.") from error
    except Exception as error:
        if is_ours(error):
            log.exception("%s can't be read by a fault of this program", source.name)
            raise BadSpreadsheet(
                f"{source} can't be read because of a fault of this program ({type(error).__name__}): report it, "
                "with the log."
            ) from error
        # The parser's authors have not foreseen every damage to a file; the log tells which it was.
        log.info("%s can't be read", source.name, exc_info=True)
        raise BadSpreadsheet(
            f"{source} is damaged ({type(error).__name__}): open it in a spreadsheet program and save it again."
        ) from error


def _from_csv(text: str, column: str | None) -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for number, row in enumerate(csv_rows(text, column), start=1):
        for at, value in enumerate(row, start=1):
            write_cell(sheet.cell(number, at), value)
    return workbook


def csv_rows(text: str, column: str | None = None) -> list[list[str]]:
    """The rows of a CSV, parted at the delimiter that parts its header and no row further than that; a file of one
    column isn't parted, whatever its questions hold. Raises `BadSpreadsheet` where a row has more fields than the
    header, as the rest of a question would be lost."""
    parted = [(mark, rows, *_fit(rows, column)) for mark in DELIMITERS if (rows := _parted(text, mark))]
    headed = [each for each in parted if each[2] > 1]
    fitting = [each for each in headed if each[3] is None]
    if fitting:
        return max(fitting, key=lambda each: each[2])[1]
    if headed:
        mark, _, width, number = headed[0]
        raise BadSpreadsheet(
            f"Row {number} of the CSV has more fields than its header, which has {width}: put quotes around what holds "
            f"{'a tab' if mark == chr(9) else repr(mark)}, or save the file as .xlsx."
        )
    return _parted(text, "\x1f")


def _parted(text: str, delimiter: str) -> list[list[str]]:
    """The rows with their fields; empty ones at the end of a row are none."""
    rows = [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    for row in rows:
        while row and not row[-1].strip():
            row.pop()
    return rows


def _fit(rows: list[list[str]], column: str | None) -> tuple[int, int | None]:
    """How many fields the header of the questions has, 0 without one, and the number of the first row with more."""
    ranked = [
        (min(ranks), at)
        for at, row in enumerate(rows[:HEADER_ROWS])
        if (ranks := [rank for field in row if (rank := header_rank(field, column))])
    ]
    if ranked:
        at = min(ranked)[1]
        width = len(rows[at])
        return width, next((n for n, row in enumerate(rows[at:], start=at + 1) if len(row) > width), None)
    return 0, None


def show_columns(sheet: Worksheet, first: int, widths: Sequence[float]) -> None:
    """Give the columns from ``first`` on these widths, and show those that are hidden. A range of columns that reaches
    over them, such as one that hides all on the right, is parted: a file that says two things of a column is damaged.
    """
    last = first + len(widths) - 1
    held: Any = sheet.column_dimensions  # the types leave styles out
    styles: dict[int, Any] = {}
    for key, each in list(held.items()):
        each.reindex()
        low, high = each.min, each.max
        if high < first or last < low:
            continue
        del held[key]
        styles |= dict.fromkeys(range(max(low, first), min(high, last) + 1), each._style)
        for begin, end in ((low, first - 1), (last + 1, high)):
            if begin <= end:
                held[get_column_letter(begin)] = _part_of(each, begin, end)
    for column, width in enumerate(widths, start=first):
        shown = held[get_column_letter(column)]
        shown.width = width
        if column in styles:
            shown._style = copy(styles[column])


def _part_of(columns: Any, begin: int, end: int) -> ColumnDimension:
    part: Any = ColumnDimension(
        columns.parent,
        index=get_column_letter(begin),
        width=columns.width,
        bestFit=columns.bestFit,
        hidden=columns.hidden,
        outlineLevel=columns.outlineLevel,
        collapsed=columns.collapsed,
        min=begin,
        max=end,
    )
    part._style = copy(columns._style)
    return part


def write_cell(cell: Any, value: str) -> None:
    """Write text as text: one that begins with "=" is no formula, whoever wrote it."""
    assert isinstance(cell, Cell)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if len(text) > CELL_CHARS:
        text = text[: CELL_CHARS - len(CUT_OFF)] + CUT_OFF
    cell.value = text
    if text.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")
