"""Gold questions that people wrote or reviewed in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.batch.question_columns import find_header
from app.batch.workbook import read_workbook
from app.errors import BadSpreadsheet
from corpus.loaders.xlsx.display import cell_text
from eval.errors import BadGold
from eval.gold.model import Evidence, GoldQuestion

ID, QUESTION, ANSWER, SHORT_ANSWER = "Id", "Question", "Answer", "Short answer"
DOCUMENT, SECTION, PAGE, EVIDENCE = "Document", "Section", "Page", "Evidence"
LABELS, READINGS = "Labels", "Readings"
AS_OF, TAGS, ANSWERABLE, ACCEPT = "As of", "Tags", "Answerable", "Accept"
COLUMNS = (
    ID, QUESTION, ANSWER, SHORT_ANSWER, DOCUMENT, SECTION, PAGE, EVIDENCE, AS_OF, TAGS, ANSWERABLE, ACCEPT,
    LABELS, READINGS,
)  # fmt: skip
_PARTS = re.compile(r"\s*[;\n]\s*")  # labels have commas in them
_ONCE = (
    QUESTION,
    ANSWER,
    SHORT_ANSWER,
    LABELS,
    READINGS,
    AS_OF,
    ANSWERABLE,
)  # what further rows of a question can't say otherwise
_YES_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


@dataclass(frozen=True)
class _Row:
    """A row's cells as text, by column; columns that the sheet lacks are missing. Every row has an id."""

    place: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def wrong(self, column: str, problem: str) -> BadGold:
        return BadGold(f"{self.place}, {column}: {problem}.")

    def yes_or_no(self, column: str, empty: bool) -> bool:
        text = self[column].lower()
        if text and text not in _YES_NO:
            raise self.wrong(column, f"{self[column]!r} is neither yes nor no")
        return _YES_NO[text] if text else empty


def read(path: Path) -> Iterator[GoldQuestion]:
    """The questions of an XLSX or CSV file, its columns found by their headers.

    Rows with the same Id are one question with several places of evidence. Where there is a column Accept, only rows
    with a yes are read. Raises `BadGold` with the row and column of what can't be read.
    """
    questions: dict[str, list[_Row]] = {}
    for row in _rows(path):
        if ACCEPT not in row.cells or row.yes_or_no(ACCEPT, empty=False):
            questions.setdefault(row[ID], []).append(row)
    if not questions:
        raise BadGold(f"{path} holds no question to import: fill the column Question, and Accept where there is one.")
    for rows in questions.values():
        yield _question(rows)


def _rows(path: Path) -> Iterator[_Row]:
    """The rows below the header that hold anything."""
    try:
        workbook = read_workbook(path)
    except BadSpreadsheet as error:
        raise BadGold(str(error)) from error
    try:
        sheet, header = find_header(workbook)
    except BadSpreadsheet as error:
        raise BadGold(f"{path} has no column headed Question; these are read: {', '.join(COLUMNS)}.") from error
    known = {column.lower(): column for column in COLUMNS}
    columns = {QUESTION: header.column}
    for cell in sheet[header.row]:
        name = known.get(str(cell.value).strip().lower())
        if name and cell.column is not None:
            columns.setdefault(name, cell.column)
    for number in range(header.row + 1, sheet.max_row + 1):
        place = f"{path}, row {number}"
        cells = {name: _text(sheet.cell(number, column), place, name) for name, column in columns.items()}
        if any(cells.values()):
            yield _Row(place, cells | {ID: cells.get(ID) or f"q-{number - header.row:04}"})


def _text(cell: Any, place: str, column: str) -> str:
    if cell.data_type == "f":
        raise BadGold(f"{place}, {column}: holds a formula; put its value there.")
    return cell_text(cell.value, cell.number_format).strip()


def _question(rows: list[_Row]) -> GoldQuestion:
    first = rows[0]
    if not first[QUESTION]:
        raise first.wrong(QUESTION, "is empty")
    for row in rows[1:]:
        for column in _ONCE:
            if row[column] and row[column] != first[column]:
                raise row.wrong(column, f"an earlier row with the Id {first[ID]!r} says otherwise; change one")
    return GoldQuestion(
        id=first[ID],
        question=first[QUESTION],
        answer=first[ANSWER],
        short_answer=first[SHORT_ANSWER] or None,
        evidence=tuple(place for row in rows if (place := _evidence(row))),
        labels=_parts(first[LABELS]),
        readings=_parts(first[READINGS]),
        answerable_in_corpus=first.yes_or_no(ANSWERABLE, empty=True),
        as_of=_date(first),
        tags=tuple(dict.fromkeys(tag.strip() for row in rows for tag in row[TAGS].split(",") if tag.strip())),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in _PARTS.split(text) if part)


def _evidence(row: _Row) -> Evidence | None:
    place = Evidence(
        doc=row[DOCUMENT] or None, section=row[SECTION] or None, page=_page(row), text=row[EVIDENCE] or None
    )
    return place if place != Evidence() else None


def _page(row: _Row) -> int | None:
    if not row[PAGE]:
        return None
    if not row[PAGE].isdecimal():
        raise row.wrong(PAGE, f"{row[PAGE]!r} is not a number")
    if int(row[PAGE]) < 1:
        raise row.wrong(PAGE, "pages count from 1")
    return int(row[PAGE])


def _date(row: _Row) -> date | None:
    if not row[AS_OF]:
        return None
    try:
        return date.fromisoformat(row[AS_OF])
    except ValueError as error:
        raise row.wrong(AS_OF, f"{row[AS_OF]!r} is not a date: write it like 2026-01-31") from error
