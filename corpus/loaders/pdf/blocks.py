"""Lines in reading order put together to the blocks of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from corpus.content import Kind, Page, PageBuilder
from corpus.loaders.pdf.headings import Levels, has_leaders, without_leaders
from corpus.loaders.pdf.lines import Line
from corpus.loaders.pdf.marks import note_mark
from corpus.loaders.pdf.pieces import LINE_HYPHENS, is_bullet, is_label
from corpus.loaders.pdf.ruled import HeadedTable
from corpus.loaders.pdf.ruled_cells import ruled_cells
from corpus.loaders.pdf.table_cells import TableCells, table_cells
from corpus.loaders.pdf.tables import lines_above, table_end, units_above
from corpus.loaders.pdf.words import Words
from corpus.table import Table

_STOP = re.compile(r"[.:;?!][’”\"')\]]*$|[;,] (?:and|or)$|—$")


_SECTION = re.compile(r"§+ ?\d")


@dataclass(frozen=True)
class _Part:
    """Lines that make one block, or one table."""

    lines: tuple[Line, ...]
    level: int = 0
    table: bool = False
    headed: bool = True  # where the header can be told from a row


def blocks(
    pages: Sequence[Sequence[Sequence[Line]]], levels: Levels, words: Words, recognised: Set[int] = frozenset()
) -> Iterator[Page]:
    """Each page with the blocks of its regions, which are in reading order. Printed rows of a table lose their header
    where that is on one of the pages that were ``recognised``: in it, a digit may have been taken for another."""
    last: TableCells | None = None  # the table that ends the page before
    written: Table | None = None  # the same, as it was written
    of_picture = False
    for at, regions in enumerate(pages):
        loses_header = of_picture and at not in recognised
        if loses_header and written:
            written = replace(written, header=())
        parts = list(_page_parts(at, regions, levels))
        tables: dict[int, TableCells] = {}
        for place, part in enumerate(parts):
            if part.table:
                tables[place] = _cells(part, words, last if place == 0 else None)
        page = _page(at + 1, parts, tables, words, written)
        yield replace(page, goes_on=page.goes_on and not loses_header)
        if parts:
            last = _whole(tables.get(len(parts) - 1), last)
            written = page.tables[-1] if last and page.tables else None
            of_picture = at in recognised


def _cells(part: _Part, words: Words, above: TableCells | None) -> TableCells:
    table = part.lines
    drawn = table[-1].pieces[0]
    if isinstance(drawn, HeadedTable):
        return table_cells((*table[:-1], *drawn.lines), words, above)
    if drawn.is_table:
        return ruled_cells(table, words, above)
    return table_cells(table, words, above, part.headed)


def _whole(table: TableCells | None, above: TableCells | None) -> TableCells | None:
    """The table that the next page may go on with, if one ends the page; one without a header has that of ``above``."""
    if table and table.goes_on:
        return above
    return table if table and table.grid.header_rows else None


def _page_parts(page: int, regions: Sequence[Sequence[Line]], levels: Levels) -> Iterator[_Part]:
    waiting: _Part | None = None
    for at, region in enumerate(regions):
        headings = {start: found for (where, own, start), found in levels.items() if (where, own) == (page, at)}
        for part in _parts(region, headings):
            if waiting and _over_columns(waiting, part):
                waiting = _Part(waiting.lines + part.lines)
                continue
            if waiting:
                yield waiting
            waiting = part
    if waiting:
        yield waiting


def _page(
    number: int, parts: Sequence[_Part], tables: dict[int, TableCells], words: Words, above: Table | None = None
) -> Page:
    """A page, whose first table goes on with the one ``above`` where its cells say so."""
    builder = PageBuilder()
    for place, part in enumerate(parts):
        if table := tables.get(place):
            builder.grid(table.grid, above if table.goes_on else None)
        else:
            _add(builder, part, words)
    return builder.page(number)


def _over_columns(above: _Part, part: _Part) -> bool:
    """Whether a paragraph goes on at the head of the next column."""
    if above.level or above.table or part.level or part.table:
        return False
    last, first = above.lines[-1], part.lines[0]
    if note_mark(first.text):
        return False
    if last.y >= first.y:
        return False
    unfinished = last.height == first.height and not _STOP.search(last.text) and not _begins_item(first.text)
    return unfinished or _goes_on(last.text, first.text)


def _goes_on(above: str, text: str) -> bool:
    return above.endswith(LINE_HYPHENS) or (text[0].islower() and not _begins_item(text) and not _STOP.search(above))


def _parts(region: Sequence[Line], headings: dict[int, tuple[int, int]]) -> Iterator[_Part]:
    stops = {at for at, line in enumerate(region) if line.is_table or _is_note(line)}
    unsure: set[int] = set()
    above = _Paragraphs(region)
    at = 0
    while at < len(region):
        line, heading = region[at], headings.get(at)
        if line.is_table:
            yield from _ruled_parts(above, line)
            at += 1
            continue
        end = table_end(region, at, stops, headings, unsure) if heading is None and len(line.pieces) > 1 else at
        if heading:
            yield from above.parts()
            below = at + heading[0]
            names = _names_below(region, at, below, stops, headings)
            if below - names > at:
                yield _Part(tuple(region[at : below - names]), level=heading[1])
            at = below - names
            if names:
                end = table_end(region, below, stops, headings, unsure)
                yield _Part(tuple(region[at:end]), table=True)
                at = end
        elif end > at:
            names = lines_above(above.lines, region[at:end])
            yield from above.parts(but=names)
            yield _Part(tuple(region[at - names : end]), table=True, headed=at not in unsure)
            at = end
        else:
            above.add(line)
            at += 1
    yield from above.parts()


class _Paragraphs:
    """The paragraphs since the last heading or table of a region; the last lines may yet belong to the next table."""

    def __init__(self, region: Sequence[Line]) -> None:
        self._leading = _leading(region)
        self._right = max(line.right for line in region)
        self._found: list[list[Line]] = []

    def add(self, line: Line) -> None:
        if self._found and _continues(self._found[-1], line, self._leading, self._right):
            self._found[-1].append(line)
        else:
            self._found.append([line])

    @property
    def lines(self) -> list[Line]:
        return [line for paragraph in self._found for line in paragraph]

    def parts(self, but: int = 0) -> Iterator[_Part]:
        """All of them ``but`` the last lines; they are forgotten."""
        left = len(self.lines) - but
        for paragraph in self._found:
            if left > 0:
                yield _Part(tuple(paragraph[:left]))
            left -= len(paragraph)
        self._found = []


def _is_note(line: Line) -> bool:
    return bool(note_mark(line.text)) and len(line.pieces) == 1


def _ruled_parts(above: _Paragraphs, line: Line) -> Iterator[_Part]:
    """The lines above a ruled table, what is printed beside it, and the table with the units right above it."""
    lines = above.lines
    units = units_above(lines, line)
    beside = tuple(piece for piece in line.pieces if not piece.is_table)
    yield from above.parts(but=units)
    if beside:
        yield _Part((Line(beside),))
    for table in (piece for piece in line.pieces if piece.is_table):
        yield _Part((*lines[len(lines) - units :], Line((table,))), table=True)


def _names_below(region: Sequence[Line], heading: int, below: int, stops: set[int], headings: Collection[int]) -> int:
    """How many of the last lines of what looks like a heading name the columns of a table right below it."""
    names_several = any(len(line.pieces) > 1 for line in region[heading:below])
    begins = names_several and below < len(region) and below not in stops and below not in headings
    end = table_end(region, below, stops, headings, set()) if begins else below
    return lines_above(region[heading:below], region[below:end]) if end > below else 0


def _leading(region: Sequence[Line]) -> dict[float, float]:
    """The distance of baselines that is usual between lines of a height, both in points."""
    gaps: dict[float, Counter[float]] = {}
    for above, line in zip(region, region[1:], strict=False):
        if 0 < above.y - line.y < 2 * line.height:
            gaps.setdefault(round(line.height), Counter())[round(above.y - line.y, 1)] += 1
    return {height: count.most_common(1)[0][0] for height, count in gaps.items()}


def _continues(run: Sequence[Line], line: Line, leading: dict[float, float], right: float) -> bool:
    """Whether ``line`` belongs to the paragraph or item of the lines in ``run``."""
    above = run[-1]
    usual = max(leading.get(round(line.height), 0.0), line.height)
    gap = above.y - line.y
    if note_mark(line.text):
        return False
    if has_leaders(above.text) or not 0 <= gap <= 2.2 * usual or is_bullet(line.text[0]):
        return False
    if _goes_on(above.text, line.text):
        return True
    alike = abs(above.height - line.height) <= 0.15 * above.height
    if not alike or gap > 1.3 * usual:
        return False
    stopped = bool(_STOP.search(above.text))
    margin = above.left if len(run) > 1 else None
    moved = margin is not None and abs(line.left - margin) > 0.5 * line.height
    if _begins_item(line.text):
        # "(c) of this section" after "paragraph" is no item.
        indented = line.left > above.left + 0.5 * line.height
        beside_first = abs(line.left - run[0].left) < 0.5 * line.height and _begins_item(run[0].text)
        return not (stopped or moved or indented or beside_first)
    if stopped and (
        moved or (len(run) == 1 and line.left > above.left + 0.5 * line.height and not _begins_item(above.text))
    ):
        return False
    return not (stopped and above.right < right - 0.25 * (right - above.left))


def _begins_item(text: str) -> bool:
    if _SECTION.match(text):
        return True
    word = text.split(" ", 1)[0]
    return is_label(word) or is_bullet(word[0])


def _add(builder: PageBuilder, part: _Part, words: Words) -> None:
    text = words.join(without_leaders(line.text) for line in part.lines)
    if part.level:
        builder.add(Kind.HEADING, text, level=part.level)
    else:
        builder.add(Kind.ITEM if _begins_item(part.lines[0].text) else Kind.PARAGRAPH, text)
