"""A plot with all that stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup


class Entry(NamedTuple):
    """An entry of a legend: the class of its line, and its words."""

    cls: str
    words: str


@dataclass(frozen=True)
class Chart:
    """A plot with its name, a sentence on how to read it, its legend where the plot has none of its own, and its
    numbers: a row of headings, then the others."""

    title: str
    picture: Markup
    caption: str
    numbers: list[list[str]]
    legend: tuple[Entry, ...] = ()
