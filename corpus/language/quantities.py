"""The quantities of a sentence, written in one way: what an answer must have in common with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from corpus.language.dates import MONTHS
from corpus.language.numbers import NUMBER_WORDS

_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALES |= {"bn": 10**9, "mn": 10**6}
_ATTACHED = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9}
_WORDS = {"one": "1"} | NUMBER_WORDS
# Units of money, by what they are written as.
CURRENCIES = {
    **dict.fromkeys(("€", "euro", "euros", "eur"), "€"),
    **dict.fromkeys(("£", "pound", "pounds", "gbp"), "£"),
    **dict.fromkeys(("$", "us$", "dollar", "dollars", "usd"), "$"),
    **{f"{country}$": f"{country}$" for country in ("hk", "s", "a", "c", "nz")},
    **{"hkd": "hk$", "sgd": "s$", "aud": "a$", "cad": "c$", "nzd": "nz$", "rmb": "cny"},
    **{code: code for code in ("chf", "sek", "nok", "dkk", "jpy", "cny", "inr", "pln", "czk", "huf")},
}
_TIMES = frozenset(["second", "minute", "hour", "day", "week", "month", "quarter", "year"])
_QUALIFIERS = {"business": "business", "working": "business", "banking": "business", "calendar": "calendar"}
# After and before these "one" is no number: one of them, no one, the one who.
_NO_COUNT_BEFORE = frozenset(("no", "any", "every", "each", "some", "this", "that", "the", "which", "another", "only"))
_NO_COUNT_AFTER = frozenset(
    ("of", "or", "and", "another", "who", "that", "which", "can", "may", "must", "should", "is", "has", "at", "in")
)
_TOKEN = re.compile(
    r"(?P<minus>(?<![\w)€£$.,-])[-−–](?=[€£$]?\d))|\d+(?:[.,\u00a0\u202f]\d+)*(?:bn|mn|[km])?(?![^\W\d_])|\d+(?:[.,\u00a0\u202f]\d+)*"
    r"|per\s?cent|(?:us|hk|nz|[sac])\$|[^\W\d_]+|[€£$%–-]",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?")
_MINUS = "minus"


class Quantity(NamedTuple):
    """A number, in its shortest spelling, and its unit: a currency's sign, "%", "bp", a time such as "day" or "business
    day", a month's first three letters, "" for none. "Ten business days" is ("10", "business day")."""

    number: str
    unit: str


def quantities(text: str) -> frozenset[Quantity]:
    """The quantities of an English text. Numbers are read in digits and words, with scales ("1.5 million", "five
    hundred"), units before and behind them, and both ends of a range have its unit ("5 to 10 days")."""
    found: list[Quantity] = []
    for number, unit, ends_range in _read(_tokens(text)):
        if ends_range and not found[-1].unit:
            found[-1] = found[-1]._replace(unit=unit)
        elif ends_range and not unit:
            unit = found[-1].unit
        found.append(Quantity(number, unit))
    return frozenset(found)


def agree(said: frozenset[Quantity], stated: frozenset[Quantity], around: str, in_table: bool = False) -> bool:
    """Whether all quantities of ``said`` are among those ``stated``.

    A number may be said without its currency or percent sign. Where the source has none, the unit said must stand in
    the text ``around`` if it is a time; else the source must be a table's row, whose head has it: a bare number of
    running text may count anything.
    """
    return all(any(_same(each, other, around, in_table) for other in stated) for each in said)


def _same(said: Quantity, stated: Quantity, around: str, in_table: bool) -> bool:
    if said.number != stated.number:
        return False
    if said.unit == stated.unit:
        return True
    if said.unit and stated.unit:
        return False
    unit = said.unit or stated.unit
    if unit.rpartition(" ")[2] not in _TIMES:
        return in_table or not said.unit
    return bool(said.unit and re.search(rf"\b{re.escape(unit)}s?\b", around, re.IGNORECASE))


def _tokens(text: str) -> list[str]:
    """Words, numbers as they are written, and the signs around them. `corpus.language.words` has no such function: only
    here do minus signs, hyphens of ranges and the kind of a number's marks count ("1,000" but "5.1.2")."""
    return [_MINUS if found["minus"] else found[0].lower() for found in _TOKEN.finditer(text)]


def _read(tokens: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Number, unit, and whether it is a range's end, for each number in turn."""
    at, end_of_last = 0, -1
    while at < len(tokens):
        value, after = _number(tokens, at)
        if value is None:
            at += 1
            continue
        unit, after_unit = _unit_behind(tokens, after)
        if not unit and at and (sign := CURRENCIES.get(tokens[at - 1])):
            unit = sign
        elif not unit and at > max(end_of_last, 0) and (month := _month(tokens[at - 1])):
            unit = month
        begin = at - 1 if at and tokens[at - 1] in CURRENCIES else at
        if begin and tokens[begin - 1] == _MINUS:
            value = f"-{value}"
        if unit or after > at + 1 or _counts(tokens, at):
            yield value, unit, end_of_last == begin - 1 >= 0 and tokens[begin - 1] in ("to", "or", "-", "–")
            end_of_last = after_unit
        at = max(after_unit, at + 1)


def _counts(tokens: list[str], at: int) -> bool:
    """Whether a number without a unit counts something, which "one" often doesn't."""
    if tokens[at] != "one":
        return True
    before = tokens[at - 1] if at else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else "of"
    return before not in _NO_COUNT_BEFORE and following not in _NO_COUNT_AFTER and following.isalpha()


def _number(tokens: list[str], at: int) -> tuple[str | None, int]:
    """The number that begins at a token, and where it ends."""
    token, scale = tokens[at], 1
    if token[0].isdigit():
        if attached := re.search(r"[a-z]+$", token):
            token, scale = token[: attached.start()], _ATTACHED[attached[0]]
        if _GROUPED.fullmatch(token):
            token = re.sub(r"[,\u00a0\u202f]", "", token)
        if token.count(".") > 1 or "," in token or not re.fullmatch(r"[\d.]+", token):
            return token, at + 1  # a section's number, say
        value, at = Decimal(token) * scale, at + 1
    elif token in _WORDS:
        value, at = Decimal(_WORDS[token]), at + 1
        # Twenty-five.
        units = at + (at < len(tokens) and tokens[at] == "-")
        if 20 <= value < 100 and value % 10 == 0 and units < len(tokens) and tokens[units] in _WORDS:
            more = int(_WORDS[tokens[units]])
            if more < 10:
                value, at = value + more, units + 1
    elif token == "a" and at + 1 < len(tokens) and tokens[at + 1] in _SCALES:
        value, at = Decimal(1), at + 1
    else:
        return None, at
    while at < len(tokens) and tokens[at] in _SCALES:
        value, at = value * _SCALES[tokens[at]], at + 1
    return f"{value.normalize():f}", at


def _unit_behind(tokens: list[str], at: int) -> tuple[str, int]:
    rest = tokens[at : at + 3]
    rest = rest[1:] if (hyphen := rest[:1] == ["-"]) else rest
    at += hyphen
    if not rest:
        return "", at - hyphen
    first = rest[0]
    if first == "%" or first.replace(" ", "") in ("percent", "percentage"):
        return "%", at + 1
    if first == "basis":
        return "bp", at + 2
    if first in CURRENCIES:
        # In "2023 EUR 40" the sign is the next number's.
        ends = len(rest) == 1 or not rest[1][0].isdigit()
        return (CURRENCIES[first], at + 1) if ends else ("", at - hyphen)
    if month := _month(first):
        return month, at + 1
    qualifier = _QUALIFIERS.get(first, "")
    if qualifier and len(rest) > 1 and (time := _time(rest[1])):
        return f"{qualifier} {time}", at + 2
    if time := _time(first):
        return time, at + 1
    return "", at - hyphen


def _time(token: str) -> str:
    singular = token.removesuffix("s")
    return singular if singular in _TIMES else ""


def _month(token: str) -> str:
    """A month's first three letters, for its name or the beginning of it."""
    return token[:3] if len(token) >= 3 and any(name.startswith(token) for name in MONTHS) else ""
