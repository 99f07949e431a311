"""What a loader makes of a file: pages of text, and the blocks on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from corpus.grid import Grid
from corpus.table import BETWEEN_CELLS, Table


class Kind(StrEnum):
    """What a block is. A row is one row of a table; its first rows are its header."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    HEADER = "header"
    ROW = "row"


@dataclass(frozen=True)
class Block:
    """The characters ``start`` to ``end`` (exclusive) of a page. ``level`` counts from 1 and is of headings only."""

    kind: Kind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True)
class Page:
    """``number`` counts from 1. Blocks are in reading order and don't overlap, and neither do tables. ``goes_on`` says
    that the page begins with rows of the table that ends the page before, without its header. ``recognised`` is how
    sure text recognition is of the text, 0 to 1, where 0 is that nobody knows; None where the file holds it as
    text."""

    number: int
    text: str
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...] = ()
    goes_on: bool = False
    recognised: float | None = None


@dataclass(frozen=True)
class Content:
    """A file as read. ``paged`` says whether page numbers mean something to a reader: those of a PDF or the sheets of a
    workbook do. ``title`` is None where the file doesn't name itself, ``effective_from`` where it doesn't say from when
    it applies. ``warnings`` are clauses on what of the file isn't in its pages."""

    title: str | None
    pages: tuple[Page, ...]
    paged: bool = False
    effective_from: date | None = None
    warnings: tuple[str, ...] = ()


class PageBuilder:
    """Collects blocks and writes the page text that they are spans of.

    White space inside a block is folded to single spaces, and characters that no reader sees are dropped, so that a
    quotation can be compared with the page character by character.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._tables: list[Table] = []
        self._goes_on = False

    def add(self, kind: Kind, text: str, level: int = 0, apart: bool = False) -> None:
        """Append a block; one without visible text is left out. Neighbouring items and rows stand on neighbouring
        lines, unless they are to stand ``apart``."""
        text = clean(text)
        if not text:
            return
        close = {Kind.ITEM, Kind.ROW, Kind.HEADER}
        if self._blocks:
            is_close = kind in close and self._blocks[-1].kind in close and not apart
            self._write("\n" if is_close else "\n\n")
        start = self._length
        self._write(text)
        self._blocks.append(Block(kind, start, self._length, level))

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def table(self, rows: Iterable[Sequence[str]], headed: bool | None = True, above: Table | None = None) -> None:
        """Append a table without merged cells. Its first row is the header where it is ``headed``, and those that look
        like one where that is None; or it goes on with the table ``above``, which ends the page before."""
        filled = [row for row in rows if any(map(clean, row))]
        self.grid(Grid.of_texts(filled, header_rows=None if headed is None else int(headed)), above)

    def grid(self, grid: Grid, above: Table | None = None) -> None:
        """Append a table, or more rows of the one ``above``, a line for each row; a bar inside a cell becomes "¦".

        A row of which only the first cell is filled is a label of those under it, and stands without marks.
        """
        grid = grid if grid.header_rows is not None else grid.with_whole_header()
        rows, places = list[list[str]](), dict[int, int]()
        for at, texts in enumerate(grid.rows()):
            row = [clean(text).replace("|", "¦") for text in texts]
            if any(row):
                places[at] = len(rows)
                rows.append(row)
        if not rows:
            return
        self._goes_on |= above is not None
        known = sum(at < (grid.header_rows or 0) for at in places)
        table = Table.of_rows(rows, [], 0, header_lines=known, above=above, merged=list(_merged(grid, places)))
        if grid.doubtful and table.header_lines == 1:
            [header] = table.header
            header = tuple("" if at in grid.doubtful else text for at, text in enumerate(header))
            table = replace(table, header=(header,))
        starts = []
        for number, row in enumerate(rows):
            kind = Kind.HEADER if number < table.header_lines else Kind.ROW
            is_label = number >= known and not any(row[1:])
            # Apart from what is above, which may be another table.
            self.add(kind, row[0] if is_label else BETWEEN_CELLS.join(row), apart=number == 0)
            starts.append(self._blocks[-1].start)
        self._tables.append(replace(table, starts=tuple(starts), end=self._length))

    def page(self, number: int) -> Page:
        return Page(number, "".join(self._pieces), tuple(self._blocks), tuple(self._tables), self._goes_on)


def _merged(grid: Grid, places: Mapping[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """The cells of a grid that cover several places, by the rows that are written: ``places`` has their numbers."""
    for cell in grid.cells:
        written = [places[row] for row in range(cell.row, cell.end_row) if row in places]
        if written and (len(written) > 1 or cell.columns > 1):
            yield written[0], cell.column, len(written), cell.columns


# Among them what turns the direction of writing round, and the tags that spell out text which nobody sees.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\u2061-\u2064\ufeff\ud800-\udfff\U000e0000-\U000e01ef]"
)


def clean(text: str) -> str:
    """``text`` without control characters, soft hyphens and marks that can't be seen, white space folded."""
    return " ".join(_INVISIBLE.sub("", text).split())
