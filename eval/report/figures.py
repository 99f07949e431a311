"""How metrics are shown: the group that each belongs to, its label, and its values with their unit.

A metric's name begins with what it is about, as in ``citation.recall``. One that is new here is shown too, under a
label made of its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from eval.runs.folder import Figures
from eval.runs.record import Figure, Level
from eval.scoring.registry import BY_NAME, METRICS, Unit, lower_is_better


class Group(StrEnum):
    """The groups of metrics, in the order in which the pipeline works."""

    RETRIEVAL = "Retrieval"
    ANSWERS = "Answers"
    QUOTES = "Quotes & numbers"
    ABSTENTION = "Abstention"
    SPEED = "Speed"


@dataclass(frozen=True)
class Shown:
    """A metric as people read it. ``lower`` says that less of it is better."""

    name: str
    label: str
    unit: Unit
    lower: bool
    figure: Figure

    @property
    def value(self) -> str:
        return written(self.figure.value, self.unit)

    @property
    def interval(self) -> str:
        """The 95 % interval; where both ends have the same unit it is written once."""
        return span(*self._ends())

    @property
    def bare_interval(self) -> str:
        """The interval for where the value with its unit is next to it."""
        low, high = self._ends()
        return self.interval.partition("\u00a0")[0] if _unit(low) == _unit(high) else self.interval

    @property
    def over(self) -> str:
        return f"over {count(self.figure.n, 'question')}"

    def _ends(self) -> tuple[str, str]:
        return written(self.figure.low, self.unit), written(self.figure.high, self.unit)


_PREFIXES = {
    "retrieval": Group.RETRIEVAL,
    "search": Group.RETRIEVAL,
    "answer": Group.ANSWERS,
    "quote": Group.QUOTES,
    "citation": Group.QUOTES,
    "number": Group.QUOTES,
    "abstain": Group.ABSTENTION,
    "latency": Group.SPEED,
    "decode": Group.SPEED,
    "load": Group.SPEED,
}
APART = "failure."
"""Metrics with names like these are shares of causes of failure, which have a section of their own."""

# Of a metric that isn't listed, its name may speak of a unit.
_UNITS = [
    (Unit.TIMES, re.compile(r"speed_?up")),
    (Unit.NUMBER, re.compile(r"per_|unsupported|count|requests|users|tokens")),
    (Unit.SECONDS, re.compile(r"_s$|latency|seconds")),
]
_LABELS = {metric.name: metric.label for metric in METRICS if metric.label}
_WORDS = {"mrr": "MRR", "ndcg": "nDCG", "map": "MAP", "f1": "F1", "p50": "median", "p95": "95th percentile", "s": ""}

# Two names of one share: the second is shown where a run has both.
_TWINS = {"abstain.recall": "abstain.rate.unanswerable"}

LEVELS = {
    Level.DOCUMENT: "document",
    Level.SECTION: "section",
    Level.PAGE: "page",
    Level.PAGE1: "page ±1",
    Level.PASSAGE: "passage",
}


def grouped(figures: Figures) -> dict[Group, list[Shown]]:
    """The figures by group, groups without any left out; what is known by two names is shown once."""
    known = list(_LABELS)
    names = sorted(figures, key=lambda name: (known.index(name) if name in _LABELS else len(known), _natural(name)))
    found: dict[Group, list[Shown]] = {group: [] for group in Group}
    for name in names:
        if not name.startswith(APART) and _TWINS.get(name) not in figures:
            found[group_of(name)].append(shown(name, figures[name]))
    return {group: each for group, each in found.items() if each}


def shown(name: str, figure: Figure) -> Shown:
    return Shown(name, label(name), unit_of(name, figure), lower_is_better(name), figure)


def group_of(name: str) -> Group:
    """By the first part of the name; what is measured in seconds or per second is about speed."""
    timed = re.search(r"_s$|per_s", name) is not None
    return _PREFIXES.get(name.split(".")[0], Group.SPEED if timed else Group.ANSWERS)


def unit_of(name: str, figure: Figure) -> Unit:
    """The unit that the metric is listed with, or that its name speaks of; else values from 0 to 1 are shares."""
    if name in _LABELS:
        return BY_NAME[name].unit
    spoken = next((unit for unit, pattern in _UNITS if pattern.search(name)), None)
    within = figure.low >= 0 and max(figure.high, figure.value) <= 1
    return spoken or (Unit.SHARE if within else Unit.NUMBER)


def label(name: str) -> str:
    """The metric in words: ``retrieval.page1.recall@5`` is "Page ±1 recall at 5"."""
    if name in _LABELS:
        return _LABELS[name]
    first, _, rest = name.partition(".")
    parts = (rest if rest and first in _PREFIXES else name).replace("@", " at ").replace("page1", "page ±1")
    parts = re.sub(r"per_s$", "per_second", parts)
    words = " ".join(_WORDS.get(word, word) for word in re.split(r"[_\s.]+", parts)).strip()
    return name if not words else words if words.startswith("nDCG") else words[0].upper() + words[1:]


def written(value: float, unit: Unit) -> str:
    """A value with its unit behind a space that doesn't break; about three figures are enough to compare by."""
    match unit:
        case Unit.SHARE:
            return percent(value, 1)
        case Unit.TIMES:
            return f"{value:.2f}\u00a0×"
        case Unit.SECONDS:
            return duration(value)
        case Unit.NUMBER:
            return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}" if abs(value) < 100 else f"{value:.1f}"


def percent(share: float, decimals: int = 0) -> str:
    return f"{share * 100:.{decimals}f}\u00a0%"


def duration(seconds: float) -> str:
    """Milliseconds below one second, minutes from two minutes on."""
    if abs(seconds) < 0.9995:
        milliseconds = seconds * 1000
        return f"{milliseconds:.{0 if abs(milliseconds) >= 10 or not milliseconds else 1}f}\u00a0ms"
    if abs(seconds) < 120:
        return f"{seconds:.{2 if abs(seconds) < 9.995 else 1}f}\u00a0s"
    return f"{seconds / 60:.1f}\u00a0min"


def span(low: str, high: str, between: str = " – ") -> str:
    """Two written values; a unit that they have in common stands once."""
    return f"{low.removesuffix(_unit(high)) if _unit(low) == _unit(high) else low}{between}{high}"


def _unit(value: str) -> str:
    """The unit of a written value with the space before it."""
    _, space, unit = value.partition("\u00a0")
    return space + unit


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 question", "2 questions"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts ``recall@10`` after ``recall@5``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
