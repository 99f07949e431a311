"""All that is known of one question: what its row opens to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.answering.answer import Answer, Stats, Status
from eval.gold.model import GoldQuestion
from eval.report import passages
from eval.report.figures import count, duration, written
from eval.report.highlight import Piece, highlighted, shared_with
from eval.report.levels import level_of
from eval.report.outcome import SENTENCES
from eval.report.passages import Cited, Expected, Ranking
from eval.report.series import SOURCES
from eval.runs.record import Record
from eval.scoring.registry import LEVELS, Group, metric_of

# Gold answers are often short: "7 calendar days".
SHORTEST_GOLD = 3


@dataclass(frozen=True)
class Details:
    """What a question's row opens to: texts with what is marked in them, and facts as names with words.

    ``sentence`` is about the cause of failure. ``scores`` has a line for each group, and for each level of retrieval.
    """

    record: Record
    sentence: str | None
    gold_notes: list[str]
    answer: list[Piece]
    citations: list[Cited]
    expected: list[Expected]
    passages: Ranking
    scores: dict[str, list[tuple[str, str]]]
    measured: list[tuple[str, str]]


def details(record: Record) -> Details:
    return Details(
        record,
        SENTENCES[record.failure] if record.failure else None,
        _gold_notes(record.gold),
        _answer(record.answer, record.gold.answer) if record.answer else [],
        passages.citations(record),
        passages.expected(record.gold.evidence),
        passages.ranking(record),
        _scores(record.scores),
        _measured(record),
    )


def _gold_notes(gold: GoldQuestion) -> list[str]:
    notes = [
        gold.short_answer and f"in short: {gold.short_answer}",
        gold.labels and f"counts beside: {' · '.join(gold.labels)}",
        gold.readings and f"can be meant as: {' · '.join(gold.readings)}",
        gold.as_of and f"asked as of {gold.as_of}",
        gold.support_rating is not None and f"support rated {gold.support_rating} of 5",
    ]
    return [note for note in notes if isinstance(note, str) and note]


def _answer(answer: Answer, gold: str) -> list[Piece]:
    """The answer with what it shares with the gold one marked, and its citations' numbers."""
    shared = shared_with(answer.answer, gold, SHORTEST_GOLD) if answer.status is Status.ANSWERED else []
    return highlighted(answer.answer, shared, [citation.answer_end for citation in answer.citations])


def _scores(scores: Mapping[str, float]) -> dict[str, list[tuple[str, str]]]:
    lines: dict[str, list[tuple[str, str]]] = {}
    for name, value in scores.items():
        metric = metric_of(name)
        if metric.group is Group.FAILURES:
            continue
        group, words = metric.group.value, metric.label
        if at := level_of(name):
            level, measure = at
            group, words = f"{group}: {LEVELS[level]}", metric.short or measure
        lines.setdefault(group, []).append((words, written(value, metric.unit)))
    return lines


def _measured(record: Record) -> list[tuple[str, str]]:
    """Tokens, steps and times, and those of plain decoding."""
    times = [
        f"{name} {duration(seconds)}"
        for name, seconds in (("search", record.search_s), ("whole", record.total_s))
        if seconds is not None
    ]
    answer = record.answer
    if answer is not None and answer.stats.steps:
        times += _written_in(answer.stats)
    rows = [("Times", " · ".join(times))] if times else []
    if answer is None:
        return rows
    if answer.stats.steps:
        rows.append(("Decoding", _decoding(answer.stats)))
    if record.plain is not None:
        rows.append(("Plain decoding", _plain(answer, record.plain)))
    words = f"{answer.model or 'no model'}, as of {answer.as_of}, answer {answer.id}"
    return [*rows, ("Answered by", words)]


def _written_in(stats: Stats) -> list[str]:
    return [f"first token {duration(stats.ttft_ms / 1000)}", f"written {duration(stats.decode_ms / 1000)}"]


def _decoding(stats: Stats) -> str:
    steps = f"{count(stats.tokens, 'token')} in {count(stats.steps, 'step')}"
    words = [f"{steps}, {stats.tokens_per_step:.2f} a step", f"{stats.rows_per_step:.1f} rows a step"]
    words += [
        f"{SOURCES.get(source, source).lower()}: {count(tokens, 'token')} in {count(steps_there, 'step')}"
        for source, (steps_there, tokens) in stats.steps_by_source.items()
        if steps_there
    ]
    return " · ".join([*words, f"prompt of {count(stats.prompt_tokens, 'token')}"])


def _plain(answer: Answer, plain: Answer) -> str:
    same = (answer.answer, answer.dropped, answer.status) == (plain.answer, plain.dropped, plain.status)
    times = f"{plain.stats.decode_ms / answer.stats.decode_ms:.2f} × as long" if answer.stats.decode_ms else ""
    words = [
        f"written {duration(plain.stats.decode_ms / 1000)}",
        times,
        "the same answer" if same else "another answer",
    ]
    return " · ".join(word for word in words if word)
