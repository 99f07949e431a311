"""Tables in the text of a page: which of its lines are their rows, and what names their columns and rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from corpus.language.sentences import Span
from corpus.table_header import header_rows, label_columns, rows_named_by_more, spread

BETWEEN_CELLS = " | "


@dataclass(frozen=True)
class Table:
    """A table whose rows are lines of a text: row n begins at ``starts[n]``, and the last one ends at ``end``.

    ``header`` are the texts of its header, by row and column. Its first ``header_lines`` rows print it; they are none
    where the table goes on from the page before. The first ``labels`` columns name the rows; those in ``named_by``, as
    (row, columns), have one label and are told apart by more columns. ``merged`` are the cells that cover several
    places, as (row, column, rows, columns); their text stands in each of these, but for those of the header and those
    over the whole width.
    """

    starts: tuple[int, ...]
    end: int
    header: tuple[tuple[str, ...], ...] = ()
    header_lines: int = 0
    labels: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    named_by: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of_rows(
        cls,
        rows: Sequence[Sequence[str]],
        starts: Sequence[int],
        end: int,
        *,
        header_lines: int | None = None,
        above: Table | None = None,
        merged: Sequence[tuple[int, int, int, int]] = (),
    ) -> Self:
        """The table of these ``rows``. The first ``header_lines`` and those that go on with them are its header; none
        where that is 0, and what looks like it where that is None. Or the one ``above`` going on, whose header it
        has."""
        if above:
            own = tuple(rows_named_by_more(rows, above.labels))
            return cls(tuple(starts), end, above.header, 0, above.labels, tuple(merged), own)
        count = 0 if header_lines == 0 else header_rows(rows, header_lines or 0)
        header: Sequence[Sequence[str]] = rows[:count]
        if not any(row < count and columns > 1 for row, _, _, columns in merged):
            header = spread(header)
        labels = label_columns(rows[count:])
        own = tuple((count + at, columns) for at, columns in rows_named_by_more(rows[count:], labels))
        return cls(tuple(starts), end, tuple(map(tuple, header)), count, labels, tuple(merged), own)

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> Self:
        """The table that `json` gave."""
        return cls(
            tuple(stored["starts"]),
            stored["end"],
            tuple(map(tuple, stored["header"])),
            stored["header_lines"],
            stored["labels"],
            tuple(map(tuple, stored["merged"])),
            tuple(map(tuple, stored.get("named_by", ()))),
        )

    def json(self) -> dict[str, Any]:
        """The table as it is stored: without what earlier versions didn't have, where there is none of it, so that what
        they stored is the same."""
        return {name: value for name, value in asdict(self).items() if value or name != "named_by"}

    def moved(self, by: int) -> Self:
        """The table in a text that begins so many characters before, or after, the one that it is of."""
        return replace(self, starts=tuple(start + by for start in self.starts), end=self.end + by)

    @property
    def start(self) -> int:
        return self.starts[0]

    def lines(self) -> list[Span]:
        """Where the rows stand, each without the line break at its end."""
        ends = [*(start - 1 for start in self.starts[1:]), self.end]
        return [Span(start, end) for start, end in zip(self.starts, ends, strict=True)]

    def rows(self, text: str) -> Iterator[tuple[Span, list[tuple[str, Span]], int]]:
        """The rows below the header that stand in ``text`` as a whole: where they do, their cells with places, and how
        many of these are their labels."""
        own = dict(self.named_by)
        for at, line in enumerate(self.lines()):
            if at >= self.header_lines and line.start >= 0 and line.end <= len(text):
                yield line, cells_of(line.of(text), line.start), own.get(at, self.labels)

    def header_spans(self, text: str) -> tuple[Span, ...]:
        """Where the lines of the header stand, as far as they do in ``text``."""
        return tuple(line for line in self.lines()[: self.header_lines] if line.start >= 0 and line.end <= len(text))


def ends_group(label: str, is_first: bool) -> bool:
    """Whether the rows below this one are no longer of the group that it is in: a total ends it, but not as its first
    row, right below its name."""
    return not is_first and label.lower().startswith("total")


def is_row(line: str) -> bool:
    """Whether a line of text is one of several cells."""
    return BETWEEN_CELLS in f" {line} "


def cells_of(line: str, start: int = 0) -> list[tuple[str, Span]]:
    """The texts of a row's cells, and where they stand in the text in which the row begins at ``start``."""
    found = []
    for piece in line.split("|"):
        inner = piece.strip()
        first = start + len(piece) - len(piece.lstrip())
        found.append((inner, Span(first, first + len(inner))))
        start += len(piece) + 1
    return found


def within(stored: Sequence[dict[str, Any]] | None, start: int, end: int, text: str, context: str) -> list[Table]:
    """Those of a page's ``stored`` tables of which rows stand from ``start`` to ``end``, placed in the ``text`` there.
    Where a page was read before tables were stored, they are read off that text."""
    if stored is None:
        return read_from_text(text, context)
    tables = (Table.of_json(each) for each in stored)
    return [table.moved(-start) for table in tables if table.start < end and start < table.end]


def read_from_text(text: str, context: str = "") -> list[Table]:
    """The tables that the lines of a passage show, of a document that was read before tables were stored: paragraphs
    that have lines with bars. The passage's ``context`` has the header of the first, where that begins above it."""
    above = [[cell for cell, _ in cells_of(line)] for line in context.split("\n") if is_row(line)]
    found: list[Table] = []
    for lines in paragraphs(text):
        if not any(is_row(line.of(text)) for line in lines):
            continue
        rows = above + [[cell for cell, _ in cells_of(line.of(text))] for line in lines]
        table = Table.of_rows(rows, [], lines[-1].end, header_lines=len(above) or None)
        own = table.header_lines - len(above)
        named_by = tuple((at - len(above), columns) for at, columns in table.named_by)
        starts = tuple(line.start for line in lines)
        found.append(replace(table, starts=starts, header_lines=own, named_by=named_by))
        above = []
    return found


def paragraphs(text: str) -> Iterator[list[Span]]:
    """The lines of each paragraph; empty lines part them."""
    start = 0
    lines: list[Span] = []
    for line in text.split("\n"):
        if line.strip():
            lines.append(Span(start, start + len(line)))
        elif lines:
            yield lines
            lines = []
        start += len(line) + 1
    if lines:
        yield lines
