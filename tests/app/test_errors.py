"""Whose fault an error is: a mistake of this program is never said to be a damaged file."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import openpyxl
import pytest

import app.batch.workbook
from app.batch.workbook import read_workbook
from app.errors import BadSpreadsheet
from corpus.faults import is_ours
from tests.conftest import ROOT


def raised(code: str, file: str) -> Exception:
    """What a line of code raises, as if it stood in that file."""
    try:
        exec(compile(code, file, "exec"), {"json": json})
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_whose_bug_it_is_follows_from_where_it_arose() -> None:
    for file, ours in (
        (ROOT / "app/answering/tables/cells.py", True),
        (ROOT / "corpus/loaders/pdf.py", True),
        ("/usr/lib/x.py", False),
    ):
        assert is_ours(raised("{}['missing']", str(file))) is ours
    assert not is_ours(raised("json.loads('{')", str(ROOT / "app/answering/tables/cells.py")))  # it arose in json
    assert not is_ours(ValueError("never raised"))


def test_a_mistake_of_ours_in_reading_a_spreadsheet_is_logged_and_not_called_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "questions.csv").write_text("Question\nWhat is the fee?\n")
    mistake = compile("{}['missing']", app.batch.workbook.__file__, "exec")
    monkeypatch.setattr(app.batch.workbook, "_from_csv", lambda text, column: exec(mistake))
    with pytest.raises(BadSpreadsheet, match=r"fault of this program \(KeyError\): report it"):
        read_workbook(tmp_path / "questions.csv")
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info


def test_a_spreadsheet_that_is_damaged_is_said_to_be(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "questions.xlsx"
    openpyxl.Workbook().save(path)
    content = path.read_bytes()
    said: list[str] = []
    for at in range(content.index(b"xl/worksheets/sheet1.xml") + 30, len(content), 23):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        try:
            read_workbook(path)
        except BadSpreadsheet as error:
            said.append(str(error))
    assert said
    assert not [each for each in said if "fault of this program" in each]
    assert caplog.records == []
