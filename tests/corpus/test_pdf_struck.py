"""Text of a PDF with a line through it isn't read, and lines that only come near text leave it alone."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from corpus.content import Content
from corpus.loaders import Limits, load
from tests.corpus.test_pdf import texts

BODY = getSampleStyleSheet()["BodyText"]
STRUCK = ("page 1 holds text that is struck out, which isn't read",)


def written(path: Path, text: str) -> Content:
    SimpleDocTemplate(str(path / "a.pdf")).build([Paragraph(text, BODY)])
    return load(path / "a.pdf", Limits())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The card costs <strike>EUR 10</strike> EUR 12 a year.", "The card costs EUR 12 a year."),
        ("<strike>Travel is insured.</strike> Nothing is insured.", "Nothing is insured."),
        ("It is refunded <strike>within three days</strike>", "It is refunded"),
        ("The card costs <strike>10</strike>20 a year.", "The card costs a year."),
    ],
)
def test_words_with_a_line_through_them_are_left_out(tmp_path: Path, text: str, read: str) -> None:
    content = written(tmp_path, text)
    assert texts(content) == [read]
    assert content.warnings == STRUCK


def test_an_underline_leaves_its_words(tmp_path: Path) -> None:
    content = written(tmp_path, "The card costs <u>EUR 10</u> a year.")
    assert texts(content) == ["The card costs EUR 10 a year."]
    assert content.warnings == ()


def test_the_underline_of_a_raised_mark_leaves_it(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 7)
    canvas.drawString(72, 704, "[1]")
    canvas.line(72, 703, 72 + canvas.stringWidth("[1]", "Helvetica", 7), 703)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(82, 700, "The fee is due at once.")
    after = 82 + canvas.stringWidth("The fee is due at once.", "Helvetica", 10)
    canvas.setFont("Helvetica", 7)
    canvas.drawString(after, 704, "[2]")
    canvas.line(after, 703, after + canvas.stringWidth("[2]", "Helvetica", 7), 703)
    canvas.save()
    content = load(tmp_path / "a.pdf", Limits())
    assert content.pages[0].text == "[1] The fee is due at once.[2]"
    assert content.warnings == ()


@pytest.mark.parametrize(("left", "right", "is_struck"), [(72, 110, True), (60, 110, False), (72, 500, False)])
def test_a_line_that_is_longer_than_the_words_is_none_through_them(
    tmp_path: Path, left: float, right: float, is_struck: bool
) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 700, "EUR 100")
    canvas.drawString(72, 680, "The fee is due.")
    canvas.line(left, 703, right, 703)
    canvas.save()
    content = load(tmp_path / "a.pdf", Limits())
    assert ("EUR 100" not in content.pages[0].text) is is_struck
    assert bool(content.warnings) is is_struck


def test_the_edge_of_a_colour_behind_words_is_no_line(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setFillColorRGB(1, 1, 0)
    canvas.rect(72, 695, 38, 8, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 700, "EUR 100")
    canvas.save()
    assert texts(load(tmp_path / "a.pdf", Limits())) == ["EUR 100"]


YELLOW, PALE, RED, BLACK = (1, 1, 0), (0.7, 0.9, 1), (1, 0, 0), (0, 0, 0)


@pytest.mark.parametrize("as_rectangle", [False, True])
@pytest.mark.parametrize(
    ("colour", "width", "is_struck"),
    [
        (YELLOW, 9, False),
        (YELLOW, 4, False),
        (YELLOW, 2, False),
        (PALE, 2, False),
        (BLACK, 4, False),
        (BLACK, 2, True),
        (RED, 2, True),
        (RED, 0.5, True),
        (PALE, 0.5, True),
    ],
)
def test_only_a_thin_line_strikes_and_a_marker_behind_words_does_not(
    tmp_path: Path, colour: tuple[float, float, float], width: float, is_struck: bool, as_rectangle: bool
) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setStrokeColorRGB(*colour)
    canvas.setFillColorRGB(*colour)
    canvas.setLineWidth(width)
    canvas.setFont("Helvetica", 10)
    left = 72 + canvas.stringWidth("The card costs ", "Helvetica", 10)
    right = left + canvas.stringWidth("EUR 12", "Helvetica", 10)
    if as_rectangle:
        canvas.rect(left, 703 - width / 2, right - left, width, stroke=0, fill=1)
    else:
        canvas.line(left, 703, right, 703)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(72, 700, "The card costs EUR 12 a year.")
    canvas.save()
    content = load(tmp_path / "a.pdf", Limits())
    assert texts(content) == ["The card costs a year." if is_struck else "The card costs EUR 12 a year."]
    assert content.warnings == (STRUCK if is_struck else ())


def test_a_thin_line_on_a_drawing_that_is_made_larger_is_thick(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 700, "EUR 12")
    canvas.scale(1, 8)
    canvas.line(72, 703 / 8, 72 + canvas.stringWidth("EUR 12", "Helvetica", 10), 703 / 8)
    canvas.save()
    assert texts(load(tmp_path / "a.pdf", Limits())) == ["EUR 12"]


def test_what_was_marked_as_struck_out_in_a_viewer_is_left_out(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 700, "The fee is EUR 10")
    canvas.save()
    left, right = (
        72 + canvas.stringWidth("The fee is ", "Helvetica", 10),
        72 + canvas.stringWidth("The fee is EUR 10", "Helvetica", 10),
    )
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as document:
        document.pages[0].Annots = document.make_indirect(
            pikepdf.Array(
                [
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.StrikeOut,
                        Rect=[left, 698, right, 709],
                        QuadPoints=[left, 709, right, 709, left, 698, right, 698],
                    )
                ]
            )
        )
        document.save()
    content = load(tmp_path / "a.pdf", Limits())
    assert texts(content) == ["The fee is"]
    assert content.warnings == STRUCK
