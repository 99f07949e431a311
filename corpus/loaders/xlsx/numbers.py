"""Numbers as their formats show them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache

from corpus.loaders.xlsx.formats import Section, Token

_PLACES = "0#?"
_EXACT = Context(prec=2_000)  # more digits than the largest number has, in the longest format


def general(value: Decimal) -> str:
    """As in the format General: ten digits of what has a fraction. Large numbers are written out, which a spreadsheet
    program shows in powers of ten."""
    if value == value.to_integral_value(context=_EXACT):
        return f"{value:f}".partition(".")[0]
    digits = max(10, value.adjusted() + 6)
    text = f"{Context(prec=digits, rounding=ROUND_HALF_UP).plus(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(section: Section, magnitude: Decimal) -> str:
    """``magnitude``, which isn't negative, with what stands around its digits."""
    tokens = section.tokens
    if "slash" in section.kinds:
        slash = next(at for at, token in enumerate(tokens) if token.kind == "slash")
        if [token.kind for token in tokens[slash - 1 : slash + 2]] == ["digit", "slash", "digit"]:
            return _fraction(section, magnitude, slash)
    if "exponent" in section.kinds:
        exponent = next(at for at, token in enumerate(tokens) if token.kind == "exponent")
        if section.places.whole and section.places.whole[0] < exponent:
            return _scientific(tokens, magnitude, exponent)
    return _plain(section, magnitude)


def literals(tokens: Sequence[Token], general_text: str = "") -> str:
    """What ``tokens`` write beside a number's digits."""
    out = ""
    for kind, text in tokens:
        if kind == "fill":
            out += " " if out[-1:].isalnum() else ""
        elif kind in ("general", "text"):
            out += general_text
        else:
            out += " " if kind == "pad" else text
    return out


def _plain(section: Section, magnitude: Decimal) -> str:
    tokens, places = section.tokens, section.places
    scaled = magnitude.scaleb(places.shift, _EXACT) if places.shift else magnitude
    rounded = scaled.quantize(_unit(len(places.fraction)), ROUND_HALF_UP, _EXACT)
    digits, _, decimals = f"{rounded:f}".partition(".")
    written = _whole(tokens, places.whole, digits.lstrip("0"), places.grouped)
    written |= _decimals(tokens, places.fraction, decimals)
    if places.point < len(tokens) and not any(written[at].strip() for at in places.fraction):
        # "#.##" shows 5 as "5." in a spreadsheet program: the point would end a sentence.
        written[places.point] = ""
    pieces = [
        Token("literal", written[at]) if at in written else token
        for at, token in enumerate(tokens)
        if at not in places.commas
    ]
    if places.fraction and not places.whole:
        pieces.insert(0, Token("literal", digits.lstrip("0")))
    return literals(pieces)


@cache
def _unit(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def _slots(tokens: Sequence[Token]) -> list[int]:
    return [at for at, token in enumerate(tokens) if token.kind == "digit" and token.text in _PLACES]


def _whole(tokens: Sequence[Token], slots: Sequence[int], digits: str, grouped: bool = False) -> dict[int, str]:
    """The digits before the point, from the last slot to the first, which takes all that are left."""
    written: dict[int, str] = {}
    count = 0
    for slot in reversed(slots):
        take = digits if slot == slots[0] else digits[-1:]
        digits = digits[: len(digits) - len(take)]
        take = take or {"0": "0", "?": " ", "#": ""}[tokens[slot].text]
        text = ""
        for digit in reversed(take):
            text = digit + ("," if grouped and count and count % 3 == 0 and digit != " " else "") + text
            count += 1
        written[slot] = text
    return written


def _decimals(tokens: Sequence[Token], slots: Sequence[int], decimals: str) -> dict[int, str]:
    written: dict[int, str] = {}
    shown = False
    for slot, digit in zip(reversed(slots), reversed(decimals), strict=False):
        shown = shown or digit != "0" or tokens[slot].text == "0"
        written[slot] = digit if shown else {"?": " "}.get(tokens[slot].text, "")
    return written


def _scientific(tokens: tuple[Token, ...], magnitude: Decimal, at: int) -> str:
    mantissa, after = Section(tokens[:at]), tokens[at + 1 :]
    step, places = max(1, len(mantissa.places.whole)), len(mantissa.places.fraction)
    exponent = magnitude.adjusted() // step * step if magnitude else 0
    scaled = magnitude.scaleb(-exponent, _EXACT)
    if round(scaled, places) >= 10**step:
        exponent, scaled = exponent + step, scaled.scaleb(-step, _EXACT)
    power = _whole(after, _slots(after), str(abs(exponent)))
    tail = "".join(power.get(i, token.text) for i, token in enumerate(after))
    sign = "-" if exponent < 0 else tokens[at].text[1].replace("-", "")
    return f"{_plain(mantissa, scaled)}E{sign}{tail}"


def _fraction(section: Section, magnitude: Decimal, slash: int) -> str:
    """A whole number and a fraction, or the fraction alone where the format has no place for a whole number."""
    tokens, top = section.tokens, slash
    while top and tokens[top - 1].kind == "digit":
        top -= 1
    end = slash + 1
    while end < len(tokens) and tokens[end].kind == "digit":
        end += 1
    below = "".join(token.text for token in tokens[slash + 1 : end])
    slots = [at for at in _slots(tokens) if at < top]
    whole = magnitude.to_integral_value(ROUND_FLOOR) if slots else Decimal(0)
    rest = Fraction(magnitude) - Fraction(whole)
    if below.strip(_PLACES):
        parts = int(below.replace("#", "0").replace("?", "0")) or 1
        above = int(rest * parts + Fraction(1, 2))
    else:
        nearest = rest.limit_denominator(10 ** min(len(below), 9) - 1)
        above, parts = nearest.numerator, nearest.denominator
    if slots and above == parts:
        whole, above = whole + 1, 0
    shown = f"{above}/{parts}" if above or not slots else ""
    before = _whole(tokens, slots, f"{whole:f}" if whole or not above else "")
    pieces = [Token("literal", before[at]) if at in before else token for at, token in enumerate(tokens[:top])]
    return literals([*pieces, Token("literal", shown), *tokens[end:]])
