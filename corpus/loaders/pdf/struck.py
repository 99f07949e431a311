"""Text of a PDF with a line drawn through it: it is struck out, and so it isn't read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from ctypes import c_double
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.loaders.pdf.rules import Rule

if TYPE_CHECKING:
    from corpus.loaders.pdf.pieces import Piece

# In heights of a character:
_THROUGH = 0.12, 0.45  # above the baseline, where a line goes through a word: an underline is lower
_THICKEST, _THICKEST_LIGHT = 0.25, 0.12  # that a line through a word is: a marker behind it is thicker
_SPACE = 0.5  # by which a line may be longer than its words, and lines of one stroke be apart
_STRUCK = 0.25  # of a word's width: less is chance


def marked_struck(page: pdfium.PdfPage) -> Iterator[Rule]:
    """The lines through words that somebody marked as struck out in a viewer."""
    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        mark = raw.FPDFPage_GetAnnot(page, at)
        if raw.FPDFAnnot_GetSubtype(mark) == raw.FPDF_ANNOT_STRIKEOUT:
            corners = raw.FS_QUADPOINTSF()
            for place in range(raw.FPDFAnnot_CountAttachmentPoints(mark)):
                raw.FPDFAnnot_GetAttachmentPoints(mark, place, corners)
                xs = corners.x1, corners.x2, corners.x3, corners.x4
                ys = corners.y1, corners.y2, corners.y3, corners.y4
                yield Rule((min(ys) + max(ys)) / 2, min(xs), max(xs))
        raw.FPDFPage_CloseAnnot(mark)


def without_struck(
    pieces: Sequence[Piece], lines: Sequence[Rule], text_page: pdfium.PdfTextPage
) -> tuple[list[Piece], int]:
    """The pieces of a page without the words that a line goes through from end to end, and how many words these were. A
    line that is longer than the words is a table's or a drawing's, and one that is thick is a marker's: they go through
    none."""
    lines = sorted(lines)
    heights = [line.at for line in lines]
    kept: list[Piece] = []
    count = 0
    for piece in pieces if lines else ():
        low, high = (piece.y + share * piece.height for share in _THROUGH)
        level = lines[bisect_left(heights, low) : bisect_right(heights, high)]
        near = [line for line in level if _is_thin(line, piece.height)]
        struck = {at for at, place in _struck(piece, near) if _is_through(text_page, *place)} if near else set()
        count += len(struck)
        if not struck:
            kept.append(piece)
        elif rest := [at for at in range(len(piece.words)) if at not in struck]:
            kept.append(_only(piece, rest))
    return (kept, count) if lines else (list(pieces), 0)


def _is_thin(line: Rule, height: float) -> bool:
    """Whether a line is thin enough to go through characters of a ``height``."""
    return line.thickness <= (_THICKEST_LIGHT if line.is_light else _THICKEST) * height


def _struck(piece: Piece, near: Sequence[Rule]) -> Iterator[tuple[int, tuple[float, float, float]]]:
    """Which words of a piece are struck out, and from where to where the line goes over each, and how high."""
    space = _SPACE * piece.height
    for start, end, y in _strokes(near, space):
        its = [
            at
            for at, (left, right) in enumerate(piece.words)
            if min(right, end) - max(left, start) > _STRUCK * (right - left)
        ]
        if its and piece.words[its[0]][0] - space <= start and end <= piece.words[its[-1]][1] + space:
            for at in its:
                left, right = piece.words[at]
                yield at, (max(left, start), min(right, end), y)


def _is_through(text_page: pdfium.PdfTextPage, start: float, end: float, y: float) -> bool:
    """Whether the line at ``y`` goes through the characters themselves: below a raised mark, it goes through none."""
    at = raw.FPDFText_GetCharIndexAtPos(text_page, (start + end) / 2, y, (end - start) / 2, 1.0)
    box, _, base = raw.FS_RECTF(), c_double(), c_double()
    if at < 0 or not raw.FPDFText_GetLooseCharBox(text_page, at, box):
        return False
    raw.FPDFText_GetCharOrigin(text_page, at, _, base)
    low, high = (base.value + share * (box.top - box.bottom) for share in _THROUGH)
    return low <= y <= high


def _strokes(near: Sequence[Rule], space: float) -> Iterator[tuple[float, float, float]]:
    """Where lines begin and end, and how high, those one that go on with each other: each word may have its own."""
    stroke: tuple[float, float, float] | None = None
    for line in sorted(near, key=lambda line: line.start):
        if stroke and line.start <= stroke[1] + space:
            stroke = stroke[0], max(stroke[1], line.end), stroke[2]
            continue
        if stroke:
            yield stroke
        stroke = line.start, line.end, line.at
    if stroke:
        yield stroke


def _only(piece: Piece, words: Sequence[int]) -> Piece:
    texts, places = piece.text.split(), [piece.words[at] for at in words]
    return replace(
        piece,
        text=" ".join(texts[at] for at in words),
        left=places[0][0],
        right=places[-1][1],
        words=tuple(places),
    )
