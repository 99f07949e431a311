"""Spreadsheets in, answered copies out."""

from __future__ import annotations

import csv
import io
import logging
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from PIL import Image as Picture

from app.answering.answer import Answer
from app.answering.question import Question
from app.batch.answer_spreadsheet import SAVE_EVERY, answer_spreadsheet
from app.batch.question_columns import find_questions
from app.batch.workbook import CELL_CHARS, Spreadsheet, csv_rows
from app.errors import BadSpreadsheet
from app.mode import Mode
from app.service import Citewell

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
    with pytest.raises(BadSpreadsheet, match="No question stands below B"):
        answer_spreadsheet(service, source, tmp_path / "out.xlsx")
    (tmp_path / "evil.csv").write_text('Question\n"He said ""hi, there"" ok?"\n\x01=1+1\n')
    sheet = Spreadsheet(tmp_path / "evil.csv").workbook.worksheets[0]
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


class Quick:
    """The service, which quotes, and answers the same question but once; at its ``at``-th, ``error`` is raised."""

    def __init__(self, service: Citewell, error: BaseException | None = None, at: int = 2) -> None:
        self._service, self._error, self._at, self._asked = service, error, at, 0
        self._given: dict[str, Answer] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, name)

    def load_models(self) -> None:
        self._service.load_models(Mode.QUOTE)

    def question(self, text: str, **options: Any) -> Question:
        return self._service.question(text, **options, mode=Mode.QUOTE)

    def answer(self, question: Question) -> Answer:
        self._asked += 1
        if self._error and self._asked == self._at:
            raise self._error
        if question.query.text not in self._given:
            self._given[question.query.text] = self._service.answer(question)
        return self._given[question.query.text]


@pytest.fixture
def quick(service: Citewell) -> Citewell:
    return cast(Citewell, Quick(service))


def asked_of(source: Path, column: str | None = None) -> list[tuple[str, str, list[str]]]:
    """Sheet, header cell and questions of each column that is asked."""
    sheet = Spreadsheet(source, column)
    found = find_questions(sheet.workbook, sheet.stored, column)
    return [(each.sheet.title, each.header.coordinate, [asked.text for asked in each.asked]) for each in found]


def many(path: Path, change: Callable[[openpyxl.Workbook], None] = lambda book: None) -> Path:
    """A workbook with more questions than are answered between two saves."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Question"])
    for _ in range(SAVE_EVERY + 1):
        book.worksheets[0].append([GOOD])
    change(book)
    book.save(path)
    return path


def with_picture(book: openpyxl.Workbook) -> None:
    data = io.BytesIO()
    Picture.new("RGB", (40, 20), "red").save(data, "PNG")
    book.create_sheet("Cover").add_image(Image(data), "C1")
    book.worksheets[0]["A2"].comment = Comment("ask again in May", "Reviewer")
    book.worksheets[0]["B2"] = CellRichText("Cards ", TextBlock(InlineFont(b=True), "urgent"))


def test_a_workbook_with_a_picture_is_saved_as_often_as_it_needs(quick: Citewell, tmp_path: Path) -> None:
    source = many(tmp_path / "faq.xlsx", with_picture)
    summary = answer_spreadsheet(quick, source, tmp_path / "out.xlsx")
    assert (summary.answered, summary.failed, summary.lacking) == (SAVE_EVERY + 1, 0, ())
    with zipfile.ZipFile(source) as had, zipfile.ZipFile(tmp_path / "out.xlsx") as has:
        assert has.read("xl/media/image1.png") == had.read("xl/media/image1.png")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx", rich_text=True)
    assert isinstance(book.worksheets[0]["B2"].value, CellRichText)
    assert book.worksheets[0]["A2"].comment.text == "ask again in May"
    assert all(row[3] == "answered" for row in read(tmp_path / "out.xlsx")[1:])


TEXT_BOX = b"""<x:twoCellAnchor xmlns:x="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">
<x:from><x:col>5</x:col><x:colOff>0</x:colOff><x:row>2</x:row><x:rowOff>0</x:rowOff></x:from>
<x:to><x:col>8</x:col><x:colOff>0</x:colOff><x:row>9</x:row><x:rowOff>0</x:rowOff></x:to>
<x:sp><x:nvSpPr><x:cNvPr id="9" name="TextBox"/><x:cNvSpPr txBox="1"/></x:nvSpPr><x:spPr/></x:sp><x:clientData/>
</x:twoCellAnchor>"""
SPARKLINE = (
    b'<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="x"><x14:sparklineGroups/></ext></extLst>'
)


def test_what_the_copy_lacks_is_said(quick: Citewell, tmp_path: Path) -> None:
    plain = many(tmp_path / "plain.xlsx", with_picture)
    source = tmp_path / "faq.xlsx"
    with zipfile.ZipFile(plain) as had, zipfile.ZipFile(source, "w") as has:
        for name in had.namelist():
            data = had.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</worksheet>", SPARKLINE + b"</worksheet>")
            if name == "xl/drawings/drawing1.xml":
                end = data.rindex(b"</")
                data = data[:end] + TEXT_BOX + data[end:]
            has.writestr(name, data)
        has.writestr("xl/slicers/slicer1.xml", b"<slicers/>")
        has.writestr("xl/richData/rdarray.xml", b"<arrayData/>")
    before = source.read_bytes()
    summary = answer_spreadsheet(quick, source, tmp_path / "out.xlsx")
    assert summary.lacking == ("parts of unknown kinds", "slicers", "sparklines", "text boxes and shapes")
    assert source.read_bytes() == before


def test_blank_and_coloured_cells_far_away_move_no_answer(tmp_path: Path, quick: Citewell) -> None:
    source = workbook(tmp_path / "faq.xlsx", ["Question"], [GOOD])
    book = openpyxl.load_workbook(source)
    book.worksheets[0]["XFD1"] = " "
    book.worksheets[0]["A1048576"].fill = PatternFill("solid", fgColor="FFFFFF")
    book.save(source)
    summary = answer_spreadsheet(quick, source, tmp_path / "out.xlsx")
    assert summary.rows == 1
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert [sheet.cell(1, at).value for at in range(1, 6)] == ["Question", "Answer", "Status", "Sources", "Quote"]
    assert sheet["C2"].value == "answered"


def test_where_there_is_no_room_it_is_said(tmp_path: Path) -> None:
    source = workbook(tmp_path / "faq.xlsx", ["Question"], [GOOD])
    book = openpyxl.load_workbook(source)
    book.worksheets[0]["XFC5"] = "x"
    book.save(source)
    with pytest.raises(BadSpreadsheet, match="filled up to column XFC"):
        asked_of(source)


def test_merged_cells_beside_the_questions_are_not_written(quick: Citewell, tmp_path: Path) -> None:
    source = workbook(tmp_path / "faq.xlsx", ["Title"], ["Question"], [GOOD])
    book = openpyxl.load_workbook(source)
    book.worksheets[0].merge_cells("A1:H1")  # a title above may reach over the answers
    book.worksheets[0].merge_cells("B2:C3")
    book.save(source)
    answer_spreadsheet(quick, source, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert (sheet["D2"].value, sheet["E3"].value) == ("Answer", "answered")


@pytest.mark.parametrize("hidden", [[(3, 16384)], [(3, 3), (4, 4), (5, 5), (6, 6)], [(1, 1), (2, 4), (6, 9)]])
def test_answers_never_stand_in_hidden_columns(quick: Citewell, tmp_path: Path, hidden: list[tuple[int, int]]) -> None:
    source = workbook(tmp_path / "faq.xlsx", ["Nr", "Question"], [1, GOOD])
    book = openpyxl.load_workbook(source)
    for low, high in hidden:
        columns = book.worksheets[0].column_dimensions[get_column_letter(low)]
        columns.min, columns.max, columns.hidden = low, high, True
    book.save(source)
    answer_spreadsheet(quick, source, tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as has:
        ranges = [
            dict(re.findall(rb'(\w+)="(\w+)"', col))
            for col in re.findall(rb"<col .*?/>", has.read("xl/worksheets/sheet1.xml"))
        ]
    told = [number for each in ranges for number in range(int(each[b"min"]), int(each[b"max"]) + 1)]
    assert told == sorted(set(told))
    still = {n for e in ranges if e.get(b"hidden") == b"1" for n in range(int(e[b"min"]), int(e[b"max"]) + 1)}
    assert still == {n for low, high in hidden for n in range(low, high + 1)} - {3, 4, 5, 6}


def with_result(path: Path, cell: bytes, result: bytes | None) -> Path:
    """A workbook whose first question is the formula =Pool!A1, as Excel stores it with its result."""
    book = openpyxl.Workbook()
    for row in (["Question"], ["=Pool!A1"], [GOOD]):
        book.worksheets[0].append(row)
    book.create_sheet("Pool").append([GOOD])
    book.save(path.with_name("without.xlsx"))
    with zipfile.ZipFile(path.with_name("without.xlsx")) as had, zipfile.ZipFile(path, "w") as has:
        for name in had.namelist():
            data = had.read(name)
            if name == "xl/worksheets/sheet1.xml" and result is not None:
                stored = rb'<c r="A2" t="' + cell + rb'"><f>\1</f><v>' + result + b"</v></c>"
                data, changed = re.subn(rb'<c r="A2"[^>]*><f>(.*?)</f><v\s*/?>(?:</v>)?</c>', stored, data)
                assert changed == 1
            has.writestr(name, data)
    return path


def test_of_a_formula_its_stored_result_is_asked(quick: Citewell, tmp_path: Path) -> None:
    source = with_result(tmp_path / "faq.xlsx", b"str", GOOD.encode())
    answer_spreadsheet(quick, source, tmp_path / "out.xlsx")
    _, row, _ = read(tmp_path / "out.xlsx")
    assert row[0] == "=Pool!A1"  # the copy keeps the formula
    assert row[2] == "answered"
    assert "2.25%" in row[1]


@pytest.mark.parametrize(
    ("kind", "result", "sentence"), [(b"", None, "without a stored result"), (b"e", b"#REF!", "#REF!")]
)
def test_a_formula_without_a_result_is_not_asked(
    quick: Citewell, tmp_path: Path, kind: bytes, result: bytes | None, sentence: str
) -> None:
    source = with_result(tmp_path / "faq.xlsx", kind, result)
    summary = answer_spreadsheet(quick, source, tmp_path / "out.xlsx")
    _, row, other = read(tmp_path / "out.xlsx")
    assert (summary.failed, summary.answered) == (1, 1)
    assert row[2] == "failed"
    assert sentence in row[4]
    assert other[2] == "answered"


def test_every_sheet_of_questions_is_answered_and_named(quick: Citewell, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Notes"
    book.worksheets[0].append(["Question"])  # nothing below it
    for title in ("Cards", "Fees"):
        sheet = book.create_sheet(title)
        sheet.append(["Nr", "Question (EN)", "Frage (DE)"])
        sheet.append([1, GOOD, "Was kostet es?"])
    book.create_sheet("Deutsch").append(["Frage"])
    book.create_sheet("Empty")
    book.save(tmp_path / "faq.xlsx")
    summary = answer_spreadsheet(quick, tmp_path / "faq.xlsx", tmp_path / "out.xlsx")
    assert summary.rows == summary.answered == 2
    assert summary.columns == (
        "sheet 'Cards', column B ('Question (EN)'): 1 question",
        "sheet 'Fees', column B ('Question (EN)'): 1 question",
    )
    assert summary.unasked == ("Deutsch",)
    out = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert [out[title]["E2"].value for title in ("Cards", "Fees")] == ["answered"] * 2
    assert out["Notes"].max_column == 1


@pytest.mark.parametrize(
    ("rows", "column", "asked"),
    [
        ([["Question", "FAQ"], [None, GOOD]], None, ("B1", [GOOD])),
        ([["FAQ"], [], ["Nr", "Question"], [1, GOOD]], None, ("B3", [GOOD])),
        ([["Query", "Question"], ["x y", GOOD]], None, ("B1", [GOOD])),
        ([["Question no", "Questions"], ["12", GOOD]], None, ("B1", [GOOD])),
        ([["Question", "Topic"], ["Fees", "b"]], None, ("A1", ["Fees"])),
        ([["Frage", "Question"], [GOOD, "x"]], " frage ", ("A1", [GOOD])),
    ],
)
def test_the_column_that_has_questions_below_it_is_asked(
    tmp_path: Path, rows: list[list[Any]], column: str | None, asked: tuple[str, list[str]]
) -> None:
    assert asked_of(workbook(tmp_path / "faq.xlsx", *rows), column) == [("Sheet", *asked)]


def test_a_second_question_column_is_named_as_not_asked(tmp_path: Path) -> None:
    sheet = Spreadsheet(workbook(tmp_path / "faq.xlsx", ["Question", "Nr", "Question"], [GOOD, 1, "Why is it so?"]))
    [found] = find_questions(sheet.workbook, sheet.stored)
    assert found.description == "sheet 'Sheet', column A ('Question'): 1 question; not asked: C ('Question')"


@pytest.mark.parametrize(
    ("lower", "asked", "left_out"),
    [
        (
            [["Nr", "Area", "Question"], [1, "Loans", "What rate?"]],
            ["What is it?", "How long?"],
            "; not asked: all from row 5 on, where another table has C ('Question')",
        ),
        (
            [["Comment", "Question"], ["x", "What rate?"], *([["late ones", "x"]] * 30)],
            ["What is it?", "How long?"],
            "; not asked: all from row 5 on, where another table has B ('Question')",
        ),
        ([["Question", "Owner"], ["What rate?", "A"]], ["What is it?", "How long?", "What rate?"], ""),
        ([["Is it so?", "FAQ"], ["Why is it?", "FAQ"]], ["What is it?", "How long?", "Is it so?", "Why is it?"], ""),
        (
            [["Tell me.", "FAQ"], ["Show me.", "Cards"]],
            ["What is it?", "How long?", "Tell me.", "Show me."],
            "; not asked: B ('FAQ')",
        ),
    ],
)
def test_a_table_below_another_is_not_asked_as_a_part_of_it(
    tmp_path: Path, lower: list[list[Any]], asked: list[str], left_out: str
) -> None:
    source = workbook(tmp_path / "faq.xlsx", ["Question", "Owner"], ["What is it?", "A"], ["How long?", "B"], [])
    book = openpyxl.load_workbook(source)
    for at, row in enumerate(lower, start=5):
        for column, value in enumerate(row, start=1):
            book.worksheets[0].cell(at, column).value = value
    book.save(source)
    sheet = Spreadsheet(source)
    [found] = find_questions(sheet.workbook, sheet.stored)
    assert [each.text for each in found.asked] == asked
    assert found.description == f"sheet 'Sheet', column A ('Question'): {len(asked)} questions{left_out}"


QUESTIONS = ["What does a card cost, and when is it free?", "Is it EUR 2; or more?", 'What is a "basic" account?']


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_is_parted_where_its_header_is(delimiter: str) -> None:
    rows = [["Nr", "Question", "Owner"], *(["1", question, "A"] for question in QUESTIONS)]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert csv_rows(text.getvalue()) == rows


def test_a_csv_of_one_column_is_not_parted() -> None:
    questions = ["What does it cost, and when is it free?", "Is it, or not, free?", "EUR 2; or more | less?"]
    assert csv_rows("Question\n" + "\n".join(questions)) == [["Question"], *([each] for each in questions)]


def test_a_csv_row_with_more_than_its_header_is_refused() -> None:
    with pytest.raises(BadSpreadsheet, match="Row 3 of the CSV has more fields than its header, which has 2"):
        csv_rows("Nr,Question\n1,What is it?\n2,What does it cost, and when is it free?")


def test_a_csv_with_empty_fields_at_the_end_is_read() -> None:
    assert csv_rows("FAQ;;\nNr;Question;\n1;What, and why?;;\n2\n") == [
        ["FAQ"],
        ["Nr", "Question"],
        ["1", "What, and why?"],
        ["2"],
    ]


def test_our_own_error_costs_its_row_and_is_logged(
    service: Citewell, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = workbook(tmp_path / "faq.xlsx", ["Question"], [GOOD], [GOOD], [GOOD])
    summary = answer_spreadsheet(cast(Citewell, Quick(service, KeyError("x"))), source, tmp_path / "out.xlsx")
    assert (summary.answered, summary.failed) == (2, 1)
    row = read(tmp_path / "out.xlsx")[2]
    assert row[2] == "failed"
    assert "KeyError" in row[4]
    assert "report it" in row[4]
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None
    assert "Row 3" in record.getMessage()


def test_what_was_answered_before_a_stop_is_saved(service: Citewell, tmp_path: Path) -> None:
    source = workbook(tmp_path / "faq.xlsx", ["Question"], [GOOD], [GOOD], [GOOD])
    with pytest.raises(KeyboardInterrupt):
        answer_spreadsheet(cast(Citewell, Quick(service, KeyboardInterrupt())), source, tmp_path / "out.xlsx")
    assert [row[2] for row in read(tmp_path / "out.xlsx")[1:]] == ["answered", None, None]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("I/O operation on closed file")])
@pytest.mark.parametrize("lasting", [False, True])
def test_no_answer_is_lost_where_saving_fails(
    quick: Citewell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, lasting: bool
) -> None:
    source, target = many(tmp_path / "faq.xlsx"), tmp_path / "out.xlsx"
    save, saves = openpyxl.Workbook.save, [0]

    def failing(book: openpyxl.Workbook, path: Any) -> None:
        saves[0] += 1
        if saves[0] == 2 or (lasting and saves[0] > 2):
            Path(path).write_bytes(b"half")
            raise error
        save(book, path)

    monkeypatch.setattr(openpyxl.Workbook, "save", failing)
    if not lasting:
        answer_spreadsheet(quick, source, target)
        assert all(row[2] == "answered" for row in read(target)[1:])
        return
    with pytest.raises(BadSpreadsheet, match=r"can't be written.*out-answers\.csv"):
        answer_spreadsheet(quick, source, target)
    assert read(target)[0] == ["Question", "Answer", "Status", "Sources", "Quote"]  # the last whole copy
    rows = list(csv.reader(io.StringIO((tmp_path / "out-answers.csv").read_text("utf-8-sig"))))
    assert rows[0] == ["Sheet", "Row", "Question", "Answer", "Status", "Sources", "Quote"]
    assert [row[1] for row in rows[1:]] == [str(n) for n in range(2, SAVE_EVERY + 3)]
    assert all(row[4] == "answered" for row in rows[1:])
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".xlsx") == ["out-answers.csv"]


def test_a_text_longer_than_a_cell_says_that_it_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(f"Question\n{'x' * CELL_CHARS}y\n")
    value = Spreadsheet(tmp_path / "faq.csv").workbook.worksheets[0]["A2"].value
    assert len(value) == CELL_CHARS
    assert value.endswith("a cell holds no more]")
