"""The figures with their intervals: a card for each group of metrics, and a table of gold sets and tags."""

from __future__ import annotations

from collections.abc import Sequence

from eval.report.figures import LEVELS, Group, Shown, grouped, label, shown
from eval.report.levels import LevelTable, by_level
from eval.report.markup import Html, el, fragment
from eval.runs.folder import Figures, Run
from eval.runs.record import Level
from eval.scoring.registry import Unit

# A card with more rows than this takes the whole width, so that its neighbours needn't be as long.
_LONG = 7
# The levels that say most about finding the right place, before those that say less.
_TELLING = (Level.SECTION, Level.PAGE1, Level.PAGE, Level.PASSAGE, Level.DOCUMENT)


def section(run: Run) -> Html | None:
    """All figures of the run, or None where it has none."""
    groups = grouped(run.summary)
    if not groups:
        return None
    cards = [_card(group, figures) for group, figures in groups.items()]
    note = "The line under a figure spans its 95 % interval; ↓ marks what should be small."
    return el(
        "section",
        el("h2", "Figures"),
        el("p", note, cls="note"),
        el("div", *cards, cls="cards"),
        _by_group(run, groups),
        id="figures",
    )


def headline(group: Group, figures: Sequence[Shown]) -> Shown:
    """The figure that stands for a group."""
    if group is Group.RETRIEVAL:
        by_name = {figure.name: figure for figure in figures}
        for level in _TELLING:
            if found := by_name.get(f"retrieval.{level}.recall@5"):
                return found
    return figures[0]


def _card(group: Group, figures: Sequence[Shown]) -> Html:
    first = headline(group, figures)
    table, rest = by_level(figures)
    rows = [figure for figure in rest if figure is not first]
    scale = _Scale(figures)
    matrix = _matrix(table, scale) if table else None
    return el(
        "article",
        el("h3", group.value),
        el("div", _hero(first, scale), cls="hero"),
        matrix and el("div", matrix, cls="scroll", tabindex=0, role="region", aria_label="Retrieval by level"),
        el("dl", *(_row(figure, scale) for figure in rows), cls="rows") if rows else None,
        cls="card wide" if matrix or len(rows) > _LONG else "card",
    )


class _Scale:
    """Where the interval bars of one card end: at 100 % for shares, else at the largest value of the same unit."""

    def __init__(self, figures: Sequence[Shown]) -> None:
        self._ends = {
            unit: max((max(f.figure.high, f.figure.value) for f in figures if f.unit is unit), default=1.0) or 1.0
            for unit in Unit
        }
        self._ends[Unit.SHARE] = 1.0

    def bar(self, shown: Shown) -> Html:
        """A thin line from 0 to the scale's end, its interval thicker, with a mark at the value."""
        low, value, high = (
            max(0.0, min(100.0, each / self._ends[shown.unit] * 100))
            for each in (shown.figure.low, shown.figure.value, shown.figure.high)
        )
        return el(
            "svg",
            el("path", d="M0 4H100", cls="track"),
            el("path", d=f"M{low:.1f} 4H{max(high, low + 0.6):.1f}", cls="interval"),
            el("path", d=f"M{value:.1f} 0V8", cls="value"),
            cls="range",
            viewBox="0 0 100 8",
            preserveAspectRatio="none",
            aria_hidden="true",
        )


def _hero(figure: Shown, scale: _Scale) -> Html:
    return fragment(
        el("p", _name(figure), cls="label"),
        el("p", el("b", figure.value, data_metric=figure.name), el("span", figure.interval, cls="ci"), cls="big"),
        scale.bar(figure),
        el("p", _over(figure), cls="n"),
    )


def _row(figure: Shown, scale: _Scale) -> Html:
    return el(
        "div",
        el("dt", _name(figure)),
        el(
            "dd",
            el("b", figure.value, data_metric=figure.name),
            el("span", figure.interval, cls="ci"),
            scale.bar(figure),
        ),
        title=f"{figure.name}, {_over(figure)}",
    )


def _name(figure: Shown) -> Html:
    mark = el("span", " ↓", cls="lower", title="less is better") if figure.lower else None
    return fragment(figure.label, mark)


def _over(figure: Shown) -> str:
    return f"over {figure.figure.n:,} question{'' if figure.figure.n == 1 else 's'}"


def _matrix(table: LevelTable, scale: _Scale) -> Html:
    head = el("tr", el("th", "Evidence", scope="col"), *(el("th", label(name), scope="col") for name in table.metrics))
    rows = [
        el(
            "tr",
            el("th", LEVELS[level], el("span", f"n = {table.n(level):,}", cls="ci"), scope="row"),
            *(_cell(row.get(metric), scale) for metric in table.metrics),
        )
        for level, row in table.rows.items()
    ]
    return el("table", el("thead", head), el("tbody", *rows), cls="matrix")


def _cell(figure: Shown | None, scale: _Scale) -> Html:
    if figure is None:
        return el("td")
    value = el("b", figure.value, data_metric=figure.name)
    return el("td", value, scale.bar(figure), el("span", figure.bare_interval, cls="ci"), title=_over(figure))


def _by_group(run: Run, groups: dict[Group, list[Shown]]) -> Html | None:
    """The headline figures of each gold set and each tag."""
    if len(run.groups) < 2:
        return None
    loaded = run.info.kind == "load"
    columns = [headline(group, figures) for group, figures in groups.items()]
    if loaded:  # the gold sets are those asked at each rate, and what tells rates apart is time
        columns = groups.get(Group.SPEED, [])[:3]
    head = el("tr", el("th", "Group", scope="col"), *(el("th", _name(column), scope="col") for column in columns))
    rows = [
        el("tr", el("th", *_group_name(name), scope="row"), *(_group_cell(figures, column) for column in columns))
        for name, figures in run.groups.items()
    ]
    table = el("table", el("thead", head), el("tbody", *rows), cls="groups")
    return el(
        "details",
        el("summary", "By gold set and tag"),
        el("div", table, cls="scroll", tabindex=0, role="region", aria_label="Figures by gold set and tag"),
        cls="block",
        open=loaded,
    )


def _group_name(name: str) -> tuple[Html, str]:
    kind, _, rest = name.partition(":")
    return el("span", "gold set " if kind == "gold" else f"{kind} ", cls="ci"), rest


def _group_cell(figures: Figures, column: Shown) -> Html:
    if column.name not in figures:
        return el("td", "–")
    figure = shown(column.name, figures[column.name])
    return el("td", el("b", figure.value), el("span", f"{figure.bare_interval} · n = {figure.figure.n:,}", cls="ci"))
