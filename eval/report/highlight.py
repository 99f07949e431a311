"""Texts with some of their characters marked, and with small marks between them."""

from __future__ import annotations

from collections.abc import Iterable

from eval.report.markup import Html, el, fragment
from eval.scoring.metrics.copying import matching_spans

Span = tuple[int, int]
SHORTEST = 5


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


def highlighted(text: str, spans: Iterable[Span], notes: Iterable[tuple[int, Html]] = ()) -> Html:
    """The text with the spans marked, and each note put in after that many characters. Spans must not overlap; a note
    within one parts its mark in two."""
    placed = sorted(notes, key=lambda note: note[0])
    pieces: list[str] = []
    at = 0

    def up_to(end: int, marked: bool) -> None:
        nonlocal at
        while placed and placed[0][0] <= end:
            position, note = placed.pop(0)
            write(max(position, at), marked)
            pieces.append(note)
        write(end, marked)

    def write(end: int, marked: bool) -> None:
        nonlocal at
        if end > at:
            pieces.append(el("mark", text[at:end]) if marked else text[at:end])
            at = end

    for start, end in spans:
        up_to(start, marked=False)
        up_to(end, marked=True)
    up_to(len(text), marked=False)
    return fragment(*pieces, *(note for _, note in placed))
