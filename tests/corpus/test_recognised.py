"""Pages that are pictures are read by the real tesseract, and marked as recognised; without it, that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus import recognition as module
from corpus.content import Content, Kind
from corpus.errors import NoRecognition, Unreadable
from corpus.loaders import Limits, load
from corpus.loaders.pdf import recognised as pages
from corpus.loaders.pdf.pieces import Print
from corpus.passages import CHARACTERS
from corpus.recognition import Recognition, Word, find_recognition
from corpus.sandbox import Sandbox
from tests.conftest import Run

ROWS = [
    ("Instrument", "Opening", "Amendment"),
    ("Letter of credit", "EUR 220", "EUR 90"),
    ("Guarantee", "EUR 180", "EUR 75"),
    ("Standby letter", "2.25 %", "free"),
]
READ = [" | ".join(row).replace(" %", "%") for row in ROWS]
SENTENCE = "A fee is refunded if the order is withdrawn within three days."
A4 = (595, 842)


def picture() -> Image.Image:
    """A page with a heading, two paragraphs and a table, as a scanner gives it at 300 dpi."""
    image = Image.new("L", (2480, 3508), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(48)
    draw.text((300, 300), "Trade finance fees", font=ImageFont.load_default(84), fill=0)
    draw.text((300, 500), "The bank charges a fee for each letter that it opens, and another", font=font, fill=0)
    draw.text((300, 570), "one for each amendment.", font=font, fill=0)
    for down, row in enumerate(ROWS):
        for right, text in enumerate(row):
            draw.text((300 + 520 * right, 850 + 100 * down), text, font=font, fill=0)
    draw.text((300, 1500), SENTENCE, font=font, fill=0)
    return image


def scan(path: Path, image: Image.Image, size: tuple[int, int] = A4, foot: str = "", count: int = 1) -> Path:
    """A PDF with a printed page and so many that are this picture, perhaps with a printed foot."""
    canvas = Canvas(str(path), pagesize=size)
    canvas.drawString(60, 500, "What each service of the bank costs is on the next page of this document,")
    canvas.drawString(60, 486, "which came by post.")
    canvas.showPage()
    shown = ImageReader(image)
    for _ in range(count):
        canvas.drawImage(shown, 0, 0, *size)
        canvas.drawString(60, 40, foot)
        canvas.showPage()
    canvas.save()
    return path


def lines(content: Content) -> list[str]:
    return [line for line in content.pages[1].text.splitlines() if line]


def test_a_scanned_page_is_read_with_its_table_and_marked(tmp_path: Path, recognition: Recognition) -> None:
    content = load(scan(tmp_path / "a.pdf", picture()), Limits(ocr=recognition))
    assert lines(content)[0] == "Trade finance fees"
    assert lines(content)[2:] == [*READ, SENTENCE]
    assert [block.kind for block in content.pages[1].blocks[2:]] == [Kind.HEADER, *[Kind.ROW] * 3, Kind.PARAGRAPH]
    first, second = content.pages
    assert first.recognised is None
    assert second.recognised is not None
    assert 0.85 < second.recognised < 1
    sure = f"{100 * second.recognised:.0f} % sure"
    assert content.warnings == (
        f"page 2 was recognised from a picture, at least {sure}: compare figures with the original",
    )


def test_without_the_setting_it_is_not_read(tmp_path: Path) -> None:
    content = load(scan(tmp_path / "a.pdf", picture()), Limits())
    assert content.pages[1].text == ""
    assert content.warnings == (
        "1 of 2 pages hold no text, only pictures (page 2): scanned pages aren't read unless text recognition is on "
        "(ingestion.ocr)",
    )


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_was_scanned_from_another_side_is_turned(
    tmp_path: Path, recognition: Recognition, degrees: int
) -> None:
    size = A4 if degrees == 180 else (842, 595)
    path = scan(tmp_path / "a.pdf", picture().rotate(degrees, expand=True), size)
    assert lines(load(path, Limits(ocr=recognition)))[2:] == [*READ, SENTENCE]


def test_a_page_that_leans_keeps_its_rows(tmp_path: Path, recognition: Recognition) -> None:
    leaning = picture().rotate(2, fillcolor=255)
    found = lines(load(scan(tmp_path / "a.pdf", leaning), Limits(ocr=recognition)))[2:6]
    assert [row.replace(" ", "") for row in found] == [row.replace(" ", "") for row in READ]


def test_what_the_file_prints_stays_as_it_is(tmp_path: Path, recognition: Recognition) -> None:
    content = load(scan(tmp_path / "a.pdf", picture(), foot="Page II of ll"), Limits(ocr=recognition))
    assert lines(content)[-2:] == [SENTENCE, "Page II of ll"]


def test_rules_that_are_drawn_around_what_is_recognised_part_its_cells(
    tmp_path: Path, recognition: Recognition
) -> None:
    image = Image.new("L", (2480, 3508), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(48)
    for down, row in enumerate([*ROWS[:2], ("Guarantee", "", "")]):
        for right, text in enumerate(row):
            draw.text((300 + 520 * right, 850 + 100 * down), text, font=font, fill=0)
    draw.text((1100, 1050), "by agreement", font=font, fill=0)  # over two columns
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.drawImage(ImageReader(image), 0, 0, *A4)
    canvas.drawString(60, 40, "Page II of ll")
    xs, ys = [66, 190, 315, 440], [842 - 0.24 * down for down in (835, 935, 1035, 1135)]
    canvas.grid(xs, ys[:3])
    canvas.grid([*xs[:2], xs[-1]], ys[2:])
    canvas.save()
    [page] = load(tmp_path / "a.pdf", Limits(ocr=recognition)).pages
    table = [*READ[:2], "Guarantee | by agreement | by agreement"]
    assert page.text.splitlines() == [*table, "", "Page II of ll"]


def test_what_is_recognised_poorly_is_not_read(
    tmp_path: Path, recognition: Recognition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LEAST_SURE", 0.99)
    content = load(scan(tmp_path / "a.pdf", picture()), Limits(ocr=recognition))
    assert (content.pages[1].text, content.pages[1].recognised) == ("", None)
    [warning] = content.warnings
    assert warning.startswith("page 2 can't be recognised well enough to be read (")


def test_a_picture_without_words_is_named(tmp_path: Path, recognition: Recognition) -> None:
    content = load(scan(tmp_path / "a.pdf", Image.new("L", (600, 800), 200)), Limits(ocr=recognition))
    assert content.warnings == ("1 of 2 pages hold no text, only pictures (page 2): nothing was recognised in them",)


def word(text: str, sure: float, left: float = 0, base: tuple[float, float, float, float] = (0, 90, 900, 90)) -> Word:
    return Word(text, left, 50, left + 40, 90, base, 50, sure, True)


def test_each_word_counts_by_its_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [word("fees", 1), word("x", 0.5), word("sideways", 0, base=(5, 0, 5, 90)), word("tide", 1)]
    monkeypatch.setattr(pages, "words", lambda *_, **__: given)
    import pypdfium2

    document = pypdfium2.PdfDocument(scan(tmp_path / "a.pdf", picture()))
    found = pages.recognise(None, document[1], Print([]))  # type: ignore[arg-type]
    assert (found.sure, found.sideways) == (round(8.5 / 9, 4), len("sideways"))


@pytest.mark.sandboxed
def test_it_is_read_within_the_limits_of_the_process_that_reads(tmp_path: Path, recognition: Recognition) -> None:
    path = scan(tmp_path / "a.pdf", picture())
    limits = Limits(memory_bytes=768 * 2**20, ocr=recognition)
    with Sandbox(limits, CHARACTERS) as sandbox:
        assert sandbox.begin(path, None).result(120).content.pages[1].recognised
    hurried = Limits(seconds=1, ocr=recognition)
    path = scan(tmp_path / "b.pdf", picture(), count=9)
    with Sandbox(hurried, CHARACTERS) as sandbox, pytest.raises(Unreadable, match="longer than 1 seconds"):
        sandbox.begin(path, None).result(120)


def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: object())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoRecognition, match="tesseract can't be run: install tesseract"):
        find_recognition("eng")
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\necho 'List of available languages in \"{tmp_path}/\" (0):'\n")
    program.chmod(0o755)
    with pytest.raises(NoRecognition, match=r"no data for the language 'deu'.*tesseract-ocr-deu"):
        find_recognition("deu")
    (tmp_path / "deu.traineddata").touch()
    assert find_recognition("deu") == Recognition(str(tmp_path), "deu")
    program.write_text("#!/bin/sh\n")
    with pytest.raises(NoRecognition, match="where its data is"):
        find_recognition("deu")
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(NoRecognition, match=r"pip install \"citewell\[ocr\]\""):
        find_recognition("deu")


@pytest.mark.parametrize("arguments", [("ingest", "fees.md"), ("documents", "reread")])
def test_reading_stops_at_its_beginning_where_it_is_missing(
    citewell: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fees.md").write_text("# Fees\n\nThe fee is 5 euros.\n")
    done = citewell(*arguments, CITEWELL_INGESTION__OCR="scanned", PATH=str(tmp_path))
    assert done.returncode == 2
    assert "ingestion.ocr is on, and" in done.stderr
    assert "Traceback" not in done.stderr
