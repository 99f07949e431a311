"""Spreadsheets in, answered copies out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.batch import answer_spreadsheet
from app.errors import BadSpreadsheet
from app.service import Citewell
from app.spreadsheet import read_workbook

GOOD = "What does a cash withdrawal abroad with a debit card cost?"
CELL = "How much is the additional card for a classic credit card?"


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = openpyxl.styles.Font(italic=True)
    book.save(path)
    return path


def read(path: Path) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


def test_answers_stand_on_the_right_of_a_copy(service: Citewell, tmp_path: Path) -> None:
    source = workbook(
        tmp_path / "faq.xlsx",
        ["Nr", "Question", "Owner"],
        [1, GOOD, "Ann"],
        [2, None, "Bob"],
        [3, "x" * 5000, "Cid"],
        [4, "Who won the football world cup of 1974?", "Dan"],
    )
    before = source.read_bytes()
    summary = answer_spreadsheet(service, source, tmp_path / "out.xlsx")
    assert (summary.rows, summary.answered, summary.abstained, summary.failed) == (3, 1, 1, 1)
    header, good, blank, failed, declined = read(tmp_path / "out.xlsx")
    assert header == ["Nr", "Question", "Owner", "Answer", "Status", "Sources", "Quote"]
    assert good[:3] == [1, GOOD, "Ann"]
    assert good[4] == "answered"
    assert good[5].startswith("cards/card-fees, version 2")
    assert "2.25%" in good[6]
    assert blank[3:] == [None] * 4
    assert failed[4] == "failed"
    assert "5,000 characters" in failed[6]
    assert declined[4] == "abstained"
    assert source.read_bytes() == before
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]["A1"].font.italic


def test_the_figure_that_was_asked_of_a_table_comes_first(service: Citewell, tmp_path: Path) -> None:
    source = workbook(
        tmp_path / "faq.xlsx", ["Question"], ["How much is the additional card for a classic credit card?"]
    )
    answer_spreadsheet(service, source, tmp_path / "out.xlsx")
    _, row = read(tmp_path / "out.xlsx")
    assert row[1].split("\n")[0] == "€15"
    assert row[4].split("\n")[-1] == "Classic credit card | 30 | 15"


def test_the_question_column_is_found_below_a_title_and_text_stays_text(service: Citewell, tmp_path: Path) -> None:
    source = workbook(tmp_path / "faq.xlsx", ["FAQ"], [], ["Nr", "Question"], ["1", ""])
    assert answer_spreadsheet(service, source, tmp_path / "out.xlsx").rows == 0
    (tmp_path / "evil.csv").write_text('Question\n"He said ""hi, there"" ok?"\n\x01=1+1\n')
    sheet = read_workbook(tmp_path / "evil.csv").worksheets[0]
    assert sheet["A2"].value == 'He said "hi, there" ok?'
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_goes_in_too_and_stays_text(service: Citewell, tmp_path: Path, delimiter: str) -> None:
    (tmp_path / "faq.csv").write_text(f'Id{delimiter}question\n=1+1{delimiter}"{GOOD}"\n', "utf-8-sig")
    answer_spreadsheet(service, tmp_path / "faq.csv", tmp_path / "out.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert read(tmp_path / "out.xlsx")[1][3] == "answered"


@pytest.mark.parametrize(
    ("source", "target", "options", "sentence"),
    [
        ("faq.xlsx", "out.csv", {}, "must end in .xlsx"),
        ("faq.xlsx", "faq.xlsx", {}, "overwrite the input"),
        ("faq.xlsx", "old.xlsx", {}, "exists already"),
        ("faq.xlsx", "gone/out.xlsx", {}, "no folder"),
        ("gone.xlsx", "out.xlsx", {}, "can't be opened"),
        ("faq.pdf", "out.xlsx", {}, "neither"),
        ("broken.xlsx", "out.xlsx", {}, "can't be read"),
        ("other.xlsx", "out.xlsx", {}, "headed Question"),
        ("faq.xlsx", "out.xlsx", {"column": "Frage"}, "'Frage'"),
        ("faq.xlsx", "n" * 300 + ".xlsx", {}, "shorten the name"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    service: Citewell, tmp_path: Path, source: str, target: str, options: dict[str, Any], sentence: str
) -> None:
    workbook(tmp_path / "faq.xlsx", ["Question"], [GOOD])
    workbook(tmp_path / "old.xlsx", ["kept"])
    workbook(tmp_path / "other.xlsx", ["Topic"], [GOOD])
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    (tmp_path / "faq.pdf").write_bytes(b"%PDF")
    with pytest.raises(BadSpreadsheet, match=sentence):
        answer_spreadsheet(service, tmp_path / source, tmp_path / target, **options)
    assert read(tmp_path / "old.xlsx") == [["kept"]]
