"""Which cell of a table a question means, by the words of its row and its column."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from app.answering.tables.cells import Cell
from corpus.language.dates import MONTHS
from corpus.language.scales import without_units
from corpus.language.stems import close_stem
from corpus.language.words import STOP_WORDS, words_and_numbers

# Words by which arithmetic is asked for; they say nothing of the cells.
_ASKING = """
    amount average balance change changed compared decrease decreased difference growth increase increased mean much
    number percent percentage points proportion ratio share respective respectively sum total value year years fiscal
    ended between both as end period during using largest larger highest higher greatest greater most smallest smaller
    lowest lower least fewest
"""
# Words by which anything may be asked for.
_ANYTHING = """
    pay paid have give given get need require want apply applies please now today currently current tell say show find
    know company bank table
"""
# What a cell must be called by, if it is asked for one cell: which of several it is, or what was made of them.
_OF_SEVERAL = """
    average mean total sum difference change growth ratio largest larger highest higher greatest greater most smallest
    smaller lowest lower least fewest
"""
# Names of what something costs; a question may have another of them than the table.
_PRICES = "fee fees cost costs charge charges charged price prices tariff"
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_EACH = r"\b(?:per|an?|each|every)\s+"
# Words of their own, which no stem of "year" or "months" is.
_PERIODS = (
    (re.compile(rf"{_EACH}(?:year|annum)\b|\bannual(?:ly)?\b|\byearly\b|\bp\.?\s?a\.", re.IGNORECASE), "perannum"),
    (re.compile(rf"{_EACH}quarter\b|\bquarterly\b", re.IGNORECASE), "perquarter"),
    (re.compile(rf"{_EACH}month\b|\bmonthly\b", re.IGNORECASE), "permonth"),
    (re.compile(rf"{_EACH}week\b|\bweekly\b", re.IGNORECASE), "perweek"),
    (re.compile(rf"{_EACH}day\b|\bdaily\b", re.IGNORECASE), "perdiem"),
)
_PERIOD = re.compile(r"\bper(?:annum|quarter|month|week|diem)\b")
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|neither|nor|cannot|without|except|unless)\b|n(?P<short>['’])t\b", re.IGNORECASE
)
# What says of a number that it is a bound; most of it are stop words elsewhere.
_BOUND = re.compile(
    r"\b(from|to|than|between|least|most|until|by)\s+\D{0,4}(?!(?:19|20)\d\d\b)\d|([<>≤≥])|\d(\+)", re.IGNORECASE
)
# A day that ends a fiscal year: "year ended 30 June", or the last of December.
_MONTH = rf"(?:{'|'.join(name[:3] for name in MONTHS)})[a-z]*\.?"
_YEAR_END = re.compile(
    rf"\byears?\s+end(?:ed|ing)\s+(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH})"
    r"|\b31\s+dec(?:ember)?\b|\bdec(?:ember)?\s+31\b",
    re.IGNORECASE,
)
# What a heading may say of any column: a year's, an amount's.
_OF_COLUMNS = "year years fiscal ended end amount amounts value values"


class CellNames:
    """Finds cells by the words of their rows and columns; words that few cells have tell more."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self._words = [tuple(stems(in_full(text)) for text in (cell.label, cell.heading, cell.group)) for cell in cells]
        counts: dict[str, int] = {}
        for label, heading, group in self._words:
            for word in label | heading | group:
                counts[word] = counts.get(word, 0) + 1
        self._weights = {word: math.log(1 + len(cells) / count) for word, count in counts.items()}

    def cell(self, text: str, years: Sequence[str] | None = None) -> Cell | None:
        """The one cell that a text names best; None where several are named equally well."""
        best = self.best(text, years)
        return best[0] if len(best) == 1 else None

    def number(self, text: str, years: Sequence[str] | None = None) -> Cell | None:
        """The same, if it holds a number."""
        cell = self.cell(text, years)
        return cell if cell and cell.value is not None else None

    def best(self, text: str, years: Sequence[str] | None = None) -> list[Cell]:
        """The cells that a text names best, by row and column; of the given years if any, else of those in the text.
        Empty where it names no row and no column, or a year that isn't there."""
        wanted = stems(text) - {word for word in stems(text) if YEAR.fullmatch(word)}
        years = list(years) if years is not None else YEAR.findall(text)
        wanted |= set(years)
        best: list[tuple[float, Cell]] = []
        for cell, (label, heading, group) in zip(self.cells, self._words, strict=True):
            named = (label | heading | group) & wanted
            if not telling((label | heading) & wanted) or (years and not set(years) & (label | heading | group)):
                continue
            others = {word for word in label | heading if YEAR.fullmatch(word)} - wanted
            score = self._sum(named) - 0.5 * self._sum(telling(label - wanted)) - 0.25 * self._sum(heading - wanted)
            best.append((score - (2 * len(others) if years else 0), cell))
        best.sort(key=lambda each: -each[0])
        return [cell for score, cell in best if score > max(0.0, best[0][0] - 1e-9)]

    def row(self, text: str) -> list[Cell]:
        """The cells of the row, or of the column, that a text names best."""
        first = self.cell(text, []) or next((c for y in self.years() if (c := self.cell(text, [y]))), None)
        if first is None:
            return []
        row = [cell for cell in self.cells if (cell.row, cell.passage.id) == (first.row, first.passage.id)]
        column = [c for c in self.cells if c.heading == first.heading and c.passage.id == first.passage.id]
        return row if YEAR.search(first.heading) or len(row) > 1 else column

    def years(self) -> list[str]:
        """The years that the table's rows or columns name, earliest first."""
        return sorted({word for words in self._words for word in set().union(*words) if YEAR.fullmatch(word)})

    def _sum(self, words: set[str] | frozenset[str]) -> float:
        return sum(self._weights.get(word, 0.0) for word in words)


def stems(text: str) -> set[str]:
    """A text's words and numbers by their stems, stop words left out."""
    return {close_stem(word) for word in words_and_numbers(text) if word not in STOP_WORDS}


_ASKING_STEMS = frozenset(stems(_ASKING))
_ANYTHING_STEMS = frozenset(stems(_ANYTHING))
_OF_SEVERAL_STEMS = frozenset(stems(_OF_SEVERAL))
_PRICE_STEMS = frozenset(stems(_PRICES))
_OF_COLUMNS_STEMS = frozenset(stems(_OF_COLUMNS))


def telling(words: set[str] | frozenset[str]) -> set[str]:
    """Those of some stems that can name a cell."""
    return {word for word in words if word not in _ASKING_STEMS and not word.isdigit()}


def unnamed(question: str, names: str, *, is_computed: bool = False) -> set[str]:
    """What a question says of a cell that the cell's ``names`` don't: words and numbers, but those by which anything is
    asked for, or by which what was computed is; of a price there are several names."""
    question = re.sub(r"\bhow\s+\w+\b", " ", question, flags=re.IGNORECASE)
    asked, named = stems(in_full(question)), stems(in_full(names))
    wanted = {word for word in asked if word[0].isdigit()} | (telling(asked) - _ANYTHING_STEMS)
    missing = (wanted if is_computed else wanted | (asked & _OF_SEVERAL_STEMS)) - named
    return missing - _PRICE_STEMS if named & _PRICE_STEMS else missing


def unasked(question: str, label: str) -> set[str]:
    """What a row's label says that a question doesn't, brackets and numbers aside: "free cash flow" is none of the
    "operating free cash flow". What it is counted in is aside, too."""
    asked = stems(in_full(question))
    missing = telling(stems(in_full(re.sub(r"\(.*?\)", " ", without_units(label))))) - asked
    return missing - _PRICE_STEMS if asked & _PRICE_STEMS else missing


def beyond(question: str, heading: str) -> set[str]:
    """What a column's heading says that a question doesn't, numbers and negations too; units, notes' marks and the day
    that ends a year aside: a "fee" is none of the "fee from 2026"."""
    asked = stems(in_full(question))
    heading = re.sub(r"\(\w\)", " ", without_units(_YEAR_END.sub(" ", in_full(heading))))
    heading = re.sub(r"\(([^)]*)\)", lambda found: _PERIOD.sub(" ", found[0]), heading)
    missing = (stems(heading) | negations(heading)) - asked - negations(question) - _OF_COLUMNS_STEMS
    return missing - _PRICE_STEMS if asked & _PRICE_STEMS else missing


def periods(text: str) -> set[str]:
    """The periods that a text names, however it does: yearly, monthly and so on."""
    return set(_PERIOD.findall(in_full(text)))


def negations(text: str) -> set[str]:
    """The words by which a text says that something isn't so; "n't" is "not"."""
    return {"not" if found["short"] else found[0].lower() for found in _NEGATION.finditer(text)}


def bounds(text: str) -> set[str]:
    """The words and signs before the numbers of a text that make bounds of them, but for years."""
    return {word.lower() for found in _BOUND.findall(text) for word in found if word}


def keeps_order(question: str, label: str) -> bool:
    """Whether a question has the words of a label in its order, if that says from where to where, and none with "to"
    that the label has with "from"."""
    ways, asked_ways = _ways(label), _ways(question)
    if any(asked_ways.get(word, way) != way for word, way in ways.items()):
        return False
    if not re.search(r"\b(?:to|into)\b", label, re.IGNORECASE):
        return True
    asked = [close_stem(word) for word in words_and_numbers(question)]
    wanted = dict.fromkeys(close_stem(word) for word in words_and_numbers(label) if word not in STOP_WORDS)
    at = [asked.index(word) for word in wanted if word in asked]
    return at == sorted(at)


def _ways(text: str) -> dict[str, str]:
    """Which words stand after "from" and which after "to"; "into" is "to"."""
    found = re.findall(r"\b(from|to|into)\s+(?:(?:the|an?|my|your|our)\s+)?([^\W\d_]+)", text.lower())
    return {close_stem(word): way.removeprefix("in") for way, word in found}


def in_full(text: str) -> str:
    """The years of "FY18" and "F19" written out, and periods in one word, the same for "a year" and "annual"."""
    for period, word in _PERIODS:
        text = period.sub(word, text)
    return re.sub(r"\bFY?\s?(\d\d)\b", r"20\1", text)
