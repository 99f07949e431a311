"""The modes of answering."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How an answer comes about: the model writes it, the best passages are quoted without one, or a figure is
    calculated from cells of a table. ``AUTO`` is the first if the model is qualified, else the second. A question asks
    for one of `ASKED`; a `Question` is of mode write or quote."""

    WRITE = "write"
    QUOTE = "quote"
    AUTO = "auto"
    CALCULATED = "calculated"


# What may be asked for: whether a figure is calculated lies with the question.
ASKED = (Mode.QUOTE, Mode.WRITE, Mode.AUTO)
