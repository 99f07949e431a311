"""Formulas of a word processor in one line: fractions with a stroke, powers with "^"."""

from __future__ import annotations

import re
from typing import Any

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULAS = frozenset((f"{_M}oMath", f"{_M}oMathPara"))
# What needs no brackets before a power or in a fraction: a number, a name, or what has brackets already.
_SINGLE = re.compile(r"[\w.,]+|\([^()]*\)")


def formula(element: Any) -> str:
    """A formula as text that means the same: "(a + b)/c", "x^2", "√(x)"."""
    return " ".join(_text(element).split())


def _text(element: Any) -> str:
    return "".join(map(_part, element))


def _part(element: Any) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    if not tag.startswith(_M):
        return "" if tag.endswith(("}rPr", "}del", "}moveFrom")) else _text(element)
    name = tag.removeprefix(_M)
    if name == "t":
        return element.text or ""
    if name == "f" and _sign(element, "type", "") == "noBar":
        return f"({_of(element, 'num')} over {_of(element, 'den')})"
    if name == "f":
        return f"{_single(_of(element, 'num'))}/{_single(_of(element, 'den'))}"
    if name in ("sSup", "sSub", "sSubSup"):
        below, above = _of(element, "sub"), _of(element, "sup")
        base = _single(_of(element, "e")) if above else _of(element, "e")
        return base + (f"_{_single(below)}" if below else "") + (f"^{_single(above)}" if above else "")
    if name == "sPre":
        return f"{_of(element, 'sub')} {_of(element, 'sup')} {_of(element, 'e')}"
    if name == "func":
        return f"{_of(element, 'fName')} {_of(element, 'e')}"
    if name == "rad":
        degree = _of(element, "deg").strip()
        return f"{f'root {degree} of ' if degree else '√'}({_of(element, 'e')})"
    if name == "nary":
        below, above = _of(element, "sub"), _of(element, "sup")
        limits = f" from {below}" * bool(below) + f" to {above}" * bool(above)
        return f"{_sign(element, 'chr', '∫')}{limits} ({_of(element, 'e')})"
    if name == "d":
        inner = _sign(element, "sepChr", "|").join(map(_text, element.iterfind(f"{_M}e")))
        return f"{_sign(element, 'begChr', '(')}{inner}{_sign(element, 'endChr', ')')}"
    if name in ("limLow", "limUpp"):
        return f"{_of(element, 'e')}({_of(element, 'lim')})"
    if name in ("m", "eqArr"):
        return "; ".join(_text(row) for row in element if row.tag in (f"{_M}mr", f"{_M}e"))
    return "" if name.endswith("Pr") else _text(element)


def _of(element: Any, name: str) -> str:
    part = element.find(_M + name)
    return "" if part is None else _text(part)


def _sign(element: Any, name: str, otherwise: str) -> str:
    """The sign that the properties of an element name."""
    found = element.find(f"{_M}{element.tag.removeprefix(_M)}Pr/{_M}{name}")
    return otherwise if found is None else found.get(f"{_M}val", "")


def _single(text: str) -> str:
    text = text.strip()
    return text if _SINGLE.fullmatch(text) else f"({text})"
