"""Simple arithmetic over several cells of a table, computed here and shown with its operands.

Nothing is computed where it can't be told what the numbers mean: their notation (`notation.py`), their signs
(`signs.py`), which cells are named, or which of two operations is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.answering.tables.calculation import (
    are_alike,
    are_commensurable,
    calculated,
    difference,
    pair_of,
    share_of_change,
)
from app.answering.tables.cell_names import YEAR, CellNames
from app.answering.tables.figure import Figure, is_in_doubt, name, names, shown, shown_as
from app.answering.tables.notation import Notation
from app.answering.tables.signs import Amount, Kind, Signs, may_be_added, may_be_set_against

# What asks for a negative number as an amount: of "profit/(loss)", say, the year of the largest loss.
_NEGATIVE = re.compile(r"\b(?:loss|losses|deficit|outflow|outflows|shortfall|used)\b", re.IGNORECASE)
_RESPECTIVE = re.compile(r"\brespective", re.IGNORECASE)
_LEAST = re.compile(r"small|low|least|few", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A question, the words by which it asks for an operation, and the cells that it is asked of."""

    question: str
    found: re.Match[str]
    table: CellNames
    signs: Signs

    @property
    def years(self) -> list[str]:
        """The years that the question names, earliest first."""
        return sorted(set(YEAR.findall(self.question)))

    def amount(self, text: str, years: Sequence[str] | None = None) -> Amount | None:
        """The number of the one cell that a text names, if it can be computed with."""
        return self.signs.amount(self.table.cell(text, years))


def is_asked(question: str) -> bool:
    """Whether a question asks for an operation on cells, rather than for one of them."""
    return any(pattern.search(question) for pattern, _ in _OPERATIONS)


def computed(question: str, table: CellNames) -> Figure | None:
    """The figure that a question asks to be computed; None where it asks for none, for two operations at once, or of
    cells that it doesn't name or that can't be computed with."""
    asked_for = [family for family in _FAMILIES if family.search(question)]
    if len(asked_for) > 1 or _RESPECTIVE.search(question):
        return None
    for pattern, compute in _OPERATIONS:
        if found := pattern.search(question):
            result = compute(Asked(question, found, table, Signs(table.cells)))
            is_open = result and (_mixes_notations(result) or any(map(is_in_doubt, result.cells)))
            return None if is_open else result
    return None


def _mixes_notations(result: Figure) -> bool:
    """Whether a result in English would stand beside operands in another notation, in which 134.25 means 13,425."""
    is_marked = re.search(r"\d[.,]\d", result.text) is not None
    return is_marked and any(cell.notation is Notation.CONTINENTAL for cell in result.cells)


def _extreme(asked: Asked) -> Figure | None:
    """The year of a row's largest or smallest number, of the years that are named or of all there are."""
    years = _every_year(asked) if len(asked.years) > 1 else asked.table.years()
    chosen = [(year, cell) for year in years if (cell := asked.table.cell(asked.question, [year]))]
    ranked = [(year, amount) for year, cell in chosen if (amount := asked.signs.amount(cell))]
    if len(ranked) < max(2, len(chosen)) or len(asked.years) == 1:  # one that can't be told may be the largest
        return None
    is_least = _LEAST.match(asked.found["which"]) is not None
    ranked.sort(key=lambda each: each[1].value, reverse=not is_least)
    amounts = [amount for _, amount in ranked]
    if amounts[0].value == amounts[1].value or not are_alike(amounts) or not _may_be_compared(asked, amounts):
        return None
    formula = (" < " if is_least else " > ").join(amount.written for amount in amounts)
    return calculated(ranked[0][0], names([amount.cell for amount in amounts]), amounts, formula)


def _none(asked: Asked) -> None:
    """Recognised, and not computed: in which year something else was so, compound growth."""


def _over_time(asked: Asked) -> Figure | None:
    """The change of one row between two years, absolute or in percent of the earlier."""
    years, known = asked.years, asked.table.years()
    if len(years) == 1:  # that year against the one before it
        years = [year for year in known if year <= years[0]][-2:] if years[0] in known else []
    elif not years:
        years = known[-2:]
    if len(years) != 2:
        return None
    pair = pair_of(asked.amount(asked.question, [years[1]]), asked.amount(asked.question, [years[0]]))
    if pair is None or not are_alike(pair) or not _may_be_compared(asked, pair):
        return None
    words = asked.found.groupdict()
    if not (words.get("percent") or words.get("also_percent")):
        return difference(*pair)
    # Of a percentage? "The change in the rate %" is in points.
    if pair[0].cell.unit == "%":
        return None if words.get("percent") else difference(*pair)
    return share_of_change(*pair)


def _between(asked: Asked) -> Figure | None:
    """The difference of two rows or columns; of two years, their change."""
    if len(asked.years) == 2 and YEAR.search(asked.found["a"]) and YEAR.search(asked.found["b"]):
        return _over_time(asked)
    pair = _named_pair(asked)
    return difference(*pair) if pair and may_be_set_against(*pair) else None


def _ratio(asked: Asked) -> Figure | None:
    """One cell over another; of positive numbers only, as a negative share says nothing."""
    pair = _named_pair(asked)
    if pair is None or min(amount.value for amount in pair) <= 0:
        return None
    a, b = pair
    what = f"{name(a.cell)} to {name(b.cell)}"
    return calculated(shown(a.value / b.value), what, pair, f"{a.written} / {b.written}")


def _share(asked: Asked) -> Figure | None:
    """The same in percent."""
    pair = _named_pair(asked)
    if pair is None or min(amount.value for amount in pair) <= 0:
        return None
    a, b = pair
    what = f"{name(a.cell)} of {name(b.cell)}"
    return calculated(f"{shown(100 * a.value / b.value)} %", what, pair, f"{a.written} / {b.written}")


def _several(asked: Asked) -> Figure | None:
    """The sum or mean of one row over years, or the sum of two rows."""
    is_mean = bool(asked.found.groupdict().get("mean"))
    if is_mean and len(asked.years) == 1:
        return None  # of one number there is no mean
    chosen = _summed(asked, is_mean)
    places = {(amount.cell.span, amount.cell.passage.id) for amount in chosen}
    if len(chosen) < 2 or len(places) < len(chosen) or not may_be_added(chosen):
        return None
    if not all(are_commensurable(chosen[0].cell, amount.cell) for amount in chosen):
        return None
    if is_mean and not are_alike(chosen):
        return None
    total = sum((amount.value for amount in chosen), Decimal(0))
    formula, of = " + ".join(amount.written for amount in chosen), names([amount.cell for amount in chosen])
    if not is_mean:
        return calculated(shown_as(total, chosen[0].cell), f"sum of {of}", chosen, formula)
    mean = shown_as(total / len(chosen), chosen[0].cell)
    return calculated(mean, f"mean of {of}", chosen, f"({formula}) / {len(chosen)}")


def _summed(asked: Asked, is_mean: bool) -> Sequence[Amount]:
    """What is to be added up; nothing if one of it can't be."""
    parted = re.search(r"\bof\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)(?:\s+(?:in|for|as)\b.*)?\??$", asked.question)
    amounts: Sequence[Amount | None] = []
    if len(asked.years) > 1:
        amounts = [asked.amount(asked.question, [year]) for year in _every_year(asked)]
    elif is_mean:
        amounts = [asked.signs.amount(cell) for cell in asked.table.row(asked.question)]
    elif parted and not YEAR.search(parted["b"]):
        return _named_pair(asked, parted) or ()
    known = [amount for amount in amounts if amount]
    return known if len(known) == len(amounts) else ()


def _every_year(asked: Asked) -> list[str]:
    """The years that are named, and those between the two of "from 2023 to 2025"."""
    years = asked.years
    span = rf"{years[0]}\s*(?:to|through|-|–)\s*(?:FY)?{years[-1]}|between\s+{years[0]}\s+and\s+{years[-1]}"
    if len(years) == 2 and re.search(span, asked.question):
        return [str(year) for year in range(int(years[0]), int(years[1]) + 1)]
    return years


_CHANGE = r"(?:change|changes|changed|increase|increased|decrease|decreased|growth|decline|grow|grown)"
_SHARE = r"(?:percent(?:age)?|proportion|share)"
_OPERATIONS: list[tuple[re.Pattern[str], Callable[[Asked], Figure | None]]] = [
    (
        re.compile(r"\b(?:which|what)\s+(?:fiscal\s+|financial\s+)?year\b.*(?<!at )\b(?P<which>largest|larger|highest"
                   r"|higher|greatest|greater|most|smallest|smaller|lowest|lower|least|fewest)\b", re.IGNORECASE),
        _extreme,
    ),
    (re.compile(r"\b(?:which|what)\s+(?:fiscal\s+|financial\s+)?(?:year|quarter|period)s?\b", re.IGNORECASE), _none),
    (re.compile(r"\bcompound(?:ed)?\b|\bannuali[sz]ed\b|\bCAGR\b", re.IGNORECASE), _none),
    (re.compile(rf"(?P<percent>percent(?:age)?|per\s?cent|%)\s+(?:\w+\s+)?[/(]*{_CHANGE}", re.IGNORECASE), _over_time),
    (re.compile(rf"\bwhat\s+{_SHARE}\s+(?:did|has|have)\b.*\b(?P<percent>{_CHANGE})", re.IGNORECASE), _over_time),
    (re.compile(rf"\b{_CHANGE}\b.*(?P<also_percent>percent|%)", re.IGNORECASE), _over_time),
    (re.compile(rf"(?P<a>.+?) as an? {_SHARE} of\s+(?P<b>.+)", re.IGNORECASE), _share),
    (
        re.compile(rf"(?:what|which)\s+{_SHARE}\s+of\s+(?P<b>.+?)\s+"
                   r"(?:is|was|were|are|consists?\s+of|comes?\s+from|made\s+up\s+of)\s+(?P<a>.+)", re.IGNORECASE),
        _share,
    ),
    (
        re.compile(rf"{_SHARE}\s+(?:constitution\s+)?of\s+(?P<a>.+?)\s+(?:out\s+of|among(?:st)?|over|to|in(?!\s+(?:19|20)\d\d))"
                   r"\s+(?:the\s+)?(?P<b>.+)", re.IGNORECASE),
        _share,
    ),
    (re.compile(r"\bratio\s+of\s+(?P<a>.+?)\s+to\s+(?:the\s+)?(?P<b>.+)", re.IGNORECASE), _ratio),
    (re.compile(r"\bdifference\b.*?\bbetween\s+(?P<a>.+?)\s+(?:and|to)\s+(?P<b>.+)", re.IGNORECASE), _between),
    (re.compile(rf"\b(?:{_CHANGE}|difference)\b", re.IGNORECASE), _over_time),
    (re.compile(r"\b(?P<mean>average|mean)\b", re.IGNORECASE), _several),
    (re.compile(r"\b(?:sum|combined|altogether)\b|\btotal\b.*\b(?:and|to)\b.*(?:19|20)\d\d", re.IGNORECASE), _several),
]  # fmt: skip
# A question with words of two of these asks for both, one after the other: the average change, the largest share.
_FAMILIES = [
    re.compile(rf"\b{words}\b", re.IGNORECASE)
    for words in (
        rf"(?:{_CHANGE}|difference)",
        r"(?:average|mean)",
        rf"(?:ratio|{_SHARE}\s+of)",
        r"(?:sum|combined|altogether)",
        r"(?:largest|larger|highest|higher|greatest|greater|most|smallest|smaller|lowest|lower|least|fewest)",
    )
]


def _named_pair(asked: Asked, found: re.Match[str] | None = None) -> tuple[Amount, Amount] | None:
    """The numbers that the two halves of what was found name, each with what both have in common: what stands before
    them, and the years."""
    halves = found or asked.found
    years = YEAR.findall(asked.question)
    own = [YEAR.findall(halves[half]) or years for half in ("a", "b")]
    # "Current and non-current deferred revenue": what one half leaves out, the other has.
    a = asked.amount(halves["a"], own[0]) or asked.amount(f"{halves['a']} {halves['b']}", own[0])
    b = asked.amount(halves["b"], own[1]) or asked.amount(f"{halves['b']} {halves['a']}", own[1])
    return pair_of(a, b)


def _may_be_compared(asked: Asked, amounts: Sequence[Amount]) -> bool:
    """Whether the numbers of one row say what is more and what is less: a loss of −50 is larger than one of −40, and
    of "profit/(loss)" the largest loss is the smallest number."""
    if min(amount.value for amount in amounts) >= 0:
        return True
    return all(a.kind is not Kind.LOSS for a in amounts) and not _NEGATIVE.search(asked.question)
