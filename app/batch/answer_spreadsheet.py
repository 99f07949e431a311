"""A spreadsheet of questions in, the same spreadsheet answered out."""

from __future__ import annotations

import csv
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Unpack

from openpyxl.styles import Font

from app.answering.answer import Answer, Status
from app.answering.question import Options
from app.batch.question_columns import AskedCell, QuestionColumn, find_questions, sheets_without_header
from app.batch.workbook import Spreadsheet, show_columns, write_cell
from app.errors import EXPLAINED, BadSpreadsheet

if TYPE_CHECKING:
    from app.service import Citewell

log = logging.getLogger(__name__)

HEADERS = ("Answer", "Status", "Sources", "Quote")
SAVE_EVERY = 20


class Row(NamedTuple):
    """What is written beside a question."""

    answer: str
    status: str
    sources: str
    quote: str


@dataclass
class Summary:
    """How many questions there were, and what became of them; which ``columns`` were asked, which sheets
    were ``unasked`` for want of a header, and what the copy is ``lacking`` of the source, in words."""

    rows: int = 0
    answered: int = 0
    abstained: int = 0
    failed: int = 0
    columns: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    def count(self, status: str) -> None:
        """Count a row that is done."""
        self.answered += status == Status.ANSWERED.value
        self.abstained += status == Status.ABSTAINED.value
        self.failed += status == "failed"


@dataclass
class _Copy:
    """The answered copy: where it goes, and what was answered so far."""

    sheet: Spreadsheet
    target: Path
    done: list[tuple[QuestionColumn, AskedCell, Row]] = field(default_factory=list)

    def write(self, column: QuestionColumn, asked: AskedCell, row: Row) -> None:
        for offset, value in enumerate(row):
            write_cell(column.sheet.cell(asked.row, column.first_new + offset), value)
        self.done.append((column, asked, row))

    def try_to_save(self) -> None:
        """Save meanwhile. What can't be saved now is tried again: the answers are here still."""
        try:
            self.sheet.save(self.target)
        except BadSpreadsheet as error:
            log.warning("%s The answers are kept, and saving is tried again.", error)

    def save(self) -> None:
        """Save at the end. If that can't be, what was answered is written beside, as a CSV, before `BadSpreadsheet` is
        raised."""
        try:
            self.sheet.save(self.target)
        except BadSpreadsheet as error:
            if not self.done:
                raise
            beside = _write_beside(self.target, self.done)
            where = f"What was answered stands in {beside}." if beside else "The answers could not be kept."
            raise BadSpreadsheet(f"{error} {where}") from error


def answer_spreadsheet(
    service: Citewell,
    source: Path,
    target: Path,
    *,
    column: str | None = None,
    force: bool = False,
    **options: Unpack[Options],
) -> Summary:
    """Answer the question column of each sheet of ``source`` and write a copy with four columns more to ``target``.
    The ``options`` hold for all questions.

    A row that fails carries its error and the rest goes on. The copy is written before the first question, after every
    20 and at the end, so that little is lost where the work is interrupted. Raises `BadSpreadsheet` where ``source``
    can't be read, has no question, or ``target`` can't be written.
    """
    _check_target(source, target, force)
    copy = _Copy(Spreadsheet(source, column), target)
    columns = find_questions(copy.sheet.workbook, copy.sheet.stored, column)
    asked = [(each, cell) for each in columns for cell in each.asked]
    for each in columns:
        _write_headers(each)
    copy.sheet.save(target)
    unasked = sheets_without_header(copy.sheet.workbook, copy.sheet.stored, column)
    summary = Summary(rows=len(asked), columns=tuple(each.description for each in columns), unasked=tuple(unasked))
    summary.lacking = tuple(copy.sheet.lacking(target))
    service.load_models()
    service.progress("Answering questions", 0, len(asked))
    try:
        for number, (each, cell) in enumerate(asked, start=1):
            row = _answer_row(cell, lambda text: service.answer(service.question(text, **options)))
            summary.count(row.status)
            copy.write(each, cell, row)
            if number % SAVE_EVERY == 0:
                copy.try_to_save()
            service.progress("Answering questions", number, len(asked))
    finally:
        copy.save()
    return summary


def _write_headers(column: QuestionColumn) -> None:
    for offset, name in enumerate(HEADERS):
        cell = column.sheet.cell(column.header.row, column.first_new + offset)
        write_cell(cell, name)
        cell.font = Font(bold=True)
    show_columns(column.sheet, column.first_new, [60 if name in ("Answer", "Quote") else 24 for name in HEADERS])


def _answer_row(asked: AskedCell, answer_to: Callable[[str], Answer]) -> Row:
    if asked.problem:
        return Row("", "failed", "", asked.problem)
    try:
        answer = answer_to(asked.text)
    except EXPLAINED as error:
        return Row("", "failed", "", str(error))
    except Exception as error:
        # One row's surprise must not cost the others.
        log.exception("Row %d can't be answered", asked.row)
        kind = type(error).__name__
        return Row("", "failed", "", f"An error of the program's own ({kind}): report it with what the log says of it.")
    if answer.status is Status.ABSTAINED:
        return Row(answer.answer, answer.status.value, "", answer.reason or "")
    quotes = "\n".join(citation.quote for citation in answer.citations)
    return Row(_in_full(answer), answer.status.value, "\n".join(_sources(answer)), quotes)


def _in_full(answer: Answer) -> str:
    """The answer's text below the figure that was asked for; of a calculation, what it is made of."""
    value = answer.value
    if value is None:
        return answer.answer
    if not answer.is_calculated:
        return f"{value.text}\n\n{answer.answer}"
    operands = "".join(f"\n{operand.name}: {operand.text}" for operand in value.operands)
    return f"{value.text}\n\n{answer.answer}\n\nCalculated from the cells quoted.{operands}"


def _sources(answer: Answer) -> Iterator[str]:
    seen = set()
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        remark = f" ({citation.remark})" if citation.remark else ""
        source = f"{citation.document}, version {citation.version}{page}, {citation.heading}{remark}"
        if source not in seen:
            yield source
            seen.add(source)


def _write_beside(target: Path, done: Sequence[tuple[QuestionColumn, AskedCell, Row]]) -> Path | None:
    """Write answers as a CSV beside the target, else in the folder for temporary files; None where neither can be."""
    for folder in (target.parent, Path(tempfile.gettempdir())):
        path = folder / f"{target.stem}-answers.csv"
        number = 1
        while path.exists():
            number += 1
            path = folder / f"{target.stem}-answers-{number}.csv"
        try:
            with path.open("w", newline="", encoding="utf-8-sig") as file:
                writer = csv.writer(file)
                writer.writerow(("Sheet", "Row", "Question", *HEADERS))
                for column, asked, row in done:
                    texts = (column.sheet.title, asked.text, *row)
                    sheet, question, *answers = (f"'{t}" if t.startswith(("=", "+", "-", "@")) else t for t in texts)
                    writer.writerow((sheet, asked.row, question, *answers))
        except OSError as error:
            log.warning("%s can't be written: %s", path, error.strerror or error)
            continue
        return path
    return None


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
