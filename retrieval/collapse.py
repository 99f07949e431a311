"""Hits of one section made one, and hits that say the same but once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.store import PassageRecord

# Two passages say the same where they share this much of their runs of four words, and all numbers.
SAME = 0.9


@dataclass
class Found:
    """A passage, and the span of its page that it stands for with the other hits of its section."""

    passage: PassageRecord
    start: int
    end: int

    @property
    def is_wider(self) -> bool:
        """Whether the span holds more than the passage."""
        return (self.start, self.end) != (self.passage.start, self.passage.end)


def collapse(ranked: Iterable[PassageRecord], k: int, widest: int) -> list[Found]:
    """The first ``k`` sections of a ranking, by their best passages.

    A passage of a section of a page that is found already widens that hit to reach it, to at most ``widest``
    characters; one that says the same as an earlier hit under much the same heading is left out. Numbers tell passages
    apart: two price lists with the same words are no duplicates.
    """
    found: dict[tuple[str, int, int | None, str], Found] = {}
    seen: list[tuple[frozenset[str], frozenset[tuple[str, ...]]]] = []
    for passage in ranked:
        section = (passage.document, passage.version, passage.page, passage.heading)
        if section in found:
            hit = found[section]
            start, end = min(hit.start, passage.start), max(hit.end, passage.end)
            if end - start <= widest:
                hit.start, hit.end = start, end
            continue
        if len(found) == k:
            break
        says = _fingerprint(f"{passage.heading} {passage.text}")
        if any(_alike(says, other) for other in seen):
            continue
        seen.append(says)
        found[section] = Found(passage, passage.start, passage.end)
    return list(found.values())


def _fingerprint(text: str) -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
    words = re.findall(r"\w+", text.lower())
    runs = zip(*(words[at:] for at in range(4)), strict=False) if len(words) > 4 else [tuple(words)]
    return frozenset(word for word in words if word.isdigit()), frozenset(runs)


def _alike(
    one: tuple[frozenset[str], frozenset[tuple[str, ...]]], other: tuple[frozenset[str], frozenset[tuple[str, ...]]]
) -> bool:
    (numbers, runs), (other_numbers, other_runs) = one, other
    return numbers == other_numbers and len(runs & other_runs) >= SAME * len(runs | other_runs)
