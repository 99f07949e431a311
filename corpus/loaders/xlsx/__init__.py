"""XLSX as a spreadsheet program shows it: each sheet a page, with its tables, the texts around them and text boxes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from lxml.etree import XMLSyntaxError

from corpus.content import Content, Kind, Page, PageBuilder, clean
from corpus.errors import Unreadable
from corpus.loaders.left_out import left_out_warning
from corpus.loaders.limits import Limits, check_zip
from corpus.loaders.xlsx.drawings import text_boxes
from corpus.loaders.xlsx.sheet import SheetReader
from corpus.loaders.xlsx.tables import Title, read_tables


def load_xlsx(path: Path, limits: Limits) -> Content:
    """Sheet names are headings, each table has its own header, formulas show their last value."""
    warnings = check_zip(path, limits, "xl/workbook.xml")
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True, rich_text=True)
        title = clean(workbook.properties.title or "")
        with ZipFile(path) as archive:
            pages, left_out = _pages(workbook, archive, limits)
        workbook.close()
    except (BadZipFile, XMLSyntaxError, LookupError, ValueError, TypeError, OverflowError) as error:
        raise Unreadable("its contents are damaged: open it in a spreadsheet program and save it again") from error
    return Content(title or None, pages, paged=True, warnings=(*warnings, *_warnings(left_out)))


def _pages(workbook: Any, archive: ZipFile, limits: Limits) -> tuple[tuple[Page, ...], Counter[str]]:
    reader = SheetReader(workbook, limits)
    shown = [sheet for sheet in workbook.worksheets if limits.hidden or sheet.sheet_state == "visible"]
    reader.left_out["hidden sheet"] = len(workbook.worksheets) - len(shown)
    pages = [_page(number, sheet, archive, reader, limits) for number, sheet in enumerate(shown, start=1)]
    if reader.left_out["hidden sheet"] and not any(len(page.blocks) > 1 for page in pages):
        raise Unreadable("all that it holds is hidden: show its sheets and save it again")
    return tuple(pages), reader.left_out


def _page(number: int, sheet: Any, archive: ZipFile, reader: SheetReader, limits: Limits) -> Page:
    builder = PageBuilder()
    builder.add(Kind.HEADING, sheet.title, level=1)
    with archive.open(sheet._worksheet_path) as source:
        cells = reader.cells(sheet, source)
    for part in read_tables(cells, limits.cells):
        if isinstance(part, Title):
            builder.add(Kind.HEADING, part, level=2)
        elif isinstance(part, str):
            builder.add(Kind.PARAGRAPH, part)
        else:
            builder.grid(part)
    for text in text_boxes(archive, sheet._worksheet_path, reader.left_out, limits.hidden):
        builder.add(Kind.PARAGRAPH, text)
    return builder.page(number)


def _warnings(left_out: Counter[str]) -> list[str]:
    """Clauses on what of a workbook isn't in its pages."""
    warnings = list(left_out_warning(left_out))
    if count := left_out["formula"]:
        formulas = "1 formula holds no result" if count == 1 else f"{count:,} formulas hold no result"
        warnings.append(f"{formulas}: open it in a spreadsheet program and save it again")
    return warnings
