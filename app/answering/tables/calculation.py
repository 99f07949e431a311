"""What may be calculated from the numbers of cells, and how it is shown: a difference, a change in percent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.tables.cell_names import stems
from app.answering.tables.cells import Cell
from app.answering.tables.figure import Figure, counts, name, shown, shown_as
from app.answering.tables.signs import Amount
from corpus.language.dates import MONTHS

_MONTHS = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b", re.IGNORECASE)


def pair_of(a: Amount | None, b: Amount | None) -> tuple[Amount, Amount] | None:
    if a is None or b is None or (a.cell.span, a.cell.passage.id) == (b.cell.span, b.cell.passage.id):
        return None
    return (a, b) if are_commensurable(a.cell, b.cell) else None


def are_commensurable(a: Cell, b: Cell) -> bool:
    """Whether two numbers are of one table, unit and scale; a currency may stand in the first row of a table only. Two
    rows or columns of which it can't be told that they count the same have no unit in common."""
    if (a.passage.id, a.table, a.scale) != (b.passage.id, b.table, b.scale):
        return False
    if a.label != b.label and "%" not in (a.unit, b.unit) and (counts(a) != counts(b) or not counts(a)):
        return False
    return a.unit == b.unit or (not (a.unit and b.unit) and "%" not in (a.unit, b.unit))


def are_alike(amounts: Sequence[Amount]) -> bool:
    """Whether all columns are called alike, years and months aside: one is no percentage of the other, say."""
    words = [{word for word in stems(_MONTHS.sub(" ", a.cell.heading)) if word.isalpha()} for a in amounts]
    return all(words[0] <= each or each <= words[0] for each in words)


def difference(a: Amount, b: Amount) -> Figure:
    what = f"{name(a.cell)} less {name(b.cell)}"
    text = shown_as(a.value - b.value, a.cell)
    if a.cell.unit == "%":
        text = f"{shown(a.value - b.value)} percentage points"
    return calculated(text, what, (a, b), f"{a.written} − {_in_brackets(b)}")


def share_of_change(new: Amount, old: Amount) -> Figure | None:
    """None over a change of sign, where a percentage says nothing."""
    if min(new.value, old.value) < 0 or not old.value:
        return None
    percent = 100 * (new.value - old.value) / old.value
    formula = f"({new.written} − {old.written}) / {old.written}"
    return calculated(f"{shown(percent)} %", f"change from {name(old.cell)} to {name(new.cell)}", (new, old), formula)


def _in_brackets(amount: Amount) -> str:
    is_bare = amount.value < 0 and not amount.written.startswith("(")
    return f"({amount.written})" if is_bare else amount.written


def calculated(text: str, what: str, amounts: Sequence[Amount], formula: str) -> Figure:
    return Figure(text, what, tuple(amount.cell for amount in amounts), formula)
