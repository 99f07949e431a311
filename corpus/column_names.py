"""What shows that a row of figures names columns: bands that follow each other, days in their order, or round sums that
rise, over figures of another kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple, TypeVar

from corpus.language.scales import CURRENCY_CODE

_POWERS = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9}
_SIGN = rf"(?:[A-Z]{{0,3}}[$€£¥]|{CURRENCY_CODE})"
_NUMBER = re.compile(rf"({_SIGN}\s?)?(\d+(?:[.,'’ ]\d+)*)(?:\s?({'|'.join(_POWERS)})\b)?(\s?%|\s?{_SIGN})?")
_MONEY = re.compile(rf"{_SIGN}\s?\d")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_COUNTED = re.compile(r" (?:years?|months?|weeks?|days?)(?: old)?$")
# How bands are written, each number a "#".
_UP_TO = re.compile(r"(?:up to|under|below|less than|at most|no more than|not over|until|to|<=?|≤) ?#")
_FROM = re.compile(
    r"(?:over|above|more than|at least|from|>=?|≥) ?#|# ?(?:\+|and (?:more|over|above)|or (?:more|over))"
)
_BETWEEN = re.compile(r"(?:from |over |above |more than |between )?# ?(?:to|up to|and|-|–|—) ?#")
_DAY = re.compile(r"([12]\d{3})-(\d\d)-(\d\d)|(\d\d?)[./](\d\d?)[./]([12]\d{3})")
Ordered = TypeVar("Ordered", date, Decimal)
_ROUND = 2  # digits that a round sum has beside zeros
_TIMES = 10  # that a sum is larger than what stands below it, where both are of one kind


class Band(NamedTuple):
    """From one number to another; None where it is open."""

    low: Decimal | None
    high: Decimal | None


def are_bands(texts: Sequence[str]) -> bool:
    """Whether texts are bands, such as "up to 10,000" and "over 10,000", each of which begins where the one before it
    ends, or the other way round."""
    bands = [_band(text) for text in texts]
    known = [band for band in bands if band]
    if len(known) < max(len(bands), 2):
        return False
    return any(all(_follows(left, right) for left, right in pairwise(run)) for run in (known, known[::-1]))


def is_money(text: str) -> bool:
    """Whether a text begins with an amount of money."""
    return bool(_MONEY.match(text))


def is_band(text: str) -> bool:
    """Whether a text is a band: "up to 10,000", "10,001 to 50,000"."""
    return _band(text) is not None


def are_days(texts: Sequence[str], has_label: bool) -> bool:
    """Whether texts are days in their order, or the other way round; beside a label, which rows have too, the ends of
    months, as those of reports are."""
    days = [day for text in texts if (day := _day(text))]
    are_ends = all((day + timedelta(days=1)).day == 1 for day in days)
    return len(days) == len(texts) > 1 and (_rise(days) or _rise(days[::-1])) and (are_ends or not has_label)


def are_sums(texts: Sequence[str], below: Sequence[Sequence[str]], has_label: bool) -> bool:
    """Whether texts are round sums of one kind, each larger than the one before, that name columns, which hold what is
    ``below`` each. Beside a label, which rows have too, all below must be much smaller, or be two rows or more of
    figures of one other kind, under three sums or more."""
    known = [figure for text in texts if (figure := _figure(text))]
    is_of_sums = len(known) == len(texts) > 1 and len({each.kind for each in known}) == 1
    if not is_of_sums or not _rise([each.value for each in known]) or not all(map(_is_round, known)):
        return False
    if not has_label:
        return True
    kind = known[0].kind
    columns = [[_figure(text) for text in column] for column in below]
    figures = [(top, figure) for top, column in zip(known, columns, strict=True) for figure in column]
    kinds = {figure.kind if figure else "" for _, figure in figures}
    if kind == "money" and kinds and kinds <= {"money", "number"}:
        return all(figure and _TIMES * figure.value <= top.value for top, figure in figures)
    return len(known) > 2 and len(kinds) == 1 and not kinds & {kind, ""} and min(map(len, columns)) > 1


def _is_round(figure: _Figure) -> bool:
    return len(figure.value.normalize().as_tuple().digits) <= _ROUND


class _Figure(NamedTuple):
    kind: str
    value: Decimal


def _figure(text: str) -> _Figure | None:
    """The number that a text is, with its kind: money, percent or number; None where it says more."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    after = (found[4] or "").strip()
    return _Figure("percent" if after == "%" else "money" if found[1] or after else "number", _value(found))


def _value(found: re.Match[str]) -> Decimal:
    digits = re.sub(r"[,'’ ]", ".", found[2])
    if _THOUSANDS.fullmatch(digits) or digits.count(".") > 1:
        digits = digits.replace(".", "")
    return Decimal(digits).scaleb(_POWERS.get(found[3] or "", 0))


def _band(text: str) -> Band | None:
    numbers = [_value(found) for found in _NUMBER.finditer(text)]
    form = _COUNTED.sub("", " ".join(_NUMBER.sub("#", text).lower().split()))
    if len(numbers) == 2 and _BETWEEN.fullmatch(form):
        return Band(numbers[0], numbers[1])
    if len(numbers) == 1 and _UP_TO.fullmatch(form):
        return Band(None, numbers[0])
    return Band(numbers[0], None) if len(numbers) == 1 and _FROM.fullmatch(form) else None


def _follows(band: Band, above: Band) -> bool:
    """Whether ``above`` begins where ``band`` ends, or at the next number."""
    if band.high is None or above.low is None:
        return False
    return band.high <= above.low <= band.high + 1


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, month, day = map(int, (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4]))
    try:
        # The order of days is the same whichever comes first.
        return date(year, *((month, day) if month <= 12 else (day, month)))
    except ValueError:
        return None


def _rise(values: Sequence[Ordered]) -> bool:
    return all(left < right for left, right in pairwise(values))
