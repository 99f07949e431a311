"""What was read from a picture is marked wherever it is cited, and its figures are quoted only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.answering import answer_log
from app.answering.answer import Answer, Citation, Status
from app.batch.answer_spreadsheet import _sources
from app.cli.answers import as_text
from app.config import load_settings
from app.mode import Mode
from app.service import Citewell
from corpus import jobs
from corpus.errors import NoRecognition
from corpus.passage_store import passages
from corpus.recognition import Recognition
from corpus.schema import Passage
from retrieval.embedder import Embedder
from tests.conftest import settings_of
from tests.corpus.test_recognised import picture, scan

QUESTION = "What does the opening of a letter of credit cost?"
DIFFERENCE = "How much is the difference between the opening of a letter of credit and the opening of a guarantee?"
REFUND = "When is a fee refunded if the order is withdrawn?"


@pytest.fixture(scope="module")
def scanned(
    tmp_path_factory: pytest.TempPathFactory, generator_path: Path, embedder: Embedder, recognition: Recognition
) -> Iterator[Citewell]:
    """A service over one document, whose second page is a picture."""
    folder = tmp_path_factory.mktemp("scanned")
    more = ("ingestion.ocr=scanned", "answering.figures=computed", "answering.min_confidence=0")
    service = Citewell(load_settings(overrides=settings_of(folder / "var", generator_path, *more)))
    service.models.embedder = embedder
    [report] = service.ingest([scan(folder / "fees.pdf", picture())], "default")
    assert "recognised from a picture" in report.warnings[0]
    yield service
    service.database.close()


def ask(service: Citewell, question: str, mode: Mode = Mode.QUOTE) -> Answer:
    return service.answer(service.question(question, mode=mode))


def test_a_citation_says_that_it_was_recognised_and_how_surely(scanned: Citewell) -> None:
    answer = ask(scanned, REFUND)
    [citation] = [citation for citation in answer.citations if "refunded" in citation.quote]
    assert citation.recognised is not None
    remark = f"recognised from a picture, {100 * citation.recognised:.0f} % sure"
    assert citation.remark == remark
    assert as_text(answer).splitlines().count(f"[1] fees.pdf (version 1, page 2) · {citation.heading} · {remark}") == 1
    assert f"({remark})" in next(_sources(answer))
    [told] = {each["recognised"] for each in json.loads(answer.model_dump_json())["sources"] if each["page"] == 2}
    assert told == citation.recognised


def test_what_the_file_holds_as_text_has_no_remark(scanned: Citewell) -> None:
    with scanned.database.reading() as session:
        records = passages(session, list(session.scalars(select(Passage.id))))
    assert {(each.page, each.recognised is None) for each in records} == {(1, True), (2, False)}


@pytest.mark.parametrize("question", [QUESTION, DIFFERENCE])
def test_a_recognised_figure_is_quoted_and_never_answered_or_computed(scanned: Citewell, question: str) -> None:
    answer = ask(scanned, question)
    assert answer.value is None
    assert not answer.is_calculated
    assert any("Letter of credit | EUR 220 | EUR 90" in each.quote and each.recognised for each in answer.citations)


def test_nothing_is_written_from_what_was_recognised(scanned: Citewell) -> None:
    answer = ask(scanned, REFUND, Mode.WRITE)
    assert (answer.status, answer.model) == (Status.ANSWERED, None)


def test_nothing_is_begun_where_text_cannot_be_recognised(
    tmp_path: Path, generator_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    service = Citewell(load_settings(overrides=settings_of(tmp_path / "var", generator_path, "ingestion.ocr=scanned")))
    with pytest.raises(NoRecognition):
        service.ingest([scan(tmp_path / "fees.pdf", picture())], "default")
    assert jobs.unfinished(service.database) == []
    service.database.close()


def test_stored_answers_keep_the_mark(scanned: Citewell) -> None:
    answer = ask(scanned, QUESTION)
    assert answer_log.load(scanned.database, answer.id).citations == answer.citations


def test_an_old_citation_has_no_mark() -> None:
    stored = {"document": "a", "title": "A", "version": 1, "effective_from": None, "effective_to": None, "page": None}
    stored |= {"heading": "A", "start": 0, "end": 1, "quote": "x", "answer_start": 0, "answer_end": 1}
    citation = Citation.model_validate(stored)
    assert (citation.recognised, citation.remark) == (None, "")
