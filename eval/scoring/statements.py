"""What an answer states, part by part: the sentences, cells and values in which a figure and its labels must meet.

The judge cuts answers up by rules of its own, not by those with which the service made them: a fault in the service's
reading of a table must not be read into the answer a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.scoring.metrics.numbers import Quantity, meets, quantities
from eval.scoring.metrics.text import normalise
from eval.scoring.metrics.units import named_in

# Behind a semicolon something else is said, whatever its first letter.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*[^\S\n]+(?=[^\sa-z])|(?<=;)[^\S\n]+")
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
_DENIED = re.compile(
    r"(?:\b(?:not|never|no longer|instead of|rather than)|n['’]t)\s+"
    r"(?:(?:be|been|costs?|pay|charged?|an?|the)\s+){0,2}$",
    re.IGNORECASE,
)
_OTHERWISE = tuple(
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        (r"\b(?:a|an|per|each|every)\s+year\b|\b(?:annually|yearly|per annum)\b", "annual"),
        (r"\b(?:a|per|each|every)\s+month\b", "monthly"),
        (r"\b(?:costs?|charges?|pay|pays)\b", "fee"),
    )
)
# What a sentence that begins so says, it says of what the one before it is about.
_SAME_SUBJECT = re.compile(
    r"\s*(?:it|they|this|that|these|those)\b(?!\s+(?:is|are)\s+(?:why|because|when|where))", re.I
)
_PART_END = re.compile(r",(?=\s)|\b(?:and|or|but|while|whereas)\b", re.IGNORECASE)
_YEARS = range(1900, 2101)
_IN_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Statement:
    """``said`` is where a figure stands: a sentence, a cell of a table, a value. Its labels are looked for in the texts
    ``beside`` it: of a sentence, itself, what leads in to its list, and the one before it whose subject it goes on
    with ("… has an annual fee. It is EUR 60."); of a cell, the other cells of the row, and the
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

    def states(self, figure: Quantity, labels: Sequence[str], asked: Sequence[Quantity]) -> bool:
        """Whether it says one of its figures of these labels. Of a sentence with other figures of that unit, other than
        those ``asked`` for, every figure has the part around it: one of the labels must stand there, no other part may
        have more of them, and the rest must lead in. What is denied isn't said."""
        if is_denied(self.said, figure):
            return False
        others = self._others(figure, labels, asked)
        if self.is_cell or self.is_header or not labels or not others:
            return self.carries(labels)
        figures = sorted([figure, *others], key=lambda each: each.start)
        ends = [0, *(self._part_end(*pair) for pair in zip(figures, figures[1:], strict=False)), len(self.said)]
        parts = [self.said[begin:end] for begin, end in zip(ends, ends[1:], strict=False)]
        held = [[_said_of(words_of(label), part) for label in labels] for part in parts]
        own = held[figures.index(figure)]
        before = [f"{text.removesuffix(self.said)}{self.said[: figures[0].start]}" for text in self.beside]
        leading = [any(_said_of(words_of(label), text) for text in before) for label in labels]
        is_nearest = any(own) and sum(own) == max(map(sum, held))
        return is_nearest and all(map(max, own, leading))

    def _others(self, figure: Quantity, labels: Sequence[str], asked: Sequence[Quantity]) -> list[Quantity]:
        """The other figures of that unit which could have been meant: none that is asked for as well or is denied, no
        year beside an amount, none that is part of a label, and of "from 5 to 9" not the 5 beside the 9."""
        names = [set(words_of(label)) for label in labels]
        return [
            each
            for each in self.figures
            if each.start != figure.start
            and each.unit == figure.unit
            and (each.unit or _may_be_year(each) == _may_be_year(figure))
            and not any(meets(each, one) for one in asked)
            and not is_denied(self.said, each)
            and self.said[each.end : figure.start].strip() != "to"
            and not any(set(words_of(self.said[each.start : each.end])) <= name for name in names)
        ]

    def _part_end(self, one: Quantity, other: Quantity) -> int:
        """Where the part of one figure ends and that of the other begins."""
        found = list(_PART_END.finditer(self.said, one.end, other.start))
        if not found:
            return (one.end + other.start) // 2
        # "EUR 30 for Gold and Silver, and EUR 60 …", but "EUR 30, and for Classic and Silver EUR 60".
        return (found[-1] if not self.said[found[-1].end() : other.start].strip() else found[0]).start()

    def carries(self, labels: Sequence[str]) -> bool:
        """Whether every label stands beside it: as a cell of its row or a heading, which say no more than the label; in
        a sentence, which may put it in another order, with all of its words."""
        return all(any(self._holds(text, words_of(label)) for text in self.beside) for label in labels)

    def _holds(self, text: str, label: list[str]) -> bool:
        return words_of(text) == label if self.is_cell else _said_of(label, text)


def _said_of(label: Sequence[str], text: str) -> bool:
    """Whether a sentence has a label's words, or says them otherwise: what costs EUR 60 a year has an annual fee."""
    words = set(words_of(text))
    words |= {word for pattern, word in _OTHERWISE if pattern.search(text)}
    return all(word in words for word in label)


def is_denied(text: str, figure: Quantity) -> bool:
    """Whether a text says of a figure that it isn't the one: "not EUR 60 but EUR 70"."""
    return bool(_DENIED.search(text, 0, figure.start))


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
    """The sentences of a line; of an item of a list, what leads in to it stands beside. A sentence that has figures of
    its own has said what they are of: the next one's are not taken for these."""
    before = lead
    for first, last in _sentences(line):
        said = line[first:last]
        if not said.strip():
            continue
        leading = before if _SAME_SUBJECT.match(said) else lead
        yield Statement(
            said, (f"{leading} {said}", said) if leading else (said,), (lead,), start=start + first, end=start + last
        )
        before = lead if quantities(said) else f"{leading} {said}".strip()


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


def _may_be_year(figure: Quantity) -> bool:
    return figure.unit == "" and figure.value in _YEARS


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
