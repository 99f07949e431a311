"""The quantities that a text states, and whether two texts state the same.

A quantity is a number with its unit: "ten business days" is 10 "business day", "USD 1.2 million" is 1200000 "$". What
is written differently but means the same is equal. Units are never converted: 12 months need not be a year in
a contract, nor 30 days a month.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from eval.scoring.metrics import number_words
from eval.scoring.metrics.units import CURRENCIES, currency, tail


class Quantity(NamedTuple):
    """A number of a text, whose characters ``start`` to ``end`` (exclusive) are its number and unit.

    ``unit`` is "%", "$", "€", "£", "second", "minute", "hour", "day", "week", "month", "year" or one of these with its
    qualifier ("business day", "calendar month"), "" for none, "time" for a time of day, whose value is hhmm, and "date"
    for a date, whose value is yyyymmdd: without a year ("31 January") yyyy is 0, and without a day ("January 2026") dd.
    """

    value: Decimal
    unit: str
    start: int
    end: int


_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_LEAP_YEAR = 2000
_DAY = r"(\d\d?)(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"(?<![\w-])(?:(\d{{4}})-(\d\d)-(\d\d)"
    rf"|{_DAY}\s+(?:of\s+)?{_MONTH},?\s+(\d{{4}})"
    rf"|{_MONTH}\s+{_DAY},?\s+(\d{{4}}))(?![\w-])",
    re.IGNORECASE,
)
# Only with its capital letter: "you may 30 days later" names no month.
_NAMED_MONTH = r"(?-i:(?=[A-Z]))" + _MONTH
_PART_OF_DATE = re.compile(
    rf"(?<![\w.,-])(?:{_DAY}\s+(?:of\s+)?{_NAMED_MONTH}|(?<!\d\s){_NAMED_MONTH}\s+(\d{{4}})|{_NAMED_MONTH}\s+{_DAY})(?![\w-])(?![.,]\d)",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(
    r"(?<![\w:.,-])(?:([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?:\s*([ap])\.?m\b)?|(1[0-2]|0?[1-9])(?:\.([0-5]\d))?\s*([ap])\.?m\b)"
    r"(?![:\d])",
    re.IGNORECASE,
)
# "[2]" cites, and "1." or "(1)" before the text of its line counts the items of a list.
_MARKER = re.compile(
    r"\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]|^[ \t]*(?:[-*•][ \t]+)?\(?\d{1,2}[.)](?=[ \t]+[^\s|])", re.MULTILINE
)
# Typographers group thousands with protected spaces. "5.1.2", "1,23" and the 19 of "COVID-19" are no quantities.
_DIGITS = r"(?P<digits>(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?!,?\d)(?!\.\d)"
_NUMBER = re.compile(
    rf"""
    (?P<minus> (?<![\w)%€£$]) [-−–] (?=[$€£.\d]) )?
    (?: (?P<currency> (?:\bUS)?[$€£] | \b(?:EUR|USD|GBP) ) [^\S\t]* (?P<inner_minus>[-−–])?
      | (?<!\w)(?<!\d[.,])(?<![^\W\d_]-) )
    (?: {_DIGITS} | (?P<words>{number_words.PATTERN}) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SAID_AGAIN = re.compile(rf"[ \n]?\(\s*(?:{_DIGITS}|(?P<words>{number_words.PATTERN}))\s*\)", re.IGNORECASE)
_BEFORE_MEASURE = re.compile(r"\b(?:within|after|for|than|least|most|until)\s+$", re.IGNORECASE)
# With spaces around it, a dash may be one between clauses.
_RANGE = re.compile(r"[-–]|\s+(?:to|or)\s+", re.IGNORECASE)
_BEFORE_NEGATIVE = re.compile(r"(?P<sign>[$€£])[ \t]?\($|(?:[|\t]|  )[ \t]*\($")
# What a regular expression of any case takes for i, s or k.
_ALSO_MATCHED = str.maketrans("ıİſ\u212a", "iisk")
# As in "5th", "401k" or "two-factor".
_IN_NAME = re.compile(r"-?[^\W\d_]")
_AFTER_CELL = re.compile(r"\)%?[ \t]*(?:$|[|\t]|  )", re.MULTILINE)


def quantities(text: str) -> list[Quantity]:
    """The quantities of an English text, in its order.

    Numbers are read in digits, with or without commas at the thousands, and in words, with a scale up to trillion (also
    bn, mn; k, m and b behind "$3"). "One" alone counts only with a scale or unit; "a" counts with a scale, and with
    a unit where a measure is expected ("within a month", whereas "EUR 5 a month" states one quantity). A number said
    twice, "thirty (30) days", is one quantity. Both ends of a range have its unit: "5 to 10 days". A number in brackets
    is negative directly behind a currency sign, "$(1,234)", and as the whole cell of a table's row, between bars, tabs
    or two spaces, unless the row begins with it. Counters of lists, citations such as [2], numbers of sections (5.1.2)
    and ordinals (5th) are no quantities.
    """
    found: list[Quantity] = []

    def take(read: Callable[[re.Match[str]], int | None], unit: str) -> Callable[[re.Match[str]], str]:
        def taken(match: re.Match[str]) -> str:
            value = read(match)
            if value is None:
                return match[0]
            found.append(Quantity(Decimal(value), unit, *match.span()))
            return _blank(match)

        return taken

    rest = _DATE.sub(take(_date, "date"), text.translate(_ALSO_MATCHED))
    rest = _PART_OF_DATE.sub(take(_part_of_date, "date"), rest)
    rest = _MARKER.sub(_blank, _TIME_OF_DAY.sub(take(_time_of_day, "time"), rest))
    at = 0
    while match := _NUMBER.search(rest, at):
        quantity = _quantity(rest, match, at)
        if quantity:
            found.append(quantity)
        at = quantity.end if quantity else match.end()
    return _with_units_of_ranges(text, sorted(found, key=lambda q: q.start))


def same(a: Quantity, b: Quantity, tolerance: float = 0.0) -> bool:
    """Whether both mean the same: one unit, and values that differ by at most ``tolerance`` times the larger.

    A number without a unit goes with money and percentages too, since the head of a table may name the unit; it goes
    with no time or date, whose unit always stands next to it. Dates, and plain numbers that may be years (1900 to
    2100), are the same or not, whatever the tolerance.
    """
    if a.unit != b.unit and {a.unit, b.unit} - CURRENCIES - {"%"} != {""}:
        return False
    if a.unit == b.unit == "date":
        return all(one == other or not one or not other for one, other in zip(_parts(a), _parts(b), strict=True))
    if _is_point_in_time(a) or _is_point_in_time(b):
        return a.value == b.value
    return abs(a.value - b.value) <= Decimal(str(tolerance)) * max(abs(a.value), abs(b.value))


def meets(own: Quantity, gold: Quantity) -> bool:
    """Whether an answer's quantity is the gold one. Other than for `same`, a bare number doesn't meet one with a unit,
    and a date must have all the parts that the gold one has; a bare gold number is met by money and percentages."""
    if gold.unit and own.unit != gold.unit:
        return False
    if gold.unit == "date" and any(
        part and not own_part for part, own_part in zip(_parts(gold), _parts(own), strict=True)
    ):
        return False
    return same(own, gold)


def numeric_match(answer: str, gold: str, tolerance: float = 0.0) -> float | None:
    """The share of gold's quantities that the answer holds; None where gold has none."""
    ours, golds = quantities(answer), quantities(gold)
    return sum(any(same(q, own, tolerance) for own in ours) for q in golds) / len(golds) if golds else None


def same_quantities(answer: str, gold: str) -> bool:
    """Whether an answer states the gold quantities, at least one, and no others."""
    ours, golds = quantities(answer), quantities(gold)
    pairs = zip(ours, golds, strict=False)
    return len(ours) == len(golds) > 0 and all(meets(own, other) for own, other in pairs)


def unsupported(answer: str, sources: Sequence[str]) -> list[Quantity]:
    """The quantities of the answer that no source holds."""
    held = [quantity for source in sources for quantity in quantities(source)]
    return [quantity for quantity in quantities(answer) if not any(same(quantity, other) for other in held)]


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _parts(day: Quantity) -> tuple[int, int, int]:
    value = int(day.value)
    return value // 10_000, value // 100 % 100, value % 100


def _part_of_date(match: re.Match[str]) -> int | None:
    day, month, month_of_year, year, us_month, us_day = match.groups()
    number = _MONTHS.index((month or month_of_year or us_month)[:3].lower()) + 1
    if year:
        return int(year) * 10_000 + number * 100
    try:
        return int(f"{date(_LEAP_YEAR, number, int(day or us_day)):%m%d}")
    except ValueError:
        return None


def _time_of_day(match: re.Match[str]) -> int | None:
    hour, minutes, half, only_hour, only_minutes, only_half = match.groups()
    hours, half = int(hour or only_hour), (half or only_half or "").lower()
    if half and not 1 <= hours <= 12:
        return None
    return (hours % 12 + 12 * (half == "p") if half else hours) * 100 + int(minutes or only_minutes or 0)


def _date(match: re.Match[str]) -> int | None:
    iso_year, iso_month, iso_day, day, month, year, us_month, us_day, us_year = match.groups()
    name = month or us_month
    try:
        found = date(
            int(iso_year or year or us_year),
            _MONTHS.index(name[:3].lower()) + 1 if name else int(iso_month),
            int(iso_day or day or us_day),
        )
        return int(f"{found:%Y%m%d}")
    except ValueError:
        return None


def _quantity(text: str, match: re.Match[str], free_from: int) -> Quantity | None:
    """What a match of `_NUMBER` states together with what stands around it, from ``free_from`` on; None where that
    is no quantity."""
    money = currency(match["currency"]) if match["currency"] else ""
    factor, unit, end = tail(text, match.end(), money)
    value = _value(match) * factor
    again = _SAID_AGAIN.match(text, end)
    if again and _value(again) == value:
        _, unit, end = tail(text, again.end(), unit)
    negative = match["minus"] or match["inner_minus"]
    quantity = Quantity(-value if negative else value, unit, match.start(), end)
    return _out_of_brackets(text, quantity, free_from) if _counts(text, match, quantity) else None


def _counts(text: str, match: re.Match[str], quantity: Quantity) -> bool:
    """Whether a number states a quantity rather than being a pronoun ("one"), an article or part of a name."""
    word = (match["words"] or "").lower()
    if word in ("a", "an", "one") and quantity.value == 1:
        measured = word == "one" or _BEFORE_MEASURE.search(text, max(0, match.start() - 20), match.start())
        return bool(quantity.unit and measured)
    return bool(quantity.unit) or quantity.end > match.end() or not _IN_NAME.match(text, match.end())


def _out_of_brackets(text: str, inside: Quantity, free_from: int) -> Quantity:
    """The amount of which ``inside`` are the figures, negative if they are bracketed as accountants do."""
    before = _BEFORE_NEGATIVE.search(text, max(free_from, inside.start - 20), inside.start)
    if not before:
        return inside
    start, end, known = inside.start - 1, inside.end, inside.unit
    if before["sign"]:
        start, known, bracketed = before.start(), before["sign"], text.startswith(")", end)
    else:
        begins_row = not text[text.rfind("\n", 0, start) + 1 : before.start()].strip()
        bracketed = bool(_AFTER_CELL.match(text, end)) and not begins_row
    factor, unit, end = tail(text, end + 1, known)
    return Quantity(-inside.value * factor, unit, start, end) if bracketed else inside


def _with_units_of_ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """Both ends of "5 to 10 days" are days, and of "$5-10" dollars."""
    for at, (low, high) in enumerate(zip(found, found[1:], strict=False)):
        if not _RANGE.fullmatch(text, low.end, high.start):
            continue
        unit_is_behind = high.unit not in CURRENCIES or text[high.start].isdigit()
        if low.unit == "" and high.unit != "date" and unit_is_behind:
            found[at] = low._replace(unit=high.unit)
        elif high.unit == "" and low.unit in CURRENCIES:
            found[at + 1] = high._replace(unit=low.unit)
    return found


def _is_point_in_time(quantity: Quantity) -> bool:
    may_be_year = quantity.unit == "" and 1900 <= quantity.value <= 2100 and quantity.value % 1 == 0
    return quantity.unit == "date" or may_be_year


def _value(number: re.Match[str]) -> Decimal:
    if number["digits"]:
        return Decimal(re.sub(r"[^\d.]", "", number["digits"]))
    return number_words.value_of(number["words"])
