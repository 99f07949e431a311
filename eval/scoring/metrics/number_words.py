"""Numbers written in English words, from one to 999 billion."""

from __future__ import annotations

import re
from decimal import Decimal

_BELOW_20 = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_VALUES = (
    {word: value for value, word in enumerate(_BELOW_20, start=1)}
    | {word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)}
    | {"a": 1, "an": 1}
)

_GAP = r"[\s-]+"
_AND = rf"{_GAP}(?:and\s+)?"
_UNITS = "|".join(_BELOW_20[:9])
# In "between one hundred and two thousand" the first number ends before "and".
_ENDS = rf"(?!{_GAP}(?:hundred|thousand|million|billion)\b)"
_BELOW_100 = rf"(?:(?:{'|'.join(_TENS)})(?:{_GAP}(?:{_UNITS}))?|{'|'.join(_BELOW_20)})\b"
_HUNDREDS = rf"(?:a|{'|'.join(_BELOW_20)}){_GAP}hundred\b(?:{_AND}{_BELOW_100}(?!{_GAP}hundred\b))?"
_BELOW_1000 = rf"(?:{_HUNDREDS}|{_BELOW_100})"
_THOUSANDS = rf"(?:a|{_BELOW_1000}){_GAP}thousand\b"
_MILLIONS = rf"(?:a|{_BELOW_1000}){_GAP}million\b"
_BILLIONS = rf"(?:a|{_BELOW_1000}){_GAP}billion\b"
# A comma joins nothing below a hundred: "one million, two of which" is not 1,000,002.
_REST = rf"(?:,?{_AND}{_HUNDREDS}{_ENDS}|{_AND}{_BELOW_100}{_ENDS})?"
_BELOW_MILLION = rf"(?:,?{_AND}{_THOUSANDS})?{_REST}"
PATTERN = (
    rf"\b(?<!half\s)(?:{_BILLIONS}(?:,?{_AND}{_MILLIONS})?{_BELOW_MILLION}|{_MILLIONS}{_BELOW_MILLION}"
    rf"|{_THOUSANDS}{_REST}|{_BELOW_1000}|an?)\b"
)
"""A regular expression, of any case, for a number in words; "a" and "an" alone match too."""


def value_of(words: str) -> Decimal:
    """The value of what `PATTERN` matched."""
    total = current = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "hundred":
            current *= 100
        elif word in SCALES:
            total, current = total + current * SCALES[word], 0
        elif word != "and":
            current += _VALUES[word]
    return Decimal(total + current)
