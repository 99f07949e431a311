"""Columns of a PDF's tables that are set close together stay apart, and prose is no table."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from corpus.content import Kind
from corpus.loaders import Limits, load
from tests.corpus.test_pdf import PROSE, blocks, body, pdf, texts

BODY = getSampleStyleSheet()["BodyText"]
ROWS = [
    ("Group", "Channel", "Daily limit", "Weekly limit"),
    ("Personal", "ATM", "EUR 1,000", "EUR 3,000"),
    ("Personal", "Terminal", "EUR 5,000", "EUR 15,000"),
    ("Business", "ATM", "EUR 2,000", "EUR 6,000"),
    ("Business", "Terminal", "EUR 25,000", "EUR 75,000"),
]
RULED = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)


@pytest.mark.parametrize("size", [8, 10, 12])
@pytest.mark.parametrize("ruled", [True, False])
def test_columns_with_usual_padding_stay_apart(tmp_path: Path, size: int, ruled: bool) -> None:
    style = [("FONTSIZE", (0, 0), (-1, -1), size), *([RULED] if ruled else [])]
    path = tmp_path / "table.pdf"
    SimpleDocTemplate(str(path)).build([Paragraph("The limits are as follows.", BODY), Table(ROWS, style=style)])
    assert texts(load(path, Limits()))[1:] == [" | ".join(row) for row in ROWS]


@pytest.mark.parametrize("drawn", ["lines", "rectangles", "frames"])
def test_rules_part_columns_that_only_they_keep_apart(tmp_path: Path, drawn: str) -> None:
    canvas = Canvas(str(tmp_path / "ruled.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 10)
    for at, row in enumerate(ROWS[:2]):
        y = 700 - 16 * at
        for column, text in enumerate(row):
            x = 72 + 58 * column
            canvas.drawRightString(x + 55, y, text)
            if drawn == "lines":
                canvas.line(x, y - 4, x, y + 12)
            elif drawn == "rectangles":
                canvas.rect(x - 0.25, y - 4, 0.5, 16, stroke=0, fill=1)
            else:
                canvas.rect(x, y - 4, 58, 16)
    canvas.save()
    assert texts(load(tmp_path / "ruled.pdf", Limits())) == [" | ".join(row) for row in ROWS[:2]]


def test_a_rule_does_not_part_an_item_from_its_number(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "item.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 10)
    canvas.line(98, 690, 98, 710)
    canvas.drawString(72, 700, "5.1")
    canvas.drawString(104, 700, "Every bank keeps a register of its complaints.")
    canvas.save()
    assert texts(load(tmp_path / "item.pdf", Limits())) == ["5.1 Every bank keeps a register of its complaints."]


def test_a_colour_behind_words_does_not_part_their_sentences(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "mark.pdf"), pagesize=(595, 842))
    for at in range(3):
        canvas.setFillColor(colors.yellow)
        canvas.rect(91, 697 - 12 * at, 60, 12, stroke=0, fill=1)
        canvas.setFillColor(colors.black)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 700 - 12 * at, "The fees that are due on the first day of the month")
    canvas.save()
    assert texts(load(tmp_path / "mark.pdf", Limits())) == [
        " ".join(["The fees that are due on the first day of the month"] * 3)
    ]


def test_justified_text_in_a_narrow_column_is_no_table(tmp_path: Path) -> None:
    style = ParagraphStyle("narrow", BODY, alignment=4)
    text = (
        "Notwithstanding contractual arrangements, institutions administering correspondent relationships "
        "acknowledge responsibilities concerning beneficiaries, intermediaries, representatives and counterparties. "
    )
    path = tmp_path / "narrow.pdf"
    SimpleDocTemplate(str(path), leftMargin=200, rightMargin=210).build([Paragraph(text * 4, style)])
    assert {kind for _, kind, _ in blocks(load(path, Limits()))} == {Kind.PARAGRAPH}


def test_numbers_of_items_are_no_column(tmp_path: Path) -> None:
    items = [
        line
        for at, name in enumerate(["Auk", "Bittern", "Crane", "Dunlin"])
        for x, text in ((72, str(at + 1)), (86, name))
        for line in body(x, 760 - 12 * at, text)
    ]
    assert not any(" | " in text for text in texts(pdf(tmp_path / "items.pdf", [*items, *PROSE])))


def test_a_rule_in_a_table_is_no_gutter_between_columns_of_text(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "wide.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 10)
    canvas.line(280, 400, 280, 770)
    left = "Qualifying noncumulative perpetual stock {at}"
    right = "Limited to {at} percent of the sum of all of the stock"
    for at in range(1, 17):
        canvas.drawRightString(276, 780 - 20 * at, left.format(at=at))
        canvas.drawString(284, 780 - 20 * at, right.format(at=at))
    canvas.save()
    read = texts(load(tmp_path / "wide.pdf", Limits()))
    assert read == [f"{left.format(at=at)} | {right.format(at=at)}" for at in range(1, 17)]


def test_wide_white_at_one_place_among_others_is_no_column(tmp_path: Path) -> None:
    lines = [
        *body(72, 760, "Every boat that", "Each of all the", "No one of these"),
        *body(156, 760, "passes the", "boats pays", "does enter"),
        *[line for at, x in enumerate((213, 216, 222)) for line in body(x, 760 - 12 * at, "the harbour")],
        *[line for at, x in enumerate((274, 279, 285)) for line in body(x, 760 - 12 * at, "in the night")],
    ]
    assert texts(pdf(tmp_path / "loose.pdf", lines)) == [
        "Every boat that passes the the harbour in the night Each of all the boats pays the harbour in the night "
        "No one of these does enter the harbour in the night"
    ]


def test_a_label_in_two_lines_that_is_set_in_is_no_rest_of_the_row_above(tmp_path: Path) -> None:
    rows = [("Cash", "5,000"), ("Balances at banks", "1,000"), ("Credit equivalent amounts of long commitments to", "")]
    lines = [
        *body(72, 760, "Assets", "100% category:", leading=11),
        *body(400, 760, "2031", leading=11),
        *[line for at, (label, value) in enumerate(rows) for line in body(100, 738 - 11 * at, label)],
        *[line for at, (label, value) in enumerate(rows[:2]) for line in body(400, 738 - 11 * at, value)],
        *body(108, 705, "private corporations"),
        *body(400, 705, "10,000"),
    ]
    assert texts(pdf(tmp_path / "label.pdf", [*lines, *PROSE]))[2:5] == [
        "Cash | 5,000",
        "Balances at banks | 1,000",
        "Credit equivalent amounts of long commitments to private corporations | 10,000",
    ]
