"""A question, ready to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from app.errors import BadQuestion
from app.mode import ASKED, Mode
from corpus.access import Principal
from retrieval.query import Query


@dataclass(frozen=True)
class Question:
    """A ``query`` that can be understood alone, and how to answer it.

    ``mode`` is write or quote. ``plain`` turns drafting off. ``as_typed`` is a follow-up as it was typed, None for a
    question that stands alone.
    """

    query: Query
    mode: Mode = Mode.WRITE
    plain: bool = False
    as_typed: str | None = None


class Options(TypedDict, total=False):
    """What may be said beside a question's text. What is left out, or None, is as configured.

    With a ``history`` of questions asked before, oldest first, a follow-up is made to stand alone. With a ``document``,
    by name or id, only that one is searched.
    """

    collection: str | None
    as_of: date | None
    k: int | None
    mode: Mode | None
    plain: bool
    principal: Principal
    history: Sequence[str]
    document: str | None


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
