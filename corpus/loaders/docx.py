"""DOCX: paragraphs and tables in their order."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from corpus.content import Content, Kind, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits, check_zip


def load_docx(path: Path, limits: Limits) -> Content:
    """Headings by paragraph style; a document has no pages until it is printed, so all of it is page 1."""
    if path.read_bytes()[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("it is encrypted or in the old .doc format: save it as .docx without a password")
    check_zip(path, limits, "word/document.xml")
    try:
        document = docx.Document(str(path))
        builder = PageBuilder()
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                builder.table([_cells(row) for row in part.rows])
            else:
                _add(builder, part)
    except (OpcError, BadZipFile, XMLSyntaxError, KeyError, ValueError) as error:
        raise Unreadable("its contents are damaged: open it in a word processor and save it again") from error
    page = builder.page(1)
    first = next((page.text[b.start : b.end] for b in page.blocks if b.kind is Kind.HEADING and b.level == 1), None)
    return Content(first or clean(document.core_properties.title or "") or None, (page,))


def _add(builder: PageBuilder, paragraph: Paragraph) -> None:
    style = (paragraph.style.name if paragraph.style else None) or ""
    if style == "Title":
        builder.add(Kind.HEADING, paragraph.text, level=1)
    elif heading := re.fullmatch(r"[Hh]eading (\d)", style):
        builder.add(Kind.HEADING, paragraph.text, level=int(heading[1]))
    elif style.startswith("List"):
        builder.add(Kind.ITEM, f"- {paragraph.text}" if clean(paragraph.text) else "")
    else:
        builder.add(Kind.PARAGRAPH, paragraph.text)


def _cells(row: docx.table._Row) -> list[str]:
    """A merged cell is one object that python-docx gives once for each column it spans."""
    cells: list[docx.table._Cell] = []
    for cell in row.cells:
        if not cells or cell._tc is not cells[-1]._tc:
            cells.append(cell)
    return [cell.text for cell in cells]
