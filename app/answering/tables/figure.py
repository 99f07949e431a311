"""A figure that was asked of tables, and how figures are put into words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.answering.tables.cells import Cell
from app.answering.tables.signs import names_money
from corpus.language.scales import UNCLEAR, names_currency_alone, names_scale

# What isn't counted in the thousands or millions of its table.
_BY_ITSELF = re.compile(
    r"\bper\b|\bcents\b|\bprices?\b|\brates?\b|\bratio\b|\bp\.?\s?a\.|\b(?:monthly|daily|weekly|quarterly|yearly)\b"
    r"|\b(?:a|an|each|every)\s+(?:year|month|day|week|quarter|payment|transfer|transaction)\b",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(
    r"\b(?:headcount|employees|customers|clients|branches|members|users|households|number)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Figure:
    """What was asked of one or several cells: ``text`` is the figure with its unit, ``what`` says of what it is, and
    ``formula`` how it was computed from ``cells``; None where it is simply one of them. The text is empty where a row
    is asked for, or the question doesn't say which of its columns."""

    text: str
    what: str
    cells: tuple[Cell, ...]
    formula: str | None = None

    @property
    def line(self) -> str | None:
        """How it was computed, with the result; None where it wasn't."""
        if self.formula is None:
            return None
        return f"{self.text}: {self.formula}" if re.search("[<>]", self.formula) else f"{self.formula} = {self.text}"


def counts(cell: Cell) -> str:
    """What a cell counts, by its row and column: "money", "things", or "" where that can't be told."""
    is_money = names_money(f"{cell.label} {cell.heading}") or bool(
        cell.unit and cell.unit != "%" and not cell.is_of_money
    )
    is_count = _NO_MONEY.search(f"{cell.label} {cell.heading}") is not None
    return "" if is_money == is_count else "money" if is_money else "things"


def is_in_doubt(cell: Cell) -> bool:
    """Whether it can't be told if a cell's number is in thousands, say: what is said contradicts itself, or is said of
    money or of all, and the cell may hold something else."""
    if cell.value is None or not cell.scale or "%" in cell.text or cell.unit == "%":
        return False
    if cell.scale == UNCLEAR:
        return True
    if _is_by_itself(cell):
        return names_scale(cell.heading)
    if cell.is_of_money:
        return not counts(cell) or any(map(names_currency_alone, (cell.label, cell.heading)))
    return counts(cell) == "things" and not names_scale(f"{cell.label} {cell.heading}")


def _is_by_itself(cell: Cell) -> bool:
    """Whether a cell is an amount per something, which the scale of its table isn't said of; its own name's is."""
    is_own = any(names_scale(each) and _BY_ITSELF.search(each) for each in (cell.label, cell.heading))
    return bool(_BY_ITSELF.search(f"{cell.label} {cell.group} {cell.heading}")) and not is_own


def name(cell: Cell) -> str:
    """What a cell's row and column are called."""
    return ", ".join(filter(None, (cell.label, cell.heading)))


def names(cells: Sequence[Cell]) -> str:
    """The same of several."""
    return "; ".join(map(name, cells))


def read_off(cell: Cell) -> Figure:
    """What a cell holds, with the unit and the scale that stand elsewhere in its table."""
    if re.fullmatch(r"(?:19|20)\d\d", cell.text):  # a year, or it would have a mark before its hundreds
        return Figure(cell.text, name(cell), (cell,))
    bare = re.fullmatch(r"[\d.,'’]+", cell.text) is not None
    return Figure(_with_scale(_with_unit(cell.text, cell.unit) if bare else cell.text, cell), name(cell), (cell,))


def shown(value: Decimal) -> str:
    """Rounded to two places, grouped as in English, with a true minus."""
    rounded = round(value, 2)
    text = f"{abs(rounded):,.2f}".rstrip("0").rstrip(".") if rounded % 1 else f"{abs(rounded):,.0f}"
    return f"−{text}" if rounded < 0 else text


def shown_as(value: Decimal, cell: Cell) -> str:
    """A computed number in the unit and scale of a cell."""
    text = _with_unit(shown(abs(value)), cell.unit)
    return _with_scale(f"−{text}" if round(value, 2) < 0 else text, cell)


def _with_unit(text: str, unit: str) -> str:
    if unit == "%":
        return f"{text} %"
    return f"{unit} {text}" if unit.isalpha() else f"{unit}{text}"


def _with_scale(text: str, cell: Cell) -> str:
    if not cell.scale or "%" in text or cell.unit == "%" or _is_by_itself(cell):
        return text
    if cell.is_of_money and counts(cell) == "things":
        return text
    return f"{text} {cell.scale}" if re.search(r"\d", text) and not re.search(r"[a-z]{3}", text) else text
