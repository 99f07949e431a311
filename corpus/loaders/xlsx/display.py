"""A cell's text as its reader sees it, by the number format of the cell."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from openpyxl.utils.datetime import to_excel

from corpus.loaders.xlsx.dates import moment
from corpus.loaders.xlsx.formats import for_number, for_text, sections
from corpus.loaders.xlsx.numbers import general, literals, number

Value = str | bool | int | float | Decimal | date | time | timedelta | None


def cell_text(value: Value, number_format: str, date1904: bool = False) -> str:
    """A cell as its reader sees it, but a full date in ISO form, and "yes" or "no" for what is true or false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        section = for_text(number_format)
        return value if section is None else _folded(literals(section.tokens, value))
    if isinstance(value, date | time | timedelta):
        return _typed(value, number_format)
    return _number(value, number_format, date1904)


def _typed(value: date | time | timedelta, number_format: str) -> str:
    """What a library or the file itself gives as a date or time, counted from 1900."""
    if sections(number_format)[0].is_date:
        return _number(float(to_excel(value)), number_format, date1904=False)  # type: ignore[no-untyped-call]
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    return str(value) if isinstance(value, timedelta) else value.isoformat()


def _number(value: int | float | Decimal, number_format: str, date1904: bool) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    # A spreadsheet program has 15 digits of a number with a fraction, and rounds half of the last one up.
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    section, minus = for_number(number_format, exact)
    if section.is_date:
        return _folded(moment(section, exact, date1904))
    text = literals(section.tokens, general(abs(exact))) if "general" in section.kinds else number(section, abs(exact))
    if minus and not text.lstrip().startswith(("-", "(")):
        text = "-" + text.lstrip()
    return _folded(text)


def _folded(text: str) -> str:
    return " ".join(text.split())
