"""Whether a passage, or a quote, is the place that a gold question's evidence names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.gold.model import Evidence
from eval.runs.record import Level
from eval.scoring.places import Places

# Evidence may be longer than a passage, or lie across two: this share of either's word triples makes them the same.
SAME_TEXT = 0.5


class Place(Protocol):
    """A passage or a citation: where it stands."""

    @property
    def document(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def page(self) -> int | None: ...
    @property
    def heading(self) -> str: ...


@dataclass(frozen=True)
class Relevance:
    """``relevant[level]``: keys of the places of evidence and what each is worth. ``holds[level][rank]``: the keys that
    the passage at that rank holds."""

    relevant: dict[Level, dict[str, int]]
    holds: dict[Level, list[list[str]]]


class Judge:
    """Compares places with one question's evidence."""

    def __init__(self, evidence: Sequence[Evidence], places: Places) -> None:
        self._evidence = evidence
        self._versions = [places.find(e.doc) if e.doc else None for e in evidence]
        self._triples = [_triples(e.text) if e.text else frozenset() for e in evidence]

    def relevance(self, ranking: Sequence[tuple[Place, str]]) -> Relevance:
        """Judge passages, given with their texts, best first."""
        relevant: dict[Level, dict[str, int]] = {}
        holds: dict[Level, list[list[str]]] = {}
        for level in Level:
            keys = {at: key for at, e in enumerate(self._evidence) if (key := _key(e, at, level)) is not None}
            if not keys:
                continue
            relevant[level] = {}
            for at, key in keys.items():
                relevant[level][key] = max(self._evidence[at].relevance, relevant[level].get(key, 0))
            holds[level] = [
                sorted({key for at, key in keys.items() if self._at(level, place, text, at)}) for place, text in ranking
            ]
        return Relevance(relevant, holds)

    def found(self, place: Place, text: str) -> list[int]:
        """Indexes of the evidence that a place holds, by the closest that the evidence says: its section; else its text
        or its page, give or take one; else its document. Of a section, the page is not asked for here."""
        return [at for at, e in enumerate(self._evidence) if self._found(e, place, text, at)]

    def on_page(self, place: Place, at: int) -> bool:
        """Whether a place is on the page, give or take one, of the evidence of index ``at``, if it names a page."""
        page = self._evidence[at].page
        return page is None or (place.page is not None and abs(place.page - page) <= 1)

    def _found(self, e: Evidence, place: Place, text: str, at: int) -> bool:
        if e.section:
            return self._at(Level.SECTION, place, text, at)
        if e.text or e.page:
            levels = [Level.PASSAGE] * bool(e.text) + [Level.PAGE1] * bool(e.page)
            return any(self._at(level, place, text, at) for level in levels)
        return self._at(Level.DOCUMENT, place, text, at)

    def _at(self, level: Level, place: Place, text: str, at: int) -> bool:
        e, versions = self._evidence[at], self._versions[at]
        if versions is not None and (place.document, place.version) not in versions:
            return False
        if level is Level.SECTION:
            return _joined(e.section or "") in _joined(place.heading)
        if level is Level.PAGE:
            return place.page == e.page
        if level is Level.PAGE1:
            return self.on_page(place, at)
        if level is Level.PASSAGE:
            own, gold = _triples(text), self._triples[at]
            return len(own & gold) >= SAME_TEXT * max(1, min(len(own), len(gold)))
        return versions is not None


def _key(e: Evidence, at: int, level: Level) -> str | None:
    """What tells a place of evidence from others at a level; None where the evidence doesn't say."""
    if level is Level.PASSAGE:
        return f"text {at}" if e.text else None
    if e.doc is None:
        return None
    if level is Level.SECTION:
        return f"{e.doc} § {e.section}" if e.section else None
    if level in (Level.PAGE, Level.PAGE1):
        return f"{e.doc}, page {e.page}" if e.page else None
    return e.doc


def _joined(heading: str) -> str:
    """A heading path, or a heading in it, so that the one is a part of the other only where headings are the same."""
    return f"> {' '.join(heading.casefold().split())} >"


def _triples(text: str) -> frozenset[tuple[str, ...]]:
    """Runs of three words; of a shorter text, the whole."""
    words = re.findall(r"\w+", text.casefold())
    return frozenset(tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2)))
