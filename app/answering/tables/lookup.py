"""Which figure of a table a question asks for: one cell, a row, or a calculation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.answering.tables.arithmetic import computed, is_asked
from app.answering.tables.cell_names import (
    YEAR,
    CellNames,
    beyond,
    bounds,
    in_full,
    keeps_order,
    negations,
    periods,
    stems,
    telling,
    unasked,
    unnamed,
)
from app.answering.tables.cells import Cell
from app.answering.tables.figure import Figure, counts, is_in_doubt, read_off
from corpus.language.scales import without_units

# What asks for a reason, a list or a meaning has no figure for an answer.
_NO_FIGURE = re.compile(
    r"\bwhy\b|\breasons?\b|\bled\s+to\b|\bdriven\b|\bconsist|\bcompris|\binclude|\bexclude|\bcomponents?\b|\bresult\s+from\b(?!\s+(?:FY)?\d)"
    r"|\brepresent|\bdefin|\bdo(?:es)?\b.*\bmean\b|^\s*(?:how\s+(?:is|are|was|were|do|does|did|can|should)|when|who|where)\b",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"\bhow\s+(?:much|many|long|high|large|often)\b", re.IGNORECASE)
_AN_AMOUNT = re.compile(
    r"\d|\b(?:no|none|nil|free|waived|unlimited|one|two|three|four|five|six|seven|eight|nine|ten|once|twice)\b|^[-–—]$",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"%|\bper\s?cent|\bproportion\b|\b(?:what|which)\s+share\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\(.*?\)")
_RESPECTIVE = re.compile(r"\brespective", re.IGNORECASE)
# "What is a standing order?" asks what it is, not what it costs.
_A_MEANING = re.compile(r"^\s*what(?:['’]s|\s+is|\s+are)\s+(?!(?:the|my|your|our|this|its)\b)", re.IGNORECASE)
_A_SHARE = re.compile(
    r"%|\b(?:per\s?cent|percent\w*|rates?|shares?|proportion|margin|ratio|yield|interest)\b", re.IGNORECASE
)


def figure(question: str, cells: Sequence[Cell], *, may_compute: bool) -> Figure | None:
    """The figure that a question asks for, of cells whose rows and columns it names; None where it names none, or says
    more than they do. Every word of the question must stand in the names of the cells, but for those by which anything
    is asked: a "late fee" is none of the fees that aren't called late. Every word of the rows' labels must stand in the
    question."""
    question = in_full(" ".join(question.split()))
    result = _named(question, cells, may_compute)
    if result is None or not all(_says_the_same(question, cell) for cell in result.cells):
        return None
    if result.formula is not None:
        is_more = any(telling(beyond(question, cell.heading)) for cell in result.cells)
        return None if is_more else result
    if not result.text:
        return result
    if not all(_is_that_row(question, cell, cells) for cell in result.cells):
        return None
    if any(beyond(question, cell.heading) or is_in_doubt(cell) or cell.is_recognised for cell in result.cells):
        first = result.cells[0]
        return Figure("", first.label, tuple(_row(first, cells)))
    return result


def _says_the_same(question: str, cell: Cell) -> bool:
    """Whether a cell's names say the periods that the question does, negate what it does, and name what goes from where
    to where in its order. A cell's own names count; those of its table only where its own say nothing of a period."""
    own = f"{cell.label} {cell.heading}"
    asked = periods(question)
    if asked and asked != (periods(f"{own} {cell.text}") or periods(_names([cell]))):
        return False
    if negations(question) - negations(f"{own} {cell.group}") or negations(cell.label) - negations(question):
        return False
    return keeps_order(question, cell.label)


def _is_that_row(question: str, cell: Cell, cells: Sequence[Cell]) -> bool:
    """Whether a row can be meant although others are called nearly the same: those whose labels differ in brackets
    only, or in the bounds of a number; and whether it counts what is asked for."""
    asked, label = stems(question), without_units(in_full(cell.label))
    bare = stems(_BRACKETS.sub(" ", label))
    others = {each.label for each in cells if each.row != cell.row and each.label != cell.label}
    if stems(label) - asked and any(stems(_BRACKETS.sub(" ", in_full(other))) == bare for other in others):
        return False
    numbers = {word for word in bare if word[0].isdigit()}
    if numbers - asked or bounds(question) != bounds(f"{cell.label} {cell.heading}"):
        return False
    names = f"{cell.label} {cell.heading}"
    if _PERCENT.search(question) and cell.unit != "%" and not _PERCENT.search(names):
        return False
    return not (re.search(r"\bhow\s+many\b", question, re.IGNORECASE) and counts(cell) == "money")


def _row(cell: Cell, cells: Sequence[Cell]) -> list[Cell]:
    return [each for each in cells if (each.row, each.passage.id) == (cell.row, cell.passage.id)]


def _named(question: str, cells: Sequence[Cell], may_compute: bool) -> Figure | None:
    """The figure whose cells have the words of the question in their names, and no others in their rows' labels."""
    if not cells or _NO_FIGURE.search(question):
        return None
    result = _figure(question, CellNames(cells), may_compute)
    if result is None or unnamed(question, _names(result.cells), is_computed=bool(result.formula)):
        return None
    if any(unasked(question, cell.label) for cell in result.cells) or _is_beside_another(question, result, cells):
        return None
    if result.formula is None and result.text and not _is_of_the_kind(question, result, cells):
        return None
    return result


def _is_of_the_kind(question: str, result: Figure, cells: Sequence[Cell]) -> bool:
    """Whether what was read off may answer such a question: an amount what asks for one, a note on a fee none that asks
    for the fee, nothing what asks for the meaning of a row's name."""
    if _HOW_MUCH.search(question) and not _AN_AMOUNT.search(result.text):
        return False
    if all(_names_column(question, cell) for cell in result.cells):
        return True
    tables = {(cell.passage.id, cell.table) for cell in result.cells}
    names_another = any((cell.passage.id, cell.table) in tables and _names_column(question, cell) for cell in cells)
    return not names_another and not _A_MEANING.match(question)


def _names_column(question: str, cell: Cell) -> bool:
    """Whether a question has a word or year of a column's heading."""
    named = stems(in_full(cell.heading)) & stems(question)
    return bool(telling(named)) or any(YEAR.fullmatch(word) for word in named)


def _is_beside_another(question: str, result: Figure, cells: Sequence[Cell]) -> bool:
    """Whether a percentage was taken of a row that has amounts, too, for a question that asks for no percentage."""
    rows = {(cell.passage.id, cell.row) for cell in result.cells if cell.unit == "%"}
    has_amounts = any((cell.passage.id, cell.row) in rows and cell.unit != "%" and cell.value for cell in cells)
    return bool(result.text) and has_amounts and not _A_SHARE.search(question)


def takes_precedence(question: str, result: Figure, rank: int) -> bool:
    """Whether a figure takes the place of what the best passage says. One of the best passage (``rank`` 0) does. One of
    a passage further down does only if the question names its row and its column in full, so that it can be meant of no
    other: what answers a question about a late fee is no annual fee from the fourth passage."""
    if rank == 0:
        return True
    asked = stems(in_full(question))
    names = [stems(in_full(name)) for cell in result.cells for name in (cell.label, cell.heading)]
    return bool(result.text) and all(name and name <= asked for name in names)


def _figure(question: str, table: CellNames, may_compute: bool) -> Figure | None:
    if is_asked(question):
        return computed(question, table) if may_compute else None
    years = list(dict.fromkeys(YEAR.findall(question)))
    if len(years) > 1:
        return _each(table.cell(question, [year]) for year in years)
    if _RESPECTIVE.search(question):
        return None
    best = table.best(question)
    if not best or len({(cell.row, cell.passage.id) for cell in best}) > 1:
        return None
    row = _row(best[0], table.cells)
    if len(best) > 1 or (len(row) > 1 and not _names_column(question, best[0])):
        return Figure("", best[0].label, tuple(best if len(best) > 1 else row))
    return read_off(best[0])


def _each(chosen: Iterable[Cell | None]) -> Figure | None:
    """The figures of several years, of which row and column have the same names but for the years."""
    cells = list(chosen)
    known = [cell for cell in cells if cell]
    of = {(cell.table, *(YEAR.sub("", each) for each in (cell.label, cell.group, cell.heading))) for cell in known}
    if len(known) < len(cells) or len(of) > 1:
        return None
    figures = [read_off(cell) for cell in known]
    return Figure("; ".join(f.text for f in figures), "; ".join(f.what for f in figures), tuple(known))


def _names(cells: Sequence[Cell]) -> str:
    return " ".join(f"{c.label} {c.group} {c.heading} {c.title} {c.passage.heading}" for c in cells)
