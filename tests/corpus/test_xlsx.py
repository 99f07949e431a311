"""A workbook is read as a spreadsheet program shows it: its tables, merged cells, raised marks, and nothing hidden."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from corpus.content import Content
from corpus.errors import Unreadable
from corpus.loaders import Limits, load
from corpus.loaders.xlsx.tables import SheetCell, read_tables
from corpus.table_header import names_of_columns

RAISED = InlineFont(vertAlign="superscript")


def book_with(*rows: Sequence[object]) -> tuple[openpyxl.Workbook, Any]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Fees"
    for row in rows:
        sheet.append(row)
    return book, sheet


def read(book: openpyxl.Workbook, path: Path, **limits: Any) -> Content:
    book.save(path / "book.xlsx")
    return load(path / "book.xlsx", Limits(**limits))


def lines(content: Content, page: int = 0) -> list[str]:
    """The blocks of a page below its heading; headers begin with #, paragraphs with >."""
    marks = {"heading": "= ", "header": "# ", "row": "", "paragraph": "> "}
    text, blocks = content.pages[page].text, content.pages[page].blocks[1:]
    return [marks[block.kind] + text[block.start : block.end] for block in blocks]


def read_rows(path: Path, *rows: Sequence[object], merged: Sequence[str] = (), bold: Sequence[str] = ()) -> list[str]:
    book, sheet = book_with(*rows)
    for place in merged:
        sheet.merge_cells(place)
    for place in bold:
        sheet[place].font = Font(bold=True)
    return lines(read(book, path))


# Tables


def test_titles_stand_above_the_header_of_their_table(tmp_path: Path) -> None:
    rows = [["Custody fees"], ["Valid from 1 January 2026"], [], ["Market", "Retail", "Private"], ["Austria", 30, 20]]
    assert read_rows(tmp_path, *rows, merged=["A1:C1"]) == [
        "= Custody fees",
        "> Valid from 1 January 2026",
        "# Market | Retail | Private",
        "Austria | 30 | 20",
    ]


def test_each_of_two_tables_has_its_own_header(tmp_path: Path) -> None:
    rows = [
        ["Product", "Rate"], ["Saver", "1.00%"], ["It may change."], [],
        ["Loan", "Fee"], ["Car", "EUR 50"], ["House", "EUR 60"],
    ]  # fmt: skip
    below = [
        "# Product | Rate",
        "Saver | 1.00%",
        "> It may change.",
        "# Loan | Fee",
        "Car | EUR 50",
        "House | EUR 60",
    ]
    assert read_rows(tmp_path, *rows) == below
    beside = [
        ["Card", "Fee", None, "Account", "Cost"],
        ["Classic", 3, None, "Basic", 4],
        ["Gold", 9, None, "Best", 1],
    ]
    assert read_rows(tmp_path, *beside) == [
        "# Card | Fee", "Classic | 3", "Gold | 9", "# Account | Cost", "Basic | 4", "Best | 1"
    ]  # fmt: skip


def test_an_empty_row_or_column_within_a_table_parts_nothing(tmp_path: Path) -> None:
    rows = [
        ["Item", None, 2026, None, 2025],
        [],
        ["Fee", None, 5, None, 4],
        ["Old"],
        [],
        ["Cost", None, 3, None, 2],
    ]
    assert read_rows(tmp_path, *rows) == ["# Item | 2026 | 2025", "Fee | 5 | 4", "Old", "Cost | 3 | 2"]


def test_a_later_table_without_a_header_takes_none_of_another(tmp_path: Path) -> None:
    rows = [
        ["Service", "Price", "Limit"],
        ["Card", "EUR 5", 1],
        [],
        ["Hotline", "0800 123"],
        [],
        ["A", "B"],
        ["C", "D"],
    ]
    assert read_rows(tmp_path, *rows) == [
        "# Service | Price | Limit", "Card | EUR 5 | 1", "Hotline | 0800 123", "A | B", "C | D"
    ]  # fmt: skip
    assert read_rows(tmp_path, *rows, bold=["A6", "B6"])[-2:] == ["# A | B", "C | D"]


def test_pairs_of_a_name_and_a_value_have_no_header(tmp_path: Path) -> None:
    assert read_rows(tmp_path, ["Annual fee", 30], ["ATM fee", 2]) == ["Annual fee | 30", "ATM fee | 2"]


@pytest.mark.parametrize(
    ("rows", "merged", "header"),
    [
        (
            [["Term", "Fixed", None, "Variable"], [None, "New", "Old", "New"], ["5 years", 3.1, 3.05, 4.1]],
            ["A1:A2", "B1:C1"],
            ["# Term | Fixed | Fixed | Variable", "# | New | Old | New"],
        ),
        (
            [[None, "Fees in EUR"], ["Service", "Online", "Branch"], ["Card", 1, 2]],
            ["B1:C1"],
            ["# | Fees in EUR | Fees in EUR", "# Service | Online | Branch"],
        ),
        (
            [["Term", "Fixed", None, "Variable"], [None, "New", "Old", "New"], ["5 years", 3.1, 3.05, 4.1]],
            [],
            ["# Term | Fixed | | Variable", "# | New | Old | New"],
        ),
        ([[None, "Basic", "Best"], ["Abroad", "yes", "no"], ["Limit", 5, 6]], [], ["# | Basic | Best"]),
    ],
)
def test_a_header_may_have_two_rows(
    tmp_path: Path, rows: list[list[object]], merged: list[str], header: list[str]
) -> None:
    assert [line for line in read_rows(tmp_path, *rows, merged=merged) if line.startswith("#")] == header


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        # The row below the groups has a name for each of their columns.
        (
            [[None, "Fees", None, "Limits"], ["Card", "Online", "Branch", "Day", "Month"], ["Gold", 1, 2, 3, 4]],
            ["Fees Online", "Fees Branch", "Limits Day", "Limits Month"],
        ),
        # It has values, so nothing says how far a group goes.
        (
            [[None, "Gold", None, "Basic"], ["Abroad", "yes", "no", "yes", "no"], ["Limit", 5, 6, 7, 8]],
            ["", "", ""],
        ),
        ([[None, "Gold", None, "Basic"], ["Fee", 5, 6, 7]], ["", "", "Basic"]),
        # A column without a name that holds something else is none of a group.
        ([["Card", "Fee", None, "Limit"], ["Gold", 5, "a year", 9]], ["Fee", "", "Limit"]),
        ([["Card", "Fee", "Limit"], ["Gold", 5, 9, "new"]], ["Fee", "Limit"]),
        # Names that each have one column are none of groups, so neither is that beside a column without one.
        ([["Card", "Fee", "Limit", None, "Note"], ["Gold", 5, 9, 8, "new"]], ["Fee", "Limit", "", "Note"]),
    ],
)
def test_a_group_that_is_not_merged_names_its_columns_where_that_is_certain(
    tmp_path: Path, rows: list[list[object]], names: list[str]
) -> None:
    book, _ = book_with(*rows)
    [table] = read(book, tmp_path).pages[0].tables
    assert names_of_columns(table.header)[1:] == names


def test_a_group_that_is_merged_names_its_columns(tmp_path: Path) -> None:
    book, sheet = book_with([None, "Gold", None, "Basic"], ["Fee", 5, 6, 7, 8], ["Limit", 1, 2, 3, 4])
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("D1:E1")
    [table] = read(book, tmp_path).pages[0].tables
    assert names_of_columns(table.header) == ["", "Gold", "Gold", "Basic", "Basic"]


def test_a_merged_cell_stands_in_every_row_and_hides_what_lies_under_it(tmp_path: Path) -> None:
    book, sheet = book_with(
        ["Group", "Channel", "Limit"], ["Personal", "ATM", 1], [None, "Card", 2], ["Business", "ATM", 3]
    )
    sheet.merge_cells("A2:A3")
    sheet["B3"].value = "Card"
    sheet.merged_cells.add("C3:C4")
    content = read(book, tmp_path)
    assert lines(content) == [
        "# Group | Channel | Limit",
        "Personal | ATM | 1",
        "Personal | Card | 2",
        "Business | ATM | 2",
    ]
    assert content.warnings == ("1 cell under merged ones was left out",)


# What isn't shown


def hidden_book() -> openpyxl.Workbook:
    book, sheet = book_with(
        ["Service", "Price", "Cost"], ["Statement", 2, 0.35], ["Draft", 9, 0.35], ["Card", 10, 1.1], ["Old", 15, 4]
    )
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet["A5"].font = sheet["B5"].font = Font(strike=True)
    for title, state in (("Floor", "hidden"), ("Calc", "veryHidden")):
        other = book.create_sheet(title)
        other.append(["Custody", 12])
        other.sheet_state = state
    return book


def test_what_is_hidden_or_struck_is_left_out_and_counted(tmp_path: Path) -> None:
    content = read(hidden_book(), tmp_path)
    assert [line for page in range(len(content.pages)) for line in lines(content, page)] == [
        "# Service | Price", "Statement | 2", "Card | 10"
    ]  # fmt: skip
    assert content.warnings == (
        "1 hidden row, 1 hidden column, 2 hidden sheets and 2 cells with struck-through text were left out",
    )


def test_what_is_hidden_is_read_where_that_is_asked_for(tmp_path: Path) -> None:
    content = read(hidden_book(), tmp_path, hidden=True)
    assert lines(content)[-1] == "Old | 15 | 4"
    assert len(content.pages) == 3
    assert content.warnings == ()


def test_rows_that_a_filter_hides_are_left_out(tmp_path: Path) -> None:
    book, sheet = book_with(["Product", "Valid", "Rate"], ["Fixed", "2025", "1.10%"], ["Fixed", "2026", "2.05%"])
    sheet.auto_filter.ref = "A1:C3"
    sheet.auto_filter.add_filter_column(1, ["2026"])
    sheet.row_dimensions[2].hidden = True
    assert lines(read(book, tmp_path)) == ["# Product | Valid | Rate", "Fixed | 2026 | 2.05%"]


def test_a_merged_cell_is_shown_where_some_of_it_is_not_hidden(tmp_path: Path) -> None:
    book, sheet = book_with(["Group", "Channel", "Fee"], ["Both", "ATM", 1], [None, "Card", 2], [None, "Phone", 3])
    sheet.merge_cells("A2:A4")
    sheet.row_dimensions[2].hidden = True
    assert lines(read(book, tmp_path)) == ["# Group | Channel | Fee", "Both | Card | 2", "Both | Phone | 3"]


def test_a_workbook_of_which_all_is_hidden_says_so(tmp_path: Path) -> None:
    book, _ = book_with()
    other = book.create_sheet("Calc")
    other.append(["Custody", 12])
    other.sheet_state = "hidden"
    with pytest.raises(Unreadable, match="all that it holds is hidden"):
        read(book, tmp_path)


def test_a_number_that_its_format_hides_is_counted(tmp_path: Path) -> None:
    book, sheet = book_with(["Fee", "EUR", "Since"], ["Card", 5, 2026])
    sheet["B2"].number_format = ";;;"
    content = read(book, tmp_path)
    assert lines(content) == ["# Fee | EUR | Since", "Card | | 2026"]
    assert content.warnings == ("1 number that its format hides was left out",)


def test_formulas_without_a_result_are_counted(tmp_path: Path) -> None:
    book, _ = book_with(["Item", "Net", "Gross"], ["Card", 10, "=B2*1.2"], ["Letter", 5, "=B3*1.2"])
    content = read(book, tmp_path)
    assert content.warnings == ("2 formulas hold no result: open it in a spreadsheet program and save it again",)
    shown = rewritten(tmp_path, lambda xml: xml.replace("<f>B2*1.2</f><v></v>", "<f>B2*1.2</f><v>12</v>"))
    assert lines(shown)[1] == "Card | 10 | 12"
    assert shown.warnings == ("1 formula holds no result: open it in a spreadsheet program and save it again",)


def rewritten(path: Path, change: Callable[[str], str], part: str = "xl/worksheets/sheet1.xml") -> Content:
    """The workbook in ``path`` read once more, with a change of a part."""
    with zipfile.ZipFile(path / "book.xlsx") as old, zipfile.ZipFile(path / "changed.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            changed = re.sub(r"<v ?/>", "<v></v>", text)
            new.writestr(name, change(changed) if name == part else text)
    return load(path / "changed.xlsx", Limits())


# Text


def test_raised_marks_are_no_digits_of_what_they_stand_at(tmp_path: Path) -> None:
    book, _ = book_with(
        ["Service", "Price"],
        ["Card", CellRichText("EUR 15", TextBlock(RAISED, "2"))],
        ["Safe", CellRichText("25 m", TextBlock(RAISED, "2"), " on the 1", TextBlock(RAISED, "st"), " floor")],
        ["Letter", CellRichText("EUR 5 ", TextBlock(InlineFont(strike=True), "EUR 7"))],
        [CellRichText(TextBlock(RAISED, "2"), " free after theft")],
    )
    content = read(book, tmp_path)
    assert lines(content) == [
        "# Service | Price",
        "Card | EUR 15 (note 2)",
        "Safe | 25 m² on the 1st floor",
        "Letter | EUR 5",
        "> Note 2: free after theft",
    ]
    assert content.warnings == ("1 cell with struck-through text was left out",)


def test_comments_and_charts_are_counted_and_text_boxes_read(tmp_path: Path) -> None:
    from openpyxl.chart import BarChart

    book, sheet = book_with(["Fee", "EUR"], ["Card", 5])
    sheet["A2"].comment = Comment("not yet approved", "reviewer")
    sheet.add_chart(BarChart(), "D2")
    assert read(book, tmp_path).warnings == ("1 comment and 1 chart were left out",)
    box = (
        '<xdr:sp xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:nvSpPr>'
        '<xdr:cNvPr id="9" name="t"/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>Austria only</a:t></a:r>'
        '<a:r><a:rPr baseline="30000"/><a:t>1</a:t></a:r></a:p></xdr:txBody></xdr:sp>'
    )
    drawing = "xl/drawings/drawing1.xml"
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        spelled = "xdr:" if b"<xdr:wsDr" in archive.read(drawing) else ""
    box = box if spelled else box.replace("xdr:", "")
    content = rewritten(tmp_path, lambda xml: xml.replace(f"</{spelled}wsDr>", f"{box}</{spelled}wsDr>"), drawing)
    assert lines(content) == ["# Fee | EUR", "Card | 5", "> Austria only (note 1)"]
    struck, hidden = box.replace("<a:r>", '<a:r><a:rPr strike="sngStrike"/>', 1), box.replace("id=", 'hidden="1" id=')
    both = struck.replace(f"</{spelled}sp>", f"</{spelled}sp>{hidden}")
    content = rewritten(tmp_path, lambda xml: xml.replace(f"</{spelled}wsDr>", f"{both}</{spelled}wsDr>"), drawing)
    assert content.warnings == (
        "1 piece of hidden text, 1 piece of struck-through text, 1 comment and 1 chart were left out",
    )


def test_embedded_objects_are_counted_with_those_under_a_password(tmp_path: Path) -> None:
    book, sheet = book_with(["Fee", "EUR"], ["Card", 5])
    sheet["A2"].comment = Comment("not yet approved", "reviewer")
    read(book, tmp_path)
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with zipfile.ZipFile(tmp_path / "book.xlsx", "a") as archive:
        archive.writestr("xl/embeddings/1.bin", locked)
        archive.writestr("xl/embeddings/2.docx", "PK")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="rO{at}" Type="{kind}/{name}" Target="../embeddings/{target}"/>'
        for at, (name, target) in enumerate([("oleObject", "1.bin"), ("package", "2.docx"), ("oleObject", "gone.bin")])
    )
    with zipfile.ZipFile(tmp_path / "book.xlsx") as old, zipfile.ZipFile(tmp_path / "changed.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/_rels/sheet1.xml.rels":
                data = data.replace(b"</Relationships>", f"{links}</Relationships>".encode())
            new.writestr(name, data)
    assert load(tmp_path / "changed.xlsx", Limits()).warnings == (
        "1 comment, 2 embedded objects and 1 embedded object with a password were left out",
    )


def test_a_workbook_with_a_part_under_a_password_is_refused(tmp_path: Path) -> None:
    book, _ = book_with(["Fee", "EUR"], ["Card", 5])
    read(book, tmp_path)
    data = bytearray((tmp_path / "book.xlsx").read_bytes())
    at = data.index(b"PK\x01\x02")  # the first entry of its directory
    data[at + 8] |= 1
    (tmp_path / "locked.xlsx").write_bytes(data)
    with pytest.raises(Unreadable, match="protected by a password"):
        load(tmp_path / "locked.xlsx", Limits())


def test_a_workbook_that_counts_from_1904_shows_its_own_days(tmp_path: Path) -> None:
    book, sheet = book_with(["Event", "When", "Fee"], ["Change", 44620, 5])
    sheet["B2"].number_format = "dd.mm.yyyy"
    read(book, tmp_path)
    content = rewritten(
        tmp_path, lambda xml: re.sub(r"<workbookPr\b", '<workbookPr date1904="1"', xml, count=1), "xl/workbook.xml"
    )
    assert lines(content)[1] == "Change | 2026-03-01 | 5"


# What is hostile or damaged


def sheet_of(path: Path, change: Callable[[str], str]) -> Content:
    book, _ = book_with(["Fee", "EUR", "Since"], ["Card", 5, 2026])
    book.save(path / "book.xlsx")
    return rewritten(path, change)


def merge(*places: str) -> Callable[[str], str]:
    spans = "".join(f'<mergeCell ref="{place}"/>' for place in places)
    return lambda xml: xml.replace("</sheetData>", f"</sheetData><mergeCells>{spans}</mergeCells>")


def test_a_merged_cell_over_the_whole_sheet_is_one_cell(tmp_path: Path) -> None:
    assert lines(sheet_of(tmp_path, merge("A1:XFD1048576"))) == ["> Fee"]


def test_merged_cells_over_one_another_count_once(tmp_path: Path) -> None:
    content = sheet_of(tmp_path, merge("A2:C2", "B2:C2", "A2:A1048576", *["A2:C2"] * 50_000))
    assert lines(content) == ["# Fee | EUR | Since", "Card"]
    assert content.warnings == ("2 cells under merged ones were left out",)


def test_merged_cells_that_cover_too_much_are_refused() -> None:
    edge = [SheetCell(0, column, 1, 1, "x") for column in range(400)]
    edge += [SheetCell(row, 0, 1, 1, "x") for row in range(1, 400)]
    edge.append(SheetCell(1, 1, 399, 399, "x"))
    with pytest.raises(Unreadable, match="cover more than the 100,000 cells"):
        read_tables(sorted(edge), 100_000)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('t="inlineStr"', 't="s"'),
        ('r="B2"', 'r="B2" s="99"'),
        ('r="2"', 'r="2000000"'),
        ("<v>5</v>", "<v>five</v>"),
        ("<sheetData>", '<cols><col max="3" hidden="1"/></cols><sheetData>'),
        ("</sheetData>", '</sheetData><mergeCells><mergeCell ref="nowhere"/></mergeCells>'),
    ],
)
def test_a_damaged_sheet_is_refused(tmp_path: Path, old: str, new: str) -> None:
    def change(xml: str) -> str:
        assert old in xml
        changed = xml.replace(old, new, 1)
        return changed.replace("<is><t>Fee</t></is>", "<v>77</v>") if new == 't="s"' else changed

    with pytest.raises(Unreadable, match="damaged"):
        sheet_of(tmp_path, change)
