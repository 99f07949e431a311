"""Number formats of a workbook, taken apart as ECMA-376 (18.8.31) says."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

LONGEST = 255  # characters that a format has in a spreadsheet program; a longer one is none

_TOKENS = re.compile(
    r"""
      "(?P<quoted>[^"]*)"? | \\(?P<escaped>.) | _(?P<pad>.) | \*(?P<fill>.) | \[(?P<bracket>[^\]]*)\]
    | (?P<general>General) | (?P<halves>AM/PM|A/P) | (?P<exponent>E[+-]) | (?P<date>y+|m+|d+|h+|s+|e+)
    | (?P<digit>[0-9\#?]) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%) | (?P<slash>/) | (?P<text>@) | (?P<split>;)
    | (?P<literal>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+", re.IGNORECASE)
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip


class Token(NamedTuple):
    """``kind`` is the name of a group in `_TOKENS`, or "elapsed" for hours, minutes or seconds in brackets."""

    kind: str
    text: str


class Places(NamedTuple):
    """The tokens for digits before and after the point, the point, and the commas, which stand for themselves nowhere:
    they group digits, or scale by thousands. The number moves by ``shift`` digits."""

    whole: tuple[int, ...]
    fraction: tuple[int, ...]
    point: int
    commas: frozenset[int]
    grouped: bool
    shift: int


@dataclass(frozen=True)
class Section:
    """One of the parts between semicolons. ``language`` is the code that it names for its dates, such as "407"."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None
    coloured: bool = False
    language: str = ""

    @cached_property
    def is_date(self) -> bool:
        """Whether it shows a date or a time: digits stand only after the point of seconds."""
        kinds = [token.kind for token in self.tokens]
        after_seconds = True
        for at, token in enumerate(self.tokens):
            if token.kind == "digit" and token.text in "0#?":
                before = next((t for t in reversed(self.tokens[:at]) if t.kind not in ("digit", "point")), None)
                after_seconds &= before is not None and before.text[:1].lower() == "s" and "point" in kinds[:at]
        return after_seconds and bool({"date", "elapsed", "halves"} & set(kinds))

    @cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(token.kind for token in self.tokens)

    @cached_property
    def places(self) -> Places:
        """Where the digits of a number stand."""
        tokens = self.tokens
        point = next((at for at, token in enumerate(tokens) if token.kind == "point"), len(tokens))
        slots = [at for at, token in enumerate(tokens) if token.kind == "digit" and token.text in "0#?"]
        whole, fraction = [at for at in slots if at < point], [at for at in slots if at > point]
        commas = [at for at, token in enumerate(tokens) if token.kind == "comma" and whole and at > whole[0]]
        scaling = sum(whole[-1] < at < point or at > slots[-1] for at in commas)
        shift = 2 * sum(token.kind == "percent" for token in tokens) - 3 * scaling
        grouped = any(at < whole[-1] for at in commas)
        return Places(tuple(whole), tuple(fraction), point, frozenset(commas), grouped, shift)

    def holds(self, value: Decimal) -> bool:
        """Whether its condition is true of ``value``."""
        return self.condition is not None and _COMPARE[self.condition[0]](value, self.condition[1])

    @property
    def is_for_negatives(self) -> bool:
        """Whether its condition is true of negative numbers only, so that it needs no minus."""
        if self.condition is None:
            return False
        sign, bound = self.condition
        return (sign == "<" and bound <= 0) or (sign in ("<=", "=") and bound < 0)


GENERAL = Section((Token("general", "General"),))


@lru_cache(maxsize=4096)
def sections(code: str) -> tuple[Section, ...]:
    """The sections of a format, at most four."""
    if not code or len(code) > LONGEST:
        return (GENERAL,)
    parts: list[list[Token]] = [[]]
    for match in _TOKENS.finditer(code):
        kind = match.lastgroup or "literal"
        text = match[kind]
        if kind == "split":
            parts.append([])
        else:
            parts[-1].append(Token("literal" if kind in ("quoted", "escaped") else kind, text))
    return tuple(map(_section, parts[:4]))


def _section(tokens: Sequence[Token]) -> Section:
    plain: list[Token] = []
    condition, coloured, language = None, False, ""
    for token in tokens:
        if token.kind != "bracket":
            plain.append(token)
        elif match := _CONDITION.fullmatch(token.text):
            condition = match[1], Decimal(match[2])
        elif _COLOUR.fullmatch(token.text):
            coloured = True
        elif token.text.startswith("$"):
            sign, _, place = token.text[1:].rpartition("-") if "-" in token.text else (token.text[1:], "", "")
            language = place or language
            plain.append(Token("literal", sign))
        elif re.fullmatch(r"h+|m+|s+", token.text, re.IGNORECASE):
            plain.append(Token("elapsed", token.text.lower()))
    return Section(tuple(plain), condition, coloured, language)


def for_number(code: str, value: Decimal) -> tuple[Section, bool]:
    """The section that shows ``value``, and whether a minus stands before it."""
    given = sections(code)
    if "text" in given[-1].kinds or len(given) == 4:
        given = given[:-1] if len(given) > 1 else (GENERAL,)
    negative = value < 0
    if len(given) == 1 and given[0].condition is None:
        return given[0], negative
    if any(section.condition for section in given):
        for at, section in enumerate(given):
            implied = section.condition is None and at == 1 and len(given) == 3 and negative
            if section.holds(value) or implied:
                return section, negative and not implied and not section.is_for_negatives
        rest = next((section for section in reversed(given) if section.condition is None), GENERAL)
        return rest, negative
    if not negative:
        return given[2 if value == 0 and len(given) == 3 else 0], negative
    # A negative number that only its colour tells from a positive one would be read as that.
    return given[1], given[1].coloured and _visible(given[1]) == _visible(given[0])


def _visible(section: Section) -> list[Token]:
    return [token for token in section.tokens if token.kind not in ("pad", "fill")]


def for_text(code: str) -> Section | None:
    """The section that shows text; None where text is shown as it is."""
    given = sections(code)
    return given[-1] if len(given) == 4 or "text" in given[-1].kinds else None
