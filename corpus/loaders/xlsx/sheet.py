"""The cells of a sheet that its reader sees, and a count of what was left out.

openpyxl gives no merged cells, hidden rows or formulas where it reads a sheet row by row, and makes an object of every
cell that a merged one covers where it doesn't. So the sheet's own part is read here, and the rest by openpyxl.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from lxml import etree
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_ISO8601
from openpyxl.utils.escape import unescape

from corpus.errors import Unreadable
from corpus.loaders.limits import Limits
from corpus.loaders.xlsx.display import cell_text
from corpus.loaders.xlsx.tables import SheetCell
from corpus.raised import raised

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

# What an East Asian program shows as its dates and times, for which the file has no code (ECMA-376, 18.8.30).
_DATES_WITHOUT_CODE = {*range(27, 32), 36, *range(50, 55), 57, 58}
_YES = ("1", "true")


class Style(NamedTuple):
    number_format: str
    struck: bool
    bold: bool


class Span(NamedTuple):
    """Merged cells, by the number of their first and last row and column."""

    row: int
    column: int
    end_row: int
    end_column: int


class SheetReader:
    """Reads the sheets of one workbook. ``left_out`` counts what none of its readers sees, by its name."""

    def __init__(self, workbook: Any, limits: Limits) -> None:
        self._limits = limits
        self._date1904 = workbook.epoch == CALENDAR_MAC_1904
        self._styles: dict[int, Style] = {}
        self.left_out: Counter[str] = Counter()

    def cells(self, sheet: Any, source: Any) -> list[SheetCell]:
        """What is shown of a sheet, in the order of rows, its rows and columns counted without the hidden ones."""
        part = _Part(sheet, source, self._cell, self._limits.cells)
        cells = list(part.read())
        cells.sort()
        shown = list(self._merged(cells, part.spans))
        if self._limits.hidden or not (part.hidden_rows or part.hidden_columns):
            return shown
        return list(self._visible(shown, part))

    def _cell(self, sheet: Any, cell: Any) -> tuple[str, bool]:
        """The text of a cell, and whether it is bold."""
        style = self._style(sheet, int(cell.get("s") or 0))
        value = self._value(sheet, cell)
        if value is None:
            return "", style.bold
        if isinstance(value, list | tuple):
            return self._runs(value, style), style.bold
        if style.struck and not self._limits.hidden:
            self.left_out["struck cell"] += 1
            return "", style.bold
        text = cell_text(value, style.number_format, self._date1904)
        if not text and value and not isinstance(value, str):
            self.left_out["unseen"] += 1
        return (unescape(text) if "_x" in text else text), style.bold

    def _value(self, sheet: Any, cell: Any) -> Any:
        kind, parts = cell.get("t", "n"), {part.tag.rpartition("}")[2]: part for part in cell}
        if kind == "inlineStr":
            text = parts.get("is")
            if text is not None and len(text) == 1 and text[0].tag.endswith("}t"):
                return text[0].text
            return None if text is None else tuple(CellRichText.from_tree(text))
        value = parts["v"].text if "v" in parts else None
        if not value:
            # A formula with an empty text as its result has that kind.
            self.left_out["formula"] += kind != "str" and "f" in parts
            return None
        if kind == "n":
            return int(value) if value.isdigit() else float(value)
        if kind == "s":
            return sheet._shared_strings[int(value)]
        if kind == "b":
            return value in _YES
        if kind == "d":
            return from_ISO8601(value)  # type: ignore[no-untyped-call]
        return value

    def _runs(self, runs: Sequence[str | TextBlock], style: Style) -> str:
        """The text of runs in fonts of their own: struck ones left out, raised ones told from what they stand at."""
        text, mark, struck = "", "", False
        for run in runs:
            font = run.font if isinstance(run, TextBlock) else None
            if (font.strike if font else style.struck) and not self._limits.hidden:
                struck = True
            elif font and font.vertAlign == "superscript":
                mark += str(run)
            else:
                text += raised(text, mark) + str(run)
                mark = ""
        self.left_out["struck cell"] += struck
        text = cell_text(text + raised(text, mark), style.number_format)
        return unescape(text) if "_x" in text else text

    def _style(self, sheet: Any, number: int) -> Style:
        if number not in self._styles:
            try:
                cell = ReadOnlyCell(sheet, 1, 1, None, "n", number)
                code, font = cell.number_format, cell.font
                if code == "General" and cell.style_array.numFmtId in _DATES_WITHOUT_CODE:
                    code = "yyyy-mm-dd"
            except IndexError as error:
                raise ValueError("a style that there is not") from error
            self._styles[number] = Style(code, bool(font.strike), bool(font.b))
        return self._styles[number]

    def _merged(self, cells: Sequence[SheetCell], spans: list[Span]) -> Iterator[SheetCell]:
        """The cells with their spans, without those under another cell. A span over an earlier one counts for none."""
        spans.sort()
        active: list[tuple[int, int, Span]] = []
        at, first_end, last = 0, math.inf, (0, 0)
        for cell in cells:
            if (cell.row, cell.column) == last:
                continue
            last = (cell.row, cell.column)
            while True:
                if first_end < cell.row:
                    active = [each for each in active if each[2].end_row >= cell.row]
                    first_end = min((each[2].end_row for each in active), default=math.inf)
                if at == len(spans) or spans[at].row > cell.row:
                    break
                span, at = spans[at], at + 1
                if span.end_row < cell.row:
                    continue
                place = bisect_left(active, (span.column,))
                over_left = place > 0 and active[place - 1][1] >= span.column
                if not over_left and (place == len(active) or active[place][0] > span.end_column):
                    insort(active, (span.column, span.end_column, span))
                    first_end = min(first_end, span.end_row)
            place = bisect_right(active, (cell.column, math.inf)) - 1
            cover = active[place][2] if place >= 0 and active[place][1] >= cell.column else None
            if cover is None:
                yield cell
            elif (cover.row, cover.column) == last:
                rows, columns = cover.end_row - cover.row + 1, cover.end_column - cover.column + 1
                yield cell._replace(rows=rows, columns=columns)
            else:
                self.left_out["covered"] += 1

    def _visible(self, cells: Sequence[SheetCell], part: _Part) -> Iterator[SheetCell]:
        """What is left of each cell when hidden rows and columns are gone."""
        rows, columns = sorted(part.hidden_rows), sorted(part.hidden_columns)
        gone_rows, gone_columns = set(), set()
        for cell in cells:
            row, end_row = (at - bisect_left(rows, at) for at in (cell.row, cell.end_row))
            column, end_column = (at - bisect_left(columns, at) for at in (cell.column, cell.end_column))
            if row == end_row:
                gone_rows.add(cell.row)
            elif column == end_column:
                gone_columns.add(cell.column)
            else:
                yield cell._replace(row=row, rows=end_row - row, column=column, columns=end_column - column)
        self.left_out["hidden row"] += len(gone_rows)
        self.left_out["hidden column"] += len(gone_columns)


class _Part:
    """The XML of one sheet, read from beginning to end."""

    def __init__(self, sheet: Any, source: Any, cell: Callable[[Any, Any], tuple[str, bool]], most: int) -> None:
        self._sheet, self._source, self._cell, self._most = sheet, source, cell, most
        self._columns: dict[str, int] = {}
        self.spans: list[Span] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()

    def read(self) -> Iterator[SheetCell]:
        """The cells that hold text, none of them merged yet."""
        tags = ("row", "col", "mergeCell", "conditionalFormatting", "dataValidation", "hyperlink")
        events = etree.iterparse(
            self._source, tag=["{*}" + tag for tag in tags], resolve_entities=False, no_network=True, remove_pis=True
        )
        number = filled = 0
        for _, element in events:
            tag = element.tag.rpartition("}")[2]
            if tag == "row":
                number = int(float(element.get("r") or number + 1))
                if not 1 <= number <= MOST_ROWS:
                    raise ValueError("a row that no sheet has")
                if element.get("hidden") in _YES or element.get("ht") == "0":
                    self.hidden_rows.add(number)
                for cell in self._row(number, element):
                    filled += 1
                    if filled > self._most:
                        raise Unreadable(
                            f"sheet {self._sheet.title!r} has more than the {self._most:,} cells that are taken"
                        )
                    yield cell
            elif tag == "col" and (element.get("hidden") in _YES or element.get("width") == "0"):
                first, last = int(element.get("min")), min(int(element.get("max")), MOST_COLUMNS)
                self.hidden_columns.update(range(first, last + 1))
            elif tag == "mergeCell":
                column, row, end_column, end_row = range_boundaries(element.get("ref"))
                self.spans.append(Span(row or 1, column or 1, end_row or MOST_ROWS, end_column or MOST_COLUMNS))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def _row(self, number: int, element: Any) -> Iterator[SheetCell]:
        ns = element.tag[: -len("row")]
        column = 0
        for cell in element.iterchildren(ns + "c"):
            column = self._column(cell.get("r"), column)
            text, bold = self._cell(self._sheet, cell)
            if text and not text.isspace():
                yield SheetCell(number, column, 1, 1, text, bold)

    def _column(self, place: str | None, before: int) -> int:
        if not place:
            return before + 1
        letters = place.rstrip("0123456789")
        if letters not in self._columns:
            self._columns[letters] = column_index_from_string(letters)
        return self._columns[letters]
