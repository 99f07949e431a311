"""Of a PDF is read what it shows: no text without a colour or beside the page, and none that stands for another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.content import Content
from corpus.loaders import Limits, load
from corpus.recognition import UNKNOWN
from tests.corpus.test_pdf import texts

UNSEEN = "page 1 holds text that isn't shown, which isn't read"


def drawn(path: Path, draw: Callable[[Canvas], object]) -> Content:
    canvas = Canvas(str(path / "a.pdf"), pagesize=(595, 842))
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return load(path / "a.pdf", Limits())


def invisible(canvas: Canvas, x: float, y: float, words: str) -> None:
    text = canvas.beginText(x, y)
    text.setTextRenderMode(3)
    text.textOut(words)
    canvas.drawText(text)


def instead(canvas: Canvas, x: float, words: str, said: str) -> None:
    written = ("\ufeff" + said).encode("utf-16-be").hex()
    canvas._code.append(f"/Span <</ActualText <{written}>>> BDC")
    canvas.drawString(x, 700, words)
    canvas._code.append("EMC")


def test_digits_without_a_colour_belong_to_no_number(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "The card costs EUR 5")
        invisible(canvas, 72 + canvas.stringWidth("The card costs EUR 5"), 700, "00")

    content = drawn(tmp_path, draw)
    assert texts(content) == ["The card costs EUR 5"]
    assert content.warnings == (UNSEEN,)


def test_what_was_recognised_in_a_picture_of_the_page_is_read_and_marked(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (20, 20), 200)), 0, 0, 595, 842)
        for at in range(12):
            invisible(canvas, 72, 700 - 14 * at, "The card costs EUR 5 in every one of our branches.")

    content = drawn(tmp_path, draw)
    assert content.pages[0].text.count("EUR 5") == 12
    assert content.pages[0].recognised == UNKNOWN
    assert content.warnings == (
        "page 1 was recognised from a picture by another program, not known how sure: compare figures with the "
        "original",
    )


def scanned(canvas: Canvas, rows: Sequence[tuple[str, ...]], top: float) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (20, 20), 200)), 0, 0, 595, 842)
    for down, row in enumerate(rows):
        for right, text in enumerate(row):
            invisible(canvas, 72 + 140 * right, top - 16 * down, text)


def test_printed_rows_take_no_names_from_a_header_that_was_recognised(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        scanned(canvas, [("Market", "2028", "2025"), ("Austria", "31", "131"), ("Belgium", "32", "132")], 120)
        canvas.showPage()
        for right, text in enumerate(("Chile", "33", "133")):
            canvas.drawString(72 + 140 * right, 780, text)
            canvas.drawString(72 + 140 * right, 764, text)

    first, second = drawn(tmp_path, draw).pages
    assert first.recognised == UNKNOWN
    assert first.tables[0].header == (("Market", "2028", "2025"),)
    assert second.recognised is None
    assert not second.goes_on
    assert [(table.header, table.header_lines) for table in second.tables] == [((), 0)]
    assert second.text == "Chile | 33 | 133\nChile | 33 | 133"


def test_text_beside_the_page_is_left_out(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "The card costs EUR 5")
        canvas.drawString(72, 900, "and nothing for you")
        canvas.drawString(-300, 700, "Free of charge:")

    content = drawn(tmp_path, draw)
    assert texts(content) == ["The card costs EUR 5"]
    assert content.warnings == (UNSEEN,)


@pytest.mark.parametrize(
    ("words", "said", "read"),
    [("EUR 5", "EUR 9", "EUR 5"), ("5", "9", "5"), ("due", "waived", "due"), ("x", "ffi", "ffi")],
)
def test_what_is_shown_is_read_and_not_what_is_said_to_stand_there(
    tmp_path: Path, words: str, said: str, read: str
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "The fee is")
        instead(canvas, 130, words, said)

    assert texts(drawn(tmp_path, draw)) == [f"The fee is {read}"]


def test_what_a_font_does_not_tell_is_read_as_the_file_says_it(tmp_path: Path) -> None:
    drawn(tmp_path, lambda canvas: instead(canvas, 72, "QmkkD", "The fee is 5 €."))
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as document:
        font = next(iter(document.pages[0].Resources.Font.values()))
        mapping = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7e> <e020> endbfrange"
        font.ToUnicode = document.make_stream(b"begincmap " + mapping + b" endcmap")
        document.save()
    assert texts(load(tmp_path / "a.pdf", Limits())) == ["The fee is 5 €."]


def test_it_is_the_same_in_a_drawing(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("stamp")
        canvas.drawString(72, 700, "The fee is")
        instead(canvas, 130, "EUR 5", "EUR 9")
        invisible(canvas, 72, 600, "It is waived.")
        canvas.endForm()
        canvas.doForm("stamp")

    assert texts(drawn(tmp_path, draw)) == ["The fee is EUR 5"]
