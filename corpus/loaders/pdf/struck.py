"""Text of a PDF with a line drawn through it: it is struck out, and so it isn't read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.loaders.pdf.pieces import Piece
from corpus.loaders.pdf.rules import Rule

# In heights of a character:
_THROUGH = 0.12, 0.45  # above the baseline, where a line goes through a word: an underline is lower
_SPACE = 0.5  # by which a line may be longer than its words, and lines of one stroke be apart
_STRUCK = 0.25  # of a word's width: less is chance


def without_struck(pieces: Sequence[Piece], lines: Sequence[Rule]) -> tuple[list[Piece], int]:
    """The pieces without the words that a line goes through from end to end, and how many words these were. A line that
    is longer than the words is a table's or a drawing's, and goes through none."""
    if not lines:
        return list(pieces), 0
    lines = sorted(lines)
    heights = [line.at for line in lines]
    kept: list[Piece] = []
    count = 0
    for piece in pieces:
        low, high = (piece.y + share * piece.height for share in _THROUGH)
        near = lines[bisect_left(heights, low) : bisect_right(heights, high)]
        struck = _struck(piece, near) if near else set()
        count += len(struck)
        if not struck:
            kept.append(piece)
        elif rest := [at for at in range(len(piece.words)) if at not in struck]:
            kept.append(_only(piece, rest))
    return kept, count


def _struck(piece: Piece, near: Sequence[Rule]) -> set[int]:
    """Which words of a piece are struck out."""
    space = _SPACE * piece.height
    found: set[int] = set()
    for start, end in _strokes(near, space):
        its = [
            at
            for at, (left, right) in enumerate(piece.words)
            if min(right, end) - max(left, start) > _STRUCK * (right - left)
        ]
        if its and piece.words[its[0]][0] - space <= start and end <= piece.words[its[-1]][1] + space:
            found.update(its)
    return found


def _strokes(near: Sequence[Rule], space: float) -> Iterator[tuple[float, float]]:
    """Where lines begin and end, those one that go on with each other: each word may have a line of its own."""
    start = end = None
    for line in sorted(near, key=lambda line: line.start):
        if start is None or end is None or line.start > end + space:
            if start is not None and end is not None:
                yield start, end
            start, end = line.start, line.end
        end = max(end, line.end)
    if start is not None and end is not None:
        yield start, end


def _only(piece: Piece, words: Sequence[int]) -> Piece:
    texts, places = piece.text.split(), [piece.words[at] for at in words]
    return replace(
        piece,
        text=" ".join(texts[at] for at in words),
        left=places[0][0],
        right=places[-1][1],
        words=tuple(places),
    )
