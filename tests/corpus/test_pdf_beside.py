"""Running text beside a table keeps to itself, and text in the cells of a table to its row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.corpus.test_pdf import PROSE, Print, pdf, texts

TEXT = [
    "The bank charges fees for its services as they",
    "are listed on this page. They include all taxes",
    "that are due in the country of the customer and",
    "are charged at the end of each month. A customer",
    "who closes an account pays the fees of the month",
    "in which the account is closed. Fees of accounts",
    "for minors are half of those that are listed, and",
    "students pay none of them until the age of twenty",
    "six. Where a service is used abroad, the fees of",
    "the country apply as well, and the bank collects",
    "them for its partner, with whom it has a contract.",
]
ROWS = [
    ("Service", "Basic", "Premium"),
    ("Transfer", "1.00", "0.50"),
    ("Withdrawal", "2.00", "1.00"),
    ("Statement", "3.00", "1.50"),
    ("Copy", "5.00", "3.50"),
]
READ = [" | ".join(row) for row in ROWS]


def text(x: float, top: float, lines: Sequence[str] = TEXT) -> list[Print]:
    return [("Times-Roman", 10, x, top - 12 * at, line) for at, line in enumerate(lines)]


def table(xs: Sequence[float], top: float, leading: float, rows: Sequence[Sequence[str]] = ROWS) -> list[Print]:
    return [
        ("Times-Roman", 10, xs[column], top - leading * at, cell)
        for at, row in enumerate(rows)
        for column, cell in enumerate(row)
    ]


@pytest.mark.parametrize("leading", [12, 16])
@pytest.mark.parametrize("is_left", [True, False])
def test_text_beside_a_table_is_no_label(tmp_path: Path, leading: float, is_left: bool) -> None:
    beside = table((65, 150, 220) if is_left else (320, 400, 470), 760, leading)
    read = texts(pdf(tmp_path / "page.pdf", [*text(310 if is_left else 60, 760), *beside, *PROSE]))
    assert read[:6] == ([*READ, " ".join(TEXT)] if is_left else [" ".join(TEXT), *READ])


def test_the_table_may_be_longer_than_the_text_and_stand_below_text_over_the_page(tmp_path: Path) -> None:
    wide = [("Times-Roman", 10.0, 60.0, 780.0 - 12 * at, f"{line} {line}") for at, line in enumerate(TEXT[:4])]
    rows = [*ROWS, *[(f"Copy {at}", f"{at}.00", f"{at}.50") for at in range(6, 13)]]
    page = [*wide, *text(60, 720), *table((320, 400, 470), 720, 14, rows), *PROSE]
    read = texts(pdf(tmp_path / "page.pdf", page))
    assert [line for line in read if " | " in line] == [" | ".join(row) for row in rows]


def test_text_in_the_cells_of_a_table_stays_in_its_rows(tmp_path: Path) -> None:
    cells = [TEXT[:4], TEXT[4:7], TEXT[7:]]
    tops = [760, 760 - 12 * 4, 760 - 12 * 7]
    middles = [top - 6 * (len(cell) - 1) for top, cell in zip(tops, cells, strict=True)]
    values = [("Basic", "1.00"), ("Premium", "2.00"), ("Private", "3.00")]
    page = [
        *[line for top, cell in zip(tops, cells, strict=True) for line in text(60, top, cell)],
        *[
            ("Times-Roman", 10.0, x, middle, value)
            for middle, row in zip(middles, values, strict=True)
            for x, value in zip((320, 420), row, strict=True)
        ],
    ]
    read = texts(pdf(tmp_path / "page.pdf", [*page, *PROSE]))
    assert not any(line.split(" | ")[0] == "Basic" for line in read)


def test_text_below_a_name_is_a_column_of_the_table(tmp_path: Path) -> None:
    rows = [
        ("Service", "Basic", "Remarks"),
        *[(row[0], row[1], line) for row, line in zip(ROWS[1:] * 2, TEXT[:8], strict=True)],
    ]
    read = texts(pdf(tmp_path / "page.pdf", [*table((60, 180, 240), 760, 12, rows), *PROSE]))
    assert read[0] == "Service | Basic | Remarks"


def test_long_labels_of_rows_stay_with_them(tmp_path: Path) -> None:
    labels = [f"of which {name} that are due within a year or so" for name in ("loans", "bonds", "notes", "bills")] * 2
    rows = [(label, f"{at}.00", f"{at}.50") for at, label in enumerate(labels)]
    read = texts(pdf(tmp_path / "page.pdf", [*table((60, 320, 420), 760, 12, [("", *ROWS[0][1:]), *rows]), *PROSE]))
    assert read[1:9] == [" | ".join(row) for row in rows]


def test_a_row_on_one_side_of_a_page_in_two_columns_stays_in_the_table_over_both(tmp_path: Path) -> None:
    xs = (60, 350, 440)
    rows = [
        ("Cash of the bank and of all its branches in all of the countries", "5,000", "0.50"),
        ("", "5,000", "0.50"),
        ("20% category:",),
    ]
    rows = [*rows, ("Loans to private persons and to companies of any size at all", "1,000", "1.50")]
    columns = [[*text(60, top), *text(310, top)] for top in (720, 560, 400)]
    page = [*table(xs, 782, 14, rows), *[line for column in columns for line in column]]
    read = texts(pdf(tmp_path / "page.pdf", page))
    assert read[:4] == [" | ".join(row).strip() for row in rows]
    assert read[4] == " ".join(TEXT)
