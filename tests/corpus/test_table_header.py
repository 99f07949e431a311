"""A header is found by what its first row holds beside what stands below; where that may be values, there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from corpus.loaders import Limits, load
from corpus.table_header import header_rows, is_of_pairs, names_of_columns, spread

FEES = [["Cards", "1%", "2%", "3%"], ["Loans", "4%", "5%", "6%"]]


@pytest.mark.parametrize(
    "first",
    [
        ["Amount", "up to 10,000", "10,001 to 50,000", "over 50,000"],
        ["Amount", "up to EUR 10,000", "EUR 10,001 to EUR 50,000", "over EUR 50,000"],
        ["Amount", "under 10%", "10% – 20%", "20% and more"],
        ["Age", "over 60", "26-60", "up to 25"],
        ["Loan", "≤ 0.5m", "0.5m to 1m", "> 1m"],
        ["Fee", "Q1 2025", "Q2 2025", "Q3 2025"],
        ["Fee", "1H25", "2H25", "1H26"],
        ["Fee", "2024", "2025", "2026"],
        ["", "EUR 50", "EUR 100", "EUR 200"],
        ["Deposit", "EUR 50", "EUR 100", "EUR 200"],
        ["Months", "12", "24", "36"],
        ["Standard", "IAS 17", "ASC 606", "IAS 39"],
        ["", "EUR 500 a year", "EUR 900 a year", "none"],
        ["At the end of", "31.12.2025", "31.12.2024", "31.12.2023"],
        ["Balance", "03/31/2025", "06/30/2025", "09/30/2025"],
        ["", "2025-01-01", "2025-03-01", "2025-07-01"],
    ],
)
def test_bands_quarters_years_sums_and_days_name_columns(first: list[str]) -> None:
    assert header_rows([first, *FEES]) == 1


@pytest.mark.parametrize(
    "rows",
    [
        # Answers, or what comes again below.
        [["Abroad", "yes", "no"], ["At home", "yes", "yes"]],
        [["Abroad", "yes", "no"], ["Limit", "5", "6"]],
        [["Lounge", "on request", "always"], ["Insurance", "on request", "at once"], ["Limit", "5", "6"]],
        [["Annual fee", "free"], ["Late fee", "EUR 15"]],
        # Amounts over amounts, or over words.
        [["Annual fee", "EUR 60", "EUR 80"], ["Late fee", "EUR 15", "EUR 20"]],
        [["Annual fee", "EUR 60", "EUR 80"], ["Lounge", "open", "closed"], ["Cash", "2%", "3%"]],
        [["Annual fee", "EUR 60", "free"], ["Late fee", "EUR 15", "EUR 20"]],
        [["Revenue", "$ 12,345", "$ 14,678"], ["Tax", "$ 90", "$ 120"]],
        [["Limit", "5", "6"], ["Price", "EUR 1", "EUR 2"]],
        # Days on which something is, but no ends of months.
        [["Valid from", "01.01.2025", "01.03.2025", "15.07.2025"], *FEES],
        # Values that don't rise, or bands that don't follow each other.
        [["Rooms", "3", "2", "5"], *FEES],
        [["Useful life", "3-5", "10-40", "5-7"], *FEES],
        [["Useful life", "3-5", "10-40"], ["Wear", "1%", "2%"], ["Scrap", "3%", "4%"]],
        # Two that rise may do so by chance.
        [["Deposit", "50", "100"], ["Fee", "1%", "2%"], ["Interest", "3%", "4%"]],
        [["Cover", "up to 10,000", "up to 20,000", "up to 30,000"], ["Fee", "EUR 5", "EUR 7", "EUR 9"]],
        [["Age", "up to 25", "26 to 60"], ["Years", "up to 5", "6 to 9"]],
    ],
)
def test_what_may_be_values_names_no_columns(rows: list[list[str]]) -> None:
    assert header_rows(rows) == 0


def test_headers_of_parts_that_are_alike_name_columns() -> None:
    rows = [
        ["Cards", "Amount", "Charged"],
        ["Fee", "5", "yearly"],
        ["Loans", "Amount", "Charged"],
        ["Fee", "6", "once"],
    ]
    assert header_rows(rows) == 1


def test_bands_below_the_name_of_their_group_belong_to_the_header() -> None:
    rows = [["", "Amount", "Amount"], ["Term", "up to 10,000", "over 10,000"], ["1 year", "5%", "6%"]]
    assert header_rows(rows) == header_rows(rows, known=1) == 2


def test_a_quarter_names_the_column_of_a_table_of_two() -> None:
    assert not is_of_pairs([["Fee", "Q1 2025"], ["Annual", "60"]])
    assert is_of_pairs([["Annual fee", "EUR 60"], ["Late fee", "EUR 15"]])


# Read by their words alone, the first row may have values.
WORDS = [["Cover", "At home", "Abroad"], ["Basic", "At home", "later"], ["Gold", "At home", "at once"]]


def header_of(path: Path) -> int:
    [table] = load(path, Limits()).pages[0].tables
    return table.header_lines


@pytest.mark.parametrize(
    ("cell", "row", "count"),
    [
        ("{}", "<tr>{}</tr>", 0),
        ("<b>{}</b>", "<tr>{}</tr>", 1),
        ("<strong>{}</strong>", "<tr>{}</tr>", 1),
        ("{}", '<tr style="font-weight: 700">{}</tr>', 1),
    ],
)
def test_bold_print_shows_the_header_of_a_web_page(tmp_path: Path, cell: str, row: str, count: int) -> None:
    lines = [
        "".join(f"<td>{cell.format(text) if not at else text}</td>" for text in line) for at, line in enumerate(WORDS)
    ]
    rows = [row.format(lines[0]), *(f"<tr>{line}</tr>" for line in lines[1:])]
    (tmp_path / "a.html").write_text(f"<table>{''.join(rows)}</table>")
    assert header_of(tmp_path / "a.html") == count


def test_a_table_in_bold_print_has_no_header_for_it(tmp_path: Path) -> None:
    rows = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in line)}</tr>" for line in WORDS)
    (tmp_path / "a.html").write_text(f"<table><tbody style='font-weight:bold'>{rows}</tbody></table>")
    assert header_of(tmp_path / "a.html") == 0


def bold(table: Any, row: int) -> None:
    for cell in table.rows[row].cells:
        cell.paragraphs[0].runs[0].bold = True


def shaded(table: Any, row: int) -> None:
    for cell in table.rows[row].cells:
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="D9D9D9"/>')
        cell._tc.get_or_add_tcPr().append(shade)


def styled(table: Any, row: int) -> None:
    table.style = "Light Grid Accent 1"


def without_first_row(table: Any, row: int) -> None:
    styled(table, row)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.set(qn("w:firstRow"), "0")


@pytest.mark.parametrize(
    ("looks", "count"),
    [
        ([], 0),
        ([(bold, 0)], 1),
        ([(bold, row) for row in range(3)], 0),
        ([(bold, 1)], 0),
        ([(shaded, 0)], 1),
        ([(shaded, 0), (shaded, 2)], 0),
        ([(styled, 0)], 1),
        ([(without_first_row, 0)], 0),
    ],
)
def test_bold_print_ground_or_style_shows_the_header_of_a_word_file(
    tmp_path: Path, looks: list[tuple[Callable[[Any, int], None], int]], count: int
) -> None:
    document = Document()
    made = document.add_table(rows=3, cols=3)
    for at, line in enumerate(WORDS):
        for column, text in enumerate(line):
            made.cell(at, column).text = text
    for look, row in looks:
        look(made, row)
    document.save(str(tmp_path / "a.docx"))
    assert header_of(tmp_path / "a.docx") == count


MEMBERS = [["Private members", "900", "1,100"], ["Companies", "300", "400"]]
CARDS = [["Replacement", "EUR 5", "EUR 10"], ["Courier", "EUR 7", "EUR 9"]]


@pytest.mark.parametrize(
    ("rows", "set_apart"),
    [
        ([["Net revenue", "EUR 5,123", "EUR 4,800"], ["Tax", "EUR 90", "EUR 80"]], 1),
        ([["Deductible", "EUR 50", "EUR 100"], ["Premium", "EUR 90", "EUR 70"]], 1),
        ([["Total members", "1,200", "1,500"], *MEMBERS], 1),
        ([["All cards", "EUR 10", "EUR 20"], *CARDS], 1),
        ([["Card fees", "free", "waived"], *CARDS], 1),
        ([["Abroad", "yes", "no"], ["Limit", "5", "6"]], 1),
    ],
)
def test_a_first_row_set_apart_that_may_have_values_names_no_columns(rows: list[list[str]], set_apart: int) -> None:
    assert header_rows(rows, set_apart=set_apart) == header_rows(rows) == 0


@pytest.mark.parametrize(
    "rows",
    [
        [["", "2024", "2025"], ["Total members", "1,200", "1,500"], *MEMBERS],
        [["", "2024", "2025"], ["", "1,200", "1,500"], *MEMBERS],
        [["", "Members", "Members"], ["Total", "1,200", "1,500"], *MEMBERS],
        [["Card", "Basic", "Gold"], ["All cards", "EUR 10", "EUR 20"], *CARDS],
        [["Card", "Basic", "Gold"], ["Card fees", "free", "waived"], *CARDS],
        [["Card", "Basic", "Gold"], ["Colour", "blue", "black"], ["Inside", "paper", "metal"]],
        [["", "Fees", "Fees"], ["All cards", "free", "waived"], *CARDS],
    ],
)
def test_a_row_set_apart_below_the_names_of_columns_has_values(rows: list[list[str]]) -> None:
    assert header_rows(rows, set_apart=2) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [["", "Fees", "Fees"], ["Card", "Basic", "Gold"], *CARDS],
        [["", "Group", "Group"], ["", "31.12.2025", "31.12.2024"], *MEMBERS],
        [["", "Group", "Group"], ["Members", "2024", "2025"], *MEMBERS],
    ],
)
def test_a_row_set_apart_goes_on_with_a_header_whose_names_it_tells_apart(rows: list[list[str]]) -> None:
    assert header_rows(rows, set_apart=2) == 2


def test_totals_in_bold_print_are_a_row_of_a_web_page_and_of_a_word_file(tmp_path: Path) -> None:
    lines = [["", "2024", "2025"], ["Total members", "1,200", "1,500"], *MEMBERS]
    marked = [[f"<b>{text}</b>" if at < 2 else text for text in line] for at, line in enumerate(lines)]
    rows = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in line)}</tr>" for line in marked)
    (tmp_path / "a.html").write_text(f"<table>{rows}</table>")
    document = Document()
    made = document.add_table(rows=len(lines), cols=3)
    for at, line in enumerate(lines):
        for column, text in enumerate(line):
            made.cell(at, column).text = text
    bold(made, 0)
    bold(made, 1)
    document.save(str(tmp_path / "a.docx"))
    assert header_of(tmp_path / "a.html") == header_of(tmp_path / "a.docx") == 1


def test_a_name_that_goes_down_two_rows_of_a_header_does_not_come_again(tmp_path: Path) -> None:
    rows = [
        "<td>Card</td><td colspan=2>Fees</td><td rowspan=2>Limit</td>",
        "<td>Type</td><td>Online</td><td>Branch</td>",
        "<td>Gold</td><td>EUR 1</td><td>EUR 2</td><td>EUR 500</td>",
    ]
    (tmp_path / "a.html").write_text(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
    assert header_of(tmp_path / "a.html") == 2


def test_a_markdown_table_with_an_empty_header_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("| | |\n|---|---|\n| Opening hours | Monday to Friday |\n| Desk | first floor |\n")
    assert header_of(tmp_path / "a.md") == 0


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ([["", "At home", "", "Abroad", ""], ["Card", "2024", "2025", "2024", "2025"]],
         ["At home 2024", "At home 2025", "Abroad 2024", "Abroad 2025"]),
        ([["", "At home", "", "Abroad", "", ""], ["Card", "2024", "2025", "2024", "2025", "Remarks"]],
         ["At home 2024", "At home 2025", "Abroad 2024", "Abroad 2025", "Remarks"]),
        ([["", "At home", "", ""], ["Card", "2024", "2025", ""]], ["At home 2024", "At home 2025", ""]),
        ([["", "Years ended May 31,", "", "Change", ""], ["", "2025", "2024", "$", "%"]],
         ["Years ended May 31, 2025", "Years ended May 31, 2024", "Change $", "Change %"]),
        ([["", "Years ended May 31,", "", ""], ["", "2025", "2024", "Change"]],
         ["Years ended May 31, 2025", "Years ended May 31, 2024", "Change"]),
        ([["", "Home", "", "Abroad", ""], ["", "May 31,", "", "May 31,", ""], ["", "2025", "2024", "2025", "2024"]],
         ["Home May 31, 2025", "Home May 31, 2024", "Abroad May 31, 2025", "Abroad May 31, 2024"]),
        ([["", "Years ended", "", "", "", "", ""], ["", "2025", "", "2024", "", "Change", ""],
          ["", "$", "%", "$", "%", "$", "%"]],
         [*(f"Years ended {year} {sign}" for year in (2025, 2024) for sign in "$%"), "Change $", "Change %"]),
        ([["", "Total", "", ""], ["Card", "", "Day", "Month"]], ["Total", "Day", "Month"]),
    ],
)  # fmt: skip
def test_the_name_of_a_group_goes_on_over_names_of_one_kind_only(header: list[list[str]], names: list[str]) -> None:
    assert names_of_columns(spread(header))[1:] == names


def test_answers_below_the_names_of_groups_are_values() -> None:
    assert header_rows([["", "Gold", "", "Platinum"], ["Abroad", "yes", "no", "yes"], ["Limit", "5", "6", "7"]]) == 1
