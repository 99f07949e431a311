"""A question, ready to be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.errors import BadQuestion
from corpus.access import OPERATOR, Reader


class Mode(StrEnum):
    """How an answer comes about: the model writes it, the best passages are quoted without one, or a figure is
    calculated from cells of a table. ``AUTO`` leaves the first two to what was measured of the model. A question asks
    for one of `ASKED`; a `Question` is of mode write or quote."""

    WRITE = "write"
    QUOTE = "quote"
    AUTO = "auto"
    CALCULATED = "calculated"


# What may be asked for: whether a figure is calculated lies with the question.
ASKED = (Mode.QUOTE, Mode.WRITE, Mode.AUTO)


@dataclass(frozen=True)
class Question:
    """What is asked, of which collection, as of which day, from how many passages, to be answered how. ``text`` can be
    understood alone; where it was a follow-up, ``said`` is what was said. ``plain`` turns drafting off; ``reader`` is
    who asks, and sees only what is for them; ``document`` names the only one that is asked of."""

    text: str
    collection: str
    as_of: date
    k: int
    mode: Mode = Mode.WRITE
    plain: bool = False
    reader: Reader = OPERATOR
    said: str | None = None
    document: str | None = None


def asked_mode(name: str) -> Mode:
    """The mode of that name; raises `BadQuestion` for one that can't be asked for."""
    if name in ASKED:
        return Mode(name)
    raise BadQuestion(f"There is no mode {name!r} to ask for: it is quote, write or auto.", "mode")


def check_text(text: str, most_chars: int, field: str | None = None) -> None:
    """Raise `BadQuestion` for a question that can't be asked at all; ``field`` is where it stands in a request."""
    if not text.strip():
        raise BadQuestion("The question is empty: write what you want to know.", field)
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise BadQuestion(
            "The question holds a NUL or half a character (a lone surrogate): send it as proper UTF-8.", field
        )
    if len(text) > most_chars:
        raise BadQuestion(
            f"The question has {len(text):,} characters and at most {most_chars:,} are taken: shorten it.", field
        )
