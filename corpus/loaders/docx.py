"""DOCX: paragraphs and tables in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import OpcError
from docx.opc.part import PartFactory
from docx.oxml.ns import qn
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits, check_zip

# python-docx knows documents without macros only; those with them differ in nothing that is read.
PartFactory.part_type_for["application/vnd.ms-word.document.macroEnabled.main+xml"] = DocumentPart


def load_docx(path: Path, limits: Limits) -> Content:
    """Headings by paragraph style; a document has no pages until it is printed, so all of it is page 1."""
    warnings = check_zip(path, limits, "word/document.xml")
    try:
        document = Package.open(str(path)).main_document_part.document
        builder = PageBuilder()
        for part in _parts(document.element.body):
            if part.tag == qn("w:tbl"):
                table = Table(part, document)
                builder.table([_cells(row) for row in table.rows])
            else:
                _add(builder, Paragraph(part, document))
    except (OpcError, BadZipFile, XMLSyntaxError, KeyError, ValueError) as error:
        raise Unreadable("its contents are damaged: open it in a word processor and save it again") from error
    page = builder.page(1)
    first = next((page.text[b.start : b.end] for b in page.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    return Content(first or clean(document.core_properties.title or "") or None, (page,), warnings=warnings)


def _parts(element: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those in content controls and in what was inserted with changes tracked."""
    for child in element:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _parts(child)


def _text(element: Any) -> str:
    """What a reader sees with all tracked changes accepted."""
    pieces = []
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:p")):
        if node.tag == qn("w:t") and not any(above.tag == qn("w:del") for above in node.iterancestors()):
            pieces.append(node.text or "")
        elif node.tag != qn("w:t"):
            pieces.append(" ")
    return "".join(pieces)


def _add(builder: PageBuilder, paragraph: Paragraph) -> None:
    style = (paragraph.style.name if paragraph.style else None) or ""
    text = clean(_text(paragraph._p))
    if style == "Title":
        builder.add(Kind.HEADING, text, level=1)
    elif heading := re.fullmatch(r"[Hh]eading (\d)", style):
        builder.add(Kind.HEADING, text, level=int(heading[1]))
    elif style.startswith("List"):
        builder.add(Kind.ITEM, f"- {text}" if text else "")
    else:
        builder.add(Kind.PARAGRAPH, text)


def _cells(row: _Row) -> list[str]:
    """A merged cell is one object that python-docx gives once for each column it spans."""
    cells: list[_Cell] = []
    for cell in row.cells:
        if not cells or cell._tc is not cells[-1]._tc:
            cells.append(cell)
    return [_text(cell._tc) for cell in cells]
