"""FinanceBench (Islam et al. 2023): questions on company filings, with evidence pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from eval.gold.importers.reading import Foreign, file_at, read_lines
from eval.gold.model import Evidence, GoldQuestion


class _Evidence(Foreign):
    evidence_text: str
    evidence_page_num: int
    doc_name: str | None = None


class _Question(Foreign):
    financebench_id: str
    question: str
    answer: str
    doc_name: str
    question_type: str | None = None
    question_reasoning: str | None = None
    evidence: tuple[_Evidence, ...] = ()
    pdf_in_shared: bool = True


def read(path: Path) -> Iterator[GoldQuestion]:
    """The questions, each tagged with its type and reasoning; those without their filing also with "pdf missing"."""
    file = file_at(path, "financebench.jsonl", "financebench_open_source.jsonl")
    for item in read_lines(file, TypeAdapter(_Question)):
        tags = (item.question_type, item.question_reasoning, None if item.pdf_in_shared else "pdf missing")
        yield GoldQuestion(
            id=item.financebench_id,
            question=item.question,
            answer=item.answer,
            evidence=tuple(
                # The set counts pages from zero.
                Evidence(doc=f"{e.doc_name or item.doc_name}.pdf", page=e.evidence_page_num + 1, text=e.evidence_text)
                for e in item.evidence
            ),
            tags=tuple(tag for tag in tags if tag),
        )
