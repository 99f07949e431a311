"""The rules: a section's heading, a sentence that defines a term, or a row of a table becomes a question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar

from corpus.language.sentences import sentences
from corpus.table import is_row
from corpus.table_header import names_of_columns
from eval.gold.model import Evidence, GoldQuestion
from eval.gold.propose.sections import FUNCTION_WORDS, Section

T = TypeVar("T")

ANSWER_CHARS = range(40, 300)  # how long an answer to a heading should be: at least one sentence, whatever its length
PER_SECTION = 2  # of definitions, and of rows: a long table must not push the other sections out


class Kind(StrEnum):
    """What a question was made from."""

    HEADING = "heading"
    DEFINITION = "definition"
    TABLE_ROW = "table row"


def apply_rules(sections: Sequence[Section]) -> Iterator[GoldQuestion]:
    """The questions that a document's sections give rise to, in reading order, at most five for a section."""
    for section in sections:
        yield from _heading(section)
        yield from evenly(list(_definitions(section)), PER_SECTION)
        yield from evenly(list(_table_rows(section)), PER_SECTION)


def evenly(items: Sequence[T], count: int) -> list[T]:
    """At most ``count`` of the items, from the middles of as many equal parts of them."""
    count = min(count, len(items))
    return [items[(2 * at + 1) * len(items) // (2 * count)] for at in range(count)]


def _proposal(
    section: Section,
    kind: Kind,
    question: str,
    answer: str,
    cell: tuple[str, tuple[str, str]] | None = None,
) -> GoldQuestion:
    """``cell`` is the text of the cell that is asked for, with the labels of its row and column."""
    source = section.source
    place = Evidence(doc=source.doc, section=section.heading, page=section.page, text=answer)
    return GoldQuestion(
        id="proposed",
        question=question,
        answer=answer,
        short_answer=cell[0] if cell else None,
        labels=cell[1] if cell else (),
        evidence=(place,),
        as_of=source.as_of,
        tags=(kind.value,),
    )


_NUMBER = re.compile(r"^(?:\d+[.)]|\d+(?:\.\d+)+[.)]?|[IVX]+[.)])\s+")
_CODE = re.compile(r"\d\.\S|\d$")  # "1.2.1.Guidance", "Answer 61"


def _heading(section: Section) -> Iterator[GoldQuestion]:
    """The heading is asked about, and the section's first sentences answer. Headings that only number a section say
    nothing, and what begins with a list or a table has no sentence to answer with."""
    text = section.texts[0].text
    block = text.split("\n")[0]
    name = _NUMBER.sub("", section.heading).rstrip(":. ")
    if not section.begins or not _is_label(name) or len(name) > 120 or _CODE.search(name):
        return
    if not block[0].isalnum() or is_row(block):
        return
    spans = [span for span in sentences(block) if span.start == 0 or span.end <= ANSWER_CHARS.stop]
    answer = block[: spans[-1].end]
    if len(answer) < ANSWER_CHARS.start or not _is_statement(answer):
        return
    question = f"What does “{section.source.title}” say about {section.source.inside(name)}?"
    yield _proposal(section, Kind.HEADING, name if name.endswith("?") else question, answer)


_DEFINITION = re.compile(
    r"(?:(?:The|An?)\s+)?[“\"‘']?(?P<term>\w[\w’'()-]*(?:\s[\w’'()-]+){0,4}?)[”\"’']?\s+"
    r"(?:means|refers to|is defined as|is an?|is the|are the)\s\S"
)
_NO_TERM = FUNCTION_WORDS | {
    "below",
    "above",
    "following",
    "first",
    "second",
    "third",
    "last",
    "next",
    "only",
    "unique",
}


def _definitions(section: Section) -> Iterator[GoldQuestion]:
    for text, _ in section.texts:
        for span in sentences(text):
            sentence = span.of(text)
            found = _DEFINITION.match(sentence)
            if found and not is_row(sentence) and not sentence[0].islower() and _is_statement(sentence):
                term = found["term"]
                if _NO_TERM.isdisjoint(term.lower().split()):
                    yield _proposal(section, Kind.DEFINITION, f"What does {term} mean?", sentence)


class _Row(NamedTuple):
    """A row of a table: its label, its values with the names of their columns, and its line of text."""

    label: str
    values: list[tuple[str, str]]
    line: str


def _table_rows(section: Section) -> Iterator[GoldQuestion]:
    """Of one row after the other another cell is asked for. Rows of one label can't be told apart."""
    rows = list(_rows(section))
    labels = Counter(row.label for row in rows)
    for at, row in enumerate(rows):
        name, cell = row.values[at % len(row.values)]
        label = row.label
        if not cell or not _is_label(label) or labels[label] > 1:
            continue
        if re.search(r"\b(?:19|20)\d\d$", name):
            asked = f"{section.source.inside(label)} for {name}"
        elif _is_label(name):
            asked = f"{section.source.inside(name)} for {section.source.inside(label)}"
        else:
            continue
        question = f"What is {asked}, according to “{section.source.title}”?"
        yield _proposal(section, Kind.TABLE_ROW, question, row.line, (cell, (label, name)))


def _rows(section: Section) -> Iterator[_Row]:
    """The rows below a header that are as wide as it is."""
    for text, tables in section.texts:
        for table in tables:
            names = names_of_columns(table.header)
            for line, cells, labels in table.rows(text):
                if len(cells) == len(names) > labels:
                    texts = [cell for cell, _ in cells]
                    label = " ".join(filter(None, texts[:labels]))
                    yield _Row(label, list(zip(names, texts, strict=True))[labels:], line.of(text))


def _is_label(text: str) -> bool:
    """Whether a text can name something: it begins as a name does, and has a word in it."""
    return text[:1].isalnum() and bool(re.search(r"[^\W\d_]{3}", text))


def _is_statement(text: str) -> bool:
    return bool(re.search(r"[.!][\"'”’)\]]*$", text))
