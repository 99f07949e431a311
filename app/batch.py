"""A spreadsheet of questions in, the same spreadsheet answered out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl.styles import Font

from app.answer import Answer, Status
from app.errors import EXPLAINED, BadSpreadsheet
from app.spreadsheet import find_questions, read_workbook, save_workbook, text_of, write_cell

if TYPE_CHECKING:
    from app.service import Citewell

log = logging.getLogger(__name__)

HEADERS = ("Answer", "Status", "Sources", "Quote")
SAVE_EVERY = 20


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
    workbook = read_workbook(source)
    sheet, header_row, question_column = find_questions(workbook, column)
    first_new = sheet.max_column + 1
    for offset, name in enumerate(HEADERS):
        cell = sheet.cell(header_row, first_new + offset, name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 60 if name in ("Answer", "Quote") else 24
    rows = [row for row in range(header_row + 1, sheet.max_row + 1) if text_of(sheet.cell(row, question_column))]
    summary = Summary(rows=len(rows))
    save_workbook(workbook, target)
    service.load_models()
    service.show_progress("Answering questions", 0, len(rows))
    try:
        for done, row in enumerate(rows, start=1):
            values = _answer_row(service, text_of(sheet.cell(row, question_column)), collection, as_of, summary)
            for offset, value in enumerate(values):
                write_cell(sheet.cell(row, first_new + offset), value)
            if done % SAVE_EVERY == 0:
                save_workbook(workbook, target)
            service.show_progress("Answering questions", done, len(rows))
    finally:
        save_workbook(workbook, target)
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
        log.exception("The question %r failed", text)
        summary.failed += 1
        return "", "failed", "", f"Unexpected {type(error).__name__}: {error}. Ask this question alone to see more."
    if answer.status is Status.ABSTAINED:
        summary.abstained += 1
        return answer.answer, answer.status.value, "", answer.reason or ""
    summary.answered += 1
    text = f"{answer.value.text}\n\n{answer.answer}" if answer.value else answer.answer
    return text, answer.status.value, "\n".join(_sources(answer)), "\n".join(c.quote for c in answer.citations)


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
