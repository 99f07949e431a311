"""Amounts, counts and dates of a question as documents may write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from corpus.language.dates import MONTHS
from corpus.language.numbers import NUMBER_WORDS
from corpus.language.words import words

_NAMES = {digits: name for name, digits in NUMBER_WORDS.items()}
_ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth"}

_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_QUARTER = re.compile(r"\bQ([1-4])\b")
_FISCAL_YEAR = re.compile(r"\bFY ?(?:20)?(\d\d)\b")
_GROUPED = re.compile(r"\b\d{1,3}(?:[,' ]\d{3})+\b")
_LONG = re.compile(r"(?<![\d.,])\d{4,12}(?![\d.,]*\d)")
# 12 CFR is a place, no count.
_SHORT = re.compile(r"(?<![\w.,])\d{1,2}(?![\d.,]*\d|\w|\s+CFR)")


def spellings(question: str) -> list[str]:
    """Words by which to look for the question's numbers and dates, beside its own: "ten" for 10 and 10 for "ten", 10000
    and the groups 10 and 000 for each other, the month of 2026-03-01, the second quarter for Q2, 2022 for FY22."""
    return list(dict.fromkeys(_spellings(question)))


def _spellings(question: str) -> Iterator[str]:
    for year, month, day in _ISO_DATE.findall(question):
        try:
            named = date(int(year), int(month), int(day))
        except ValueError:
            continue
        yield from (MONTHS[named.month - 1], str(named.day), year)
    question = _ISO_DATE.sub(" ", question)
    for quarter in _QUARTER.findall(question):
        yield from (_ORDINALS[quarter], "quarter")
    for year in _FISCAL_YEAR.findall(question):
        yield f"20{year}"
    for grouped in _GROUPED.findall(question):
        yield re.sub(r"\D", "", grouped)
    for long in _LONG.findall(_GROUPED.sub(" ", question)):
        # Four digits are mostly a year.
        if len(long) > 4:
            yield from f"{int(long):,}".split(",")
    for word in words(question):
        if word in NUMBER_WORDS:
            yield NUMBER_WORDS[word]
    for short in _SHORT.findall(_GROUPED.sub(" ", question)):
        if short in _NAMES:
            yield _NAMES[short]
