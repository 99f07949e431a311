"""Tables in passages: cells with what their row and their column are called, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answering.tables.notation import Notation, notation_of, number
from app.answering.tables.scales import (
    UNCLEAR,
    Scale,
    only_one,
    scale_of_caption,
    scale_of_cell,
    scale_of_name,
    scale_of_text,
    unit_named,
    without_money_scale,
)
from corpus.language.dates import MONTHS
from corpus.language.sentences import Span
from corpus.notes import without_marks
from corpus.passage_store import PassageRecord

BAR = " | "
_MONTH = rf"(?:{'|'.join(name[:3] for name in MONTHS)})[a-z]*\.?"
# What names a column of numbers: a year or day, with a note's mark perhaps, or what they are counted in.
_NAMES_COLUMN = re.compile(
    r"(?:(?:FY?\s?'?\d\d|(?:19|20)\d\d|2 0 \d \d)(?:[-/](?:19|20)?\d\d)?"
    rf"|(?:[^|\d]*\s)?{_MONTH}\s\d{{1,2}}(?:,\s(?:19|20)\d\d)?|\d{{1,2}}\s{_MONTH}(?:\s(?:19|20)\d\d)?"
    r"|[A-Z]{0,3}[$€£'’]?\s?(?:000s?|k|m|mn|bn|thousands?|millions?|billions?|%))\s*(?:\(\w\)|[*A-Z]+)*",
    re.IGNORECASE,
)


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


def cells(passage: PassageRecord, beside: Sequence[str] = ()) -> list[Cell]:
    """The cells of a passage's tables, row by row. A table is a paragraph that has lines with bars. Its header is the
    first line that names columns, with titles above it and lines without a label below it; what the passage's context
    has of one goes before it. Lines with a label only head the rows below them. What numbers are counted in is looked
    for in the header, and else in what stands around the table or in the texts ``beside`` it, if all say the same."""
    found: list[Cell] = []
    if "|" not in passage.text:
        return found
    above = [line for line in passage.context.split("\n") if BAR in f" {line} "]
    scale = scale_of_text([passage.context, passage.text])
    scale = scale if scale.word else scale_of_text(beside)
    around = "\n".join([passage.context, passage.text, *beside])
    tables, caption = 0, list[Span]()
    for paragraph in _paragraphs(passage.text):
        if any(BAR in f" {line.of(passage.text)} " for line in paragraph):
            said = scale_of_caption(passage.text, caption)
            table = _table(passage, paragraph, above, said if said.word else scale, around, tables)
            found += [replace(cell, caption=tuple(caption)) for cell in table] if said.word else table
            tables += 1
            above = []
        caption = paragraph
    return found


def _table(
    passage: PassageRecord, lines: list[Span], above: list[str], scale: Scale, around: str, table: int
) -> Iterator[Cell]:
    """The cells of a table's lines, below header lines from elsewhere."""
    header = [[_Part(Span(0, 0), text.strip()) for text in line.split("|")] for line in above]
    rows = [(line, _parts(passage.text, line)) for line in lines]
    first = _header_lines([row for _, row in rows], is_continued=bool(above))
    header += [row for _, row in rows[:first]]
    title = " ".join(row[0].text for row in header)
    # What stands alone in its line, or above the labels, is said of all columns.
    alone = [row for row in header if len([part for part in row if part.text]) == 1]
    scale = only_one(
        [scale_of_name(" ".join(part.text for part in row)) for row in alone] + [scale_of_name(title)], scale
    )
    headings = _headings([row for row in header if any(part.text for part in row[1:])])
    is_said_of_some = any(scale_of_name(heading).word for heading in headings)
    notation = notation_of([part.text for _, row in rows[first:] for part in row[1:]], around)
    group = ""
    labels = _label_columns([row for _, row in rows[first:]])
    for line, row in rows[first:]:
        label, values = without_marks(" ".join(part.text for part in row[:labels] if part.text)), row[labels:]
        if not any(part.text for part in row[1:]):
            if label.startswith("("):
                scale = only_one([scale_of_name(label)], scale)
            else:
                group = label
            continue
        for at, part in enumerate(values, start=labels):
            if part.text:
                heading = without_marks(headings[at] if at < len(headings) else "")
                own = scale_of_cell(
                    scale_of_name(label), scale_of_name(heading), Scale(UNCLEAR) if is_said_of_some else scale
                )
                yield Cell(
                    passage=passage,
                    text=part.text,
                    label=label,
                    group=group,
                    heading=heading,
                    title=title,
                    span=part.span,
                    row=line,
                    header=tuple(lines[:first]),
                    scale=own.word,
                    notation=notation,
                    table=table,
                    is_of_money=own.is_of_money and not scale_of_name(label).word,
                )
        if label.lower().startswith("total"):
            group = ""


def _label_columns(rows: Sequence[Sequence[_Part]]) -> int:
    """How many of the first columns are labels: as many as tell the rows apart, if they hold words. A row is only known
    by all of its labels: "SEPA" and "Instant"."""
    filled = [[part.text for part in row] for row in rows if any(part.text for part in row[1:])]
    for count in range(1, max(map(len, filled), default=1)):
        if len({tuple(row[:count]) for row in filled}) == len(filled):
            return count
        following = [row[count] for row in filled if count < len(row)]
        if any(re.search(r"\d", text) and not re.search(r"[A-Za-z]{3}", text) for text in following):
            break
    return 1


@dataclass(frozen=True)
class _Part:
    span: Span
    text: str


def _parts(text: str, line: Span) -> list[_Part]:
    parts, start = [], line.start
    for piece in line.of(text).split("|"):
        inner = piece.strip()
        first = start + len(piece) - len(piece.lstrip())
        parts.append(_Part(Span(first, first + len(inner)), inner))
        start += len(piece) + 1
    return parts


def _header_lines(rows: Sequence[Sequence[_Part]], is_continued: bool) -> int:
    """How many of a table's first lines are its header: those up to the first that names columns, and what follows it
    without a label or with years, days and units only. None where the first row has numbers for values."""
    named = is_continued
    for at, row in enumerate(rows):
        values = [part.text for part in row[1:] if part.text]
        if named and (row[0].text or not values) and not (values and all(map(_names_column, values))):
            return at
        if values and any(map(_is_number, values)):
            return at
        named = named or bool(values)
    return 0


def _is_number(text: str) -> bool:
    """Whether a cell holds a number that is neither a year nor part of a date or name."""
    return bool(re.search(r"\d", text)) and not _names_column(text) and not re.search(r"[A-Za-z]{3}", text)


def _names_column(text: str) -> bool:
    """Whether a cell holds a year or day, what numbers are counted in, or both."""
    named = re.sub(r"\(\s*\)", "", without_money_scale(text)).strip()
    return not named or bool(_NAMES_COLUMN.fullmatch(named) or _NAMES_COLUMN.fullmatch(text))


def _headings(rows: list[list[_Part]]) -> list[str]:
    """The heading of each column: what stands above it, line after line; an empty cell of an upper line goes on with
    what is left of it."""
    width = max((len(row) for row in rows), default=0)
    headings = [""] * width
    for depth, row in enumerate(rows):
        carried = ""
        for at in range(1, width):
            text = row[at].text if at < len(row) else ""
            carried = text or (carried if depth < len(rows) - 1 else "")
            headings[at] = f"{headings[at]} {carried}".strip()
    return headings


def _paragraphs(text: str) -> Iterator[list[Span]]:
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
