"""What may stand behind a number: its scale and its unit, each in one canonical spelling."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from eval.scoring.metrics.number_words import SCALES

CURRENCIES = frozenset("$€£")


class Tail(NamedTuple):
    """What follows a number: ``factor`` to multiply it by, its unit ("" for none), and where they end."""

    factor: Decimal
    unit: str
    end: int


# What is a tab, many spaces or an empty line away stands in another cell, paragraph or item of a list.
_GAP = r"(?:-|[^\S\n\t]{0,3}\n?[^\S\n\t]{0,3})"
_SCALE = re.compile(rf"{_GAP}(thousand|million|billion|trillion)s?\b|\s?(mn|mln|bn|tn)\b", re.IGNORECASE)
_LETTER_SCALE = re.compile(r"([kmb])\b", re.IGNORECASE)
_FACTORS = SCALES | {
    "k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12,
}  # fmt: skip

# What is followed by a number is that number's currency: "in 2023 EUR 40 were due".
_UNIT = re.compile(
    rf"""
    {_GAP}
    (?: (?P<percent> % | per\s?cent\b | percentage[\s-]points?\b )
      | (?P<basis_points> basis\s+points?\b | bps?\b )
      | (?: (?:full|whole|consecutive|more|additional|further)\s+ )?
        (?: (?P<qualifier>business|working|banking|calendar)\s+ (?:business\s+)? )?
        (?P<time>second|minute|min|hour|hr|day|week|month|year)(?:s|\(s\))?(?!\w)
      | (?: (?:U\.?S\.?\s+)? (?P<currency>EUR|USD|GBP|euro|dollar|pound)s?\b | (?P<sign>[$€£]) ) (?!\s*[-−–]?\d | \(\d)
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What a header says that its numbers are counted in stands in brackets, behind "in" or a comma, or is a sign or code.
_ASIDE = re.compile(r"\(([^()]*)\)|\bin\s+((?:\S+\s+){0,2}\S+)|,\s*([^,]*)$", re.IGNORECASE)
_HEAD_UNIT = re.compile(
    r"(?P<percent>%|\bper\s?cent\b|\bpercentage\b)|(?P<sign>[$€£])|\b(?P<currency>EUR|USD|GBP|euro|dollar|pound)s?\b",
    re.IGNORECASE,
)
_HEAD_TIME = re.compile(
    r"\b(?:(?P<qualifier>business|working|banking|calendar)\s+)?(?P<time>second|minute|hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_HEAD_SCALE = re.compile(
    r"\b(thousand|million|billion|trillion)s?\b|(?<=[$€£])\s?(mn|mln|bn|tn|k|m|b)\b|\b(mn|mln|bn|tn)\b|(['’]?000s?)\b",
    re.IGNORECASE,
)
# "$ million", "RMB’Million", "€m", "$'000".
_SIGNED_SCALE = re.compile(
    r"(?:[$€£]|\b(?:EUR|USD|GBP|RMB)\b)\s?['’]?(?:(thousand|million|billion|trillion)s?|(mn|mln|bn|tn|k|m|b)|(000)s?)\b"
    r"|['’](?:(thousand|million|billion)s?|(000)s?)\b",
    re.IGNORECASE,
)
_CURRENCIES = {"eur": "€", "euro": "€", "usd": "$", "dollar": "$", "gbp": "£", "pound": "£"}
_TIMES = {"hr": "hour", "min": "minute"}
_QUALIFIERS = {"working": "business", "banking": "business"}


class Named(NamedTuple):
    """What a header names for the numbers under it: a ``factor`` to multiply them by, and their unit, "" for none."""

    factor: Decimal
    unit: str


def named_in(head: str) -> Named | None:
    """The unit and scale that the head of a column, row or list names: "Fee (EUR)", "Price in $ million", "Rate, %",
    "Term (months)". A currency or percent sign counts wherever it stands, a time or a scale only where it says what is
    counted: "Fee for a month (EUR)" are euros, and "Balances above one million" no millions. None where it names
    none."""
    asides = [next(filter(None, found.groups())) for found in _ASIDE.finditer(head) if any(found.groups())]
    unit = next((match for text in (*asides, head) if (match := _HEAD_UNIT.search(text))), None)
    time = next((match for text in asides if (match := _HEAD_TIME.search(text))), None)
    scale = next((match for text in asides if (match := _HEAD_SCALE.search(text))), None) or _SIGNED_SCALE.search(head)
    words = next(filter(None, scale.groups())) if scale else ""
    factor = Decimal(_FACTORS.get(words.lower(), 1000)) if words else Decimal(1)  # "'000" is no word
    if unit is not None:
        return Named(factor, "%" if unit["percent"] else currency(unit["currency"] or unit["sign"]))
    if time is not None:
        return Named(Decimal(1), _in_full(time["time"].lower(), (time["qualifier"] or "").lower()))
    return Named(factor, "") if scale else None


def currency(written: str) -> str:
    """The sign of a currency in any of its spellings: "US$", "USD" and "$" are "$"."""
    return _CURRENCIES.get(written.lower()) or written[-1]


def tail(text: str, at: int, known: str = "") -> Tail:
    """The scale and unit behind the number that ends at ``at``. A unit that is ``known`` from what stands before stays,
    and only its repetition is read ("$5 USD"). Single letters are scales only of money so marked, directly behind the
    number ("$3m"). Basis points are hundredths of a percent."""
    scale = _SCALE.match(text, at) or (known in CURRENCIES and _LETTER_SCALE.match(text, at))
    factor = Decimal(1)
    if scale:
        factor, at = Decimal(_FACTORS[scale[scale.lastindex or 0].lower()]), scale.end()
    match = _UNIT.match(text, at)
    unit = _canonical(match) if match else ""
    if not match or known not in ("", unit):
        return Tail(factor, known, at)
    return Tail(factor / 100 if match["basis_points"] else factor, unit, match.end())


def _canonical(unit: re.Match[str]) -> str:
    if unit["percent"] or unit["basis_points"]:
        return "%"
    if not unit["time"]:
        return currency(unit["currency"] or unit["sign"])
    return _in_full(unit["time"].lower(), (unit["qualifier"] or "").lower())


def _in_full(time: str, qualifier: str) -> str:
    return f"{_QUALIFIERS.get(qualifier, qualifier)} {_TIMES.get(time, time)}".lstrip()
