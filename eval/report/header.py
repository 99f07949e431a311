"""The page's header: what was run, and what became of its questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eval.report.figures import count
from eval.report.outcome import Outcome, outcomes, verdict
from eval.runs.folder import Run

KINDS = {"answers": "answers", "retrieval": "retrieval only", "load": "under load"}


@dataclass(frozen=True)
class Part:
    """The questions of one outcome, as a part of a bar that is 100 wide."""

    left: str
    width: str
    cls: str
    number: str
    words: str


@dataclass(frozen=True)
class Header:
    """``day`` is None where the run doesn't say in ISO 8601 when it began; ``facts`` are names with words."""

    kind: str
    day: str | None
    verdict: str
    outcomes: list[Part]
    facts: list[tuple[str, str]]


def header(run: Run) -> Header:
    return Header(KINDS[run.info.kind], _day(run.info.started_at), verdict(run), _outcomes(run), _facts(run))


def _day(started_at: str) -> str | None:
    try:
        when = datetime.fromisoformat(started_at)
    except ValueError:
        return None
    return f"{when.day} {when:%B %Y, %H:%M}{f' {when:%Z}' if when.tzinfo else ''}"


def _outcomes(run: Run) -> list[Part]:
    counted = outcomes(run.records)
    parts, left = [], 0.0
    for outcome in Outcome:
        if number := counted[outcome]:
            width = number / len(run.records) * 100
            cls = f"o-{outcome.name.lower()}"
            parts.append(Part(f"{left:.3f}", f"{width:.3f}", cls, f"{number:,}", outcome.of(number)))
            left += width
    return parts


def _facts(run: Run) -> list[tuple[str, str]]:
    info = run.info
    rows = [("Gold sets", "; ".join(f"{each.name} ({count(each.questions, 'question')})" for each in info.gold))]
    if corpus := info.corpus:
        sizes = [
            count(corpus.documents, "document"),
            count(corpus.versions, "version"),
            count(corpus.passages, "passage"),
        ]
        rows.append(("Corpus", f"{corpus.collection}: {', '.join(sizes)} · {corpus.sha256[:12]}"))
    options = ", ".join(f"{name} {_value(value)}" for name, value in info.options.items() if value is not None)
    rows.append(("Options", options))
    rows.append(("Models", "; ".join(f"{role}: {name}" for role, name in info.models.items())))
    rows.append(("Machine", info.machine))
    rows.append(("Versions", ", ".join(f"{name} {number}" for name, number in info.versions.items())))
    return [(name, words) for name, words in rows if words]


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
