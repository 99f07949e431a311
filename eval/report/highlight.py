"""Texts with some of their characters marked, and with the numbers of citations between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from eval.scoring.metrics.copying import matching_spans

Span = tuple[int, int]
SHORTEST = 5


class Piece(NamedTuple):
    """A part of a text, or, where ``citation`` isn't 0, the number of a citation."""

    text: str = ""
    is_marked: bool = False
    citation: int = 0


def shared_with(text: str, other: str, shortest: int = SHORTEST) -> list[Span]:
    """The characters of ``text`` that runs of words of ``other`` stand at; all of ``other``, where it is shorter than
    ``shortest`` words."""
    words = len(other.split())
    if not words or not text:
        return []
    matches = matching_spans(other, text, min(shortest, words))
    return merged((match.source_start, match.source_end) for match in matches)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch or overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def highlighted(text: str, spans: Iterable[Span], citations: Iterable[int] = ()) -> list[Piece]:
    """The text with the spans marked. ``citations`` are the ends of the parts that are cited, in the order of their
    numbers: each number stands after that many characters. Spans must not overlap; a number within one parts its mark
    in two."""
    numbers = sorted((end, number) for number, end in enumerate(citations, start=1))
    edges = {0, len(text), *(edge for span in spans for edge in span), *(min(end, len(text)) for end, _ in numbers)}
    cuts = sorted(edges)
    marked = list(spans)
    pieces: list[Piece] = []
    for start, end in [(0, 0), *zip(cuts, cuts[1:], strict=False)]:
        if end > start:
            pieces.append(Piece(text[start:end], any(low <= start and end <= high for low, high in marked)))
        pieces += [Piece(citation=number) for at, number in numbers if min(at, len(text)) == end]
    return pieces
