"""What may stand behind a number: its scale and its unit, each in one canonical spelling."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from eval.metrics.number_words import SCALES

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
_CURRENCIES = {"eur": "€", "euro": "€", "usd": "$", "dollar": "$", "gbp": "£", "pound": "£"}
_TIMES = {"hr": "hour", "min": "minute"}
_QUALIFIERS = {"working": "business", "banking": "business"}


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
    time, qualifier = unit["time"].lower(), (unit["qualifier"] or "").lower()
    return f"{_QUALIFIERS.get(qualifier, qualifier)} {_TIMES.get(time, time)}".lstrip()
