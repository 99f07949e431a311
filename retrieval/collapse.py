"""Merge the hits of one section, and drop duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from corpus.language.words import words
from corpus.passage_store import PassageRecord

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


def collapse(ranked: Iterable[tuple[PassageRecord, float]], k: int, widest: int, beside: float) -> list[Found]:
    """The first ``k`` sections of a ranking by their best passages, which are given with their scores.

    A passage of a section of a page that is found already widens that hit to reach it, to at most ``widest``
    characters. One of the same section on the page before or after loses ``beside`` of its score: the next best section
    tells more than the next page of this one. One that says the same as an earlier hit under much the same heading is
    left out. Numbers tell passages apart: two price lists with the same words are no duplicates.
    """
    found: dict[tuple[str, int, str], dict[int | None, Found]] = {}
    seen: list[tuple[frozenset[str], frozenset[tuple[str, ...]]]] = []
    hits: list[Found] = []
    waiting = [(-score, rank, False, passage) for rank, (passage, score) in enumerate(ranked)]
    heapify(waiting)
    while waiting:
        score, rank, is_later, passage = heappop(waiting)
        pages = found.get((passage.document, passage.version, passage.heading), {})
        if passage.page in pages:
            hit = pages[passage.page]
            start, end = min(hit.start, passage.start), max(hit.end, passage.end)
            if end - start <= widest:
                hit.start, hit.end = start, end
            continue
        if len(hits) == k:
            break
        if beside and not is_later and any(_follow(passage.page, page) for page in pages):
            heappush(waiting, (score + beside, rank, True, passage))
            continue
        says = _fingerprint(f"{passage.heading} {passage.text}")
        if any(_alike(says, other) for other in seen):
            continue
        seen.append(says)
        hits.append(Found(passage, passage.start, passage.end))
        found.setdefault((passage.document, passage.version, passage.heading), {})[passage.page] = hits[-1]
    return hits


def grow(found: Found, section: Sequence[tuple[int, int]], widest: int) -> None:
    """Widen a hit passage by passage to what stands around it in its ``section``, to at most ``widest`` characters:
    what follows first, which mostly goes on where the hit ends."""
    for start, end in [span for span in section if span[0] >= found.end] + [
        span for span in reversed(section) if span[1] <= found.start
    ]:
        wider = min(start, found.start), max(end, found.end)
        if wider[1] - wider[0] <= widest:
            found.start, found.end = wider


def _follow(page: int | None, other: int | None) -> bool:
    return page is not None and other is not None and abs(page - other) == 1


def _fingerprint(text: str) -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
    said = words(text)
    runs = zip(*(said[at:] for at in range(4)), strict=False) if len(said) > 4 else [tuple(said)]
    return frozenset(word for word in said if word.isdigit()), frozenset(runs)


def _alike(
    one: tuple[frozenset[str], frozenset[tuple[str, ...]]], other: tuple[frozenset[str], frozenset[tuple[str, ...]]]
) -> bool:
    (numbers, runs), (other_numbers, other_runs) = one, other
    return numbers == other_numbers and len(runs & other_runs) >= SAME * len(runs | other_runs)
