"""Whether a model may write: its answers to gold questions, held against the sources and against quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from app.answering.answer import Answer
from app.answering.qualification import Qualification
from app.mode import Mode
from app.service import Citewell
from eval.errors import BadGold
from eval.runs.evaluate import Asked, Evaluation
from eval.runs.record import Record

FEWEST = 20


@dataclass(frozen=True)
class Pair:
    """One question, answered by the model and quoted without it."""

    written: Record
    quoted: Record


def pairs(service: Citewell, collection: str, asked: Sequence[Asked]) -> Iterator[Pair]:
    """Every question answered in both modes, one after the other. Raises `BadGold` for too few questions."""
    if len(asked) < FEWEST:
        raise BadGold(f"To qualify a model {FEWEST} questions are needed, and here are {len(asked)}: add some.")
    by_mode = {mode: Evaluation(service, collection, mode) for mode in (Mode.WRITE, Mode.QUOTE)}
    for item in asked:
        yield Pair(by_mode[Mode.WRITE].ask(item), by_mode[Mode.QUOTE].ask(item))


def qualification_of(given: Sequence[Pair], *, generator: str, measured_on: str) -> Qualification:
    """What the pairs say of the model. Raises `BadGold` where the model wrote nothing."""
    answers = [pair.written.answer for pair in given if pair.written.answer is not None]
    written = [answer for answer in answers if answer.mode is Mode.WRITE]  # what is read off a table is not
    unsupported = sum(len(answer.dropped) + len(answer.replaced) for answer in written)
    kept = sum(map(_kept, written))
    if not kept + unsupported:
        raise BadGold("The model wrote no sentence in answer to these questions: add some that the documents answer.")
    return Qualification(
        generator=generator,
        questions=len(given),
        supported=round(kept / (kept + unsupported), 4),
        right=_right([pair.written for pair in given]),
        quoted_right=_right([pair.quoted for pair in given]),
        measured_on=measured_on,
    )


def _right(records: Sequence[Record]) -> float:
    """The share that is right of what could be judged."""
    judged = [record.scores["answer.right"] for record in records if "answer.right" in record.scores]
    return round(mean(judged), 4) if judged else 0.0


def _kept(answer: Answer) -> int:
    """How many sentences stand in an answer as they were written: a quote in place of one is cited, too."""
    instead = {each.quote for each in answer.replaced}
    return sum(citation.quote not in instead for citation in answer.citations)
