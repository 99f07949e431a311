"""What an answer states, part by part: the sentences, cells and values in which a figure and its labels must meet.

The judge cuts answers up by rules of its own, not by those with which the service made them: a fault in the service's
reading of a table must not be read into the answer a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.metrics.numbers import Quantity, quantities
from eval.metrics.text import normalise
from eval.metrics.units import named_in

_SENTENCE_END = re.compile(r"(?<=[.!?;])[\"'”’)\]]*[^\S\n]+(?=[^\sa-z])")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|cf|approx|no|art|sec|vs|mr|mrs|ms|dr|st|inc|ltd|co|corp|[A-Z])\.$", re.I
)
_ITEM = re.compile(r"\s*(?:[-*•·]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
# A cell that holds a figure, or says yes or no, stands in no header; a year, a day or "$'000" may.
_VALUE = re.compile(
    r"[-−–(]?\s*(?:[$€£]|(?:EUR|USD|GBP)\b)?\s*[-−–(]?\s*[.,]?\d|(?:yes|no|none|nothing|n/a)\b|[-–—✓✗]$", re.I
)
_NAMES_COLUMN = re.compile(
    r"(?:FY?\s?)?['’]?(?:19|20)\d\d(?:\s?[-/–]\s?(?:19|20)?\d\d)?\W*(?:\(\w\))?"
    r"|\d{1,2}\.?\s[a-z]{3,}\.?(?:\s(?:19|20)\d\d)?\W*|[$€£'’]+\s?000s?|000s?",
    re.IGNORECASE,
)
_SAID = re.compile(r"[.!?][\"'”’)\]]*\s*$")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Statement:
    """``said`` is where a figure stands: a sentence, a cell of a table, a value. Its labels are looked for in the texts
    ``beside`` it: of a sentence, itself and what leads in to its list; of a cell, the other cells of the row, and the
    headings of its column and of its group of rows; of a value, what it is said to be of. ``heads`` may name its unit,
    the nearest first. A header's line is a statement, too, but says of no column that it is the one. ``start`` and
    ``end`` are its characters in the text."""

    said: str
    beside: tuple[str, ...]
    heads: tuple[str, ...] = ()
    is_cell: bool = False
    is_header: bool = False
    start: int = 0
    end: int = 0

    @cached_property
    def figures(self) -> list[Quantity]:
        """The quantities that it states; of one that has no unit of its own also what the nearest head makes of it."""
        own = quantities(self.said)
        named = next((found for head in self.heads if (found := named_in(head))), None)
        if named is None:
            return own
        bare = [quantity for quantity in own if quantity.unit == ""]
        return own + [each._replace(value=each.value * named.factor, unit=named.unit) for each in bare]

    def carries(self, labels: Sequence[str]) -> bool:
        """Whether every label stands beside it: as a cell of its row or a heading, which say no more than the label; in
        a sentence, which may put it in another order, with all of its words."""
        return all(any(self._holds(text, words_of(label)) for text in self.beside) for label in labels)

    def _holds(self, text: str, label: list[str]) -> bool:
        return words_of(text) == label if self.is_cell else set(label) <= set(words_of(text))


def words_of(label: str) -> list[str]:
    """A label's words, singular; what it has in brackets, such as the unit, needn't be said again."""
    return [word.removesuffix("s") if len(word) > 3 else word for word in normalise(_IN_BRACKETS.sub(" ", label))]


def statements(text: str) -> list[Statement]:
    """The statements of an answer's, or a document's, text."""
    found: list[Statement] = []
    table: list[tuple[int, str]] = []
    lead, at = "", 0
    for line in text.split("\n"):
        if "|" in line:
            table.append((at, line))
        else:
            found += _of_table(table, lead)
            table = []
            item = bool(_ITEM.match(line))
            found += _of_line(line, at, lead if item else "")
            if line.strip() and not item:
                # A sentence says something of its own; what ends otherwise leads in to what stands below it.
                lead = "" if _SAID.search(line) else line
        at += len(line) + 1
    return found + list(_of_table(table, lead))


def is_row_or_item(line: str) -> bool:
    """Whether a line is a table's row or an item of a list."""
    return "|" in line or bool(_ITEM.match(line))


def _of_line(line: str, start: int, lead: str) -> Iterator[Statement]:
    """The sentences of a line; of an item of a list, what leads in to it stands beside."""
    for first, last in _sentences(line):
        said = line[first:last]
        if said.strip():
            beside = (f"{lead} {said}", said) if lead else (said,)
            yield Statement(said, beside, (lead,), start=start + first, end=start + last)


def _sentences(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _SENTENCE_END.finditer(line):
        if not _ABBREVIATION.search(line[start : end.start()]):
            yield start, end.end()
            start = end.end()
    yield start, len(line)


def _of_table(lines: Sequence[tuple[int, str]], above: str) -> Iterator[Statement]:
    """The cells of a table's rows. Its header are the first lines that hold no value, as far as the first that begins
    with a label and is followed by one; rows with nothing but a label head those below them."""
    rows = [(at, line, [cell.strip() for cell in line.strip().strip("|").split("|")]) for at, line in lines]
    first = 0
    while first < len(rows) and _is_header(rows[first][2]) and (first == 0 or not rows[first][2][0]):
        first += 1
    header = _headings([cells for _, _, cells in rows[:first]])
    for at, line, _ in rows[:first]:
        yield Statement(line, (line,), (above,), False, True, at, at + len(line))
    group = ""
    for at, line, cells in rows[first:]:
        if not any(cells[1:]):
            group = cells[0]
            continue
        for column, cell in enumerate(cells):
            of_column = header[column] if column < len(header) else ""
            others = tuple(other for place, other in enumerate(cells) if place != column and other)
            if cell:
                above_it = tuple(own[2][column] for own in rows[:first] if column < len(own[2]))
                heads = (of_column, *others[:1], group, header[0] if header else "", above)
                yield Statement(cell, (*others, *above_it, of_column, group), heads, True, False, at, at + len(line))


def _is_header(cells: Sequence[str]) -> bool:
    values = [cell for cell in cells[1:] if cell]
    return bool(values) and not any(_VALUE.match(cell) and not _NAMES_COLUMN.fullmatch(cell) for cell in values)


def _headings(rows: Sequence[Sequence[str]]) -> list[str]:
    """The heading of each column, line after line; an empty cell of an upper line goes on with what is left of it."""
    width = max((len(row) for row in rows), default=0)
    headings = [""] * width
    for depth, row in enumerate(rows):
        carried = ""
        for column in range(width):
            text = row[column] if column < len(row) else ""
            carried = text or (carried if column and depth < len(rows) - 1 else "")
            headings[column] = f"{headings[column]} {carried}".strip()
    return headings
