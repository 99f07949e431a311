"""Files become the blocks that their readers see."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.content import Content, Kind
from corpus.errors import Unreadable
from corpus.loaders import Limits, load


def blocks(content: Content) -> list[tuple[int, Kind, str]]:
    return [(page.number, b.kind, page.text[b.start : b.end]) for page in content.pages for b in page.blocks]


def texts(content: Content) -> list[str]:
    return [text for _, _, text in blocks(content)]


def write(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_markdown_is_read_without_its_marks(tmp_path: Path) -> None:
    source = """---
title: hidden
---
# Card *fees*

A **bold** word and [a link](https://example.org) over
two lines.

- first
- second
  1. nested

| Fee | EUR |
| --- | --- |
| Card | `5.00` |
"""
    content = load(write(tmp_path / "fees.md", source), Limits())
    assert content.title == "Card fees"
    assert [(kind, text) for _, kind, text in blocks(content)] == [
        (Kind.HEADING, "Card fees"),
        (Kind.PARAGRAPH, "A bold word and a link over two lines."),
        (Kind.ITEM, "- first"),
        (Kind.ITEM, "- second"),
        (Kind.ITEM, "1. nested"),
        (Kind.HEADER, "Fee | EUR"),
        (Kind.ROW, "Card | 5.00"),
    ]


def test_html_is_read_without_the_page_around_it(tmp_path: Path) -> None:
    source = """<html><head><title>Site</title><style>p{}</style></head><body><nav>Home</nav>
    <main><header><h1>Cover</h1></header><p>We pay <b>up to</b> 500.<br>Always.</p>
    <ul><li>Fire</li><li><p>Water</p></li></ul><div>Loose <i>text</i><p>after</p></div>
    <table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td></td></tr></table>
    <p hidden>secret</p><p style="display: none">secret</p>
    <p style="color:red; Opacity: 0">secret</p><p style="font-size:0px">secret</p>
    <p style="position: absolute; left: -9999px">secret</p>
    <p style="display:\nnone">secret</p><p style="opacity:.0">secret</p><p style="clip: rect(0 0 0 0)">secret</p>
    <p style="font-size: 0.9em; opacity: 0.8">Seen.</p>
    <div style="left: 50%; margin-left: -480px; fill-opacity: 0">Centred.</div><script>x()</script>
    <!-- secret --></main>
    <footer>Imprint</footer></body></html>"""
    content = load(write(tmp_path / "cover.html", source), Limits())
    assert content.title == "Cover"
    assert texts(content) == [
        "Cover", "We pay up to 500. Always.", "- Fire", "- Water", "Loose text", "after", "A | B", "1", "Seen.",
        "Centred.",
    ]  # fmt: skip


def test_plain_text_has_headings_paragraphs_and_items(tmp_path: Path) -> None:
    source = "SAFE BOXES\n==========\n\nRent\n----\nThe rent is\ndue in May.\n\n- small: 10\n- large:\n  20\n"
    content = load(write(tmp_path / "boxes.txt", source), Limits())
    assert [(kind, text) for _, kind, text in blocks(content)] == [
        (Kind.HEADING, "SAFE BOXES"),
        (Kind.HEADING, "Rent"),
        (Kind.PARAGRAPH, "The rent is due in May."),
        (Kind.ITEM, "- small: 10"),
        (Kind.ITEM, "- large: 20"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    content = load(write(tmp_path / "fee.txt", "Gebühr: 5 € – für jeden.".encode(encoding)), Limits())
    assert texts(content) == ["Gebühr: 5 € – für jeden."]


def test_docx_keeps_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Claims", level=1)
    document.add_paragraph("First.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["Kind", "Days", "Theft", "3"], strict=True):
        cell.text = text
    document.add_paragraph("Last.", style="List Bullet")
    document.save(str(tmp_path / "claims.docx"))
    content = load(tmp_path / "claims.docx", Limits())
    assert texts(content) == ["Claims", "First.", "Kind | Days", "Theft | 3", "- Last."]


def test_docx_shows_tracked_changes_as_accepted_and_content_controls(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("PLACE")
    document.save(str(tmp_path / "plain.docx"))
    text = "<w:r><w:t>{}</w:t></w:r>"
    inserted = f'The fee is <w:ins w:id="1" w:author="a">{text.format("5 EUR")}</w:ins>'
    deleted = '<w:del w:id="2" w:author="a"><w:r><w:delText>9</w:delText></w:r></w:del>'
    change = text.format("The fee is ") + inserted.removeprefix("The fee is ") + deleted
    control = f"<w:sdt><w:sdtContent><w:p>{text.format('Controlled.')}</w:p></w:sdtContent></w:sdt>"
    with zipfile.ZipFile(tmp_path / "plain.docx") as old, zipfile.ZipFile(tmp_path / "fee.docx", "w") as new:
        for name in old.namelist():
            data = old.read(name).decode("utf-8", "surrogateescape")
            if name == "word/document.xml":
                data = data.replace("<w:r><w:t>PLACE</w:t></w:r>", change).replace(
                    "<w:sectPr", f"{control}<w:sectPr", 1
                )
            new.writestr(name, data.encode("utf-8", "surrogateescape"))
    assert texts(load(tmp_path / "fee.docx", Limits())) == ["The fee is 5 EUR", "Controlled."]


def test_a_bad_byte_does_not_make_utf8_another_encoding(tmp_path: Path) -> None:
    content = load(write(tmp_path / "fee.txt", "Die Gebühr beträgt 5 €".encode() + b"\xff."), Limits())
    assert texts(content) == ["Die Gebühr beträgt 5 €\N{REPLACEMENT CHARACTER}."]


def test_xlsx_shows_cells_as_their_reader_sees_them(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Rates"
    sheet.append(["Term", "Rate", "Fee", "Whole"])
    sheet.append(["2 years", 0.0345, 12.5, 3000])
    sheet["B2"].number_format = "0.00%"
    sheet["C2"].number_format = "€#,##0.00"
    workbook.create_sheet("Notes").append(["Since", "May"])
    workbook.save(tmp_path / "rates.xlsx")
    content = load(tmp_path / "rates.xlsx", Limits())
    assert content.paged
    assert blocks(content) == [
        (1, Kind.HEADING, "Rates"),
        (1, Kind.HEADER, "Term | Rate | Fee | Whole"),
        (1, Kind.ROW, "2 years | 3.45% | €12.50 | 3000"),
        (2, Kind.HEADING, "Notes"),
        (2, Kind.HEADER, "Since | May"),
    ]


def make_pdf(path: Path, password: str | None = None) -> Path:
    canvas = Canvas(str(path))
    for number in (1, 2):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 800, "Harbourline Bank")
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(72, 760, f"Section {'one' if number == 1 else 'two'}")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 730, f"The {'first' if number == 1 else 'second'} rule is long and goes")
        canvas.drawString(72, 718, "on to a second line.")
        canvas.drawString(72, 690, "Fee")
        canvas.drawString(300, 690, "EUR")
        canvas.drawString(72, 678, "Card")
        canvas.drawString(300, 678, "5.00")
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 30, f"Page {number} of 2")
        canvas.showPage()
    canvas.save()
    if password:
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            pdf.save(path, encryption=pikepdf.Encryption(owner=password, user=password))
    return path


def test_pdf_keeps_pages_headings_and_rows_and_drops_running_lines(tmp_path: Path) -> None:
    content = load(make_pdf(tmp_path / "rules.pdf"), Limits())
    assert content.paged
    assert blocks(content) == [
        (1, Kind.HEADING, "Section one"),
        (1, Kind.PARAGRAPH, "The first rule is long and goes on to a second line."),
        (1, Kind.HEADER, "Fee | EUR"),
        (1, Kind.ROW, "Card | 5.00"),
        (2, Kind.HEADING, "Section two"),
        (2, Kind.PARAGRAPH, "The second rule is long and goes on to a second line."),
        (2, Kind.HEADER, "Fee | EUR"),
        (2, Kind.ROW, "Card | 5.00"),
    ]


def zip_bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (300 * 2**20))
    return path


def damaged_docx(path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("text " * 500)
    document.save(str(path))
    data = bytearray(path.read_bytes())
    for at in range(60, len(data) - 2000, 7):
        data[at] ^= 0x55
    path.write_bytes(bytes(data))
    return path


def plain_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    return path


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda d: write(d / "empty.md", b""), "is empty"),
        (lambda d: write(d / "blank.txt", b" \n\n "), "no text"),
        (lambda d: write(d / "not.pdf", b"hello"), "not a PDF"),
        (lambda d: make_pdf(d / "locked.pdf", password="secret"), "encrypted"),
        (lambda d: zip_bomb(d / "bomb.docx"), "unpacks to"),
        (lambda d: plain_zip(d / "other.docx"), "not of this format"),
        (lambda d: damaged_docx(d / "harmed.docx"), "damaged|not what its name says"),
        (lambda d: write(d / "headings.md", b"# Only\n\n## Headings\n"), "no text"),
        (lambda d: write(d / "not.docx", b"hello"), "not what its name says"),
        (lambda d: write(d / "old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99), "encrypted or in the old"),
        (lambda d: write(d / "binary.txt", b"ab\0cd"), "binary"),
        (lambda d: write(d / "page.html", b"<p>" + b"<div>" * 50_000 + b"x"), "nested too deeply|no text"),
        (lambda d: write(d / "photo.jpeg", b"x"), "files ending in .jpeg are not read"),
        (lambda d: d / "gone.md", "can't be opened"),
        (lambda d: d / ("n" * 300 + ".md"), "can't be opened"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path: Path, make: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        load(make(tmp_path), Limits())  # type: ignore[operator]


def test_limits_hold(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="more than the 10 that are taken"):
        load(write(tmp_path / "long.md", "x" * 11), Limits(file_bytes=10))
    with pytest.raises(Unreadable, match="2 pages"):
        load(make_pdf(tmp_path / "two.pdf"), Limits(pages=1))
