"""Vertical rules that a PDF draws: what stands left and right of one is in different cells."""

from __future__ import annotations

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_THICKEST = 2.5  # points of a rule that is drawn as a narrow rectangle
_SHORTEST = 5.0  # points: no row of a table is lower
_MOST = 5_000  # rules of a page: one with more is a drawing
_SEGMENTS = 2_000  # of a path: one of more is a picture


@dataclass(frozen=True, order=True)
class Rule:
    """A vertical line at ``x`` from ``bottom`` to ``top``, in points from the page's left and foot."""

    x: float
    bottom: float
    top: float


class Rules:
    """The vertical rules of a page."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = sorted(rules)
        self._places = [rule.x for rule in self._rules]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def between(self, left: float, right: float, y: float) -> bool:
        """Whether a rule stands between ``left`` and ``right`` at the height ``y``."""
        found = self._rules[bisect_left(self._places, left) : bisect_right(self._places, right)]
        return any(rule.bottom <= y <= rule.top for rule in found)


def vertical_rules(page: pdfium.PdfPage) -> Rules:
    """What the page draws as straight lines, narrow rectangles and the frames of cells."""
    found = list(islice((rule for path in _paths(page) for rule in _of_path(path)), _MOST + 1))
    return Rules(found if len(found) <= _MOST else [])


def _paths(page: pdfium.PdfPage) -> Iterator[raw.FPDF_PAGEOBJECT]:
    for at in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, at)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_PATH:
            yield item


def _of_path(path: raw.FPDF_PAGEOBJECT) -> Iterator[Rule]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(path, left, bottom, right, top)
    if top.value - bottom.value < _SHORTEST:
        return
    if right.value - left.value <= _THICKEST:
        yield Rule((left.value + right.value) / 2, bottom.value, top.value)
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    # A filled area without a frame may be a mark behind a word of a sentence.
    if stroke.value and raw.FPDFPath_CountSegments(path) <= _SEGMENTS:
        yield from _of_segments(path)


def _of_segments(path: raw.FPDF_PAGEOBJECT) -> Iterator[Rule]:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for at in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _of_line(last, point)
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _of_line(point, start)
        last = point


def _of_line(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Rule]:
    bottom, top = sorted((start[1], end[1]))
    if abs(start[0] - end[0]) < 0.5 and top - bottom >= _SHORTEST:
        yield Rule(start[0], bottom, top)
