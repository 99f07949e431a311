"""Plots as SVG: scales, axes, and the few marks that are needed. Colours are classes of the page's style sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from eval.report.printable import printable

WIDTH, HEIGHT = 372, 248
_LEFT, _TOP, _BOTTOM = 58, 12, 42


@dataclass(frozen=True)
class Axis:
    """What an axis says and spans. ``ticks`` are values with their labels."""

    title: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Where a value lies between the axis' ends, from 0 to 1; values beyond them lie on the end."""
        low, high = self.low, self.high
        value = min(max(value, low), high)
        if self.logarithmic:
            return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return (value - low) / (high - low)


def shares(title: str, high: float = 1.0) -> Axis:
    """An axis of shares from 0 to ``high``, in percent."""
    return Axis(title, 0, high, [(value, f"{value * 100:.4g}\u00a0%") for value in steps(high)])


def steps(high: float) -> list[float]:
    """Three to six round values from 0 to ``high``, the last one not above it."""
    rough = high / 5
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= rough * 0.999)
    return [round(step * count, 10) for count in range(math.floor(high / step + 1e-9) + 1)]


def rounded_up(value: float) -> float:
    """A round number at or a little above ``value``, for the end of an axis."""
    magnitude = 10.0 ** math.floor(math.log10(value))
    return next(f * magnitude for f in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if f * magnitude >= value * 0.9999)


class Plot:
    """A plot area with axes, to which marks are added in the order in which they are painted.

    ``margin`` is the room on the right for labels of lines. ``description`` tells what is to be seen to those who
    don't see it.
    """

    def __init__(self, key: str, title: str, description: str, x: Axis, y: Axis, *, margin: float = 14) -> None:
        self._key, self._title, self._description = key, title, description
        self._x, self._y = x, y
        self._right = WIDTH - margin
        self._marks: list[Markup] = []

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The point of two values, in the picture's units."""
        across = _LEFT + self._x.at(x) * (self._right - _LEFT)
        return across, HEIGHT - _BOTTOM - self._y.at(y) * (HEIGHT - _BOTTOM - _TOP)

    def line(self, points: Sequence[tuple[float, float]], cls: str, *, stepped: bool = False) -> None:
        """A line through the points; ``stepped`` goes across before it goes up or down."""
        placed = [self.place(x, y) for x, y in points]
        path = [f"M{number(placed[0][0])} {number(placed[0][1])}"]
        for x, y in placed[1:]:
            path.append(f"H{number(x)}V{number(y)}" if stepped else f"L{number(x)} {number(y)}")
        self._marks.append(el("path", d="".join(path), cls=f"line {cls}"))

    def area(self, points: Sequence[tuple[float, float]], cls: str) -> None:
        """The area between the points and the x axis, stepped."""
        placed = [self.place(x, y) for x, y in points]
        floor = number(HEIGHT - _BOTTOM)
        path = "".join(f"H{number(x)}V{number(y)}" for x, y in placed[1:])
        start = f"M{number(placed[0][0])} {floor}V{number(placed[0][1])}"
        self._marks.append(el("path", d=f"{start}{path}V{floor}Z", cls=f"area {cls}"))

    def dot(self, x: float, y: float, cls: str, *, title: str | None = None, radius: float = 3, row: str = "") -> None:
        """A dot; ``title`` is shown to the mouse, and ``row`` is the question that a click on it opens."""
        across, up = self.place(x, y)
        hint = None if title is None else el("title", title)
        self._marks.append(el("circle", hint, cx=across, cy=up, r=radius, cls=f"dot {cls}", data_row=row or None))

    def bar(self, left: float, right: float, top: float, cls: str, *, title: str | None = None) -> None:
        """A bar from the x axis up to ``top``, a hair narrower than from ``left`` to ``right``."""
        (x0, y0), (x1, y1) = self.place(left, self._y.low), self.place(right, top)
        hint = None if title is None else el("title", title)
        shape = el("rect", hint, x=x0 + 1, y=y1, width=max(x1 - x0 - 2, 0.5), height=y0 - y1, cls=f"bar {cls}")
        self._marks.append(shape)

    def label(self, x: float, y: float, words: str, cls: str = "", *, dx: float = 0, dy: float = 0) -> None:
        """Words at a point. The classes "end" and "middle" say which part of them stands there."""
        across, up = self.place(x, y)
        self._marks.append(el("text", words, x=across + dx, y=up + dy, cls=f"label {cls}".rstrip()))

    def end_labels(self, labels: Sequence[tuple[float, str, str]]) -> None:
        """Labels (height, words, class) right of the plot, moved apart where lines end close together."""
        spread: list[float] = []
        ordered = sorted(labels, key=lambda label: -label[0])
        for height, _, _ in ordered:
            wanted = self.place(self._x.high, height)[1] + 4
            spread.append(max(wanted, spread[-1] + 13) if spread else max(wanted, _TOP + 4))
        excess = max(0.0, spread[-1] - (HEIGHT - _BOTTOM)) if spread else 0.0
        for (_, words, cls), up in zip(ordered, spread, strict=True):
            self._marks.append(el("text", words, x=self._right + 7, y=up - excess, cls=f"label {cls}"))

    def picture(self) -> Markup:
        """The picture, its axes under its marks."""
        return picture(self._key, self._title, self._description, HEIGHT, [*self._axes(), *self._marks])

    def _axes(self) -> list[Markup]:
        left, floor = _LEFT, HEIGHT - _BOTTOM
        drawn: list[Markup] = []
        for value, words in self._y.ticks:
            up = self.place(self._x.low, value)[1]
            drawn.append(el("line", x1=left, x2=self._right, y1=up, y2=up, cls="grid"))
            drawn.append(el("text", words, x=left - 6, y=up + 4, cls="tick end"))
        for value, words in self._x.ticks:
            across = self.place(value, self._y.low)[0]
            drawn.append(el("line", x1=across, x2=across, y1=floor, y2=floor + 4, cls="axis"))
            drawn.append(el("text", words, x=across, y=floor + 17, cls="tick middle"))
        drawn.append(el("line", x1=left, x2=self._right, y1=floor, y2=floor, cls="axis"))
        drawn.append(el("text", self._x.title, x=(left + self._right) / 2, y=HEIGHT - 6, cls="title middle"))
        turned = f"translate(10 {number((floor + _TOP) / 2)}) rotate(-90)"
        drawn.append(el("text", self._y.title, transform=turned, cls="title middle"))
        return drawn


def picture(key: str, title: str, description: str, height: float, inside: Sequence[Markup]) -> Markup:
    """An image with a name and a description for those who don't see it."""
    return el(
        "svg",
        el("title", title, id=f"{key}-title"),
        el("desc", description, id=f"{key}-desc"),
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {number(height)}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        cls="plot",
    )


def bars(key: str, title: str, description: str, rows: Sequence[tuple[str, float, str]], axis: Axis) -> Markup:
    """Bars that lie, one for each row of (label, value, words after the bar)."""
    left, right, pitch = 104, WIDTH - 112, 46
    floor = _TOP + pitch * len(rows)

    def across(value: float) -> float:
        return left + axis.at(value) * (right - left)

    drawn: list[Markup] = []
    for value, words in axis.ticks:
        drawn.append(el("line", x1=across(value), x2=across(value), y1=_TOP, y2=floor, cls="grid"))
        drawn.append(el("text", words, x=across(value), y=floor + 17, cls="tick middle"))
    for at, (name, value, words) in enumerate(rows):
        top = _TOP + pitch * at
        drawn.append(el("text", name, x=left - 8, y=top + pitch / 2 + 4, cls="label end"))
        drawn.append(
            el("rect", x=left, y=top + 12, width=max(across(value) - left, 1), height=pitch - 24, cls="bar c1")
        )
        drawn.append(el("text", words, x=across(value) + 7, y=top + pitch / 2 + 4, cls="label strong"))
    drawn.append(el("line", x1=left, x2=left, y1=_TOP, y2=floor, cls="axis"))
    drawn.append(el("text", axis.title, x=(left + right) / 2, y=floor + _BOTTOM - 6, cls="title middle"))
    return picture(key, title, description, floor + _BOTTOM, drawn)


def el(name: str, /, *children: str | None, **attributes: str | float | None) -> Markup:
    """An element. Texts are escaped, and what is None is left out. Python keeps the name ``class`` for itself, so it is
    ``cls`` here; an underline in a name stands for a hyphen."""
    written = "".join(
        f' {"class" if key == "cls" else key.replace("_", "-")}="{_text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(_text(child) for child in children if child is not None)
    return Markup(f"<{name}{written}>{inside}</{name}>")


def _text(value: str | float) -> Markup:
    if isinstance(value, Markup):
        return value
    return escape(printable(value) if isinstance(value, str) else number(value))


def number(value: float) -> str:
    """A coordinate with one decimal at most: files hold many of them."""
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short
