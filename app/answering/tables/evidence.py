"""Whether a figure of a table is evidence enough by itself, however little else the passages say of a question."""

from __future__ import annotations

import re

from app.answering.tables.cell_names import in_full, telling, unasked
from app.answering.tables.cells import Cell
from app.answering.tables.figure import Figure
from corpus.language.scales import CURRENCY_CODE
from corpus.language.stems import close_stem
from corpus.language.words import words_and_numbers

# Words that say nothing of what is asked for. Others change it: who "can have" or "needs" a thing asks nothing of it.
_NEUTRAL = frozenset(
    words_and_numbers(
        "a an and at be between by did do does for from in is are was were of on the there this to my our their your"
    )
)
_HOW = re.compile(r"\bhow\s+([a-z]+)\b", re.IGNORECASE)

_IN_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|twelve"
_COUNT = rf"(?:\d[\d.,'’]*|{_IN_WORDS})"
_UNIT_OF_TIME = r"(?:second|minute|hour|day|week|fortnight|month|quarter|year)s?"
_MONEY = re.compile(rf"[$€£¥₹]|\b{CURRENCY_CODE}\b|\b(?:euros?|dollars?|pounds?|francs?|cents?)\b", re.IGNORECASE)
_SHARE = re.compile(r"\d\s?(?:%|per\s?cent|percentage\s+points?|bps?\b|basis\s+points?)", re.IGNORECASE)
_DURATION = re.compile(
    rf"(?:up\s+to|at\s+(?:least|most)|within|about)?\s*{_COUNT}(?:\s?(?:-|–|to)\s?{_COUNT})?[\s-]"
    rf"(?:(?:business|banking|working|trading|calendar|full)\s+)?{_UNIT_OF_TIME}\b",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    rf"\b(?:once|twice|{_COUNT}\s+times|(?:half-)?(?:daily|weekly|fortnightly|monthly|quarterly|yearly|annually))\b"
    rf"|\b(?:every|each)\s+(?:{_COUNT}\s+)?{_UNIT_OF_TIME}\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\(?[+−-]?(?!0\d)\d[\d.,'’ ]*\)?(?:\s?(?:k|m|mn|bn|thousand|million|billion))?", re.IGNORECASE)
_WITH_UNIT = re.compile(rf"{_NUMBER.pattern}\s?(?:k?g|lb|km|m²|l)?", re.IGNORECASE)
_COUNTED = re.compile(rf"(?:{_NUMBER.pattern}|{_IN_WORDS})(?:\s+[a-z]+){{0,2}}|none|nil|unlimited", re.IGNORECASE)
_NOTHING = re.compile(r"free(?:\s+of\s+charge)?|waived|none|nil|no\s+(?:charge|fee)|unlimited", re.IGNORECASE)


def is_evidence(question: str, result: Figure) -> bool:
    """Whether a figure is surely what is asked for. Its row and its column say every word of the question, the
    question says what they and their group are called, and the figure is of the kind that is asked for."""
    asked = _HOW.findall(question)
    names = " ".join(_names(cell) for cell in result.cells)
    if _unsaid(question, names, result) or any(unasked(question, cell.group) for cell in result.cells):
        return False
    if result.formula is not None:
        return not asked or (len(asked) == 1 and _is_computed_kind(asked[0].lower(), question, result.text))
    return bool(result.text) and len(asked) == 1 and _is_of_kind(asked[0].lower(), result.text)


def _unsaid(question: str, names: str, result: Figure) -> set[str]:
    """What a question says that ``names`` don't, and that asks for no calculation where the figure is one."""
    asked = {word: close_stem(word) for word in words_and_numbers(in_full(_HOW.sub(" ", question)))}
    named = set(map(close_stem, words_and_numbers(in_full(names))))
    missing = {stem for word, stem in asked.items() if word not in _NEUTRAL and stem not in named}
    if result.formula is None:
        return missing
    return telling(missing) | {word for word in missing if word.isdigit()}


def _names(cell: Cell) -> str:
    return f"{cell.group} {cell.label} {cell.heading}"


def _is_of_kind(kind: str, text: str) -> bool:
    """Whether a text is of the kind that "how long", "how often" and so on ask for; not so where that isn't known."""
    is_of_money = bool(_MONEY.search(text))
    is_share = bool(_SHARE.search(text))
    is_frequency, is_duration = bool(_FREQUENCY.search(text)), bool(_DURATION.match(text))
    match kind:
        case "long":
            return is_duration and not (is_of_money or is_share or is_frequency)
        case "often":
            return is_frequency and not (is_of_money or is_share)
        case "many":
            is_other = is_of_money or is_share or is_duration or is_frequency
            return bool(_COUNTED.fullmatch(text)) and not is_other
        case "much" | "high" | "large":
            has_amount = (is_of_money and bool(re.search(r"\d", text))) or is_share
            return has_amount or bool(_WITH_UNIT.fullmatch(text) or _NOTHING.fullmatch(text))
    return False


def _is_computed_kind(kind: str, question: str, text: str) -> bool:
    """The same of what was computed, which is a number: so many percentage points, or so much."""
    if kind != "many":
        return kind in ("much", "high", "large")
    return _is_of_kind(kind, text) or bool(
        re.search(r"\bmany\s+(?:percentage|basis)\s+points\b", question, re.IGNORECASE)
    )
