"""A document of a word processor as its reader sees it: tables, notes, boxes, numbers and changes."""

from __future__ import annotations

import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from corpus.errors import Unreadable
from corpus.loaders import Limits, load
from corpus.loaders.counting import written

W = nsdecls("w")
KINDS = ("package", "oleObject", "aFChunk")


def read(document: Any, path: Path) -> str:
    document.save(path)
    return load(path, Limits()).pages[0].text


def with_xml(document: Any, *paragraphs: str) -> Any:
    """A document with paragraphs of these contents at its end."""
    for inner in paragraphs:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(f"<w:p {W}>{inner}</w:p>"))
    return document


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(document: Any, rows: list[list[str]]) -> Any:
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            made.cell(at, column).text = text
    return made


def test_merged_cells_keep_their_values_below_their_own_headers(tmp_path: Path) -> None:
    document = Document()
    made = table(
        document, [["Service", "Classic", "Gold"], ["Replacement", "", "EUR 0"], ["Limits", "A", "1"], ["", "B", "2"]]
    )
    made.cell(1, 1).merge(made.cell(1, 2)).text = "EUR 10"
    made.cell(2, 0).merge(made.cell(3, 0)).text = "Limits"
    assert read(document, tmp_path / "a.docx").splitlines() == [
        "Service | Classic | Gold",
        "Replacement | EUR 10 | EUR 10",
        "Limits | A | 1",
        "Limits | B | 2",
    ]


def test_a_row_that_begins_late_stays_in_its_columns(tmp_path: Path) -> None:
    document = Document()
    made = table(document, [["Year", "Small", "Large"], ["2025", "EUR 5", "EUR 6"], ["", "EUR 7", "EUR 8"]])
    row = made.rows[2]._tr
    row.remove(row.tc_lst[0])
    before = OxmlElement("w:gridBefore")
    before.set(qn("w:val"), "1")
    row.get_or_add_trPr().append(before)
    assert read(document, tmp_path / "a.docx").endswith("2025 | EUR 5 | EUR 6\n| EUR 7 | EUR 8")


def test_rows_that_were_deleted_or_hidden_are_left_out(tmp_path: Path) -> None:
    document = Document()
    made = table(document, [["Fee", "EUR"], ["Old", "1"], ["Draft", "2"], ["New", "3"]])
    for row, mark in ((1, "w:del"), (2, "w:hidden")):
        made.rows[row]._tr.get_or_add_trPr().append(OxmlElement(mark))
    assert read(document, tmp_path / "a.docx") == "Fee | EUR\nNew | 3"


def test_a_span_beyond_reason_is_refused(tmp_path: Path) -> None:
    document = Document()
    made = table(document, [["a", "b"], ["c", "d"]])
    made.cell(0, 0)._tc.get_or_add_tcPr().append(parse_xml(f'<w:gridSpan {W} w:val="1000000"/>'))
    document.save(tmp_path / "a.docx")
    with pytest.raises(Unreadable, match="columns"):
        load(tmp_path / "a.docx", Limits())


def test_what_is_struck_hidden_or_moved_away_is_left_out(tmp_path: Path) -> None:
    document = with_xml(
        Document(),
        run("The fee is ") + run("EUR 1 ", "<w:strike/>") + run("EUR 2.") + run(" Draft.", '<w:strike w:val="0"/>'),
        run("Staff may waive it.", "<w:vanish/>"),
        f'<w:moveFrom w:id="1" w:author="A">{run("Moved.")}</w:moveFrom>',
        f'<w:moveTo w:id="2" w:author="A">{run("Moved.")}</w:moveTo>',
    )
    assert read(document, tmp_path / "a.docx") == "The fee is EUR 2. Draft.\n\nMoved."


MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
STRUCK, HIDDEN = "<w:strike/>", "<w:vanish/>"


def with_blocks(document: Any, *blocks: str) -> Any:
    """A document with these blocks at its end."""
    for block in blocks:
        name, rest = block[1:].split(">", 1)
        block = f"<{name} {W} {MC} {MATH}>{rest}"
        document.element.body.insert(len(document.element.body) - 1, parse_xml(block))
    return document


def with_style(document: Any, name: str, inner: str, kind: str = "paragraph") -> None:
    named = f'w:styleId="{name}"><w:name w:val="{name}"/>'
    document.styles.element.append(parse_xml(f'<w:style {W} w:type="{kind}" {named}{inner}</w:style>'))


def warnings(document: Any, path: Path) -> tuple[str, ...]:
    document.save(path)
    return load(path, Limits()).warnings


def test_what_is_hidden_or_struck_is_counted_by_piece(tmp_path: Path) -> None:
    document = with_xml(
        Document(),
        run("The fee is ") + run("EUR ", STRUCK) + run("1 ", STRUCK) + run("EUR 2."),
        run("Draft.", HIDDEN) + run(" ", HIDDEN) + run("Draft.", HIDDEN) + run(" Seen. ") + run("Draft.", HIDDEN),
        run(" ", HIDDEN) + run("12", "<w:webHidden/>"),
    )
    table(document, [["Fee", "EUR"], ["Draft", "2"]]).rows[1]._tr.get_or_add_trPr().append(OxmlElement("w:hidden"))
    assert warnings(document, tmp_path / "a.docx") == (
        "2 pieces of hidden text, 1 hidden row and 1 piece of struck-through text were left out",
    )
    assert warnings(with_xml(Document(), run("The fee is 1.")), tmp_path / "b.docx") == ()


def test_a_style_hides_a_paragraph_and_one_that_is_based_on_it_too(tmp_path: Path) -> None:
    document = Document()
    with_style(document, "Gone", f"<w:rPr>{HIDDEN}</w:rPr>")
    with_style(document, "AlsoGone", '<w:basedOn w:val="Gone"/>')
    with_style(document, "Back", '<w:basedOn w:val="Gone"/><w:rPr><w:vanish w:val="0"/></w:rPr>')
    with_style(document, "Turned", f"<w:rPr>{HIDDEN}</w:rPr>", "character")
    of = '<w:pPr><w:pStyle w:val="{}"/></w:pPr>'
    with_xml(
        document,
        of.format("Gone")
        + run("One. ")
        + run("Two. ", '<w:vanish w:val="0"/>')
        + run("3.", '<w:rStyle w:val="Turned"/>'),
        of.format("AlsoGone") + run("Four."),
        of.format("Back") + run("Five."),
        run("Six. ", '<w:rStyle w:val="Turned"/>') + run("Seven."),
    )
    document.save(tmp_path / "a.docx")
    content = load(tmp_path / "a.docx", Limits())
    assert content.pages[0].text == "Two. 3.\n\nFive.\n\nSeven."
    assert content.warnings == ("3 pieces of hidden text were left out",)


def test_alternatives_and_tags_around_blocks_are_read(tmp_path: Path) -> None:
    one, two = (f"<w:p>{run(text)}</w:p>" for text in ("The first.", "The second."))
    made = "<w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>"
    document = with_blocks(
        Document(),
        f'<mc:AlternateContent><mc:Choice Requires="w14">{one}{made.format(run("In a table."))}</mc:Choice>'
        f'<mc:Choice Requires="w15">{two}</mc:Choice><mc:Fallback>{two}</mc:Fallback></mc:AlternateContent>',
        f"<mc:AlternateContent><mc:Fallback>{two}</mc:Fallback></mc:AlternateContent>",
        f'<w:smartTag w:element="place"><w:p>{run("In a tag.")}</w:p></w:smartTag>',
        f'<w:p><w:smartTag w:element="place">{run("In a line.")}</w:smartTag></w:p>',
    )
    expected = ["The first.", "In a table.", "The second.", "In a tag.", "In a line."]
    assert read(document, tmp_path / "a.docx").split("\n\n") == expected


def _math(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (_math("x=y"), "x=y"),
        (f"<m:sSup><m:e>{_math('10')}</m:e><m:sup>{_math('6')}</m:sup></m:sSup>", "10^6"),
        (f"<m:sSup><m:e>{_math('1+r')}</m:e><m:sup>{_math('n+1')}</m:sup></m:sSup>", "(1+r)^(n+1)"),
        (f"<m:sSub><m:e>{_math('x')}</m:e><m:sub>{_math('2')}</m:sub></m:sSub>", "x_2"),
        (f"<m:f><m:num>{_math('a+b')}</m:num><m:den>{_math('12')}</m:den></m:f>", "(a+b)/12"),
        (
            f'<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>{_math("n")}</m:num><m:den>{_math("k")}</m:den></m:f>',
            "(n over k)",
        ),
        (f"<m:rad><m:deg/><m:e>{_math('x')}</m:e></m:rad>", "√(x)"),
        (f"<m:rad><m:deg>{_math('3')}</m:deg><m:e>{_math('x')}</m:e></m:rad>", "root 3 of (x)"),
        (f"<m:d><m:e>{_math('a')}</m:e><m:e>{_math('b')}</m:e></m:d>", "(a|b)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{_math("i=1")}</m:sub>'
            f"<m:sup>{_math('n')}</m:sup><m:e>{_math('i')}</m:e></m:nary>",
            "∑ from i=1 to n (i)",
        ),
        (f"<m:func><m:fName>{_math('ln')}</m:fName><m:e>{_math('x')}</m:e></m:func>", "ln x"),
        (f"<m:m><m:mr><m:e>{_math('1')}</m:e></m:mr><m:mr><m:e>{_math('2')}</m:e></m:mr></m:m>", "1; 2"),
    ],
)
def test_formulas_are_read_in_a_line_and_by_themselves(tmp_path: Path, inner: str, expected: str) -> None:
    formula = f"<m:oMath>{inner}</m:oMath>"
    document = with_blocks(
        Document(), f"<w:p>{run('It is')}{formula}{run('.')}</w:p>", f"<m:oMathPara>{formula}</m:oMathPara>"
    )
    assert read(document, tmp_path / "a.docx").split("\n\n") == [f"It is {expected} .", expected]


def test_embedded_objects_are_counted_with_those_under_a_password(tmp_path: Path) -> None:
    document = with_xml(Document(), run("The fee is 1."))
    old_office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    objects = [b"PK", old_office + "EncryptedPackage".encode("utf-16-le"), old_office]
    for at, data in enumerate(objects):
        part = Part(PackURI(f"/word/embeddings/{at}.bin"), "application/vnd.ms-office", data, document.part.package)
        document.part.relate_to(
            part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{KINDS[at]}"
        )
    assert warnings(document, tmp_path / "a.docx") == (
        "2 embedded objects and 1 embedded object with a password were left out",
    )


def test_raised_marks_and_powers(tmp_path: Path) -> None:
    up = '<w:vertAlign w:val="superscript"/>'
    document = with_xml(
        Document(), run("EUR 15") + run("1", up) + run("2", up) + run(" for 5 m") + run("2", up) + run(".")
    )
    assert read(document, tmp_path / "a.docx") == "EUR 15 (note 12) for 5 m²."


def test_raised_and_struck_by_a_style_or_by_its_place(tmp_path: Path) -> None:
    document = Document()
    for name, inner in (("Up", '<w:vertAlign w:val="superscript"/>'), ("Out", "<w:strike/>")):
        named = f'w:styleId="{name}"><w:name w:val="{name}"/>'
        style = f'<w:style {W} w:type="character" {named}<w:rPr>{inner}</w:rPr></w:style>'
        document.styles.element.append(parse_xml(style))
    up, out, higher = '<w:rStyle w:val="Up"/>', '<w:rStyle w:val="Out"/>', '<w:position w:val="6"/>'
    with_xml(document, run("EUR 15") + run("2", up) + run(" or EUR 9") + run("3", higher) + run("Old", out) + run("."))
    assert read(document, tmp_path / "a.docx") == "EUR 15 (note 2) or EUR 9 (note 3)."


def test_the_style_of_paragraphs_that_name_none_counts(tmp_path: Path) -> None:
    document = Document()
    document.styles["Normal"].font.strike = True
    with_style(document, "Back", '<w:basedOn w:val="Normal"/><w:rPr><w:strike w:val="0"/></w:rPr>')
    with_xml(document, run("The fee is 1."), '<w:pPr><w:pStyle w:val="Back"/></w:pPr>' + run("The fee is 2."))
    assert read(document, tmp_path / "a.docx") == "The fee is 2."
    assert warnings(document, tmp_path / "a.docx") == ("1 piece of struck-through text was left out",)


def test_what_a_header_of_several_sections_leaves_out_is_counted_once(tmp_path: Path) -> None:
    document = Document()
    said = document.sections[0].header.paragraphs[0]
    said.add_run("For branches in Austria")
    said.add_run(" and in Chile").font.strike = True
    [link] = document.element.iter(qn("w:headerReference"))
    document.add_section()._sectPr.insert(0, deepcopy(link))
    assert read(document, tmp_path / "a.docx") == "On every page: For branches in Austria"
    assert warnings(document, tmp_path / "a.docx") == ("1 piece of struck-through text was left out",)


def test_headers_that_no_page_shows_are_left_out(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("The fee is EUR 5.")
    section = document.sections[0]
    section.first_page_header.paragraphs[0].text = "Only on the first page"
    section.even_page_footer.paragraphs[0].text = "Only on the even pages"
    section.header.paragraphs[0].text = "For branches in Austria"
    part = document.part.add_header_part()[0]
    part.element.append(parse_xml(f"<w:p {W}>{run('A header of no section')}</w:p>"))
    document.add_section().header.is_linked_to_previous = False
    document.sections[1].header.paragraphs[0].text = "For branches in Chile"
    document.sections[1].header.add_paragraph("For branches in Austria")
    text = "\n\nThe fee is EUR 5."
    assert read(document, tmp_path / "a.docx") == (
        "On every page: For branches in Austria\n\nOn some pages: For branches in Chile" + text
    )
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    assert read(document, tmp_path / "a.docx").endswith(
        "On the first page: Only on the first page\n\nOn even pages: Only on the even pages" + text
    )


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('The cap is 1.5%.')}</w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    choice = f'<mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
    both = f"<mc:AlternateContent {mc}>{choice}</mc:AlternateContent>"
    document = with_xml(Document(), run("See the box.") + f"<w:r>{both}</w:r>")
    assert read(document, tmp_path / "a.docx") == "See the box.\n\nThe cap is 1.5%."


def test_a_footnote_stands_below_what_refers_to_it_and_a_header_is_read(tmp_path: Path) -> None:
    document = with_xml(
        Document(), run("Not refunded") + '<w:r><w:footnoteReference w:id="7"/></w:r>' + run("."), run("Next.")
    )
    section = document.sections[0]
    section.header.paragraphs[0].text = "Valid for branches in Austria only"
    section.footer.paragraphs[0].text = "Page 3 of 9"
    document.save(tmp_path / "a.docx")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    with zipfile.ZipFile(tmp_path / "a.docx") as old, zipfile.ZipFile(tmp_path / "b.docx", "w") as new:
        for name in old.namelist():
            data = old.read(name).decode("latin-1")
            if name == "[Content_Types].xml":
                data = data.replace(
                    "</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{media}"/></Types>'
                )
            if name == "word/_rels/document.xml.rels":
                link = f'<Relationship Id="rIdF" Type="{kind}" Target="footnotes.xml"/></Relationships>'
                data = data.replace("</Relationships>", link)
            new.writestr(name, data.encode("latin-1"))
        inner = f'<w:footnote w:id="7"><w:p>{run("Except within 30 days.")}</w:p></w:footnote>'
        note = f"<w:footnotes {W}>{inner}</w:footnotes>"
        new.writestr("word/footnotes.xml", note)
    assert load(tmp_path / "b.docx", Limits()).pages[0].text.split("\n\n") == [
        "On every page: Valid for branches in Austria only",
        "Not refunded (note 1).",
        "Note 1: Except within 30 days.",
        "Next.",
    ]


def test_numbers_that_the_program_writes_are_read(tmp_path: Path) -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    levels = [("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)")]
    inner = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{inner}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    numbering.append(
        parse_xml(
            f'<w:num {W} w:numId="78"><w:abstractNumId w:val="77"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        )
    )
    for text, level, of in (
        ("A", 0, 77),
        ("a", 1, 77),
        ("x", 2, 77),
        ("y", 2, 77),
        ("b", 1, 77),
        ("z", 2, 77),
        ("B", 0, 77),
        ("c", 1, 77),
        ("E", 0, 78),
    ):
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{of}"/></w:numPr>'))
    assert read(document, tmp_path / "a.docx").splitlines() == [
        *("1. A", "1.1 a", "(a) x", "(b) y", "1.2 b", "(a) z", "2. B", "2.1 c", "5. E"),
    ]


def test_what_is_deleted_is_not_counted_and_what_stands_in_cells_is(tmp_path: Path) -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
    legal = '<w:lvl w:ilvl="1"><w:isLgl/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{level}{legal}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))

    def number(paragraph: Any, level: int = 0, mark: str = "") -> None:
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))
        properties.append(parse_xml(f"<w:rPr {W}>{mark}</w:rPr>"))

    number(document.add_paragraph("one"))
    number(document.add_paragraph(""), mark='<w:del w:id="1" w:author="A"/>')
    number(table(document, [["a", "b"], ["two", "c"]]).cell(1, 0).paragraphs[0])
    number(document.add_paragraph("three"))
    number(document.add_paragraph("clause"), level=1)
    lines = read(document, tmp_path / "a.docx").splitlines()
    assert [line for line in lines if line and "|" not in line] == ["I. one", "III. three", "3.1 clause"]


@pytest.mark.parametrize(
    ("count", "style", "expected"),
    [
        (4, "lowerRoman", "iv"),
        (1994, "upperRoman", "MCMXCIV"),
        (27, "lowerLetter", "aa"),
        (3, "decimalZero", "03"),
        (2, "?", "2"),
        (10**9, "lowerLetter", "1000000000"),
    ],
)
def test_how_a_list_writes_its_numbers(count: int, style: str, expected: str) -> None:
    assert written(count, style) == expected
