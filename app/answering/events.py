"""What an answer is told as while it is made: its sources, a draft piece by piece, and the whole of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.answering.answer import Answer, Passage


@dataclass(frozen=True)
class Sources:
    """The passages that the answer will be written from, known before its first word. ``writes`` is whether the model
    is needed for what comes after them."""

    passages: list[Passage]
    writes: bool = False


@dataclass(frozen=True)
class Delta:
    """A piece of the answer as the model writes it; what no source supports is only taken out at the end."""

    text: str


@dataclass(frozen=True)
class Done:
    """The whole answer, which supersedes all deltas."""

    answer: Answer


Event = Sources | Delta | Done


def final(events: Iterable[Event]) -> Answer:
    """The whole answer, at the end of its events."""
    for event in events:
        if isinstance(event, Done):
            return event.answer
    raise AssertionError("the pipeline ends with Done")
