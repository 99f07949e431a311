"""The stored text of a version as it is compared with another: its lines, and which of them are rows of tables."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from corpus.diff import Line, VersionText
from corpus.schema import Page, Version
from corpus.store import DocumentRecord
from corpus.table import Table, cells_of, ends_group, read_from_text
from corpus.table_diff import TableRow, TableText


def read(session: Session, record: DocumentRecord, number: int) -> VersionText:
    """The text of version ``number`` of a document. Raises `UnknownVersion`."""
    record.version(number)
    of_version = select(Page, Version.paged).join(Version).where(Version.document_id == record.id)
    of_version = of_version.options(selectinload(Page.passages))
    lines: list[Line] = []
    tables: list[TableText] = []
    for page, paged in session.execute(of_version.where(Version.number == number).order_by(Page.number)):
        # A heading's own line belongs to no passage: it stands below that of the passage before it.
        starts = [passage.start for passage in page.passages]
        at, line_at = 0, dict[int, int]()
        for text in page.text.split("\n"):
            before = bisect_right(starts, at)
            heading = page.passages[before - 1].heading if before else ""
            if text:
                line_at[at] = len(lines)
                lines.append(Line(text, page.number if paged else None, heading))
            at += len(text) + 1
        for place, table in enumerate(_tables(page)):
            above = tables[-1] if place == 0 and tables and _goes_on(table, tables[-1]) else None
            rows = tuple(_rows(table, page.text, line_at, above.rows if above else ()))
            if above:
                tables[-1] = replace(above, rows=above.rows + rows)
            else:
                heading = lines[rows[0].line].heading
                tables.append(TableText(rows, table.header, table.header_lines, table.labels, heading))
    return VersionText(tuple(lines), tuple(tables))


def _tables(page: Page) -> list[Table]:
    """The tables of a page. Where it was read before tables were stored, they are read off its text."""
    return read_from_text(page.text) if page.tables is None else [Table.of_json(each) for each in page.tables]


def _goes_on(table: Table, above: TableText) -> bool:
    """Whether the first table of a page goes on with the one ``above``, the last before that page."""
    return bool(table.header) and table.header_lines == 0 and table.header == above.header


def _rows(table: Table, text: str, line_at: Mapping[int, int], above: Sequence[TableRow]) -> Iterator[TableRow]:
    """The rows of a table of a page's ``text`` that goes on with those ``above``; ``line_at`` is which line begins
    where."""
    passed = list(above)
    for number, span in enumerate(table.lines()):
        cells = tuple(cell for cell, _ in cells_of(span.of(text)))
        is_header = number < table.header_lines
        row = TableRow(line_at[span.start], cells, "" if is_header or _begins_group(cells) else _group_below(passed))
        yield row
        if not is_header:
            passed.append(row)


def _group_below(rows: Sequence[TableRow]) -> str:
    """The label of the group that the row below these is in."""
    if not rows or _begins_group(rows[-1].cells):
        return rows[-1].cells[0] if rows else ""
    is_first = len(rows) > 1 and _begins_group(rows[-2].cells)
    return "" if ends_group(rows[-1].cells[0], is_first) else rows[-1].group


def _begins_group(cells: tuple[str, ...]) -> bool:
    """Whether a row is only a label, which is that of the rows below it: no unit in brackets."""
    return not any(cells[1:]) and not cells[0].startswith("(")
