"""Raised marks: a note's mark is no digit of the number before it, while powers and ordinals belong to their word."""

from __future__ import annotations

import re

_NOTE = re.compile(r"[(\[]?(\d{1,3}|[*†‡§]+|[a-zA-Z])[)\]]?")
_SEVERAL = re.compile(r"[(\[]?\w{1,3}[)\]]?(?:\s*[,;]\s*[(\[]?\w{1,3}[)\]]?)+")
_ORDINAL = re.compile(r"st|nd|rd|th|er|ème|e", re.IGNORECASE)
_UNIT = re.compile(r"(?<![^\W_])(?:[kcdm]?m|ft)$|/s$")
_TIMES_TEN = re.compile(r"[×x·*]\s*10$")
# Ten of a currency isn't a base: what is raised there is a note's mark.
_TEN = re.compile(r"(?<![\d.,])(?<![€$£¥])(?<![€$£¥]\s)(?<!\b[A-Z]{3})(?<!\b[A-Z]{3}\s)10$")
_POWERS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def raised(before: str, mark: str) -> str:
    """What is written for a raised ``mark`` after the text ``before``: "²" after "25 m", "th" after "4", " (note 2)"
    after "EUR 15", and "Note 2: " where nothing stands before it, or another note."""
    mark = mark.strip()
    before = before.rstrip()
    if not mark:
        return ""
    if _is_power(before, mark):
        return mark.translate(_POWERS)
    if before[-1:].isdigit() and _ORDINAL.fullmatch(mark):
        return mark
    if not (_NOTE.fullmatch(mark) or _SEVERAL.fullmatch(mark)):
        return mark
    name = mark.strip("()[]")
    if not before:
        return f"Note {name}: "
    if before.startswith("Note ") and before.endswith((".", ";", "!", "?")):
        return f" Note {name}: "  # one note after another
    return f" (notes {name})" if _SEVERAL.fullmatch(mark) else f" (note {name})"


def _is_power(before: str, mark: str) -> bool:
    if not re.fullmatch(r"[+\-−]?\d{1,2}", mark):
        return False
    if _TIMES_TEN.search(before):
        return True
    if _TEN.search(before):
        return not mark.isdigit() or int(mark) > 2
    return bool(_UNIT.search(before)) and mark in ("2", "3", "-1", "−1", "-2", "−2")
