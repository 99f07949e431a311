"""Which cell of a table a question means, by the words of its row and its column."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from app.tables import Cell
from retrieval.lexical import STOP_WORDS
from retrieval.phrases import stem

# Words by which arithmetic is asked for; they say nothing of the cells.
_ASKING = """
    amount average balance change changed compared decrease decreased difference growth increase increased mean much
    number percent percentage proportion ratio share respective respectively sum total value year years fiscal ended
    between both as end period during using largest larger highest higher greatest greater most smallest smaller lowest
    lower least fewest
"""
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


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
    words = re.findall(r"[^\W\d_]+|\d+", text.lower())
    return {stem(word.removesuffix("s")) for word in words if word not in STOP_WORDS}


_ASKING_STEMS = frozenset(stems(_ASKING))


def telling(words: set[str] | frozenset[str]) -> set[str]:
    """Those of some stems that can name a cell."""
    return {word for word in words if word not in _ASKING_STEMS and not word.isdigit()}


def in_full(text: str) -> str:
    """The years of "FY18" and "F19" written out."""
    return re.sub(r"\bFY?\s?(\d\d)\b", r"20\1", text)
