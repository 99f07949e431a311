"""What a loader makes of a file: pages of text, and the blocks on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpus.grid import Grid


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
    """``number`` counts from 1. Blocks are in reading order and don't overlap. ``goes_on`` says that the page begins
    with rows of the table that ends the page before, without its header. ``recognised`` is how sure text recognition is
    of the text, 0 to 1; None where the file holds it as text."""

    number: int
    text: str
    blocks: tuple[Block, ...]
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

    def table(self, rows: Iterable[Sequence[str]], headed: bool = True) -> None:
        """Append a table without merged cells, of which the first row is the header where it is ``headed``."""
        filled = [row for row in rows if any(map(clean, row))]
        self.grid(Grid.of_texts(filled, header_rows=int(headed)))

    def grid(self, grid: Grid) -> None:
        """Append a table, a line for each row; cells are joined with " | ", and a bar inside one becomes "¦".

        A row of which only the first cell is filled is a label of those under it, and stands without marks.
        """
        apart = True  # from what is above, which may be another table
        for at, texts in enumerate(grid.rows()):
            row = [clean(text).replace("|", "¦") for text in texts]
            kind = Kind.HEADER if at < grid.header_rows else Kind.ROW
            label = kind is Kind.ROW and not any(row[1:])
            if any(row):
                self.add(kind, row[0] if label else " | ".join(row), apart=apart)
                apart = False

    def page(self, number: int, goes_on: bool = False) -> Page:
        return Page(number, "".join(self._pieces), tuple(self._blocks), goes_on)


# Among them what turns the direction of writing round, and the tags that spell out text which nobody sees.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\u2061-\u2064\ufeff\ud800-\udfff\U000e0000-\U000e01ef]"
)


def clean(text: str) -> str:
    """``text`` without control characters, soft hyphens and marks that can't be seen, white space folded."""
    return " ".join(_INVISIBLE.sub("", text).split())
