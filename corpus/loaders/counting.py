"""How lists write their numbers: 1, 01, a, A, iv, IV."""

from __future__ import annotations

_MOST_LETTERED = 780  # "z" thirty times, as far as Word counts in letters


def written(count: int, style: str) -> str:
    """A count in a style, by the name that OOXML gives it; in Arabic digits where that isn't known, or can't say it."""
    if style in ("lowerLetter", "upperLetter") and 0 < count <= _MOST_LETTERED:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters if style == "lowerLetter" else letters.upper()
    if style in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        roman = _roman(count)
        return roman.lower() if style == "lowerRoman" else roman
    if style == "decimalZero":
        return f"{count:02}"
    return str(count)


def _roman(count: int) -> str:
    text = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += sign * (count // value)
        count %= value
    return text
