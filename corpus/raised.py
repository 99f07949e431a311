"""Raised marks: a note's mark is no digit of the number before it, while powers and ordinals belong to their word."""

from __future__ import annotations

import re

_NOTE = re.compile(r"[(\[]?(\d{1,3}|[*†‡§]+|[a-zA-Z])[)\]]?")
_SEVERAL = re.compile(r"[(\[]?\w{1,3}[)\]]?(?:\s*[,;]\s*[(\[]?\w{1,3}[)\]]?)+")
_ORDINAL = re.compile(r"st|nd|rd|th|er|ème", re.IGNORECASE)
_UNIT = re.compile(r"(?<![^\W_])(?:[kcdm]?m|ft)$|/s$")
_TIMES_TEN = re.compile(r"[×x·*]\s*10$")
# Ten of a currency isn't a base: what is raised there is a note's mark. Ten alone is one for millions and the like.
_TEN = re.compile(r"(?<![\d.,])(?<![€$£¥])(?<![€$£¥]\s)(?<!\b[A-Z]{3})(?<!\b[A-Z]{3}\s)10$")
# Two raised digits after an amount, as in price lists: no document is expected to have so many notes.
_MAY_BE_CENTS = re.compile(r"0\d|[2-9]\d")
# "(1 + r)" and "x", but not "Annex B" or "a fee".
_IN_FORMULA = re.compile(r"\([^()]*[+−×*/-][^()]*\)$|(?<![\w’'.(-])\d*[b-ln-zα-ω]$")
_IS_NOTE = re.compile(r"Note \S{1,12}: ")
_POWERS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def raised(before: str, mark: str) -> str:
    """What is written for a raised ``mark`` after the text ``before``, of which `ends` is enough: "²" after "25 m",
    "th" after "4", " (note 2)" after "EUR 15", "Note 2: " where nothing stands before it, or another note. What may be
    no note never touches a number: " (raised 95)" after "EUR 12", which may be cents."""
    mark = mark.strip()
    before = before.rstrip()
    if not mark:
        return ""
    if _is_power(before, mark):
        return mark.translate(_POWERS)
    if before[-1:].isdigit() and _ORDINAL.fullmatch(mark):
        return mark
    if _IN_FORMULA.search(before):
        return f"^{mark}"
    is_figure = before[-1:].isdigit() or before.endswith(("%", "€", "$", "£"))
    if not (_NOTE.fullmatch(mark) or _SEVERAL.fullmatch(mark)) or (is_figure and _MAY_BE_CENTS.fullmatch(mark)):
        return f" (raised {mark.strip('()[]')})" if is_figure else mark
    name = mark.strip("()[]")
    if not before:
        return f"Note {name}: "
    if _IS_NOTE.match(before) and before.endswith((".", ";", "!", "?")):
        return f" Note {name}: "  # one note after another
    return f" (notes {name})" if _SEVERAL.fullmatch(mark) else f" (note {name})"


def _is_power(before: str, mark: str) -> bool:
    if not re.fullmatch(r"[+\-−]?\d{1,2}", mark):
        return False
    if _TIMES_TEN.search(before):
        return True
    if _TEN.search(before):
        return not mark.isdigit() or mark in ("6", "9", "12")
    return bool(_UNIT.search(before)) and mark in ("2", "3", "-1", "−1", "-2", "−2")


def ends(text: str) -> str:
    """What of a long text `raised` looks at: how it begins and how it ends."""
    return text if len(text) < 200 else f"{text[:40]} … {text[-80:]}"
