"""Straight lines that a PDF draws: what stands on both sides of an upright one is in different cells."""

from __future__ import annotations

import ctypes
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

import pypdfium2.raw as raw

_THICKEST = 2.5  # points of a rule that is drawn as a narrow rectangle
_SHORTEST = 5.0  # points: no row of a table is lower
_MOST = 5_000  # rules of a page: one with more is a drawing
_SEGMENTS = 2_000  # of a path: one of more is a picture
_OF_RECTANGLE = 6  # segments at most
_OF_FRAME = 16  # likewise, of the drawn outlines of some sides of a cell
_SPARSE = 0.2  # of its width and height: what fills less is made of rules
_LIGHTNESS = 0.30, 0.59, 0.11  # of red, green and blue, as the eye sees them
_LIGHT = 0.65 * 255


Point = tuple[float, float]


@dataclass(frozen=True, order=True)
class Rule:
    """An upright line at ``at`` points from the page's left, or a level one at ``at`` points from its foot. It begins
    at ``start`` and ends at ``end``, in points from the foot or from the left. ``thickness`` is in points, too; a line
    that ``is_light`` may be a marker's, behind words."""

    at: float
    start: float
    end: float
    thickness: float = field(default=0.0, compare=False)
    is_light: bool = field(default=False, compare=False)


class Kind(Enum):
    UPRIGHT = auto()
    LEVEL = auto()
    EDGE = auto()  # of a coloured area, such as a row: it is level


class Rules:
    """The rules of a page. The ``level`` ones are also the edges of coloured areas; those that are drawn as lines are
    the ``lines``."""

    def __init__(self, upright: Sequence[Rule] = (), lines: Sequence[Rule] = (), edges: Sequence[Rule] = ()) -> None:
        self.upright, self.lines, self.level = sorted(upright), sorted(lines), sorted([*lines, *edges])
        self._places = [rule.at for rule in self.upright]

    def __bool__(self) -> bool:
        return bool(self.upright)

    def between(self, left: float, right: float, y: float) -> bool:
        """Whether an upright rule stands between ``left`` and ``right`` at the height ``y``."""
        found = self.upright[bisect_left(self._places, left) : bisect_right(self._places, right)]
        return any(rule.start <= y <= rule.end for rule in found)


def rules_of(paths: Iterable[raw.FPDF_PAGEOBJECT]) -> Rules:
    """What paths draw as straight lines, narrow rectangles and the frames of cells."""
    found: dict[Kind, list[Rule]] = {kind: [] for kind in Kind}
    for path in paths:
        for rule, kind in _of_path(path):
            found[kind].append(rule)
        if max(len(found[Kind.UPRIGHT]), len(found[Kind.LEVEL]) + len(found[Kind.EDGE])) > _MOST:
            return Rules()
    return Rules(found[Kind.UPRIGHT], found[Kind.LEVEL], found[Kind.EDGE])


def _of_path(path: raw.FPDF_PAGEOBJECT) -> Iterator[tuple[Rule, Kind]]:
    """The rules that a path draws."""
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(path, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    width, height = right - left, top - bottom
    if max(width, height) < _SHORTEST:
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    if width <= _THICKEST:
        yield Rule((left + right) / 2, bottom, top), Kind.UPRIGHT
        return
    if height <= _THICKEST:
        thickness = height if fill.value else _thickness(path)
        yield Rule((bottom + top) / 2, left, right, thickness, _is_light(path, bool(fill.value))), Kind.LEVEL
        return
    segments = raw.FPDFPath_CountSegments(path)
    if stroke.value and segments <= _SEGMENTS:
        thickness, is_light = _thickness(path), _is_light(path)
        for rule, kind in _of_segments(path):
            yield replace(rule, thickness=thickness, is_light=is_light), kind
    elif fill.value and _OF_RECTANGLE < segments <= _OF_FRAME:
        sides = list(_of_segments(path))
        # The sides of a cell that are drawn together, as an L or U, and no area.
        if _area(path) < _SPARSE * width * height:
            yield from sides
    elif fill.value and segments <= _OF_RECTANGLE and height >= _SHORTEST:
        # Its sides are no rules: it may be a mark behind a word of a sentence.
        yield Rule(bottom, left, right), Kind.EDGE
        yield Rule(top, left, right), Kind.EDGE


def _thickness(path: raw.FPDF_PAGEOBJECT) -> float:
    """How thick the level lines of a path are drawn."""
    matrix, width = raw.FS_MATRIX(), ctypes.c_float()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    raw.FPDFPageObj_GetStrokeWidth(path, width)
    return width.value * math.hypot(matrix.b, matrix.d)


def _is_light(path: raw.FPDF_PAGEOBJECT, is_filled: bool = False) -> bool:
    """Whether the colour of a path's lines, or of its area, is one that dark words are read on."""
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    colour_of = raw.FPDFPageObj_GetFillColor if is_filled else raw.FPDFPageObj_GetStrokeColor
    if not colour_of(path, red, green, blue, opacity):
        return False
    return sum(share * each.value for share, each in zip(_LIGHTNESS, (red, green, blue), strict=True)) > _LIGHT


def _of_segments(path: raw.FPDF_PAGEOBJECT) -> Iterator[tuple[Rule, Kind]]:
    for one, other in _lines(path):
        yield from _of_line(one, other)


def _lines(path: raw.FPDF_PAGEOBJECT) -> Iterator[tuple[Point, Point]]:
    """The ends of a path's straight lines."""
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
            yield last, point
        if raw.FPDFPathSegment_GetClose(segment):
            yield point, start
        last = point


def _area(path: raw.FPDF_PAGEOBJECT) -> float:
    """What a path encloses, in square points (the shoelace formula)."""
    return abs(sum(a * d - c * b for (a, b), (c, d) in _lines(path))) / 2


def _of_line(one: Point, other: Point) -> Iterator[tuple[Rule, Kind]]:
    (left, right), (bottom, top) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    if right - left < 0.5 and top - bottom >= _SHORTEST:
        yield Rule(left, bottom, top), Kind.UPRIGHT
    elif top - bottom < 0.5 and right - left >= _SHORTEST:
        yield Rule(bottom, left, right), Kind.LEVEL
