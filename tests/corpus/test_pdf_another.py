"""A table right below another keeps its own header, and no value gets its name from the table above."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from corpus.content import Content
from corpus.loaders import Limits, load
from tests.corpus.test_pdf import PROSE, Print, pdf

ONE = [("Service", "Basic", "Premium"), ("Transfer", "1.00", "0.50"), ("Withdrawal", "2.00", "1.00")]
TWO = [("Card", "Monthly", "Yearly"), ("Debit", "1.10", "12.00"), ("Credit", "2.20", "24.00")]
COLUMNS = (72, 212, 352)
NAMED = [(ONE[0], 3), (TWO[0], 3)]
UNNAMED = [(ONE[0], 3), (None, 3)]


def table(
    rows: Sequence[Sequence[str]], top: float, columns: Sequence[float] = COLUMNS, font: str = "Helvetica"
) -> list[Print]:
    return [
        (font if at == 0 else "Helvetica", 10.0, columns[column], top - 16 * at, text)
        for at, row in enumerate(rows)
        for column, text in enumerate(row)
    ]


def caption(y: float, text: str = "Fees for cards") -> Print:
    return ("Helvetica", 10.0, 72, y, text)


def read(content: Content) -> list[tuple[tuple[str, ...] | None, int]]:
    """The header of each table, and how many lines it has."""
    tables = [table for page in content.pages for table in page.tables]
    return [(table.header[0] if table.header else None, len(table.starts)) for table in tables]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param([caption(732), *table(TWO, 716)], UNNAMED, id="set alike"),
        pytest.param([caption(720), *table(TWO, 704)], UNNAMED, id="after white"),
        pytest.param(table(TWO, 720), UNNAMED, id="without a caption"),
        pytest.param([caption(720), *table(TWO, 704, (72, 250, 430))], NAMED, id="other columns"),
        pytest.param([caption(720, "Table games of our guests"), *table(TWO, 704)], UNNAMED, id="no number"),
        pytest.param([caption(720, "Table 2: Fees for cards"), *table(TWO, 704)], NAMED, id="numbered"),
    ],
)
def test_a_header_in_the_midst_of_rows_begins_another_table(
    tmp_path: Path, second: list[Print], expected: list[tuple[tuple[str, ...] | None, int]]
) -> None:
    content = pdf(tmp_path / "two.pdf", [*table(ONE, 780), *second, *PROSE])
    assert read(content) == expected
    assert " | ".join(TWO[0]) in content.pages[0].text


def test_periods_beside_units_are_a_header(tmp_path: Path) -> None:
    years = [("(in millions)", "2031", "2030"), *TWO[1:]]
    content = pdf(tmp_path / "two.pdf", [*table(ONE, 780), caption(720), *table(years, 704), *PROSE])
    assert read(content) == [(ONE[0], 3), (years[0], 3)]


def test_names_over_one_row_of_amounts_are_a_table_however_they_are_set(tmp_path: Path) -> None:
    rows = [("(in millions)", "2031", "2032", "Later"), ("Deposits", "5,790", "1", "12")]
    right = [[200, 250, 300], [212, 239, 291]]
    page = [
        line
        for at, row in enumerate(rows)
        for line in [
            ("Helvetica", 10.0, 72.0, 700.0 - 14 * at, row[0]),
            *[
                ("Helvetica", 10.0, x - 5.0 * len(text), 700.0 - 14 * at, text)
                for x, text in zip(right[at], row[1:], strict=True)
            ],
        ]
    ]
    assert read(pdf(tmp_path / "one.pdf", [*page, *PROSE])) == [(rows[0], 2)]


def test_one_that_is_set_apart_as_the_first_is_a_header(tmp_path: Path) -> None:
    first, second = (table(rows, top, font="Helvetica-Bold") for rows, top in ((ONE, 780), (TWO, 704)))
    assert read(pdf(tmp_path / "bold.pdf", [*first, caption(720), *second, *PROSE])) == NAMED


def test_one_under_which_a_line_is_drawn_as_under_the_first_is_a_header(tmp_path: Path) -> None:
    style, body = [("LINEBELOW", (0, 0), (-1, 0), 1, colors.black)], getSampleStyleSheet()["BodyText"]
    tables = (Table(rows, style=style, colWidths=[150, 80, 80]) for rows in (ONE, TWO))
    path = tmp_path / "ruled.pdf"
    SimpleDocTemplate(str(path)).build([next(tables), Paragraph("Fees for cards", body), next(tables)])
    assert read(load(path, Limits())) == NAMED


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("Debit card", "free", "on request"), *TWO[1:]], id="words that begin small"),
        pytest.param([("Debit card", "Free", "Free"), *TWO[1:]], id="words that are the same"),
        pytest.param([TWO[0], TWO[1], ("Kind", "Debit", "Credit")], id="another row of words"),
        pytest.param([("Debit card", "Free", "5.00"), *TWO[1:]], id="an amount"),
    ],
)
def test_a_row_of_words_below_a_label_is_a_row(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    content = pdf(tmp_path / "one.pdf", [*table(ONE, 780), caption(720), *table(rows, 704), *PROSE])
    assert read(content) == [(ONE[0], 7)]


def test_a_row_of_words_is_a_row_where_the_header_is_bold(tmp_path: Path) -> None:
    first = table(ONE, 780, font="Helvetica-Bold")
    assert read(pdf(tmp_path / "one.pdf", [*first, caption(720), *table(TWO, 704), *PROSE])) == [(ONE[0], 7)]
