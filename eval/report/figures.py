"""How metrics are shown: by group, their values with their unit."""

from __future__ import annotations

from dataclasses import dataclass

from eval.runs.folder import Figures
from eval.runs.record import Figure
from eval.scoring.registry import METRICS, Group, Metric, Unit, metric_of


@dataclass(frozen=True)
class Shown:
    """A metric's figure as people read it."""

    metric: Metric
    figure: Figure

    @property
    def value(self) -> str:
        return written(self.figure.value, self.metric.unit)

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
        return written(self.figure.low, self.metric.unit), written(self.figure.high, self.metric.unit)


def grouped(figures: Figures) -> dict[Group, list[Shown]]:
    """The figures by group, groups without any left out; a share that two metrics are is shown once. Causes of failure
    have a section of their own."""
    found: dict[Group, list[Shown]] = {group: [] for group in Group if group is not Group.FAILURES}
    for name in sorted(figures, key=_place):
        metric = metric_of(name)
        if metric.group in found and metric.same_as not in figures:
            found[metric.group].append(Shown(metric, figures[name]))
    return {group: each for group, each in found.items() if each}


def _place(name: str) -> tuple[int, str]:
    """Metrics are shown in the registry's order, those that it doesn't know last."""
    return _PLACES.get(name, len(_PLACES)), name


_PLACES = {metric.name: place for place, metric in enumerate(METRICS)}


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
