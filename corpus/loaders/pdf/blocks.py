"""Lines in reading order put together to the blocks of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


def blocks(pages: Sequence[Sequence[Sequence[Line]]], levels: Levels, words: Words) -> Iterator[Page]:
    """Each page with the blocks of its regions, which are in reading order."""
    last: TableCells | None = None  # the table that ends the page before
    written: Table | None = None  # the same, as it was written
    for at, regions in enumerate(pages):
        parts = list(_page_parts(at, regions, levels))
        tables: dict[int, TableCells] = {}
        for place, part in enumerate(parts):
            if part.table:
                tables[place] = _cells(part.lines, words, last if place == 0 else None)
        page = _page(at + 1, parts, tables, words, written)
        yield page
        if parts:
            last = _whole(tables.get(len(parts) - 1), last)
            written = page.tables[-1] if last and page.tables else None


def _cells(table: Sequence[Line], words: Words, above: TableCells | None) -> TableCells:
    drawn = table[-1].pieces[0]
    if isinstance(drawn, HeadedTable):
        return table_cells((*table[:-1], *drawn.lines), words, above)
    return ruled_cells(table, words, above) if drawn.is_table else table_cells(table, words, above)


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
    leading = _leading(region)
    right = max(line.right for line in region)
    stops = set(headings) | {at for at, line in enumerate(region) if line.is_table or _is_note(line)}
    run: list[Line] = []
    at = 0
    while at < len(region):
        heading = headings.get(at)
        if region[at].is_table:
            yield from _ruled_parts(run, region[at])
            run = []
            at += 1
            continue
        end = table_end(region, at, stops) if heading is None and len(region[at].pieces) > 1 else at
        if heading is None and end == at:
            if run and not _continues(run, region[at], leading, right):
                yield _Part(tuple(run))
                run = []
            run.append(region[at])
            at += 1
            continue
        above = lines_above(run, region[at:end]) if end > at else 0
        if len(run) > above:
            yield _Part(tuple(run[: len(run) - above]))
        run = []
        if heading:
            below = at + heading[0]
            names = _names_below(region, at, below, stops)
            if below - names > at:
                yield _Part(tuple(region[at : below - names]), level=heading[1])
            at = below - names
            if names:
                end = table_end(region, below, stops)
                yield _Part(tuple(region[at:end]), table=True)
                at = end
        else:
            yield _Part(tuple(region[at - above : end]), table=True)
            at = end
    if run:
        yield _Part(tuple(run))


def _is_note(line: Line) -> bool:
    return bool(note_mark(line.text)) and len(line.pieces) == 1


def _ruled_parts(run: Sequence[Line], line: Line) -> Iterator[_Part]:
    """The lines above a ruled table, what is printed beside it, and the table with the units right above it."""
    above = len(run) - units_above(run, line)
    beside = tuple(piece for piece in line.pieces if not piece.is_table)
    if above:
        yield _Part(tuple(run[:above]))
    if beside:
        yield _Part((Line(beside),))
    for table in (piece for piece in line.pieces if piece.is_table):
        yield _Part((*run[above:], Line((table,))), table=True)


def _names_below(region: Sequence[Line], heading: int, below: int, stops: set[int]) -> int:
    """How many of the last lines of what looks like a heading name the columns of a table right below it."""
    end = table_end(region, below, stops) if below < len(region) and below not in stops else below
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
