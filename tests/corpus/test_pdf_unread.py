"""What a PDF shows and its text doesn't say is warned of, and print set sideways is read where it is most of a page."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.content import Content
from corpus.loaders import Limits, load
from tests.corpus.test_pdf import texts

ROWS = [
    ["Instrument", "Opening", "Amendment"],
    ["Letter of credit", "EUR 220", "EUR 90"],
    ["Guarantee", "EUR 180", "EUR 75"],
]
READ = ["Instrument | Opening | Amendment", "Letter of credit | EUR 220 | EUR 90", "Guarantee | EUR 180 | EUR 75"]
FOOT = "Harbour Bank - trade finance"


class Book:
    """A PDF that is drawn page by page."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._canvas = Canvas(str(path), pagesize=(595, 842))

    def text(self, *lines: str, top: float = 780) -> Book:
        for at, line in enumerate(lines):
            self._canvas.drawString(60, top - 14 * at, line)
        return self

    def picture(self, left: float, bottom: float, width: float, height: float) -> Book:
        self._canvas.drawImage(ImageReader(Image.new("L", (20, 20), 200)), left, bottom, width, height)
        return self

    def sideways(self, rows: list[list[str]], x: float, y: float, degrees: int) -> Book:
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._canvas.rotate(degrees)
        for down, row in enumerate(rows):
            for right, text in enumerate(row):
                self._canvas.drawString(right * 150, -down * 20, text)
        self._canvas.restoreState()
        return self

    def rotated(self) -> Book:
        self._canvas.setPageRotation(90)
        return self

    def turn(self) -> Book:
        self._canvas.showPage()
        return self

    def read(self) -> Content:
        self._canvas.showPage()
        self._canvas.save()
        return load(self._path, Limits())


def test_a_scanned_page_with_a_printed_foot_is_warned_of(tmp_path: Path) -> None:
    book = Book(tmp_path / "mixed.pdf").text("The ceilings are on the next pages.").turn()
    book.picture(0, 0, 595, 842).text("page 2 of 4", top=40).turn()
    book.picture(60, 600, 400, 120).text("page 3 of 4", top=40).turn()
    content = book.text(*["A page of text, which needs no warning at all."] * 9).picture(60, 100, 80, 80).read()
    assert content.warnings == (
        "pages 2 and 3 show pictures and hardly any text: what a picture says isn't read unless text recognition is on "
        "(ingestion.ocr)",
    )


def test_a_page_with_a_logo_or_much_text_is_not_warned_of(tmp_path: Path) -> None:
    book = Book(tmp_path / "logo.pdf").picture(60, 700, 60, 60).text("Annual report of the bank", top=600).turn()
    content = book.picture(0, 0, 595, 842).text(*["Print over a picture that only colours the page."] * 12).read()
    assert content.warnings == ()


def test_pages_without_any_text_are_named(tmp_path: Path) -> None:
    book = Book(tmp_path / "scan.pdf").text("Some text").turn().picture(0, 0, 595, 842).turn().turn()
    assert book.picture(0, 0, 595, 842).read().warnings == (
        "2 of 4 pages hold no text, only pictures (pages 2 and 4): scanned pages aren't read unless text recognition "
        "is on (ingestion.ocr)",
    )


@pytest.mark.parametrize(("degrees", "x", "y"), [(90, 300, 100), (270, 300, 700), (180, 560, 300)])
def test_a_table_set_sideways_is_read(tmp_path: Path, degrees: int, x: float, y: float) -> None:
    content = Book(tmp_path / "side.pdf").sideways(ROWS, x, y, degrees).text(FOOT, top=30).read()
    assert texts(content) == [*READ, FOOT]
    assert content.warnings == ()


def test_a_page_that_is_turned_with_its_print_is_read(tmp_path: Path) -> None:
    assert texts(Book(tmp_path / "turned.pdf").rotated().sideways(ROWS, 300, 100, 90).read()) == READ


def test_what_is_set_sideways_beside_other_text_is_warned_of(tmp_path: Path) -> None:
    book = Book(tmp_path / "part.pdf").text(*["A page of text beside a table that is set sideways."] * 9)
    content = book.sideways(ROWS, 300, 100, 90).read()
    assert content.warnings == ("page 1 holds text set sideways, which isn't read",)


def test_attached_files_are_named(tmp_path: Path) -> None:
    Book(tmp_path / "a.pdf").text("The fees are attached.").read()
    names = ["rates.xlsx", "terms\x1b[2J.pdf", *(f"{at}.csv" for at in range(5))]
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as pdf:
        pdf.attachments["rates.xlsx"] = b"PK"
        pdf.save(tmp_path / "one.pdf")
        for name in names:
            pdf.attachments[name] = b"PK"
        pdf.save(tmp_path / "many.pdf")
    assert load(tmp_path / "one.pdf", Limits()).warnings == ("1 attached file was left out: rates.xlsx",)
    [warning] = load(tmp_path / "many.pdf", Limits()).warnings
    assert warning == "7 attached files were left out: 0.csv, 1.csv, 2.csv, 3.csv, 4.csv and 2 more"


def test_files_pinned_to_a_page_are_counted(tmp_path: Path) -> None:
    Book(tmp_path / "a.pdf").text("The fees are pinned here.").read()
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as pdf:
        kinds = (pikepdf.Name.FileAttachment, pikepdf.Name.FileAttachment, pikepdf.Name.Text)
        pins = [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=kind, Rect=[0, 0, 9, 9]) for kind in kinds]
        pdf.pages[0].Annots = pikepdf.Array(pins)
        pdf.save(tmp_path / "a.pdf")
    assert load(tmp_path / "a.pdf", Limits()).warnings == ("2 attached files were left out",)


def test_a_mark_in_the_margin_is_not_warned_of(tmp_path: Path) -> None:
    book = Book(tmp_path / "mark.pdf").text(*["A page of text with the printer's mark beside it."] * 9)
    content = book.sideways([["jpayne on VMOFRWIN702 with $$_JOB and as of 3 May 2031"]], 20, 100, 90).read()
    assert content.warnings == ()
    assert "jpayne" not in content.pages[0].text
