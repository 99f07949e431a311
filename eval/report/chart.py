"""A plot with all that stands around it."""

from __future__ import annotations

from dataclasses import dataclass

from eval.report.markup import Html, el


@dataclass(frozen=True)
class Chart:
    """A plot with its name, a sentence on how to read it, its legend where the plot has none of its own, and its
    numbers: a row of headings, then the others."""

    title: str
    picture: Html
    caption: str
    numbers: list[list[str]]
    legend: Html | None = None

    def html(self) -> Html:
        numbers = el("details", el("summary", "The numbers"), self._table(), cls="numbers") if self.numbers else None
        caption = el("figcaption", el("h3", self.title), el("p", self.caption), self.legend)
        return el("figure", caption, self.picture, numbers)

    def _table(self) -> Html:
        head = el("tr", *(el("th", cell, scope="col") for cell in self.numbers[0]))
        rows = [
            el("tr", el("th", row[0], scope="row"), *(el("td", cell) for cell in row[1:])) for row in self.numbers[1:]
        ]
        return el("div", el("table", el("thead", head), el("tbody", *rows)), cls="scroll")
