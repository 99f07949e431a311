"""Raised marks of a PDF don't touch the number or the word before them."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from corpus.content import Content, Kind
from corpus.loaders import Limits, load
from tests.corpus.test_pdf import PROSE, blocks, body, pdf, texts

BODY = getSampleStyleSheet()["BodyText"]


def paragraphs(path: Path, *written: str) -> list[str]:
    SimpleDocTemplate(str(path)).build([Paragraph(text, BODY) for text in written])
    return texts(load(path, Limits()))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A card costs EUR 18<super>2</super> and a letter EUR 8<super>3</super>.",
         "A card costs EUR 18 (note 2) and a letter EUR 8 (note 3)."),
        ("The rate is 1.25%<super>1</super> for savers", "The rate is 1.25% (note 1) for savers"),
        ("Free for students<super>*</super> and pupils<super>a</super>",
         "Free for students (note *) and pupils (note a)"),
        ("Refunded in part<super>1, 2</super> or in full", "Refunded in part (notes 1, 2) or in full"),
        ("The costs<super>(4)</super> are due", "The costs (note 4) are due"),
        ("Paid on the 1<super>st</super> and the 4<super>th</super> of May",
         "Paid on the 1st and the 4th of May"),
        ("A room of 25 m<super>2</super> or 9 km<super>2</super>", "A room of 25 m² or 9 km²"),
        ("At most 10<super>6</super> parts", "At most 10⁶ parts"),
        ("The sum of x<super>2</super> and 4y<super>3</super>", "The sum of x^2 and 4y^3"),
        ("It takes 2<super>1/2</super> days", "It takes 2 1/2 days"),
        ("Due in 3<super>3</super><sub>4</sub> days", "Due in 3 3/4 days"),
        ("The costs<super>(4) (5)</super> or fees<super>(a)(b)</super>",
         "The costs (notes 4, 5) or fees (notes a, b)"),
        ("Article 5a and H<sub>2</sub>O stay", "Article 5a and H2O stay"),
        ("The brand<super>TM</super> is ours", "The brandTM is ours"),
    ],
)  # fmt: skip
def test_a_raised_mark_does_not_touch_its_word(tmp_path: Path, written: str, read: str) -> None:
    assert paragraphs(tmp_path / "marks.pdf", written) == [read]


def test_a_raised_mark_that_begins_a_line_is_the_number_of_a_note(tmp_path: Path) -> None:
    notes = ["<super>1</super> inside the EU", "<super>2</super> free after theft"]
    assert paragraphs(tmp_path / "notes.pdf", "A card costs EUR 18<super>2</super>.", *notes) == [
        "A card costs EUR 18 (note 2).",
        "Note 1: inside the EU",
        "Note 2: free after theft",
    ]


def test_notes_set_close_together_stay_apart(tmp_path: Path) -> None:
    notes = [("Helvetica", 5, 72, 703, "1"), ("Helvetica", 5, 72, 692, "2")]
    content = pdf(
        tmp_path / "close.pdf", [*body(76, 700, "inside the EU only", "free after theft", leading=11), *notes]
    )
    assert texts(content) == ["Note 1: inside the EU only", "Note 2: free after theft"]


def test_a_raised_mark_in_a_table_leaves_its_cell_a_figure(tmp_path: Path) -> None:
    def cell(text: str) -> Paragraph:
        return Paragraph(text, BODY)

    rows = [["Service", "Price"], ["Card", cell("EUR 10<super>2</super>")], ["Rate", cell("1.25%<super>1</super>")]]
    path = tmp_path / "table.pdf"
    SimpleDocTemplate(str(path)).build([Table(rows, colWidths=150)])
    assert texts(load(path, Limits())) == ["Service | Price", "Card | EUR 10 (note 2)", "Rate | 1.25% (note 1)"]


def test_a_mark_that_the_file_draws_later_is_put_to_its_word(tmp_path: Path) -> None:
    def page(rise: float) -> Content:
        mark = ("Helvetica", 6.0, 72 + 94.5, 760 + rise, "2")
        return pdf(tmp_path / "later.pdf", [*body(72, 760, "A card costs EUR 18 in all"), *PROSE, mark])

    for rise in (1.5, 3, 5):
        assert texts(page(rise))[0] == "A card costs EUR 18 (note 2) in all"


def test_print_of_one_size_has_no_raised_marks(tmp_path: Path) -> None:
    page = [*body(72, 760, "Fee 18"), *body(101.5, 763, "2"), *body(72, 745, "and so on")]
    assert "note" not in " ".join(texts(pdf(tmp_path / "same.pdf", page)))


def test_marks_that_the_file_draws_as_one_row_are_each_put_to_their_word(tmp_path: Path) -> None:
    words = [
        body(x, 760 - 12 * row, text)
        for row in range(3)
        for x, text in zip((72, 200, 330), ("Rate", "12", "14"), strict=True)
    ]
    marks = [("Helvetica", 5.0, x, 763.5, mark) for x, mark in ((92, "(a)"), (211.5, "(b)"), (341.5, "(c)"))]
    content = pdf(tmp_path / "row.pdf", [*[line for word in words for line in word], *marks])
    assert texts(content)[0] == "Rate (note a) | 12 (note b) | 14 (note c)"


def test_a_note_under_a_table_ends_it(tmp_path: Path) -> None:
    rows = [
        body(x, 760 - 12 * row, text)
        for row in range(3)
        for x, text in zip((72, 200, 330), ("Rate", "12", "14"), strict=True)
    ]
    notes = [
        ("Helvetica", 5.0, 72, 727.5, "1"),
        *body(76, 724, "Reclassified"),
        *body(72, 712, "More text", "follows it."),
    ]
    content = pdf(tmp_path / "under.pdf", [*[line for word in rows for line in word], *notes])
    assert blocks(content)[3:] == [(1, Kind.PARAGRAPH, "Note 1: Reclassified More text follows it.")]
