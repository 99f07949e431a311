"""Broken, hostile and odd files, made small and fast, each with what is to become of it."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
import pikepdf
from openpyxl.utils import get_column_letter
from reportlab.pdfgen.canvas import Canvas

SECRET = "the safe's number is 4711"


@dataclass(frozen=True)
class Odd:
    """A file of that name, which ``make`` writes. It is refused with a reason that holds ``refused``, or else taken:
    with a warning that holds ``warned``, or without any."""

    name: str
    make: Callable[[Path], object]
    refused: str = ""
    warned: str = ""


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text.encode(encoding))


def _bytes(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


# PDF


def _pdf(path: Path, *pages: str) -> None:
    """A page for each text; one without has a picture."""
    canvas = Canvas(str(path))
    for text in pages or ("The fee is 5 euros.",):
        if text:
            canvas.drawString(72, 700, text)
        else:
            canvas.drawInlineImage(_dot(), 72, 72, 400, 600)
        canvas.showPage()
    canvas.save()


def _dot() -> object:
    from PIL import Image

    return Image.new("L", (8, 8))


def _changed_pdf(change: Callable[[pikepdf.Pdf], object]) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        _pdf(path)
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            change(pdf)
            pdf.save(path)

    return make


def _locked(path: Path) -> None:
    _pdf(path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="secret", user="secret"))


def _loop_pages(pdf: pikepdf.Pdf) -> None:
    """The page tree holds itself, before and after its page."""
    tree = pdf.Root.Pages
    tree.Kids = pikepdf.Array([tree, *tree.Kids, tree])
    tree.Count = 3


def _many_pages(path: Path) -> None:
    """One object that is all of 100,000 pages."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count 100000/Kids[{'3 0 R ' * 100_000}]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    data = "%PDF-1.4\n" + "".join(f"{number} 0 obj{body}endobj\n" for number, body in enumerate(objects, start=1))
    path.write_text(data + "trailer<</Root 1 0 R>>")


def _add_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{SECRET}')")
    pdf.attachments["secret.txt"] = SECRET.encode()


def _attach_often(pdf: pikepdf.Pdf) -> None:
    tree = pikepdf.Array()
    file = pikepdf.AttachedFileSpec(pdf, b"x").obj
    for at in range(2_000):
        tree.extend([pikepdf.String(f"{at:05}"), file])
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=tree))


def _forget_characters(pdf: pikepdf.Pdf) -> None:
    """The font says that its glyphs are characters for private use."""
    font = next(iter(pdf.pages[0].Resources.Font.values()))
    mapping = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7e> <e020> endbfrange"
    font.ToUnicode = pdf.make_stream(b"begincmap " + mapping + b" endcmap")


def _many_rules(path: Path) -> None:
    """100,000 lines from edge to edge, in 1,000 paths, and a text under them."""
    across = " ".join(f"{at / 100} 0 m {at / 100} 800 l 0 {at / 100} m 600 {at / 100} l" for at in range(50))
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "The fee is 5 euros.")
    for _ in range(1_000):
        canvas._code.append(f"{across} S")
    canvas.save()


def _many_columns(path: Path) -> None:
    """Rows of 300 numbers under a header of half as many names."""
    canvas = Canvas(str(path), pagesize=(4_800, 842))
    canvas.setFont("Helvetica", 6)
    for at in range(300):
        canvas.drawString(8 + 15.5 * at, 700, "" if at % 2 else "ab")
        canvas.drawString(8 + 15.5 * at, 688, "12")
        canvas.drawString(8 + 15.5 * at, 676, "12")
    canvas.save()


def _image(bits: int, side: int, mask: int = 0) -> Callable[[Path], object]:
    """A page that is one picture of so many pixels a side, all of one colour; its ``mask`` has so many, too."""

    def make(path: Path) -> None:
        def picture(pdf: pikepdf.Pdf, bits: int, side: int) -> pikepdf.Stream:
            packer, row = zlib.compressobj(), bytes(side * bits // 8)
            data = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
            image = pdf.make_stream(data)
            for name, value in {"Width": side, "Height": side, "BitsPerComponent": bits}.items():
                image[f"/{name}"] = value
            image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            image.ColorSpace, image.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.FlateDecode
            return image

        pdf = pikepdf.new()
        page = pdf.add_blank_page(page_size=(595, 842))
        image = picture(pdf, bits, side)
        if mask:
            image.SMask = picture(pdf, 8, mask)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /I Do")
        pdf.save(path)

    return make


def _vast_page(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=(2_000_000, 2_000_000))
    canvas.drawInlineImage(_dot(), 0, 0, 2_000_000, 2_000_000)
    canvas.showPage()
    canvas.save()


# DOCX and XLSX


def _docx(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("The fee is 5 euros.")
    document.save(str(path))


def _xlsx(path: Path, *rows: list[str]) -> None:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    for row in rows or (["Fee", "EUR"], ["Card", "5"]):
        workbook.active.append(row)
    workbook.save(path)


def _rewritten(
    make: Callable[[Path], object], changes: dict[str, Callable[[bytes], bytes]], more: dict[str, bytes] | None = None
) -> Callable[[Path], object]:
    """What ``make`` writes, with ``changes`` of its parts, and with ``more`` parts."""

    def rewrite(path: Path) -> None:
        make(path)
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w", 8) as new:
            for name in old.namelist():
                new.writestr(name, changes.get(name, bytes)(old.read(name)))
            for name, data in (more or {}).items():
                new.writestr(name, data)

    return rewrite


def _in_body(inner: str) -> Callable[[Path], object]:
    """A document with more at its end."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"

    def change(data: bytes) -> bytes:
        data = data.replace(b"<w:document ", f'<w:document xmlns:M="{math}" xmlns:A="{mc}" '.encode(), 1)
        return data.replace(b"</w:body>", inner.encode() + b"</w:body>")

    return _rewritten(_docx, {"word/document.xml": change})


def _nested(count: int, before: str, after: str) -> str:
    return before * count + after * count


def _embedding(count: int) -> Callable[[Path], object]:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/oleObject"
    links = "".join(
        f'<Relationship Id="rE{at}" Type="{kind}" Target="embeddings/1.bin"/>' for at in range(count)
    ).encode()
    changes = {
        "word/_rels/document.xml.rels": lambda data: data.replace(b"</Relationships>", links + b"</Relationships>")
    }
    types = {
        "[Content_Types].xml": lambda data: data.replace(
            b"<Default ", b'<Default Extension="bin" ContentType="a/b"/><Default ', 1
        )
    }
    return _rewritten(_docx, changes | types, {"word/embeddings/1.bin": bytes(2**20)})


def _truncated(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def truncate(path: Path) -> None:
        make(path)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])

    return truncate


def _bomb(path: Path) -> None:
    """A thousand parts of 4 MiB each, in 4 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(2**22))
        directory = [archive.getinfo("word/document.xml")] * 1000
        archive.filelist.extend(directory)
        archive._didModify = True  # type: ignore[attr-defined]


def _lying_bomb(path: Path) -> None:
    """Its directory says that the part of 16 MiB has 100 bytes."""
    _rewritten(_docx, {"word/document.xml": lambda data: data.replace(b"5 euros", b" " * 2**24)})(path)
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("word/document.xml")
    path.write_bytes(path.read_bytes().replace(info.file_size.to_bytes(4, "little"), (100).to_bytes(4, "little")))


def _nested_bomb() -> bytes:
    data = bytes(2**22)
    for _ in range(5):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(10):
                archive.writestr(f"{copy}.zip", data)
        data = buffer.getvalue()
    return data


def _with_macros(make: Callable[[Path], object], content_type: str, folder: str) -> Callable[[Path], object]:
    main = f"application/vnd.openxmlformats-officedocument.{content_type}.main+xml"
    kind = "word" if folder == "word" else "excel.sheet"
    changed = f"application/vnd.ms-{kind}{'.document' if folder == 'word' else ''}.macroEnabled.main+xml"
    types = {"[Content_Types].xml": lambda data: data.replace(main.encode(), changed.encode())}
    return _rewritten(make, types, {f"{folder}/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"})


def _laughs(name: str) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE {name} [<!ENTITY l0 "laugh">{entities}]>'


def _laughing(data: bytes) -> bytes:
    at = data.index(b"<w:document")
    return data[:at] + _laughs("w:document").encode() + data[at:].replace(b"The fee", b"&l9;")


def _template_elsewhere(data: bytes) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    link = f'<Relationship Id="rId99" Type="{kind}" Target="http://192.0.2.1/x.dotm" TargetMode="External"/>'
    return data.replace(b"</Relationships>", link.encode() + b"</Relationships>")


def _table(properties: str, inner: str) -> bytes:
    return f"<w:tbl><w:tr><w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc></w:tr></w:tbl>".encode()


def _with_tables(*tables: bytes) -> Callable[[Path], object]:
    return _rewritten(
        _docx, {"word/document.xml": lambda data: data.replace(b"<w:sectPr", b"".join(tables) + b"<w:sectPr", 1)}
    )


_PARAGRAPH_OF_CELL = "<w:p><w:r><w:t>The fee is 5 euros.</w:t></w:r></w:p>"


def _nested_tables(depth: int) -> bytes:
    start, end = _table("", "|").split(b"|")
    return start * depth + _PARAGRAPH_OF_CELL.encode() + end * depth


def _sheet(rows: str) -> Callable[[Path], object]:
    def change(data: bytes) -> bytes:
        start = data[: data.index(b"<sheetData")]
        return start + f"<sheetData>{rows}</sheetData></worksheet>".encode()

    return _rewritten(_xlsx, {"xl/worksheets/sheet1.xml": change})


def _merged(*places: str) -> Callable[[Path], object]:
    spans = "".join(f'<mergeCell ref="{place}"/>' for place in places).encode()

    def change(data: bytes) -> bytes:
        return data.replace(b"</sheetData>", b"</sheetData><mergeCells>" + spans + b"</mergeCells>")

    return _rewritten(_xlsx, {"xl/worksheets/sheet1.xml": change})


def _cell(place: str, text: str = "") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>' if text else f'<c r="{place}" s="0"/>'


def _rows(rows: int, columns: int) -> str:
    places = [[f"{get_column_letter(column)}{row}" for column in range(1, columns + 1)] for row in range(1, rows + 1)]
    return "".join(
        f"<row r='{at}'>{''.join(_cell(place, place) for place in row)}</row>" for at, row in enumerate(places, start=1)
    )


_LETTERS = [get_column_letter(column) for column in range(1, 16_385)]
_EMPTY_ROWS = "".join(f'<row r="{number}">{_cell(f"A{number}")}</row>' for number in range(2, 50_000))
_FIRST_ROW = f'<row r="1">{_cell("A1", "Fee: 5 euros")}</row>'
_FAR_ROW = f'<row r="1048576">{_cell("XFD1048576", "far away")}</row>'

# HTML, Markdown, text and XML

_ROW = "<tr>{}</tr>"
_DOWN = f'<td rowspan="0">{"The fee is 5 euros. " * 9}</td>'
_SPANS = '<td rowspan="65534" colspan="1000">5 euros</td>'
_REGULATION = "<regulation><part><content><section>{}</section></content></part></regulation>"
_PARAGRAPH = "<paragraph><content>{}</content></paragraph>"
_HIDDEN = f"""<html><body><script>{SECRET}</script><p style="display:none">{SECRET}</p><p hidden>{SECRET}</p>
<!-- {SECRET} --><a href="javascript:'{SECRET}'">The fee</a> <img src="data:text/html,{SECRET}"> is 5 euros.
<template>{SECRET}</template><iframe src="file:///etc/passwd">{SECRET}</iframe></body></html>"""


def _rule(text: str, document_type: str = "") -> Callable[[Path], object]:
    return _text(f"<?xml version='1.0'?>{document_type}{_REGULATION.format(_PARAGRAPH.format(text))}")


def _xxe(path: Path) -> None:
    (path.parent / "secret").write_text(SECRET)
    entity = f"<!DOCTYPE regulation [<!ENTITY s SYSTEM '{(path.parent / 'secret').as_uri()}'>]>"
    _rule("The fee is &s;", entity)(path)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WORD_MACROS = _with_macros(_docx, "wordprocessingml.document", "word")
_SHEET_MACROS = _with_macros(_xlsx, "spreadsheetml.sheet", "xl")

ODD = [
    Odd("truncated.pdf", _truncated(_pdf), refused="damaged"),
    Odd("locked.pdf", _locked, refused="encrypted"),
    Odd("really-pdf.docx", _pdf, refused="it is a PDF"),
    Odd("really-pdf.txt", _pdf, refused="it is a PDF"),
    Odd("really-docx.pdf", _docx, refused="zip archive or an Office document"),
    Odd("really-xlsx.docx", _xlsx, refused="not of this format"),
    Odd("page-loop.pdf", _changed_pdf(_loop_pages)),
    Odd("many-pages.pdf", _many_pages, refused="100,000 pages"),
    Odd("scanned.pdf", lambda path: _pdf(path, "", ""), refused="text recognition"),
    Odd("half-scanned.pdf", lambda path: _pdf(path, "The fee is 5 euros.", ""), warned="1 of 2 pages"),
    Odd("script.pdf", _changed_pdf(_add_script), warned="1 attached file was left out"),
    Odd("unknown-characters.pdf", _changed_pdf(_forget_characters), refused="characters are unknown"),
    Odd("attached.pdf", _changed_pdf(_attach_often), warned="2,000 attached files"),
    Odd("truncated.docx", _truncated(_docx), refused="not what its name says"),
    Odd("bomb.docx", _bomb, refused="unpacks to"),
    Odd("lying-bomb.docx", _lying_bomb, refused="damaged"),
    Odd("nested-bomb.docx", _rewritten(_docx, {}, {"word/embeddings/1.zip": _nested_bomb()})),
    Odd("laughs.docx", _rewritten(_docx, {"word/document.xml": _laughing}), refused="damaged"),
    Odd("template-elsewhere.docx", _rewritten(_docx, {"word/_rels/document.xml.rels": _template_elsewhere})),
    Odd(
        "deep-alternatives.docx",
        _in_body(_nested(10_000, "<A:AlternateContent><A:Choice>", "</A:Choice></A:AlternateContent>")),
        refused="damaged",
    ),
    Odd("deep-formula.docx", _in_body(f"<w:p>{_nested(80, '<M:oMath><M:d><M:e>', '</M:e></M:d></M:oMath>')}</w:p>")),
    Odd("many-embedded.docx", _embedding(20_000), warned="20,000 embedded objects"),
    Odd("macros.docm", _WORD_MACROS, warned="macros"),
    Odd("hidden-macros.docx", _WORD_MACROS, warned="macros"),
    Odd("macros.xlsm", _SHEET_MACROS, warned="macros"),
    Odd("truncated.xlsx", _truncated(_xlsx), refused="not what its name says"),
    Odd("wide.xlsx", _sheet(_rows(rows=2, columns=10_000))),
    Odd("empty-rows.xlsx", _sheet(_FIRST_ROW + _EMPTY_ROWS)),
    Odd("far-cell.xlsx", _sheet(_FIRST_ROW + _FAR_ROW)),
    Odd("merged-whole.xlsx", _merged("A1:XFD1048576"), warned="cells under merged ones"),
    Odd("merged-far.xlsx", _merged("A2:A1048576", "XFD1:XFD1048576")),
    Odd("merged-often.xlsx", _merged(*["A2:A9", "B2:D9"] * 100_000)),
    Odd("many-cells.xlsx", _sheet(_rows(rows=301, columns=100)), refused="more than the 30,000 cells"),
    Odd("merged-columns.xlsx", _merged(*(f"{letter}2:{letter}1048576" for letter in _LETTERS))),
    Odd("merged-over.xlsx", _merged(*["A2:XFD1048576", "B2:XFC1048575"] * 100_000), warned="under merged ones"),
    Odd(
        "wide-span.docx",
        _with_tables(_table('<w:gridSpan w:val="1000000000"/>', _PARAGRAPH_OF_CELL)),
        refused="columns",
    ),
    Odd("deep-tables.docx", _with_tables(_nested_tables(3_000)), refused="damaged"),
    Odd("deep-tables.html", _text("<table><tr><td>" * 5_000 + "The fee is 5 euros."), refused="nested too deeply"),
    Odd("many-spans.html", _text("<table>" + _ROW.format('<td colspan="2">5' * 1_000) * 30), refused="columns or"),
    Odd("spans-down.html", _text("<table>" + _ROW.format(_DOWN) * 900), refused="repeat more than"),
    Odd("spans-beyond.html", _text("<table>" + _ROW.format("<td>Card" + _SPANS) + _ROW.format("<td>Gold"))),
    Odd("wide-table.md", _text("|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n"), refused="columns"),
    Odd("many-rules.pdf", _many_rules),
    Odd("many-columns.pdf", _many_columns),
    Odd("right-to-left.md", _text("# رسوم\n\nرسوم البطاقة ٥ يورو، עמלת הכרטיס.\n")),
    Odd("utf-16.txt", _text("Die Gebühr beträgt 5 Euro.", "utf-16")),
    Odd("latin-1.txt", _text("Die Gebühr beträgt 5 Euro.", "latin-1")),
    Odd(
        "mixed.txt", _bytes("Die Gebühr für die Kärtchen ".encode() + "beträgt 5.".encode("latin-1")), warned="unknown"
    ),
    Odd("binary.txt", _bytes(b"The fee is\0 5 euros."), refused="binary"),
    Odd("empty.md", _bytes(b""), refused="is empty"),
    Odd("blank.txt", _text(" \n\n\t\u00a0\u200b\n"), refused="no text"),
    Odd("deep.html", _text("<div>" * 20_000 + "The fee is 5 euros."), refused="nested too deeply"),
    Odd("hidden.html", _text(_HIDDEN), warned="2 pieces of hidden text were left out"),
    Odd("deep-tables.html", _text("The fee is 5 euros." + "<table>A" * 10_000), refused="nested too deeply"),
    Odd("one-line.html", _text("<p>" + "The fee is 5 euros. " * 5_000)),
    Odd("long-list.html", _text("<ol>" + "<li>A fee of 5 euros." * 3_000)),
    Odd("deep-quotes.md", _text("The fee:\n\n" + ">" * 20_000 + " 5 euros."), refused="nested too deeply"),
    Odd(
        "deep-list.md",
        _text("".join(f"{'  ' * depth}- item {depth}\n" for depth in range(500))),
        refused="nested too deeply",
    ),
    Odd("open-brackets.md", _text("[" * 5_000 + "The fee is 5 euros." + "*a_" * 2_000)),
    Odd("deep.xml", _rule("<a>" * 10_000 + "5" + "</a>" * 10_000), refused="nested too deeply"),
    Odd("truncated.xml", _truncated(_rule("The fee is 5 euros.")), refused="not well-formed"),
    Odd("outside-entity.xml", _xxe, refused="entities"),
    Odd("laughs.xml", _rule("&l9;", _laughs("regulation")), refused="nested too deeply"),
    Odd(
        "one-long-entity.xml",
        _rule("&a;" * 50_000, f"<!DOCTYPE x [<!ENTITY a '{'a' * 50_000}'>]>"),
        refused="nested too deeply",
    ),
    Odd("outside-dtd.xml", _rule("The fee is 5 euros.", "<!DOCTYPE x SYSTEM 'http://192.0.2.1/x.dtd'>")),
    Odd("folder.pdf", Path.mkdir, refused="no file"),
    Odd("pipe.pdf", os.mkfifo, refused="no file"),
    Odd("loop.md", _loop, refused="can't be opened"),
]

# What only text recognition unpacks or draws.
PICTURES = [
    Odd("many-pixels.pdf", _image(bits=1, side=60_000), refused="3,600,000,000 pixels"),
    Odd("large-mask.pdf", _image(bits=1, side=8, mask=20_000), refused="nor was any recognised"),
    Odd("vast-page.pdf", _vast_page, refused="nor was any recognised"),
]
