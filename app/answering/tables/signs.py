"""What a minus or accountants' brackets mean in a row: of a cost an amount, of a result a negative number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from app.answering.tables.cells import Cell


class Kind(Enum):
    """What a row or column counts, by its name."""

    COST = "cost"  # brackets say that it is deducted: "Cost of sales (700)" is 700
    RESULT = "result"  # it may be of either sign: "Operating profit (40)" is −40
    LOSS = "loss"  # the name says the sign already: "Net loss (40)" and "Net loss 40" are the same
    UNKNOWN = "unknown"  # what brackets mean can't be told


@dataclass(frozen=True)
class Amount:
    """A cell's number as it may be computed with, and as it stands in a formula. ``is_deducted`` marks a cost in
    brackets, whose ``value`` is positive."""

    cell: Cell
    value: Decimal
    kind: Kind
    is_deducted: bool = False

    @property
    def written(self) -> str:
        """Its number without the signs that were given up, with those that weren't."""
        if self.is_deducted:
            return re.sub(r"^[-−–]\s*|\s*[-−–]$|[()]", "", self.cell.text).strip()
        trailing = re.fullmatch(r"(.*\d)\s*[-−–]", self.cell.text)
        return f"({trailing[1]})" if trailing else self.cell.text


# What follows these is what a cost or result is of, or what isn't in it: "tax on profit", "profit before tax".
_OBJECT = re.compile(
    r"\b(?P<noun>costs?|expenses?|charges?|provisions?|tax(?:es)?|depreciation|amorti[sz]ation|impairments?|purchases?"
    r"|payments?|repayments?|write-?(?:off|down)s?|profit|loss|earnings|income|result|margin|proceeds|cash|flows?)\)?\s+"
    r"(?:of|on|for|from|before|after|less|net\s+of|excluding|attributable|relating|to)\b.*",
    re.IGNORECASE,
)
_OF_TAX = re.compile(r"\b(?:income|profits?|sales|revenue|earnings|value[- ]added)\s+(?=tax)", re.IGNORECASE)
_WORDS = {
    Kind.COST: r"costs?|expenses?|expenditures?|charges?|overheads?|depreciation|amorti[sz]ation|tax|taxes|taxation"
    r"|provisions?|impairments?|write-?(?:off|down)s?|payments?|paid|purchases?|repayments?|dividends?|deductions?"
    r"|salaries|wages|payroll|outlays?|spending|capex",
    Kind.RESULT: r"revenues?|sales|turnover|income|profits?|earnings|results?|margin|ebit(?:da)?|flows?|surplus|gains?"
    r"|changes?|movements?|variances?|difference|growth|increases?|inflows?|benefits?|contribution|generated|provided"
    r"|proceeds|received|reversals?|recover(?:y|ies)|refunds?|credits?|returns?",
    Kind.LOSS: r"loss|losses|deficits?|outflows?|used|decreases?|declines?|reductions?|shortfalls?",
    # What stands in a balance sheet has conventions of its own.
    Kind.UNKNOWN: r"assets?|liabilit(?:y|ies)|receivables?|payables?|deferred|allowances?|reserves?|accumulated",
}
_KINDS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _WORDS.items()}


class Signs:
    """Tells of the cells of some tables what their signs mean.

    A cost in brackets is an amount if all costs of its table are in brackets; where some are and some aren't, those
    without may be costs and those with reversals, or the other way round.
    """

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._costs: dict[int, set[bool]] = {}  # of each table's costs: are they negative?
        for cell in cells:
            if cell.value and kind_of(cell) is Kind.COST:
                self._costs.setdefault(cell.table, set()).add(cell.value < 0)

    def amount(self, cell: Cell | None) -> Amount | None:
        """What a cell counts; None where that can't be told."""
        if cell is None or cell.value is None:
            return None
        kind = kind_of(cell)
        if kind is Kind.COST:
            signs = self._costs.get(cell.table, set())
            return Amount(cell, abs(cell.value), kind, cell.value < 0) if len(signs) < 2 else None
        if cell.value < 0 and kind is Kind.UNKNOWN:
            return None
        return Amount(cell, cell.value, kind)


def kind_of(cell: Cell) -> Kind:
    """What a cell counts, by the name of its row and column, else of its group. Names of two kinds tell nothing."""
    own = [kind for kind in (_kind(cell.label), _kind(cell.heading)) if kind]
    kind = own[0] if len(set(own)) == 1 else None if own else _kind(cell.group)
    return kind or Kind.UNKNOWN


# Of a balance sheet, and what banks move.
_BALANCES = re.compile(
    r"\b(?:assets?|liabilit(?:y|ies)|equity|loans?|deposits?|mortgages?|debts?|borrowings?|bonds?|securities|cash"
    r"|transfers?|fees?|interest|balances?|capital|investments?)\b",
    re.IGNORECASE,
)


def names_money(name: str) -> bool:
    """Whether a name is that of an amount of money."""
    kinds = any(words.search(name) for words in _KINDS.values())
    return kinds or _BALANCES.search(name) is not None


def _kind(name: str) -> Kind | None:
    """The kind that a name tells of; None where it tells of none."""
    name = _OBJECT.sub(r"\g<noun>", _OF_TAX.sub("", name))
    told = {kind for kind, words in _KINDS.items() if words.search(name)}
    if told == {Kind.RESULT, Kind.LOSS}:  # "profit/(loss)"
        return Kind.RESULT
    if re.search(r"\bnet\b", name, re.IGNORECASE) and told != {Kind.LOSS}:
        told.add(Kind.RESULT)  # costs less income, say, which may become either
    return None if not told else told.pop() if len(told) == 1 else Kind.UNKNOWN


def may_be_set_against(a: Amount, b: Amount) -> bool:
    """Whether one may be taken from the other: a loss, whose name has its sign, from a loss only, if without brackets;
    a deducted cost from no negative result."""
    if Kind.LOSS in (a.kind, b.kind):
        return a.kind is b.kind and min(a.value, b.value) >= 0
    return min(a.value, b.value) >= 0 or not (a.is_deducted or b.is_deducted)


def may_be_added(amounts: Sequence[Amount]) -> bool:
    """Whether numbers may be added up: costs in brackets with costs only, losses without brackets with losses only."""
    deducted = {amount.kind is Kind.COST for amount in amounts} if any(a.is_deducted for a in amounts) else set()
    lost = {a.kind for a in amounts} if any(a.kind is Kind.LOSS and a.value > 0 for a in amounts) else set()
    return len(deducted) < 2 and len(lost) < 2 and not (lost and len({a.value > 0 for a in amounts}) > 1)
