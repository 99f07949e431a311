"""Reading and writing spreadsheets of questions, XLSX or CSV."""

from __future__ import annotations

import csv
import io
import logging
import os
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from app.errors import BadSpreadsheet, is_our_bug
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits, check_zip
from corpus.loaders.plain import read_text

log = logging.getLogger(__name__)

QUESTION_NAMES = ("question", "questions", "customer question", "faq", "query")
CELL_CHARS = 32_767  # the most characters that a cell of an XLSX holds


def read_workbook(source: Path) -> openpyxl.Workbook:
    """An XLSX, or a CSV as one. Raises `BadSpreadsheet` for what can't be read."""
    try:
        if source.suffix.lower() == ".csv":
            return _from_csv(read_text(source))
        if source.suffix.lower() != ".xlsx":
            raise BadSpreadsheet(f"{source} is neither .xlsx nor .csv: save it as one of the two.")
        check_zip(source, Limits(), "xl/workbook.xml")
        return openpyxl.load_workbook(source)
    except OSError as error:
        raise BadSpreadsheet(f"{source} can't be opened: {error.strerror or error}.") from error
    except BadSpreadsheet:
        raise
    except Unreadable as error:
        raise BadSpreadsheet(f"{source} can't be read: {error}.") from error
    except Exception as error:
        if is_our_bug(error):
            log.exception("%s can't be read by a fault of this program", source)
            raise BadSpreadsheet(
                f"{source} can't be read by a fault of this program ({type(error).__name__}): report it, with the log."
            ) from error
        # The parser's authors have not foreseen every damage to a file.
        raise BadSpreadsheet(
            f"{source} is damaged ({type(error).__name__}): open it in a spreadsheet program and save it again."
        ) from error


def _from_csv(text: str) -> openpyxl.Workbook:
    try:
        delimiter = csv.Sniffer().sniff(text[:10_000], delimiters=",;\t|").delimiter
    except csv.Error:
        delimiter = ","
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        for column, value in enumerate(row, start=1):
            write_cell(sheet.cell(number, column), value)
    return workbook


def find_questions(workbook: openpyxl.Workbook, column: str | None) -> tuple[Worksheet, int, int]:
    """The sheet, header row and column of the questions: the first header of that name in the first rows. Raises
    `BadSpreadsheet` where there is none."""
    wanted = (column.strip().lower(),) if column else QUESTION_NAMES
    for name in wanted:
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows(min_row=1, max_row=20):
                for cell in row:
                    if text_of(cell).lower() == name:
                        assert cell.row is not None
                        assert cell.column is not None
                        return sheet, cell.row, cell.column
    raise BadSpreadsheet(
        f"No column is headed {column!r}: correct --column."
        if column
        else "No column is headed Question: name the column with --column."
    )


def text_of(cell: Any) -> str:
    """A cell's text, "" where it is empty."""
    return "" if cell.value is None else str(cell.value).strip()


def write_cell(cell: Any, value: str) -> None:
    """Write text as text: one that begins with "=" is no formula, whoever wrote it."""
    assert isinstance(cell, Cell)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:CELL_CHARS]
    cell.value = text
    if text.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def save_workbook(workbook: openpyxl.Workbook, target: Path) -> None:
    """Write a workbook so that after a crash the file is whole or as it was. Raises `BadSpreadsheet`."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        workbook.save(temporary)
        temporary.replace(target)
    except OSError as error:
        raise BadSpreadsheet(f"{target} can't be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
