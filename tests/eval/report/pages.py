"""The report of a made run, as a tree of elements, and what is asked of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from lxml import html

from eval.report import render
from eval.runs.folder import Run
from eval.runs.record import Failure
from tests.eval.made_runs import made_run

FOLDER = Path("runs")


@cache
def made() -> Run:
    return made_run(FOLDER / "made")


@cache
def page() -> html.HtmlElement:
    return parsed(made())


def parsed(run: Run) -> html.HtmlElement:
    return html.document_fromstring(render(run))


def only(run: Run, *, at: int = 0, **changes: object) -> Run:
    """The run with one of its records, changed."""
    return replace(run, records=[run.records[at].model_copy(update=changes)])


def row_of(run: Run, failure: Failure) -> html.HtmlElement:
    """The row of the first question that failed so."""
    return parsed(run).xpath(f"//li[@data-outcome='{failure.value}']")[0]


def words(element: html.HtmlElement) -> str:
    """The text of an element, with one space wherever there are some or another element begins."""
    return " ".join(" ".join(element.itertext()).split())


def titles(run: Run) -> list[str]:
    return [title.text for title in parsed(run).xpath("//figure/svg/title")]


def numbers(run: Run, title: str) -> list[list[str]]:
    (figure_element,) = (f for f in parsed(run).xpath("//figure") if words(f.xpath(".//h3")[0]) == title)
    return [[words(cell) for cell in row] for row in figure_element.xpath(".//tr")]
