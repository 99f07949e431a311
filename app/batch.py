"""A spreadsheet of questions in, the same spreadsheet answered out."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from app.answer import Answer, Status
from app.errors import EXPLAINED, BadSpreadsheet
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits, check_zip
from corpus.loaders.plain import read_text

if TYPE_CHECKING:
    from app.service import Citewell

HEADERS = ("Answer", "Status", "Sources", "Quote")
QUESTION_NAMES = ("question", "questions", "customer question", "faq", "query")
SAVE_EVERY = 20
CELL_CHARS = 32_767  # the most characters that a cell of an XLSX holds


@dataclass
class Summary:
    """How many questions there were, and what became of them."""

    rows: int = 0
    answered: int = 0
    abstained: int = 0
    failed: int = 0


def answer_spreadsheet(
    service: Citewell,
    source: Path,
    target: Path,
    *,
    collection: str | None = None,
    column: str | None = None,
    as_of: date | None = None,
    force: bool = False,
) -> Summary:
    """Answer the question column of ``source`` and write a copy with four columns more to ``target``.

    A row that fails carries its error and the rest goes on. The copy is written before the first question, after every
    20 and at the end, so that little is lost where the work is interrupted. Raises `BadSpreadsheet` where ``source``
    can't be read or ``target`` not be written.
    """
    _check_target(source, target, force)
    workbook = _read(source)
    sheet, header_row, question_column = _find_questions(workbook, column)
    first_new = sheet.max_column + 1
    for offset, name in enumerate(HEADERS):
        cell = sheet.cell(header_row, first_new + offset, name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 60 if name in ("Answer", "Quote") else 24
    rows = [row for row in range(header_row + 1, sheet.max_row + 1) if _text(sheet.cell(row, question_column))]
    summary = Summary(rows=len(rows))
    _save(workbook, target)
    service.load_models()
    service.show_progress("Answering questions", 0, len(rows))
    try:
        for done, row in enumerate(rows, start=1):
            values = _answer_row(service, _text(sheet.cell(row, question_column)), collection, as_of, summary)
            for offset, value in enumerate(values):
                _write(sheet.cell(row, first_new + offset), value)
            if done % SAVE_EVERY == 0:
                _save(workbook, target)
            service.show_progress("Answering questions", done, len(rows))
    finally:
        _save(workbook, target)
    return summary


def _answer_row(
    service: Citewell, text: str, collection: str | None, as_of: date | None, summary: Summary
) -> tuple[str, str, str, str]:
    try:
        answer = service.answer(service.question(text, collection, as_of))
    except EXPLAINED as error:
        summary.failed += 1
        return "", "failed", "", str(error)
    except Exception as error:
        # One row's surprise must not cost the others; its kind is what a report of it needs.
        summary.failed += 1
        return "", "failed", "", f"Unexpected {type(error).__name__}: {error}. Ask this question alone to see more."
    if answer.status is Status.ABSTAINED:
        summary.abstained += 1
        return answer.answer, answer.status.value, "", answer.reason or ""
    summary.answered += 1
    return answer.answer, answer.status.value, "\n".join(_sources(answer)), "\n".join(c.quote for c in answer.citations)


def _sources(answer: Answer) -> Iterator[str]:
    seen = set()
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        source = f"{citation.document}, version {citation.version}{page}, {citation.heading}"
        if source not in seen:
            yield source
            seen.add(source)


def _check_target(source: Path, target: Path, force: bool) -> None:
    if target.suffix.lower() != ".xlsx":
        raise BadSpreadsheet(f"The output {target} must end in .xlsx.")
    try:
        same, taken = source.exists() and target.exists() and target.samefile(source), target.exists()
    except OSError as error:
        raise BadSpreadsheet(f"{str(target)[:80]}… can't be written: {error.strerror}; shorten the name.") from error
    if same:
        raise BadSpreadsheet("The output would overwrite the input: name another file after -o.")
    if taken and not force:
        raise BadSpreadsheet(f"{target} exists already: name another file after -o, or add --force to overwrite it.")
    if not target.parent.is_dir():
        raise BadSpreadsheet(f"There is no folder {target.parent}: make it, or write the output elsewhere.")


def _read(source: Path) -> openpyxl.Workbook:
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
            _write(sheet.cell(number, column), value)
    return workbook


def _find_questions(workbook: openpyxl.Workbook, column: str | None) -> tuple[Worksheet, int, int]:
    """The sheet, header row and column of the questions: the first header of that name in the first rows."""
    wanted = (column.strip().lower(),) if column else QUESTION_NAMES
    for name in wanted:
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows(min_row=1, max_row=20):
                for cell in row:
                    if _text(cell).lower() == name:
                        assert cell.row is not None
                        assert cell.column is not None
                        return sheet, cell.row, cell.column
    raise BadSpreadsheet(
        f"No column is headed {column!r}: correct --column."
        if column
        else "No column is headed Question: name the column with --column."
    )


def _text(cell: Any) -> str:
    return "" if cell.value is None else str(cell.value).strip()


def _write(cell: Any, value: str) -> None:
    """Write text as text: one that begins with "=" is no formula, whoever wrote it."""
    assert isinstance(cell, Cell)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:CELL_CHARS]
    cell.value = text
    if text.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _save(workbook: openpyxl.Workbook, target: Path) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        workbook.save(temporary)
        temporary.replace(target)
    except OSError as error:
        raise BadSpreadsheet(f"{target} can't be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
