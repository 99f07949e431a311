"""XLSX: each sheet a page, each row a row of its table."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from lxml.etree import XMLSyntaxError

from corpus.content import Content, Kind, Page, PageBuilder
from corpus.errors import Unreadable
from corpus.loaders.limits import Limits, check_zip
from corpus.loaders.xlsx.display import cell_text


def load_xlsx(path: Path, limits: Limits) -> Content:
    """Sheet names are headings, the first filled row of a sheet is its header, formulas show their last value."""
    warnings = check_zip(path, limits, "xl/workbook.xml")
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        pages = tuple(_page(number, sheet, limits) for number, sheet in enumerate(workbook.worksheets, start=1))
        title = workbook.properties.title
        workbook.close()
    except (BadZipFile, XMLSyntaxError, KeyError, ValueError, TypeError) as error:
        raise Unreadable("its contents are damaged: open it in a spreadsheet program and save it again") from error
    return Content(title or None, pages, paged=True, warnings=warnings)


def _page(number: int, sheet: Any, limits: Limits) -> Page:
    builder = PageBuilder()
    builder.add(Kind.HEADING, sheet.title, level=1)
    rows: list[list[str]] = []
    cells = 0
    sheet.reset_dimensions()  # a sheet may say that it is smaller than it is
    for row in sheet.iter_rows():
        texts = [cell_text(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        cells += sum(map(bool, texts))
        if cells > limits.cells:
            raise Unreadable(f"sheet {sheet.title!r} has more than the {limits.cells:,} cells that are taken")
        rows.append(texts)
    builder.table(rows)
    return builder.page(number)
