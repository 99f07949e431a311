"""Lists keep their sense: no item is quoted without the sentence that introduces it, nor a row without its header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from corpus.language.sentences import Span, is_item, sentences
from corpus.language.stems import stems
from corpus.notes import notes
from corpus.passage_store import PassageRecord
from corpus.table import Table, is_row

# A list that is asked for is quoted whole up to so many words: half of one misleads more than all of it tires.
MOST_WORDS_OF_LIST = 400
_NUMBERED = re.compile(r"(?:[A-Z]\w+ )?\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.):]\s")
_INTRODUCES = re.compile(r"[:—–]$|\b(?:following|these|below|as follows)\b", re.IGNORECASE)
_LIMITS = re.compile(
    r"(?:This|These|They|Those|The above|However|But|Unless|Except|Provided|None|No|Not|Nothing|Only|In (?:these|such))"
    r"\b"
)

# What is said of a place after which more text stands that may belong to it.
GOES_ON = "(The text goes on after this.)"
# What is said of a list, table or place that was cut.
LEFT_OUT = re.compile(
    r"^\((?:\d+ of (?:at least )?\d+ (?:items of this list|rows of this table|sentences of this place)"
    r"|The text goes on after this\.)\)$",
    re.MULTILINE,
)


class QuotedList(NamedTuple):
    """The spans to quote, in order, and how many of the items of a list, or of the rows of a table, are among them;
    whether ``items`` are all that it has; and what stands ``above`` them outside of the text, to be said first."""

    spans: list[Span]
    shown: int = 0
    items: int = 0
    is_table: bool = False
    is_all: bool = True
    above: str = ""

    @property
    def left_out(self) -> str:
        """What to say where a list or table was cut; empty where it wasn't."""
        parts = "rows of this table" if self.is_table else "items of this list"
        if self.is_all:
            return f"({self.shown} of {self.items} {parts})" if self.shown < self.items else ""
        return f"({self.shown} of at least {self.items} {parts})" if self.items else ""


def whole(
    question: str, passage: PassageRecord, tables: Sequence[Table], chosen: Sequence[Span], is_whole: bool = True
) -> QuotedList:
    """What ``chosen`` sentences need around them: what introduces the first item, or the header of the first
    row; the items that it belongs to; the sentence after the last item that limits it. Of a list that is too long, the
    items that the question means; all of them, if it asks for the list. ``tables`` are those in the passage;
    ``is_whole`` says whether it is all of its section, so that no list in it goes on."""
    read = _Read(passage.text, passage.context, tables)
    if not chosen or not {chosen[0].start, chosen[-1].start} <= read.at.keys():
        return QuotedList(list(chosen))
    kept = set(range(read.at[chosen[0].start], read.at[chosen[-1].start] + 1))
    kept |= read.introduction(min(kept))
    last = max(kept)
    if read.introduces(last) and read.kind(last + 1) is _Kind.ITEM:
        last += 1
    items = read.items(last)
    if not items:
        return QuotedList([read.spans[number] for number in sorted(kept)])
    asked = _asked_items(question, passage.heading, read, items)
    if asked and not kept.issuperset(items):
        kept = (kept - set(items)) | asked | read.introduction(min(asked))
    elif not asked and sum(len(read.said[item].split()) for item in items) <= MOST_WORDS_OF_LIST:
        kept |= set(items)
    if items[-1] in kept and items[-1] + 1 < len(read.said) and _LIMITS.match(read.said[items[-1] + 1]):
        kept.add(items[-1] + 1)
    return QuotedList(
        [read.spans[number] for number in sorted(kept)],
        len(kept.intersection(items)),
        len(items),
        is_table=read.kind(items.start) is _Kind.ROW,
        is_all=is_whole or (items.stop < len(read.said) and not read.is_begun(items.start)),
        above=read.above if read.is_begun(min(kept)) or read.is_begun(items.start) else "",
    )


def _asked_items(question: str, heading: str, read: _Read, items: range) -> set[int]:
    """The items that a question means more than the others: those with most of its words that don't stand above the
    list already. None where it asks for the list."""
    introduction = [read.said[at] for at in read.introduction(items.start)]
    above = set(stems(" ".join([heading, *introduction, read.above if read.is_begun(items.start) else ""])))
    telling = set(stems(question)) - above
    counts = {item: len(telling & set(stems(read.said[item]))) for item in items}
    most = max(counts.values())
    return {item for item, count in counts.items() if count == most} if most else set()


class _Kind(Enum):
    """What a sentence is a part of."""

    PROSE = auto()
    ITEM = auto()
    ROW = auto()


class _Read:
    """A text's sentences, ``said``, their ``spans``, the number of the one that begins ``at`` a character, and what of
    its ``context`` stands ``above`` the first."""

    def __init__(self, text: str, context: str, tables: Sequence[Table]) -> None:
        self.above = "\n".join(line for line in context.split("\n") if not notes(line))
        self.spans = sentences(text)
        self.said = [span.of(text) for span in self.spans]
        self.at = {span.start: number for number, span in enumerate(self.spans)}
        self._headers = [table.header_spans(text) for table in tables]
        # The table, by its place, that each sentence is a part of.
        self._table = [
            next((at for at, table in enumerate(tables) if table.start <= span.start < table.end), None)
            for span in self.spans
        ]

    def kind(self, number: int) -> _Kind:
        """What a sentence is a part of."""
        if not 0 <= number < len(self.said):
            return _Kind.PROSE
        if self._table[number] is not None:
            return _Kind.ROW
        is_in_list = is_item(self.said[number]) or _NUMBERED.match(self.said[number])
        return _Kind.ITEM if is_in_list else _Kind.PROSE

    def is_begun(self, number: int) -> bool:
        """Whether a sentence belongs to a list or table that begins above the text, so that `above` introduces it."""
        if not self.above or self.kind(number) is _Kind.PROSE or self.kind(0) is not self.kind(number):
            return False
        is_table = any(map(is_row, self.above.split("\n")))
        return self._start(number) == 0 and is_table == (self.kind(0) is _Kind.ROW)

    def introduces(self, number: int) -> bool:
        return bool(_INTRODUCES.search(self.said[number]))

    def items(self, number: int) -> range:
        """The items of the list, or the rows below the header of the table, that a sentence is a part of."""
        start = end = number
        while end < len(self.said) and self._goes_on(number, end) and (end == number or not self._begins(end)):
            end += 1
        while start > 0 and end > number and self._goes_on(number, start - 1) and not self._begins(start):
            start -= 1
        while end > start and self.kind(start) is _Kind.ROW and start in self._header(start):
            start += 1
        return range(start, end)

    def introduction(self, number: int) -> set[int]:
        """What must stand before a sentence: the header of its table; or the sentence before its list, and the item
        above it that introduces those below."""
        items = self.items(number)
        if not items:
            return set()
        if self.kind(number) is _Kind.ROW:
            return self._header(number)
        above = [at for at in range(items.start, number) if self.said[at].endswith((":", "—"))]
        before = items.start - 1
        return set(above[-1:]) | ({before} if before >= 0 and self.introduces(before) else set())

    def _header(self, number: int) -> set[int]:
        """The sentences in the header of a row's table. None where that stands above the text."""
        table = self._table[number]
        lines = () if table is None or self.is_begun(number) else self._headers[table]
        return {at for at, span in enumerate(self.spans) for line in lines if line.start <= span.start < line.end}

    def _start(self, number: int) -> int:
        """Where the list or table begins that a sentence is a part of."""
        while not self._begins(number):
            number -= 1
        return number

    def _goes_on(self, number: int, other: int) -> bool:
        return self.kind(number) is not _Kind.PROSE and self.kind(other) is self.kind(number)

    def _begins(self, number: int) -> bool:
        """Whether a sentence begins a list or table; one table may follow another."""
        kind = self.kind(number)
        return self.kind(number - 1) is not kind or (
            kind is _Kind.ROW and self._table[number] != self._table[number - 1]
        )
