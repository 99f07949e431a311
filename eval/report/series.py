"""The series behind the plots, computed from a run's records. Empty where the run has nothing for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from statistics import mean

from app.answering.answer import Answer, Status
from eval.runs.record import Level, Record
from eval.scoring.metrics.copying import copied_share
from eval.scoring.metrics.ranking import recall_at

DEEPEST = 10
SOURCES = {
    "passages": "Passages",
    "prompt": "Prompt",
    "answer": "The answer itself",
    "earlier": "Earlier answers",
    "scores": "Second choices",
    "none": "No draft",
}


def row_id(at: int) -> str:
    """The anchor of the question at this place of the run, from 0."""
    return f"q{at + 1}"


@dataclass(frozen=True)
class RecallCurve:
    """The mean share of the places of evidence among the first k passages, for k from 1, over ``n`` questions."""

    level: Level
    recall: list[float]
    n: int


def recall_by_k(records: Sequence[Record]) -> list[RecallCurve]:
    """A curve for each level that any question's evidence goes into, as deep as the deepest ranking, at most 10."""
    depth = min(max((len(record.ranking) for record in records), default=0), DEEPEST)
    curves = []
    for level in Level if depth else ():
        known = [
            (record.holds.get(level, []), record.relevant[level]) for record in records if record.relevant.get(level)
        ]
        if known:
            recall = [mean(recall_at(holds, relevant, k) for holds, relevant in known) for k in range(1, depth + 1)]
            curves.append(RecallCurve(level, recall, len(known)))
    return curves


def judged(records: Sequence[Record]) -> tuple[list[float], list[bool]]:
    """The confidence of each answer, declined ones included, and whether what it is about is so: that evidence is among
    the passages that the answer was, or would have been, written from."""
    known = [
        (record.answer.confidence, record.found)
        for record in records
        if record.answer is not None and record.answer.confidence is not None
    ]
    return [confidence for confidence, _ in known], [found for _, found in known]


def asked(records: Sequence[Record]) -> tuple[list[float], list[bool]]:
    """The confidence of each answer, declined ones included, and whether its question can be answered. Empty where one
    kind of question is missing."""
    known = [
        (record.answer.confidence, record.gold.answerable_in_corpus)
        for record in records
        if record.answer is not None and record.answer.confidence is not None
    ]
    if len({is_answerable for _, is_answerable in known}) < 2:
        return [], []
    return [confidence for confidence, _ in known], [is_answerable for _, is_answerable in known]


def tried(confidence: Sequence[float], answerable: Sequence[bool]) -> list[tuple[float, float, float]]:
    """The ROC curve of answering: for every confidence that occurs, from the highest, the shares of the unanswerable
    and of the answerable questions that have at least this one, and the confidence."""
    points, right, wrong = [], 0, 0
    ranked = sorted(zip(confidence, answerable, strict=True), reverse=True)
    for value, group in groupby(ranked, key=itemgetter(0)):
        kinds = [is_answerable for _, is_answerable in group]
        right, wrong = right + sum(kinds), wrong + len(kinds) - sum(kinds)
        points.append((wrong / (len(answerable) - sum(answerable)), right / sum(answerable), value))
    return points


def stages(records: Sequence[Record]) -> dict[str, list[float]]:
    """The seconds that each stage took, question by question; stages that nothing is known of are left out. Decoding
    is what comes after the first token; of an answer of one token there is none."""
    answers = [record.answer.stats for record in records if record.answer is not None]
    written = [stats for stats in answers if stats.steps]
    retrieval = [stats.retrieval_ms / 1000 for stats in answers]
    times = {
        "Search": [record.search_s for record in records if record.search_s is not None] or retrieval,
        "First token": [stats.ttft_ms / 1000 for stats in written],
        "Decoding": [(stats.decode_ms - stats.ttft_ms) / 1000 for stats in written],
        "Whole": [record.total_s for record in records if record.total_s is not None],
    }
    measured = {stage: [each for each in seconds if each > 0] for stage, seconds in times.items()}
    return {stage: seconds for stage, seconds in measured.items() if seconds}


@dataclass(frozen=True)
class SpeedUp:
    """How many times faster than plain decoding a question was, against the share of its answer that is copied."""

    row: str
    question: str
    copied: float
    times: float


def speed_ups(records: Sequence[Record]) -> list[SpeedUp]:
    """One for each question that both ways of decoding wrote something for."""
    found = []
    for at, record in enumerate(records):
        ahead, plain = record.answer, record.plain
        if ahead is None or plain is None or not ahead.stats.decode_ms or not plain.stats.decode_ms:
            continue
        copied = copied_share(all_written(ahead), [source.text for source in ahead.sources])
        times = plain.stats.decode_ms / ahead.stats.decode_ms
        found.append(SpeedUp(row_id(at), record.gold.question, copied, times))
    return found


def all_written(answer: Answer) -> str:
    """What the model wrote, sentences included that were dropped afterwards, without our sentence of declining."""
    kept = [answer.answer] if answer.status is Status.ANSWERED else []
    return " ".join([*kept, *answer.dropped])


@dataclass(frozen=True)
class SourceOfDraft:
    """The steps whose accepted draft was seen in one place, and the tokens that they settled."""

    source: str
    steps: int
    tokens: int

    @property
    def per_step(self) -> float:
        return self.tokens / self.steps


def by_source(records: Sequence[Record]) -> list[SourceOfDraft]:
    """All questions' steps by the source of their draft; sources without a step are left out."""
    total: dict[str, tuple[int, int]] = dict.fromkeys(SOURCES, (0, 0))
    for record in records:
        if record.answer is not None:
            for source, (steps, tokens) in record.answer.stats.steps_by_source.items():
                before = total.get(source, (0, 0))
                total[source] = (before[0] + steps, before[1] + tokens)
    return [SourceOfDraft(source, *counts) for source, counts in total.items() if counts[0]]
