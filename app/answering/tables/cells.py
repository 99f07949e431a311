"""Tables in passages: cells with what their row and their column are called, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answering.tables.notation import Notation, notation_of, number
from corpus.language.dates import MONTHS
from corpus.language.sentences import Span
from corpus.passage_store import PassageRecord

BAR = " | "
# What a header says that numbers are counted in. Words alone don't: "fees above one million" is a fee's name.
_SCALE = re.compile(
    r"(?:\bin\s(?:[^\s|]{1,10}\s){0,2}|[$€£'’(]\s?|\bRMB\W?\s?)(?P<word>thousand|million|billion)s?\b"
    r"|(?<!\d)['’$€£]000|\b000s\b|[$€£]\s?(?P<letters>k|m|mn|bn)\b",
    re.IGNORECASE,
)
_LETTERS = {
    "k": "thousand",
    "t": "thousand",
    "m": "million",
    "mn": "million",
    "mm": "million",
    "bn": "billion",
    "b": "billion",
}
UNCLEAR = "unclear"
_CODE = r"(?-i:EUR|USD|GBP|CHF|JPY|CNY|RMB|HKD|SGD|INR|AUD|NZD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|ZAR|BRL)"
# The same with a currency, in a label or heading: "(EUR million)", "€m", "EUR '000", "TEUR", "million EUR".
_MONEY_SCALE = re.compile(
    rf"(?:\b{_CODE}|[$€£¥])\s?(?:(?P<word>thousand|million|billion)s?|(?P<letters>k|mm|mn|m|bn|b)|['’]?000s?)\b"
    rf"|\b(?:(?P<before>thousand|million|billion)s?|(?P<short>k|mn|m|bn|(?-i:T)))\s?(?:of\s+)?(?:{_CODE}\b|[$€£¥])",
    re.IGNORECASE,
)
# What running text says of it, and says of all its figures: "in millions of households" counts those households only.
_COUNTED_IN = re.compile(
    r"(?i:\bin\s+(?:[^\s|]{1,10}\s){0,2}(thousand|million|billion)s\b)"
    r"(?!\s+of\s+(?!(?i:(?:[a-z.]+\s+){0,2}(?:euros?|pounds|dollars|francs|yen|kron[ae]r?)|U\.?S)|[A-Z]{3}\b|[A-Z]{0,3}[$€£]))"
)
# The same in a line of its own above a table: "In EUR million."
_MONEY = r"(?:[A-Z]{3}\b|[A-Z]{0,3}[$€£¥]|(?i:(?:[a-z.]+\s+){0,2}(?:euros?|dollars|pounds|francs|yen)|U\.?S\.?))"
_CAPTION = re.compile(
    rf"(?i:\bin)\s+(?:{_MONEY}\s*){{0,3}}(?i:(thousand|million|billion)s?)\b(?!\s+(?!of\s+{_MONEY}|{_MONEY}|unless|except)\w)"
)
MOST_CAPTION_WORDS = 12
# Numbers of different currencies are never held against each other, whether we have a sign for them or not.
_UNIT = re.compile(
    r"[A-Z]{0,3}[$€£¥₹]|%|\b(?:EUR|USD|GBP|CHF|JPY|CNY|RMB|HKD|SGD|INR|AUD|NZD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|ZAR|BRL)\b"
)
_CURRENCY = re.compile(
    rf"[$€£¥₹]|\b{_CODE}\b|\b(?i:euros?|dollars?|pounds?|francs?|yen|kron[ae]r?)\b|\bU\.?S\b",
)
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "US$": "$"}
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
        a number whose notation can't be told."""
        return number(self.text, self.notation)

    @property
    def unit(self) -> str:
        """The currency's or percent sign in it, its heading or label, or "" for none, or for several in one of them."""
        for text in (self.text, self.heading, self.label):
            if found := {_SIGNS.get(unit, unit) for unit in _UNIT.findall(text)}:
                return found.pop() if len(found) == 1 else ""
        return ""


def cells(passage: PassageRecord, beside: Sequence[str] = ()) -> list[Cell]:
    """The cells of a passage's tables, row by row. A table is a paragraph that has lines with bars. Its header is the
    first line that names columns, with titles above it and lines without a label below it; what the passage's context
    has of one goes before it. Lines with a label only head the rows below them. What numbers are counted in is looked
    for in the header, and else in what stands around the table or in the texts ``beside`` it, if all say the same."""
    found: list[Cell] = []
    if "|" not in passage.text:
        return found
    above = [line for line in passage.context.split("\n") if BAR in f" {line} "]
    scale = _counted_in([passage.context, passage.text])
    scale = scale if scale.word else _counted_in(beside)
    around = "\n".join([passage.context, passage.text, *beside])
    tables, caption = 0, list[Span]()
    for paragraph in _paragraphs(passage.text):
        if any(BAR in f" {line.of(passage.text)} " for line in paragraph):
            said = _captioned(passage.text, caption)
            table = _table(passage, paragraph, above, said if said.word else scale, around, tables)
            found += [replace(cell, caption=tuple(caption)) for cell in table] if said.word else table
            tables += 1
            above = []
        caption = paragraph
    return found


@dataclass(frozen=True)
class _Scale:
    """What numbers are counted in, "" for nothing, and whether a currency is named with it."""

    word: str = ""
    is_of_money: bool = False


def _captioned(text: str, lines: Sequence[Span]) -> _Scale:
    """What the paragraph above a table says that its numbers are counted in, if it says hardly anything else."""
    said = " ".join(line.of(text) for line in lines)
    found = _CAPTION.search(said) if len(said.split()) <= MOST_CAPTION_WORDS else None
    if found:
        return _Scale(found[1].lower(), bool(_CURRENCY.search(said)))
    is_short = len(said.split()) <= MOST_CAPTION_WORDS
    return _scale(said) if is_short and _MONEY_SCALE.search(said) else _Scale()


def _table(
    passage: PassageRecord, lines: list[Span], above: list[str], scale: _Scale, around: str, table: int
) -> Iterator[Cell]:
    """The cells of a table's lines, below header lines from elsewhere."""
    header = [[_Part(Span(0, 0), text.strip()) for text in line.split("|")] for line in above]
    rows = [(line, _parts(passage.text, line)) for line in lines]
    first = _header_lines([row for _, row in rows], is_continued=bool(above))
    header += [row for _, row in rows[:first]]
    title = " ".join(row[0].text for row in header)
    # What stands alone in its line, or above the labels, is said of all columns.
    alone = [row for row in header if len([part for part in row if part.text]) == 1]
    scale = _first([_scale(" ".join(part.text for part in row)) for row in alone] + [_scale(title)], scale)
    headings = _headings([row for row in header if any(part.text for part in row[1:])])
    is_said_of_some = any(_scale(heading).word for heading in headings)
    notation = notation_of([part.text for _, row in rows[first:] for part in row[1:]], around)
    group = ""
    for line, row in rows[first:]:
        label, values = row[0].text, row[1:]
        if not any(part.text for part in values):
            if label.startswith("("):
                scale = _first([_scale(label)], scale)
            else:
                group = label
            continue
        for at, part in enumerate(values, start=1):
            if part.text:
                heading = headings[at] if at < len(headings) else ""
                own = _of_cell(_scale(label), _scale(heading), _Scale(UNCLEAR) if is_said_of_some else scale)
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
                    is_of_money=own.is_of_money and not _scale(label).word,
                )
        if label.lower().startswith("total"):
            group = ""


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
    named = re.sub(r"\(\s*\)", "", _MONEY_SCALE.sub("", text)).strip()
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


def without_units(text: str) -> str:
    """A name without the currencies and scales that it says numbers are counted in."""
    for pattern in (_MONEY_SCALE, _SCALE, _UNIT):
        text = pattern.sub(" ", text)
    return text


def _counted_in(texts: Sequence[str]) -> _Scale:
    found = [
        (match[1].lower(), text[match.start() : match.end() + 40])
        for text in texts
        for match in _COUNTED_IN.finditer(text)
    ]
    if len({word for word, _ in found}) != 1:
        return _Scale()
    return _Scale(found[0][0], any(_CURRENCY.search(near) for _, near in found))


def _scale(text: str) -> _Scale:
    """The scale that a name says its numbers are counted in; UNCLEAR where it says two."""
    found = [*_MONEY_SCALE.finditer(text), *_SCALE.finditer(text)]
    words = {_word(match.groupdict()) for match in found}
    if len(words) > 1:
        return _Scale(UNCLEAR)
    return _Scale(words.pop(), bool(_CURRENCY.search(text) or _MONEY_SCALE.search(text))) if words else _Scale()


def names_currency_alone(text: str) -> bool:
    """Whether a name says which currency its numbers are in, and not that they are in thousands or more of it."""
    return bool(_CURRENCY.search(text)) and not names_scale(text)


def names_scale(text: str) -> bool:
    """Whether a name says what its numbers are counted in."""
    return bool(_scale(text).word)


def _word(found: dict[str, str | None]) -> str:
    word = found.get("word") or found.get("before")
    letters = found.get("letters") or found.get("short")
    return (word or (_LETTERS[letters.lower()] if letters else "thousand")).lower()


def _first(said: Sequence[_Scale], otherwise: _Scale) -> _Scale:
    """The one scale that several say, if any does; UNCLEAR if they say different ones."""
    told = [scale for scale in said if scale.word]
    if not told:
        return otherwise
    return told[0] if len({scale.word for scale in told}) == 1 else _Scale(UNCLEAR)


def _of_cell(label: _Scale, heading: _Scale, table: _Scale) -> _Scale:
    """A cell's scale: its row's, else its column's, else its table's; UNCLEAR where row and column differ."""
    return _first([label, heading], table)


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
