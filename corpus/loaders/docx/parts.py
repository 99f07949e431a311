"""What stands in a document in its order, also inside of what shows nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATIVES = f"{_MC}AlternateContent"
_WRAPPERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")))


def inside(element: Any, *tags: str) -> Iterator[Any]:
    """The children of an element with one of these ``tags``, in order: also those in content controls and tags of
    data, in what was inserted with changes tracked, and in the first of several alternatives."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from inside(child, *tags)
        elif child.tag == ALTERNATIVES:
            yield from inside(chosen(child), *tags)


def chosen(alternatives: Any) -> Any:
    """What Word shows of alternatives: the first, which older programs don't know, or else what those show."""
    first = alternatives.find(f"{_MC}Choice")
    if first is None:
        first = alternatives.find(f"{_MC}Fallback")
    return () if first is None else first
