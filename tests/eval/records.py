"""Small records and passages for the tests of scoring and comparing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from app.answering.answer import Answer, Citation, Passage, Stats, Status
from eval.gold.model import Evidence, GoldQuestion
from eval.runs.folder import Run, RunInfo
from eval.runs.record import Record

PLACE: dict[str, Any] = {"title": "Fees", "effective_from": None, "effective_to": None}
TEXT = "A lost card is replaced for 12 euros. A stolen one is replaced free of charge."


def passage(text: str = TEXT, **place: Any) -> Passage:
    values = {"document": "fees.md", "version": 1, "page": 2, "heading": "Fees > Lost cards", "start": 0}
    return Passage(**PLACE, **(values | place), end=len(text), text=text, score=1.0, similarity=0.5)


def citation(quote: str = TEXT, **place: Any) -> Citation:
    values = {"document": "fees.md", "version": 1, "page": 2, "heading": "Fees > Lost cards", "start": 0}
    where = PLACE | values | place
    return Citation(**where, end=len(quote), quote=quote, answer_start=0, answer_end=len(quote))


def answer(text: str = TEXT, **values: Any) -> Answer:
    made = {
        "id": "a",
        "status": Status.ANSWERED,
        "question": "What does a lost card cost?",
        "collection": "default",
        "as_of": date(2026, 1, 1),
        "answer": text,
        "citations": [citation(text)],
        "sources": [passage()],
        "model": "m",
        "confidence": 0.8,
        "stats": Stats(tokens=20, steps=5, tokens_per_step=4, rows_per_step=8, ttft_ms=500, decode_ms=1000),
    }
    return Answer(**(made | values))


def gold(**values: Any) -> GoldQuestion:
    made = {
        "id": "q1",
        "question": "What does a lost card cost?",
        "answer": "A lost card is replaced for 12 euros.",
        "evidence": (Evidence(doc="fees.md", section="Lost cards", page=2),),
    }
    return GoldQuestion(**(made | values))


def record(**values: Any) -> Record:
    made = {"gold_set": "g", "gold": gold(), "answer": answer(), "found": True, "verbatim": [True]}
    return Record(**(made | values))


def run(folder: Path, records: list[Record]) -> Run:
    info = RunInfo(kind="answers", started_at="", gold=[], corpus=None, models={}, settings={}, versions={}, machine="")
    return Run(folder, info, records, {}, {})
