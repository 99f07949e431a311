"""Proposals as a spreadsheet that people review, and that the importer `spreadsheet` reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.batch.workbook import save_workbook, write_cell
from eval.errors import BadGold
from eval.gold.importers import spreadsheet as columns
from eval.gold.model import GoldQuestion

WIDTHS = {columns.QUESTION: 50, columns.ANSWER: 60, columns.EVIDENCE: 60, columns.DOCUMENT: 36}
NARROW, NORMAL = 11, 24
NARROW_COLUMNS = {columns.ID, columns.PAGE, columns.AS_OF, columns.ANSWERABLE, columns.ACCEPT}
HOW_TO = (
    "Every row of the sheet Proposals is a question that was made by rule from a place in your documents.",
    "Read the question and the answer beside the document; correct both, and word the question as a customer would.",
    "Write yes under Accept for each question to keep; rows with no, or with nothing there, are left out.",
    "Another place that answers the same question: add a row with the same Id, the same Question, and its own place.",
    "A figure of a table counts only beside the labels of its row and column: write both under Labels, with ; between.",
    "A question that can be meant in two ways: write both under Readings, with ; between; asking back is right there.",
    "A question that the documents don't answer: add a row with no under Answerable, yes under Accept, and no answer.",
)


def write_spreadsheet(proposals: Sequence[GoldQuestion], path: Path) -> None:
    """Write proposals to an XLSX file, nothing accepted yet. Raises `BadGold` for another file name, and
    `BadSpreadsheet` where the file can't be written."""
    if path.suffix.lower() != ".xlsx":
        raise BadGold(f"The proposals are written as a spreadsheet: {path} must end in .xlsx.")
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Proposals"
    for number, name in enumerate(columns.COLUMNS, start=1):
        sheet.cell(1, number, name).font = Font(bold=True)
        width = NARROW if name in NARROW_COLUMNS else WIDTHS.get(name, NORMAL)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    for row, question in enumerate(proposals, start=2):
        for name, text in _cells(question).items():
            if text:
                write_cell(sheet.cell(row, 1 + columns.COLUMNS.index(name)), text)
        if page := question.evidence[0].page:
            sheet.cell(row, 1 + columns.COLUMNS.index(columns.PAGE)).value = page
    choice = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
    accept = get_column_letter(1 + columns.COLUMNS.index(columns.ACCEPT))
    # Rows that people add want the choice too.
    choice.add(f"{accept}2:{accept}{len(proposals) + 1000}")
    sheet.add_data_validation(choice)
    guide = workbook.create_sheet("How to")
    guide.column_dimensions["A"].width = 110
    for row, line in enumerate(HOW_TO, start=1):
        guide.cell(row, 1, line).alignment = Alignment(wrap_text=True)
    save_workbook(workbook, path)


def _cells(question: GoldQuestion) -> dict[str, str]:
    place = question.evidence[0]
    return {
        columns.ID: question.id,
        columns.QUESTION: question.question,
        columns.ANSWER: question.answer,
        columns.SHORT_ANSWER: question.short_answer or "",
        columns.LABELS: "; ".join(question.labels),
        columns.DOCUMENT: place.doc or "",
        columns.SECTION: place.section or "",
        columns.EVIDENCE: place.text or "",
        columns.AS_OF: question.as_of.isoformat() if question.as_of else "",
        columns.TAGS: ", ".join(question.tags),
        columns.ANSWERABLE: "yes",
    }
