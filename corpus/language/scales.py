"""What the numbers of a table are counted in: thousands, millions, a currency; as headers, captions and text say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.language.sentences import Span

# What a header says that numbers are counted in. Words alone don't: "fees above one million" is a fee's name.
_SCALE = re.compile(
    r"(?:\bin\s(?:[^\s|]{1,10}\s){0,2}|[$€£'’(]\s?|\bRMB\W?\s?)(?P<word>thousand|million|billion)s?\b"
    r"|(?<!\d)['’$€£]000|\b000s\b|[$€£]\s?(?P<letters>k|m|mn|bn)\b",
    re.IGNORECASE,
)
_LETTERS = {
    "k": "thousand",
    "t": "thousand",
    "m": "million",
    "mn": "million",
    "mm": "million",
    "bn": "billion",
    "b": "billion",
}
UNCLEAR = "unclear"
CURRENCY_CODE = r"(?-i:EUR|USD|GBP|CHF|JPY|CNY|RMB|HKD|SGD|INR|AUD|NZD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|ZAR|BRL)"
# The same with a currency, in a label or heading: "(EUR million)", "€m", "EUR '000", "TEUR", "million EUR".
_MONEY_SCALE = re.compile(
    rf"(?:\b{CURRENCY_CODE}|[$€£¥])\s?(?:(?P<word>thousand|million|billion)s?|(?P<letters>k|mm|mn|m|bn|b)|['’]?000s?)\b"
    rf"|\b(?:(?P<before>thousand|million|billion)s?|(?P<short>k|mn|m|bn|(?-i:T)))\s?(?:of\s+)?(?:{CURRENCY_CODE}\b|[$€£¥])",
    re.IGNORECASE,
)
# What running text says of it, and says of all its figures: "in millions of households" counts those households only.
_COUNTED_IN = re.compile(
    r"(?i:\bin\s+(?:[^\s|]{1,10}\s){0,2}(thousand|million|billion)s\b)"
    r"(?!\s+of\s+(?!(?i:(?:[a-z.]+\s+){0,2}(?:euros?|pounds|dollars|francs|yen|kron[ae]r?)|U\.?S)|[A-Z]{3}\b|[A-Z]{0,3}[$€£]))"
)
# The same in a line of its own above a table: "In EUR million."
_MONEY = r"(?:[A-Z]{3}\b|[A-Z]{0,3}[$€£¥]|(?i:(?:[a-z.]+\s+){0,2}(?:euros?|dollars|pounds|francs|yen)|U\.?S\.?))"
_CAPTION = re.compile(
    rf"(?i:\bin)\s+(?:{_MONEY}\s*){{0,3}}(?i:(thousand|million|billion)s?)\b(?!\s+(?!of\s+{_MONEY}|{_MONEY}|unless|except)\w)"
)
MOST_CAPTION_WORDS = 12
# Numbers of different currencies are never held against each other, whether we have a sign for them or not.
_UNIT = re.compile(
    r"[A-Z]{0,3}[$€£¥₹]|%|\b(?:EUR|USD|GBP|CHF|JPY|CNY|RMB|HKD|SGD|INR|AUD|NZD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|ZAR|BRL)\b"
)
_CURRENCY = re.compile(
    rf"[$€£¥₹]|\b{CURRENCY_CODE}\b|\b(?i:euros?|dollars?|pounds?|francs?|yen|kron[ae]r?)\b|\bU\.?S\b",
)

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "US$": "$"}


@dataclass(frozen=True)
class Scale:
    """What numbers are counted in, "" for nothing, and whether a currency is named with it."""

    word: str = ""
    is_of_money: bool = False


def scale_of_caption(text: str, lines: Sequence[Span]) -> Scale:
    """What the paragraph above a table says that its numbers are counted in, if it says hardly anything else."""
    said = " ".join(line.of(text) for line in lines)
    found = _CAPTION.search(said) if len(said.split()) <= MOST_CAPTION_WORDS else None
    if found:
        return Scale(found[1].lower(), bool(_CURRENCY.search(said)))
    is_short = len(said.split()) <= MOST_CAPTION_WORDS
    return scale_of_name(said) if is_short and _MONEY_SCALE.search(said) else Scale()


def unit_named(texts: Sequence[str]) -> str:
    """The currency's sign or percent sign in the first of the texts that has one; "" for none, or for several in it."""
    for text in texts:
        if found := {_SIGNS.get(unit, unit) for unit in _UNIT.findall(text)}:
            return found.pop() if len(found) == 1 else ""
    return ""


def without_money_scale(text: str) -> str:
    """A name without what it says of a currency and a scale together."""
    return _MONEY_SCALE.sub("", text)


def without_units(text: str) -> str:
    """A name without the currencies and scales that it says numbers are counted in."""
    for pattern in (_MONEY_SCALE, _SCALE, _UNIT):
        text = pattern.sub(" ", text)
    return text


def scale_of_text(texts: Sequence[str]) -> Scale:
    """What running text says that all its figures are counted in, if all of it says the same."""
    found = [
        (match[1].lower(), text[match.start() : match.end() + 40])
        for text in texts
        for match in _COUNTED_IN.finditer(text)
    ]
    if len({word for word, _ in found}) != 1:
        return Scale()
    return Scale(found[0][0], any(_CURRENCY.search(near) for _, near in found))


def scale_of_name(text: str) -> Scale:
    """The scale that a name says its numbers are counted in; UNCLEAR where it says two."""
    found = [*_MONEY_SCALE.finditer(text), *_SCALE.finditer(text)]
    words = {_word(match.groupdict()) for match in found}
    if len(words) > 1:
        return Scale(UNCLEAR)
    return Scale(words.pop(), bool(_CURRENCY.search(text) or _MONEY_SCALE.search(text))) if words else Scale()


def names_currency_alone(text: str) -> bool:
    """Whether a name says which currency its numbers are in, and not that they are in thousands or more of it."""
    return bool(_CURRENCY.search(text)) and not names_scale(text)


def names_scale(text: str) -> bool:
    """Whether a name says what its numbers are counted in."""
    return bool(scale_of_name(text).word)


def _word(found: dict[str, str | None]) -> str:
    word = found.get("word") or found.get("before")
    letters = found.get("letters") or found.get("short")
    return (word or (_LETTERS[letters.lower()] if letters else "thousand")).lower()


def only_one(said: Sequence[Scale], otherwise: Scale) -> Scale:
    """The one scale that several say, if any does; UNCLEAR if they say different ones."""
    told = [scale for scale in said if scale.word]
    if not told:
        return otherwise
    return told[0] if len({scale.word for scale in told}) == 1 else Scale(UNCLEAR)


def scale_of_cell(label: Scale, heading: Scale, table: Scale) -> Scale:
    """A cell's scale: its row's, else its column's, else its table's; UNCLEAR where row and column differ."""
    return only_one([label, heading], table)
