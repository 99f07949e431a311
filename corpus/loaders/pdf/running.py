"""Running headers and footers: what stands at the head or foot of page after page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.loaders.pdf.lines import rows
from corpus.loaders.pdf.pieces import Piece

_DEPTH = 6  # rows from the edge that may be running
_BAND = 3.0  # points by which the baseline of a running row may differ from page to page
_SHARE = 0.3  # of the pages, or of the left or right ones
_SURE = 0.6  # of the pages
_MIDDLE = 0.3, 0.7  # of the highest baseline: what stands between is no head and no foot
_FEW = 6  # pages, on which one part of a line may be alike by chance
_CITATION = re.compile(r"§+|\b(?:pt|pts|app|supp|subpt)\.|\([a-z0-9]{1,5}\)|[“\"].*?[”\"]|\b[ivxlc]+\b|\b[a-z]\b")


_PAGE_NUMBER = re.compile(r"[-–]? ?(?:\d{1,4}|[ivxl]{1,6}) ?[-–]?$")


@dataclass(frozen=True)
class _Row:
    """Pieces on one baseline. ``marks`` are what they say, their numbers and citations aside."""

    pieces: tuple[Piece, ...]
    marks: frozenset[str]

    @property
    def is_number(self) -> bool:
        return len(self.pieces) == 1 and bool(_PAGE_NUMBER.match(self.pieces[0].text))

    @property
    def place(self) -> tuple[int, float]:
        return self.band, round(self.pieces[0].height)

    @property
    def band(self) -> int:
        return round(self.pieces[0].y / _BAND)


def mark(text: str) -> str:
    """``text`` in small letters with "#" for page numbers, dates, and citations of sections and paragraphs."""
    cited = _CITATION.sub("#", text.lower())
    return re.sub(r"#[#\s,.\-–/]*", "# ", re.sub(r"\d+", "#", cited)).strip()


def without_running(pages: Sequence[list[Piece]]) -> list[list[Piece]]:
    """``pages`` without their running lines.

    The rows of an edge are taken from the outside in, and the first that is not running ends it: text between two
    paragraphs is never dropped. A head that is the largest print of the first page stays there, being the title.
    """
    every = [_rows(page) for page in pages]
    highest = max((piece.y for page in pages for piece in page), default=0.0)
    heads = _running([_edge(page, len(pages)) for page in every], highest)
    feet = _running([_edge(page[::-1], len(pages)) for page in every], highest)
    kept: list[list[Piece]] = []
    for number, (page, head, foot) in enumerate(zip(every, heads, feet, strict=True)):
        rest = [piece for row in page[head : len(page) - foot] for piece in row.pieces]
        if number == 0:
            rest = _title([piece for row in page[:head] for piece in row.pieces], rest) + rest
        kept.append(rest)
    return kept


def _rows(page: Sequence[Piece]) -> list[_Row]:
    return [_Row(tuple(row), frozenset(mark(piece.text) for piece in row)) for row in rows(page)]


def _edge(page: Sequence[_Row], page_count: int) -> Sequence[_Row]:
    # On two pages alike lines may be chance, such as the last rows of two tables; so only the outermost are looked at.
    return page[: 1 if page_count < 3 else _DEPTH]


def _running(edges: Sequence[Sequence[_Row]], highest: float) -> list[int]:
    """How many rows of each page's edge, from the outside in, are running; ``highest`` is the highest baseline."""
    needed = max(2.0, _SHARE * len(edges))
    bands: dict[int, Counter[str]] = defaultdict(Counter)
    sides: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for number, edge in enumerate(edges):
        for row in edge:
            bands[row.band].update(row.marks)
            sides[row.band, number % 2].update(row.marks)

    numbered = sum(bool(edge) and edge[0].is_number for edge in edges) >= needed

    def repeats(row: _Row, number: int) -> bool:
        if numbered and row.is_number and row is edges[number][0]:
            return True
        near = (row.band - 1, row.band, row.band + 1)
        if _MIDDLE[0] * highest < row.pieces[0].y < _MIDDLE[1] * highest:
            return False
        return (any if len(edges) >= _FEW else all)(
            sum(bands[at][text] for at in near) >= needed
            or sum(sides[at, number % 2][text] for at in near) >= max(3.0, needed / 2)
            for text in row.marks
        )

    def count(number: int, runs: Callable[[_Row, int], bool]) -> int:
        edge = edges[number]
        # A table's header row that comes again under the page's head is the table's.
        rows = range(len(edge))
        return next((at for at in rows if (at and len(edge[at].pieces) > 2) or not runs(edge[at], number)), len(edge))

    counts = [count(number, repeats) for number in range(len(edges))]
    # Where nearly every page has such a line, at one place and in one size, another text there is running too.
    places = Counter(row.place for edge, rows in zip(edges, counts, strict=True) for row in edge[:rows])
    usual = {place for place, pages in places.items() if pages >= max(3.0, _SURE * len(edges))}
    return [count(number, lambda row, at: row.place in usual or repeats(row, at)) for number in range(len(edges))]


def _title(head: Sequence[Piece], rest: Sequence[Piece]) -> list[Piece]:
    tallest = max((piece.height for piece in head), default=0.0)
    if any(piece.height >= tallest for piece in rest):
        return []
    return [piece for piece in head if piece.height > 0.9 * tallest]
