"""Questions about cells of tables: which one is meant, and simple arithmetic over several, computed here and shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.cell_names import YEAR, CellNames, in_full, stems, telling
from app.tables import Cell
from retrieval.spellings import MONTHS

_MONTHS = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b", re.IGNORECASE)
_PER = re.compile(r"\bper\b|\bcents\b", re.IGNORECASE)
# What asks for a reason, a list or a meaning has no figure for an answer.
_NO_FIGURE = re.compile(
    r"\bwhy\b|\breasons?\b|\bled\s+to\b|\bdriven\b|\bconsist|\bcompris|\binclude|\bexclude|\bcomponents?\b|\bresult\s+from"
    r"|\brepresent|\bdefin|\bdo(?:es)?\b.*\bmean\b|^\s*(?:how\s+(?:is|are|was|were|do|does|did|can|should)|when|who|where)\b",
    re.IGNORECASE,
)
# So many of a question's telling words the rows and columns must name. Of the figures given to TAT-QA's questions 82 %
# are right (scale aside) with .5, and 89 % with this; a wrong number is worse than a quote in its place.
_NAMED = 0.7
_RESPECTIVE = re.compile(r"\brespective", re.IGNORECASE)


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


def figure(question: str, cells: Sequence[Cell]) -> Figure | None:
    """The figure that a question asks for, of cells whose rows and columns it names; None where it names none, or has
    more to say than they do."""
    question = in_full(" ".join(question.split()))
    result = _figure(question, CellNames(cells)) if cells and not _NO_FIGURE.search(question) else None
    if result is None:
        return None
    wanted = telling(stems(question))
    names = (f"{c.label} {c.group} {c.heading} {c.title} {c.passage.heading}" for c in result.cells)
    named = set().union(*(stems(in_full(name)) for name in names))
    return result if len(wanted & named) >= _NAMED * len(wanted) else None


def _figure(question: str, table: CellNames) -> Figure | None:
    for pattern, compute in _OPERATIONS:
        if found := pattern.search(question):
            return compute(question, found, table)
    years = list(dict.fromkeys(YEAR.findall(question)))
    if len(years) > 1:
        return _each(table.cell(question, [year]) for year in years)
    if _RESPECTIVE.search(question):
        return None
    best = table.best(question)
    if len(best) > 1 and len({(cell.row, cell.passage.id) for cell in best}) == 1:
        return Figure("", best[0].label, tuple(best))
    return _simply(best[0]) if len(best) == 1 else None


def _each(chosen: Iterable[Cell | None]) -> Figure | None:
    """The figures of several years."""
    figures = [_simply(cell) for cell in chosen]
    known = [each for each in figures if each]
    if len(known) < len(figures) or not all(_alike(known[0].cells[0], each.cells[0]) for each in known):
        return None
    text, what = ("; ".join(parts) for parts in zip(*((each.text, each.what) for each in known), strict=True))
    return Figure(text, what, tuple(cell for each in known for cell in each.cells))


def _simply(cell: Cell | None) -> Figure | None:
    if cell is None:
        return None
    bare = re.fullmatch(r"[\d.,]+", cell.text)
    text = cell.text if not bare or not cell.unit else f"{cell.text} %" if cell.unit == "%" else cell.unit + cell.text
    return Figure(_with_scale(text, cell), _name(cell), (cell,))


def _extreme(question: str, found: re.Match[str], table: CellNames) -> Figure | None:
    """The year of a row's largest or smallest number."""
    chosen = [(year, cell) for year in table.years() if (cell := table.number(question, [year]))]
    least = re.match(r"small|low|least|few", found["which"], re.IGNORECASE) is not None
    ranked = sorted(chosen, key=lambda each: _of(each[1]), reverse=not least)
    values = [_of(cell) for _, cell in ranked]
    if len(values) < 2 or values[0] == values[1] or not all(_alike(ranked[0][1], cell) for _, cell in ranked):
        return None
    formula = (" < " if least else " > ").join(cell.text for _, cell in ranked)
    return Figure(ranked[0][0], _names([cell for _, cell in ranked]), tuple(cell for _, cell in ranked), formula)


def _none(question: str, found: re.Match[str], table: CellNames) -> None:
    """Which year something else was so isn't computed."""


Compute = Callable[[str, re.Match[str], CellNames], Figure | None]


def _over_time(question: str, found: re.Match[str], table: CellNames) -> Figure | None:
    """The change of one row between two years, absolute or in percent of the earlier."""
    years, known = sorted(set(YEAR.findall(question))), table.years()
    if len(years) == 1:  # that year against the one before it
        years = [year for year in known if year <= years[0]][-2:] if years[0] in known else []
    elif not years:
        years = known[-2:]
    if len(years) != 2:
        return None
    pair = _pair(table.number(question, [years[1]]), table.number(question, [years[0]]))
    if pair is None or not _alike(*pair):
        return None
    new, old = pair
    if new.unit == "%":  # percent of a percentage, or points? "The change in the rate %" is in points.
        return None if found.groupdict().get("percent") else _difference(new, old)
    in_percent = found.groupdict().get("percent") or found.groupdict().get("also_percent")
    return _share_of_change(new, old) if in_percent else _difference(new, old)


def _between(question: str, found: re.Match[str], table: CellNames) -> Figure | None:
    """The difference of two rows or columns; of two years, their change."""
    years = YEAR.findall(question)
    if len(set(years)) == 2 and YEAR.search(found["a"]) and YEAR.search(found["b"]):
        return _over_time(question, found, table)
    pair = _named_pair(question, found, table)
    return _difference(*pair) if pair else None


def _ratio(question: str, found: re.Match[str], table: CellNames) -> Figure | None:
    """One cell over another."""
    pair = _named_pair(question, found, table)
    if pair is None or not _of(pair[1]):
        return None
    a, b = pair
    return Figure(_shown(_of(a) / _of(b)), f"{_name(a)} to {_name(b)}", pair, f"{a.text} / {b.text}")


def _share(question: str, found: re.Match[str], table: CellNames) -> Figure | None:
    """The same in percent."""
    ratio = _ratio(question, found, table)
    if ratio is None:
        return None
    a, b = ratio.cells
    return replace(ratio, text=f"{_shown(100 * _of(a) / _of(b))} %", what=f"{_name(a)} of {_name(b)}")


def _several(question: str, found: re.Match[str], table: CellNames) -> Figure | None:
    """The sum or mean of one row over years, or of two rows."""
    mean = bool(found.groupdict().get("mean"))
    years = sorted(set(YEAR.findall(question)))
    if len(years) == 2 and re.search(rf"{years[0]}\s*(?:to|through|-|–)\s*(?:FY)?{years[1]}", question):
        years = [str(year) for year in range(int(years[0]), int(years[1]) + 1)]
    parted = re.search(r"\bof\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)(?:\s+(?:in|for|as)\b.*)?\??$", question)
    chosen: Sequence[Cell] = []
    if mean and len(years) == 1:
        return _simply(table.cell(question))  # an average that the table has itself
    if len(years) > 1:
        chosen = [cell for year in years if (cell := table.number(question, [year]))]
        if len(chosen) < len(years):
            return None
    elif not mean and parted and not YEAR.search(parted["b"]) and (pair := _named_pair(question, parted, table)):
        chosen = pair
    elif mean:
        chosen = table.row(question)
    if len(chosen) < 2 or len({(cell.span, cell.passage.id) for cell in chosen}) < len(chosen):
        return None
    if any(cell.value is None for cell in chosen) or not all(_commensurable(chosen[0], cell) for cell in chosen):
        return None
    if mean and not all(_alike(chosen[0], cell) for cell in chosen):
        return None
    total = sum((_of(cell) for cell in chosen), Decimal(0))
    formula = " + ".join(cell.text for cell in chosen)
    if not mean:
        return Figure(_with_unit(total, chosen[0]), f"sum of {_names(chosen)}", tuple(chosen), formula)
    value = _with_unit(total / len(chosen), chosen[0])
    return Figure(value, f"mean of {_names(chosen)}", tuple(chosen), f"({formula}) / {len(chosen)}")


_CHANGE = r"(?:change|changes|changed|increase|increased|decrease|decreased|growth|decline|grow|grown)"
_SHARE = r"(?:percent(?:age)?|proportion|share)"
_OPERATIONS: list[tuple[re.Pattern[str], Compute]] = [
    (
        re.compile(r"\b(?:which|what)\s+(?:fiscal\s+|financial\s+)?year\b.*(?<!at )\b(?P<which>largest|larger|highest"
                   r"|higher|greatest|greater|most|smallest|smaller|lowest|lower|least|fewest)\b", re.IGNORECASE),
        _extreme,
    ),
    (re.compile(r"\b(?:which|what)\s+(?:fiscal\s+|financial\s+)?(?:year|quarter|period)s?\b", re.IGNORECASE), _none),
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


def _named_pair(question: str, found: re.Match[str], table: CellNames) -> tuple[Cell, Cell] | None:
    """The cells that the two halves of what was found name, each with what both have in common: what stands before
    them, and the years."""
    years = YEAR.findall(question)
    own = [YEAR.findall(found[name]) or years for name in ("a", "b")]
    # "Current and non-current deferred revenue": what one half leaves out, the other has.
    a = table.number(found["a"], own[0]) or table.number(f"{found['a']} {found['b']}", own[0])
    b = table.number(found["b"], own[1]) or table.number(f"{found['b']} {found['a']}", own[1])
    return _pair(a, b)


def _pair(a: Cell | None, b: Cell | None) -> tuple[Cell, Cell] | None:
    if a is None or b is None or (a.span, a.passage.id) == (b.span, b.passage.id):
        return None
    return (a, b) if _commensurable(a, b) else None


def _commensurable(a: Cell, b: Cell) -> bool:
    """Whether two numbers are of one unit and scale; a currency may stand in the first row of a table only."""
    return a.scale == b.scale and (a.unit == b.unit or (not (a.unit and b.unit) and "%" not in (a.unit, b.unit)))


def _difference(a: Cell, b: Cell) -> Figure:
    return Figure(_with_unit(_of(a) - _of(b), a), f"{_name(a)} less {_name(b)}", (a, b), f"{a.text} − {_bracketed(b)}")


def _share_of_change(new: Cell, old: Cell) -> Figure | None:
    if not _of(old):
        return None
    percent = 100 * (_of(new) - _of(old)) / _of(old)
    formula = f"({new.text} − {_bracketed(old)}) / {old.text}"
    return Figure(f"{_shown(percent)} %", f"change from {_name(old)} to {_name(new)}", (new, old), formula)


def _alike(a: Cell, b: Cell) -> bool:
    """Whether two cells' columns are called alike, years and months aside: one is no percentage of the other, say."""
    words = [stems(_MONTHS.sub(" ", cell.heading)) for cell in (a, b)]
    first, second = ({word for word in each if word.isalpha()} for each in words)
    return first <= second or second <= first


def _of(cell: Cell) -> Decimal:
    value = cell.value
    assert value is not None  # `CellNames.number` gives no others
    return value


def _shown(value: Decimal) -> str:
    """Rounded to two places, grouped, with a true minus."""
    rounded = round(value, 2)
    text = f"{abs(rounded):,.2f}".rstrip("0").rstrip(".") if rounded % 1 else f"{abs(rounded):,.0f}"
    return f"−{text}" if rounded < 0 else text


def _with_unit(value: Decimal, cell: Cell) -> str:
    # Percentages differ by percentage points.
    unit = cell.unit
    text = f"{_shown(value)} %" if unit == "%" else _shown(value)
    if unit and unit != "%":
        text = f"−{unit}{text[1:]}" if text.startswith("−") else f"{unit}{text}"
    return _with_scale(text, cell)


def _with_scale(text: str, cell: Cell) -> str:
    counted_otherwise = "%" in text or cell.unit == "%" or _PER.search(f"{cell.label} {cell.group} {cell.heading}")
    return f"{text} {cell.scale}" if cell.scale and not counted_otherwise else text


def _bracketed(cell: Cell) -> str:
    return cell.text if _of(cell) >= 0 or cell.text.startswith("(") else f"({cell.text})"


def _name(cell: Cell) -> str:
    return ", ".join(filter(None, (cell.label, cell.heading)))


def _names(cells: Sequence[Cell]) -> str:
    return "; ".join(_name(cell) for cell in cells)
