"""Tables in passages: cells with what their row and their column are called, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answering.tables.notation import Notation, notation_of, number
from corpus.language.scales import (
    UNCLEAR,
    Scale,
    only_one,
    scale_of_caption,
    scale_of_cell,
    scale_of_name,
    scale_of_text,
    unit_named,
)
from corpus.language.sentences import Span
from corpus.notes import notes, without_marks
from corpus.passage_store import PassageRecord
from corpus.table import Table, ends_group, is_row, paragraphs
from corpus.table_header import names_of_columns


@dataclass(frozen=True)
class Cell:
    """One cell: its text, its row's label and that of the group of rows it is in, the heading of its column and the
    labels of the header's lines, and the spans of its text and row in the text of its passage. ``header`` are those of
    the header's lines, as far as they stand in that text; ``scale`` is what header or context say numbers are
    counted in: "thousand", "million", "billion" or "", or UNCLEAR where they contradict each other; ``is_of_money`` is
    whether that names a currency and stands outside of the row's label, so that it needn't be meant of counts.
    ``notation`` is how the numbers of its table are written, which is that ``table`` of its passage, from 0.
    ``caption`` are the lines above it that say what it is counted in."""

    passage: PassageRecord
    text: str
    label: str
    group: str
    heading: str
    title: str
    span: Span
    row: Span
    header: tuple[Span, ...]
    scale: str
    notation: Notation
    table: int
    caption: tuple[Span, ...] = ()
    is_of_money: bool = False

    @property
    def value(self) -> Decimal | None:
        """The number that it holds and nothing else, negative in accountants' brackets; None where it holds words, or
        a number whose notation can't be told or that was only recognised from a picture."""
        return None if self.is_recognised else number(self.text, self.notation)

    @property
    def is_recognised(self) -> bool:
        """Whether it was read from a picture, where a digit may have been taken for another."""
        return self.passage.recognised is not None

    @property
    def unit(self) -> str:
        """The currency's or percent sign in it, its heading or label, or "" for none, or for several in one of them."""
        return unit_named((self.text, self.heading, self.label))


def cells(passage: PassageRecord, tables: Sequence[Table], beside: Sequence[str] = ()) -> list[Cell]:
    """The cells of the ``tables`` in a passage, row by row. Lines with a label only head the rows below them; for the
    first rows, the last line of the passage's context may. What numbers are counted in is looked for in the header, and
    else in what stands around the table or in the texts ``beside`` it, if all say the same."""
    found: list[Cell] = []
    scale = scale_of_text([passage.context, passage.text])
    scale = scale if scale.word else scale_of_text(beside)
    around = "\n".join([passage.context, passage.text, *beside])
    for at, table in enumerate(tables):
        caption = _paragraph_above(passage.text, table.start)
        said = scale_of_caption(passage.text, caption)
        of_table = _cells(passage, table, said if said.word else scale, around, at)
        found += [replace(cell, caption=tuple(caption)) for cell in of_table] if said.word else of_table
    return found


def _cells(passage: PassageRecord, table: Table, scale: Scale, around: str, place: int) -> Iterator[Cell]:
    """The cells of one table's rows, as far as they stand in the passage."""
    header, rows = table.header_spans(passage.text), list(table.rows(passage.text))
    title = " ".join(row[0] for row in table.header if row)
    # What stands alone in its line, or above the labels, is said of all columns.
    alone = [" ".join(row).strip() for row in table.header if sum(map(bool, row)) == 1]
    scale = only_one([*map(scale_of_name, alone), scale_of_name(title)], scale)
    headings = [without_marks(name) for name in names_of_columns(table.header)]
    own_scale = Scale(UNCLEAR) if any(scale_of_name(heading).word for heading in headings) else None
    notation = notation_of([text for _, row, _ in rows for text, _ in row[1:]], around)
    group = _label_above(passage.context) if table.start <= 0 and not header else ""
    is_first = False  # of its group
    for line, row, labels in rows:
        label = without_marks(" ".join(text for text, _ in row[:labels] if text))
        if not any(text for text, _ in row[1:]):
            if label.startswith("("):
                scale = only_one([scale_of_name(label)], scale)
            else:
                group, is_first = label, True
            continue
        for at, (text, span) in enumerate(row[labels:], start=labels):
            if text:
                heading = headings[at] if at < len(headings) else ""
                counted_in = scale_of_cell(scale_of_name(label), scale_of_name(heading), own_scale or scale)
                yield Cell(
                    passage=passage,
                    text=text,
                    label=label,
                    group=group,
                    heading=heading,
                    title=title,
                    span=span,
                    row=line,
                    header=header,
                    scale=counted_in.word,
                    notation=notation,
                    table=place,
                    is_of_money=counted_in.is_of_money and not scale_of_name(label).word,
                )
        if ends_group(label, is_first):
            group = ""
        is_first = False


def _paragraph_above(text: str, start: int) -> list[Span]:
    """The lines of the paragraph above what begins at ``start``."""
    return next((lines for lines in reversed(list(paragraphs(text[: max(start, 0)])))), [])


def _label_above(context: str) -> str:
    """The label of the rows that go on below a context: its last line, unless that is of the header or a note."""
    lines = [line for line in context.split("\n") if not notes(line)]
    is_label = len(lines) > 1 and is_row(lines[-2]) and not is_row(lines[-1])
    return lines[-1] if is_label else ""
