"""Where the questions of a workbook stand, and where their answers go."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.errors import BadSpreadsheet

QUESTION_NAMES = ("question", "questions", "customer question", "faq", "query")
HEADER_ROWS = 20  # a header is looked for in so many rows
MOST_COLUMNS = 16_384  # that a sheet of an XLSX has
NO_RESULT = (
    "The question is a formula without a stored result: open the file in a spreadsheet program, save it, and run this "
    "again."
)

_QUALIFIED = re.compile(r"\s*(?:[(\[:/]|[-–]\s).*", re.DOTALL)  # "Question (EN)"


@dataclass(frozen=True)
class AskedCell:
    """A question: its row, its text, and what is wrong with it if it can't be asked."""

    row: int
    text: str
    problem: str = ""


@dataclass(frozen=True)
class QuestionColumn:
    """A column of questions: its sheet, its header, the column where the answers begin, and what is asked. ``others``
    are headers and tables of the sheet that could be meant as well, and aren't asked."""

    sheet: Worksheet
    header: Cell
    first_new: int
    asked: tuple[AskedCell, ...]
    others: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """Which column it is, how many questions it has and what was left out, for the person who started it."""
        count = f"{len(self.asked)} question{'' if len(self.asked) == 1 else 's'}"
        left_out = f"; not asked: {', '.join(self.others)}" if self.others else ""
        return f"sheet {self.sheet.title!r}, column {_place(self.header)}: {count}{left_out}"


def find_questions(
    workbook: openpyxl.Workbook, stored: openpyxl.Workbook, column: str | None = None
) -> list[QuestionColumn]:
    """The column of questions of every sheet that has one: below a header of the name ``column``, or of one that
    question columns have, with at least one question. ``stored`` is the same workbook with the results of formulas in
    their place. Raises `BadSpreadsheet` where there is none, or no room beside one."""
    found = [each for sheet in workbook.worksheets if (each := _of_sheet(sheet, stored[sheet.title], column))]
    if found:
        return found
    headers = [_place(h) for s in workbook.worksheets for h in _headers(s, stored[s.title], column)]
    if headers:
        raise BadSpreadsheet(
            f"No question stands below {', '.join(headers)}: write some, or name another with --column."
        )
    raise BadSpreadsheet(
        f"No column is headed {column!r}: correct --column."
        if column
        else "No column is headed Question: name the column with --column."
    )


def sheets_without_header(workbook: openpyxl.Workbook, stored: openpyxl.Workbook, column: str | None) -> list[str]:
    """The names of the sheets that hold something, but no header of questions."""
    return [
        sheet.title
        for sheet in workbook.worksheets
        if any(map(text_of, _cells(sheet))) and not _headers(sheet, stored[sheet.title], column)
    ]


def find_header(workbook: openpyxl.Workbook) -> tuple[Worksheet, Cell]:
    """The sheet and the cell that best heads questions, whether there are any. Raises `BadSpreadsheet` where there is
    none."""
    for sheet in workbook.worksheets:
        if headers := _headers(sheet, sheet, None):
            return sheet, headers[0]
    raise BadSpreadsheet("No column is headed Question.")


def has_formulas(workbook: openpyxl.Workbook) -> bool:
    """Whether a workbook has any formula."""
    return any(cell.data_type == "f" for sheet in workbook.worksheets for cell in _cells(sheet))


def text_of(cell: Cell | MergedCell) -> str:
    """A cell's text, "" where it is empty."""
    return "" if cell.value is None else str(cell.value).strip()


def _of_sheet(sheet: Worksheet, stored: Worksheet, column: str | None) -> QuestionColumn | None:
    headers = _headers(sheet, stored, column)
    nexts = {header.coordinate: _next_table(header, sheet, stored, column) for header in headers}
    below = [(h, asked) for h in headers if (asked := _below(h, sheet, stored, nexts[h.coordinate]))]
    # A title such as "FAQ" has other things below it than questions.
    chosen = next(((h, a) for h, a in below if any(_is_question(each.text) or each.problem for each in a)), None)
    chosen = chosen or (below[0] if below and below[0][0] is headers[0] else None)
    if chosen is None:
        return None
    header, asked = chosen
    others = [other for other, _ in below if other.column != header.column]
    left_out = [_place(other) for other in others]
    if (table := nexts[header.coordinate]) is not None:
        left_out = [_place(other) for other in others if other.row < table.row]
        left_out.append(f"all from row {table.row} on, where another table has {_place(table)}")
    return QuestionColumn(sheet, header, _first_free(sheet, header), asked, tuple(left_out))


def _headers(sheet: Worksheet, stored: Worksheet, column: str | None) -> list[Cell]:
    """The cells that may head questions, the best name first, then from the top and the left."""
    ranked = [
        ((*rank, cell.row, cell.column), cell)
        for cell in _cells(sheet)
        if cell.row <= HEADER_ROWS and (rank := header_rank(_result(cell, stored), column))
    ]
    return [cell for _, cell in sorted(ranked, key=lambda each: each[0])]


def header_rank(text: str, column: str | None) -> tuple[int, int] | None:
    """How well a header says that questions follow: exactly, then with something behind it; None where it doesn't."""
    text = text.strip().lower()
    names = (column.strip().lower(),) if column else QUESTION_NAMES
    for place, name in enumerate(names):
        if text == name:
            return 0, place
        if text.startswith(name) and _QUALIFIED.fullmatch(text[len(name) :]) and not column:
            return 1, place
    return None


def _below(header: Cell, sheet: Worksheet, stored: Worksheet, next_table: Cell | None) -> tuple[AskedCell, ...]:
    """What stands below a header, as far as the next table; the same header once more is no question."""
    end = next_table.row if next_table else math.inf
    cells = [cell for cell in _cells(sheet) if cell.column == header.column and header.row < cell.row < end]
    asked = [each for cell in sorted(cells, key=lambda c: c.row) if (each := _asked(cell, stored))]
    same = _result(header, stored).lower()
    return tuple(each for each in asked if each.problem or each.text.lower() not in (same, *QUESTION_NAMES))


def _next_table(header: Cell, sheet: Worksheet, stored: Worksheet, column: str | None) -> Cell | None:
    """The header of a table that stands below that of ``header``, with its questions in another column. It has nothing
    but its name in it, questions follow it, and its row has no question in the column of ``header``."""

    def text(row: int, column: int) -> str:
        cell = sheet._cells.get((row, column))
        return _result(cell, stored) if isinstance(cell, Cell) else ""

    names = (column.strip().lower(),) if column else QUESTION_NAMES
    found = [
        cell
        for cell in _cells(sheet)
        if cell.row > header.row
        and cell.column != header.column
        and _result(cell, stored).lower() in names
        and "?" not in text(cell.row, header.column)
        and _is_question(text(cell.row + 1, cell.column))
    ]
    return min(found, key=lambda cell: (cell.row, cell.column), default=None)


def _asked(cell: Cell, stored: Worksheet) -> AskedCell | None:
    text = _result(cell, stored)
    if cell.data_type == "f" and not text:
        return AskedCell(cell.row, text_of(cell), NO_RESULT)
    if stored.cell(cell.row, cell.column).data_type == "e":
        return AskedCell(cell.row, text, f"The question is the error {text}: mend the cell, and run this again.")
    return AskedCell(cell.row, text) if text else None


def _result(cell: Cell, stored: Worksheet) -> str:
    """A cell's text; of a formula its stored result."""
    if cell.data_type != "f":
        return text_of(cell)
    return text_of(stored.cell(cell.row, cell.column))


def _is_question(text: str) -> bool:
    return "?" in text or len(re.findall(r"[^\W\d_]+", text)) > 1


def _first_free(sheet: Worksheet, header: Cell) -> int:
    """The column right of all that the sheet holds; blanks and colours hold nothing. Merged cells can't be written."""
    filled = max((cell.column for cell in _cells(sheet) if text_of(cell)), default=0)
    merged = max((each.max_col for each in sheet.merged_cells.ranges if each.max_row >= header.row), default=0)
    first = max(filled, merged) + 1
    if first + 3 > MOST_COLUMNS:
        raise BadSpreadsheet(
            f"Sheet {sheet.title!r} is filled up to column {get_column_letter(first - 1)} and has no room for the "
            "answers: empty what stands far on the right."
        )
    return first


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    """The cells that a sheet has. Its own iteration makes all those between them, too: a stray blank in the last column
    and another in the last row would be billions."""
    return (cell for cell in list(sheet._cells.values()) if isinstance(cell, Cell))


def _place(header: Cell) -> str:
    return f"{get_column_letter(header.column)} ({text_of(header)!r})"
