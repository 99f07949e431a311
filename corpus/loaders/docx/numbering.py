"""The numbers that a word processor puts before paragraphs, which are no text of theirs: 1., 1.1, (a), iv."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from docx.oxml.ns import qn

from corpus.loaders.counting import written


@dataclass(frozen=True)
class Level:
    """How a level of a list counts: from ``start``, written as ``format`` says, in the places of ``text`` ("%1.%2").
    One that ``is_legal`` has Arabic digits throughout."""

    start: int
    format: str
    text: str
    restarts: bool
    is_legal: bool = False


@dataclass
class Numbering:
    """The lists of a document, each counting as it is read. ``styles`` are the list and level that a style gives its
    paragraphs, as far as they don't say it themselves. ECMA-376 part 1, 17.9."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, document: Any) -> Numbering:
        """The numbering that a document's parts define; none, where there is no part for it."""
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        if part is None:
            return cls()
        return cls(*_defined(part.element), _of_styles(document.styles.element))

    def number(self, paragraph: Any, style: str | None) -> str | None:
        """The number that stands before a paragraph, such as "1.2" or "(a)"; "" for a bullet; None where it is in no
        list. Counts it."""
        place = _place(paragraph.find(qn("w:pPr")))
        number_id, level = place if place else (None, None)
        of_style = self.styles.get(style or "")
        if number_id is None and of_style:
            number_id, level = of_style[0], of_style[1] if level is None else level
        level = level or 0
        abstract = self.lists.get(number_id or "")
        levels = self.levels.get(f"{number_id}") or self.levels.get(f"abstract {abstract}", {})
        if abstract is None or level not in levels:
            return None
        counts = self._counts[abstract]
        counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for below in [other for other in counts if other > level]:
            if below not in levels or levels[below].restarts:
                del counts[below]
        if levels[level].format in ("bullet", "none"):
            return ""
        return re.sub(
            r"%(\d)",
            lambda place: _written(int(place[1]) - 1, counts, levels, levels[level].is_legal),
            levels[level].text,
        ).strip()


def _written(level: int, counts: dict[int, int], levels: dict[int, Level], is_legal: bool) -> str:
    of = levels.get(level)
    if of is None:
        return ""
    return written(counts.setdefault(level, of.start), "decimal" if is_legal else of.format)


def _defined(root: Any) -> tuple[dict[str, dict[int, Level]], dict[str, str]]:
    """The levels of each abstract list and of each list that overrides some; the abstract list of each list."""
    levels: dict[str, dict[int, Level]] = {}
    lists: dict[str, str] = {}
    for abstract in root.iterfind(qn("w:abstractNum")):
        levels[f"abstract {abstract.get(qn('w:abstractNumId'))}"] = _levels(abstract)
    for number in root.iterfind(qn("w:num")):
        name = number.get(qn("w:numId"))
        lists[name] = _value(number, "w:abstractNumId") or ""
        own = levels.get(f"abstract {lists[name]}", {}) | {
            at: level for override in number.iterfind(qn("w:lvlOverride")) for at, level in _levels(override).items()
        }
        starts = {
            int(o.get(qn("w:ilvl"), 0)): _value(o, "w:startOverride") for o in number.iterfind(qn("w:lvlOverride"))
        }
        if any(starts.values()):
            # It counts by itself, from where it says.
            lists[name] = f"{lists[name]} of {name}"
            own |= {at: replace(own[at], start=int(start)) for at, start in starts.items() if start and at in own}
        levels[name] = own
    return levels, lists


def _levels(parent: Any) -> dict[int, Level]:
    return {
        int(level.get(qn("w:ilvl"), 0)): Level(
            int(_value(level, "w:start") or 1),
            _value(level, "w:numFmt") or "decimal",
            _value(level, "w:lvlText") or "",
            _value(level, "w:lvlRestart") != "0",
            level.find(qn("w:isLgl")) is not None,
        )
        for level in parent.iterfind(qn("w:lvl"))
    }


def _of_styles(root: Any) -> dict[str, tuple[str, int]]:
    """The list and level of each style's paragraphs, also where it has them from the style that it is based on."""
    own: dict[str, tuple[str | None, int | None]] = {}
    based: dict[str, str | None] = {}
    for style in root.iterfind(qn("w:style")):
        name = style.get(qn("w:styleId"))
        own[name] = _place(style.find(qn("w:pPr"))) or (None, None)
        based[name] = _value(style, "w:basedOn")
    found: dict[str, tuple[str, int]] = {}
    for name in own:
        number_id: str | None = None
        level: int | None = None
        above: str | None = name
        for _ in range(20):  # styles may be based on each other in a circle
            if above not in own:
                break
            number_id = number_id if number_id is not None else own[above][0]
            level = level if level is not None else own[above][1]
            above = based[above]
        if number_id is not None:
            found[name] = (number_id, level or 0)
    return found


def _place(properties: Any) -> tuple[str | None, int | None] | None:
    """The list and the level that paragraph properties name; list "0" is none."""
    place = properties.find(qn("w:numPr")) if properties is not None else None
    if place is None:
        return None
    level = _value(place, "w:ilvl")
    return _value(place, "w:numId"), int(level) if level and level.isdigit() else None


def _value(parent: Any, name: str) -> str | None:
    child = parent.find(qn(name))
    return None if child is None else child.get(qn("w:val"))
