"""How numbers are written: 1,234.50 in English, 1.234,50 on the continent; and what stands in the way of telling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum

from corpus.language.foreign import foreign_words
from corpus.notes import without_marks


class Notation(Enum):
    """Which mark parts thousands and which the decimals. With ``UNKNOWN``, only a number is read that both write alike
    or that can stand in one of them only."""

    ENGLISH = "1,234.5"
    CONTINENTAL = "1.234,5"
    UNKNOWN = "?"


_CURRENCY = r"(?:[A-Z]{0,3}[$€£]|[A-Z]{3}\b)"
# A cell that holds one number and nothing else: sign, brackets, currency and percent sign may stand around it. Words,
# marks of notes and a second number may change what it means, so with them it is none.
_CELL = re.compile(
    rf"(?P<minus>[-−–])?\s*{_CURRENCY}?\s*(?P<open>\()?\s*(?P<inner>[-−–])?\s*{_CURRENCY}?\s*"
    rf"(?P<digits>[\d.,'’]*\d)\s*%?\s*(?P<close>\))?\s*%?\s*{_CURRENCY}?\s*(?P<after>[-−–])?"
)
_ENGLISH = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:['’]\d{3})+|\d+)?(?:\.\d+)?")
_CONTINENTAL = re.compile(r"(?:[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:['’]\d{3})+|\d+)?(?:,\d+)?")
_IN_TEXT = re.compile(r"(?<![\w.,'’/-])\d[\d.,'’]*\d(?![\w/-])")
# As it stands beside a currency or percent sign, or with more digits, it is no section's number.
_LIKE_A_SECTION = re.compile(r"\d{1,2}\.\d{1,2}")


def number(text: str, notation: Notation) -> Decimal | None:
    """The number that a cell holds and nothing else, negative in accountants' brackets and with a minus on either side;
    None where there is none, or its notation can't be told."""
    found = _CELL.fullmatch(without_marks(text.strip()))
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    minuses = [sign for sign in ("minus", "inner", "after", "open") if found[sign]]
    value = _value(found["digits"], notation)
    if value is None or len(minuses) > 1:
        return None
    return -value if minuses else value


def notation_of(cells: Sequence[str], around: str) -> Notation:
    """The notation of a table, by those of its ``cells`` that can stand in one notation only, else by such numbers in
    the text ``around`` it. Without any, a comma before three digits parts thousands if the text isn't in a language of
    the continent; a dot before three digits may be either."""
    dotted = any(_only(digits) is None and "." in digits for text in cells for digits in _IN_TEXT.findall(text))
    told = _told(cells, sections=not dotted) or _told([around], sections=False)
    if told:
        return told.pop() if len(told) == 1 else Notation.UNKNOWN
    return Notation.UNKNOWN if dotted or len(foreign_words(around)) > 1 else Notation.ENGLISH


def _told(texts: Sequence[str], sections: bool) -> set[Notation]:
    """The notations that the numbers of some texts tell of; ``sections`` counts what may be a section's number, too."""
    return {
        only
        for text in texts
        for digits in _IN_TEXT.findall(text)
        if (only := _only(digits)) and (sections or not _is_section(text, digits))
    }


def _value(digits: str, notation: Notation) -> Decimal | None:
    english, continental = _ENGLISH.fullmatch(digits), _CONTINENTAL.fullmatch(digits)
    in_english = Decimal(re.sub("[,'’]", "", digits)) if english else None
    on_continent = Decimal(re.sub("[.'’]", "", digits).replace(",", ".")) if continental else None
    if notation is Notation.ENGLISH:
        return in_english
    if notation is Notation.CONTINENTAL:
        return on_continent
    if in_english is None or on_continent is None:
        return on_continent if in_english is None else in_english
    return in_english if in_english == on_continent else None


def _only(digits: str) -> Notation | None:
    """The one notation in which these digits can stand and mean a number; None where both, or neither."""
    english, continental = _ENGLISH.fullmatch(digits), _CONTINENTAL.fullmatch(digits)
    if bool(english) == bool(continental):
        return None
    return Notation.ENGLISH if english else Notation.CONTINENTAL


def _is_section(text: str, digits: str) -> bool:
    """Whether digits with a dot may be the number of a section or note, or a day, rather than an amount."""
    return bool(_LIKE_A_SECTION.fullmatch(digits)) and not re.search(
        rf"[$€£]\s?{re.escape(digits)}|\b[A-Z]{{3}}\s?{re.escape(digits)}|{re.escape(digits)}\s?[%€]", text
    )
